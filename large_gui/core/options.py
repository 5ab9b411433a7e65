"""Options as dataclasses, from whose fields forms and arguments are made."""

from __future__ import annotations

import math
from collections.abc import Iterator
from dataclasses import MISSING, Field, dataclass, field, fields
from typing import Any, get_type_hints

from large_gui.errors import InputError

_KINDS = (bool, int, float, str)


@dataclass(frozen=True)
class Option:
    """One field of an options dataclass.

    Attributes
    ----------
    kind
        ``bool``, ``int``, ``float`` or ``str``.
    about
        What it does, as a short sentence.
    low, high
        Ends of a number; ``None`` where it has none.
    choices
        What a text can be; empty where it may be anything.
    """

    name: str
    kind: type
    default: Any
    about: str
    low: float | None = None
    high: float | None = None
    choices: tuple[str, ...] = ()

    @property
    def words(self) -> str:
        """The name as a person reads it."""
        return self.name.replace("_", " ")

    def check(self, value: Any) -> None:
        """Raise an error if the option can't have a value.

        Raises
        ------
        InputError
            When the value is outside of its ends, no number where it should be one, or none of its choices.
        """
        if self.kind is float and not math.isfinite(value):
            raise InputError(f"The option {self.words} can't be {value:g}.", hint="Give a finite number.")
        if self.choices and value not in self.choices:
            raise InputError(
                f"The option {self.words} can't be {value!r}.", hint=f"{', '.join(self.choices)}."
            )
        low, high = self.low, self.high
        if (low is not None and not value >= low) or (high is not None and not value <= high):
            ends = f"at least {low:g}" if high is None else f"at most {high:g}" if low is None else ""
            raise InputError(
                f"The option {self.words} can't be {value:g}.",
                hint=f"It is {ends or f'{low:g} to {high:g}'}.",
            )


def option(
    default: Any,
    about: str,
    *,
    low: float | None = None,
    high: float | None = None,
    choices: tuple[str, ...] = (),
) -> Any:
    """A field of an options dataclass, with what a form or a help text says of it."""
    return field(default=default, metadata={"about": about, "low": low, "high": high, "choices": choices})


def options_of(kind: type[Any]) -> Iterator[Option]:
    """The fields of an options dataclass, in order.

    Raises
    ------
    TypeError
        When a field has no default, or a type that no form knows.
    """
    hints = get_type_hints(kind)
    for one in fields(kind):
        if hints[one.name] not in _KINDS or one.default is MISSING:
            raise TypeError(f"{kind.__name__}.{one.name} needs a default and one of the types {_KINDS}")
        yield _option(one, hints[one.name])


def checked(options: Any) -> Any:
    """The options, once each of them was found possible.

    Raises
    ------
    InputError
        When one is not.
    """
    for one in options_of(type(options)):
        one.check(getattr(options, one.name))
    return options


def _option(one: Field[Any], kind: type) -> Option:
    said = one.metadata
    return Option(
        one.name, kind, one.default, said.get("about", ""), said.get("low"), said.get("high"),
        said.get("choices", ()),
    )  # fmt: skip
