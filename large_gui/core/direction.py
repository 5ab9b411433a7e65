"""A semantic direction: the unit normal of a hyperplane in a latent space, and where it comes from."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass, field, replace
from typing import Any

import numpy as np
from numpy.typing import NDArray

from large_gui.core import forms
from large_gui.core.finding_record import FindingRecord
from large_gui.core.latent import LatentSpace
from large_gui.core.words import printable

_VERSION = 1  # version of the JSON form
_DECIDES = ("flipped", "intercept", "layer_importance", "layer_sizes", "normal")  # entries of its JSON form
_TEXTS = ("intercept_means", "negative", "positive", "provenance")
FROM_FILE = "file"  # what `Direction.found_by` says of an imported one


@dataclass(frozen=True, eq=False)
class Direction:
    """Hyperplane ``n·w + b = 0`` whose normal is a semantic direction (LARGE, Eq. 1).

    Turned round it is the same direction with `flipped` set; everything else stays as it was found.

    Attributes
    ----------
    name
        Short name, as typed on the command line.
    normal
        ``(D,)`` for a W direction, of unit length; ``(L, D)`` for W+, every row of unit length, or all of
        them together; for S the joined vectors of all layers, of unit length together.
    intercept
        ``b``. It has a meaning only when ``intercept_means`` says what distance 0 is.
    intercept_means
        What a distance of 0 means (``"frontal face"``), or empty.
    layer_importance
        ``(L,)``, non-negative, sums to 1 (LARGE, section 3.2); ``None`` weighs all layers alike.
    negative, positive
        What grows against the normal and along it, in a word or two.
    provenance
        How the direction was found, in words.
    found_by
        The name of the finder that found it, or `FROM_FILE` if it was imported. It is empty for a direction
        that came with a model.
    layer_sizes
        Length of every layer's part of the normal in S; ``None`` in W and W+.
    flipped
        Whether the direction is turned round: distances then grow against the normal.
    record
        How it was found, in figures.
    """

    name: str
    normal: NDArray[np.floating]
    intercept: float = 0.0
    intercept_means: str = ""
    layer_importance: NDArray[np.floating] | None = None
    negative: str = ""
    positive: str = ""
    provenance: str = ""
    layer_sizes: tuple[int, ...] | None = None
    flipped: bool = False
    found_by: str = ""
    record: FindingRecord = field(default_factory=FindingRecord)

    def __post_init__(self) -> None:
        with np.errstate(over="ignore"):  # what is too long for a float is infinitely long, and refused
            lengths = np.linalg.norm(self.normal, axis=-1)
            units = (lengths, np.linalg.norm(lengths))
        if self.normal.ndim not in (1, 2) or not any(np.allclose(unit, 1.0, atol=1e-3) for unit in units):
            longest = f"{np.max(lengths, initial=0):.3g}"
            raise ValueError(f"direction {self.name!r}: rows must have unit length, got {longest}")
        s = self.layer_importance
        if s is not None and (s.ndim != 1 or (s < 0).any() or not np.isclose(s.sum(), 1.0, atol=1e-3)):
            raise ValueError(f"direction {self.name!r}: layer importance must be >= 0 and sum to 1")
        sizes = self.layer_sizes
        if sizes is not None and (min(sizes, default=0) < 1 or self.normal.shape != (sum(sizes),)):
            raise ValueError(f"direction {self.name!r}: {self.normal.shape} is not joined of layers {sizes}")

    @property
    def space(self) -> LatentSpace:
        """W for a single normal, W+ for one normal per layer, S for layers of different lengths."""
        if self.layer_sizes is not None:
            return LatentSpace.S
        return LatentSpace.W if self.normal.ndim == 1 else LatentSpace.W_PLUS

    def turned(self) -> Direction:
        """The same direction seen from the other side: every distance changes its sign."""
        return replace(self, flipped=not self.flipped)

    @property
    def sign(self) -> float:
        """Factor of every distance: 1, or -1 if the direction is turned round."""
        return -1.0 if self.flipped else 1.0

    @property
    def low(self) -> str:
        """What the images at the low end of the order have, in a word or two."""
        return self.positive if self.flipped else self.negative

    @property
    def high(self) -> str:
        """What the images at the high end of the order have, in a word or two."""
        return self.negative if self.flipped else self.positive

    @property
    def ends(self) -> tuple[str, str]:
        """What stands at both ends where words are needed: *less* and *more* if nobody named them."""
        return self.low or "less", self.high or "more"

    @property
    def spelled(self) -> str:
        """The name, with a dash in front if the direction is turned round: ``-age``."""
        return f"-{self.name}" if self.flipped else self.name

    def printable(self) -> Direction:
        """The same direction, each of its texts brought to one line that can be shown."""
        return replace(
            self, name=printable(self.name), intercept_means=printable(self.intercept_means),
            negative=printable(self.negative), positive=printable(self.positive),
            provenance=printable(self.provenance), found_by=printable(self.found_by),
        )  # fmt: skip

    def as_json(self) -> dict[str, Any]:
        """The direction as a JSON object; `from_json` gives back the same numbers to the last bit."""
        importance = self.layer_importance
        return {
            "kind": "direction", "version": _VERSION, "name": self.name, "flipped": self.flipped,
            "negative": self.negative, "positive": self.positive,
            "intercept": float(self.intercept), "intercept_means": self.intercept_means,
            "provenance": self.provenance, "found_by": self.found_by, "record": self.record.as_json(),
            "layer_sizes": None if self.layer_sizes is None else [int(size) for size in self.layer_sizes],
            "layer_importance_dtype": None if importance is None else forms.dtype_of(importance),
            "layer_importance": None if importance is None else importance.tolist(),
            "normal_dtype": forms.dtype_of(self.normal),
            "normal": self.normal.tolist(),
        }  # fmt: skip

    @classmethod
    def from_json(cls, form: object) -> Direction:
        """Read what `as_json` wrote, or the entry of an older model pack, which has no version.

        Parameters
        ----------
        form
            What ``json.loads`` returned. Without a version its numbers are float32, and only ``name``,
            ``normal`` and ``intercept`` must be there.

        Raises
        ------
        ValueError
            When it is something else. The message says what is wrong.
        """
        values, version = forms.versioned(form, "direction", _VERSION)
        forms.require(values, ("name", "normal", "intercept"))
        if version:
            forms.require(values, ("layer_sizes", "layer_importance", *_TEXTS))
        sizes, importance = values.get("layer_sizes"), values.get("layer_importance")
        if sizes is not None and (not isinstance(sizes, list) or not set(map(type, sizes)) <= {int}):
            raise ValueError("'layer_sizes' is not a list of whole numbers")

        def numbers(key: str) -> NDArray[np.floating]:
            dtype = forms.text(values, f"{key}_dtype") if version else "float32"
            return forms.array(values.get(key), key, dtype)

        return cls(
            name=forms.text(values, "name"),
            normal=numbers("normal"),
            intercept=forms.number(values, "intercept"),
            layer_importance=None if importance is None else numbers("layer_importance"),
            layer_sizes=None if sizes is None else tuple(sizes),
            flipped=forms.truth(values, "flipped") if version else False,
            found_by=forms.text(values, "found_by", "") if version else "",  # earlier forms don't say it
            record=FindingRecord.from_json(values.get("record", {})),
            **{key: forms.text(values, key, "") for key in _TEXTS},
        )


def direction_sha256(direction: Direction) -> str:
    """SHA-256 of what decides a direction's distances; names and words, which may change, have no part.

    It is that of these entries of the direction's JSON form, with sorted keys and without spaces, in ASCII.
    """
    form = direction.as_json()
    decides = {key: form[key] for key in _DECIDES}
    text = json.dumps(decides, sort_keys=True, separators=(",", ":"), allow_nan=False)
    return hashlib.sha256(text.encode("ascii")).hexdigest()
