"""Find out that a model was renewed since the distances of a project were measured with it, and say so."""

from __future__ import annotations

from collections.abc import Collection, Sequence
from typing import TYPE_CHECKING, NamedTuple

from large_gui.core.direction import FROM_FILE, Direction
from large_gui.core.words import natural
from large_gui.models.own_directions import read_own
from large_gui.project.store import ProjectStore

if TYPE_CHECKING:
    from large_gui.tasks.models import ModelCard

_SAID = {"labels": "labels", "tags": "tags", "groupings": "groups", "comparisons": "comparisons"}  # by table
_OF_A_PERSON = (*_SAID, "own_directions", "refined", "value_names")  # tables that a new project has empty
_NAMED = 5  # directions that are named


class Renewed(NamedTuple):
    """What a person should know once: a sentence, and what follows from it."""

    sentence: str
    hint: str


def renewed(store: ProjectStore, card: ModelCard) -> Renewed | None:
    """What to say when a project was measured with an earlier version of its model; ``None`` if it wasn't.

    A project that does not say with which version it was measured is of an earlier program. If somebody
    worked in it, that was with a version that the model says it replaces.

    Raises
    ------
    InputError
        When the project is damaged.
    """
    before = store.measured_with(card.name)
    if before == card.key or not (
        before or (set(card.replaces) - {card.key} and _has_any(store, _OF_A_PERSON))
    ):
        return None
    said = [word for table, word in _SAID.items() if _has_any(store, [table])]
    stays = f"; your {_listed(said)} stay" if said else ""
    return Renewed(
        f"The model {card.name} was renewed. All distances are measured anew{stays}.",
        " ".join(_what_follows(store, card, with_fits="labels" in said)),
    )


def _what_follows(store: ProjectStore, card: ModelCard, *, with_fits: bool) -> list[str]:
    """What else of a project was made with the earlier version, in sentences."""
    found = [direction.name for direction in store.directions().values() if _is_of_earlier(direction, card)]
    kept, _ = read_own(card.name)
    away = [one.name for one in kept if one.name not in card.directions and _is_of_earlier(one, card)]
    told = []
    if found:
        told.append(
            f"Directions found with the earlier version are kept, but find them again: {_some(found)}."
        )
    if away:
        told.append(
            f"Directions kept for the model are not listed until they are found again: {_some(away)}."
        )
    if store.read("SELECT 1 FROM settings WHERE key LIKE 'grades:%' AND value <> 'null' LIMIT 1"):
        told.append("The cuts between grades lie where they were; check them.")
    if store.read("SELECT 1 FROM refined WHERE encoder <> ? LIMIT 1", card.key):
        told.append("Codes that were refined with the earlier version are kept, but not used.")
    if with_fits:
        told.append("A fit saved with the earlier version is refused by `predict`; save it again.")
    return told


def _is_of_earlier(direction: Direction, card: ModelCard) -> bool:
    """Whether a direction was found with another version of the model; one from a file may not say it."""
    key = direction.record.model_key
    return key != card.key if key else direction.found_by != FROM_FILE


def _has_any(store: ProjectStore, tables: Collection[str]) -> bool:
    return any(store.read(f"SELECT 1 FROM {table} LIMIT 1") for table in tables)


def _listed(words: Sequence[str]) -> str:
    *others, last = words
    return f"{', '.join(others)} and {last}" if others else last


def _some(names: Sequence[str]) -> str:
    ordered = sorted((name.replace("_", " ") for name in names), key=natural)
    more = f" and {len(names) - _NAMED:,} more" if len(names) > _NAMED else ""
    return ", ".join(ordered[:_NAMED]) + more
