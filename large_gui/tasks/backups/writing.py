"""Write the backup of a project."""

from __future__ import annotations

from collections.abc import Sequence
from contextlib import suppress
from dataclasses import dataclass
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING

from large_gui import __version__
from large_gui.core.choices import OWN_MODEL
from large_gui.core.reporter import Reporter
from large_gui.core.words import printable
from large_gui.errors import InputError, LargeError
from large_gui.files import written_whole
from large_gui.project.codes.cache import CodeCache
from large_gui.project.codes.contents import contents_of
from large_gui.project.images.manifest import Manifest, find_dropped
from large_gui.project.schema import is_project
from large_gui.project.store import ProjectStore
from large_gui.tasks.backups.form import SETTING, Backup, backup_in, is_backup, opened_backup
from large_gui.tasks.projects import known_project

if TYPE_CHECKING:
    from large_gui.core.direction import Direction
    from large_gui.tasks.models import ModelCard


@dataclass(frozen=True)
class BackedUp:
    """What a backup holds that was written.

    Attributes
    ----------
    images
        How many images it knows by content.
    labels, directions
        How many labels and how many directions it holds.
    title, key
        The model.
    """

    images: int
    labels: int
    directions: int
    title: str
    key: str


def project_of(place: Path, home: Path, model: str = "") -> Path:
    """The project file of a folder of images; a project file is its own.

    Raises
    ------
    InputError
        When there is none.
    """
    if place.is_file() and is_project(place):
        return place
    found = known_project(place, home, model)
    if found is None:
        of_model = f" for the model {model!r}" if model else ""
        raise InputError(
            f"There is no project of {place}{of_model}.",
            hint="The window makes one when it opens a folder: large-gui FOLDER.",
        )
    return found


def is_earlier_backup(out: Path, place: Path, file: Path) -> bool:
    """Whether a file is an earlier backup of a project, which a new one replaces.

    It is of a folder of this name, for this model, and shares an image with the project, if both know any.

    Parameters
    ----------
    place, file
        As for `back_up`.

    Raises
    ------
    InputError
        When it is the backup of another one.
    """
    if not is_backup(out):
        return False
    with opened_backup(out) as kept, ProjectStore(file, only_read=True) as store:
        earlier, model = backup_in(kept), store.setting("model", OWN_MODEL)
        opened = [place] if place.is_dir() else store.opened()
        seen = {content.sha.hex() for content in store.contents().values()}
    folders = {path.absolute().name for one in opened for path in (one, one.parent)}
    images = set(earlier.images.values())
    strange = bool(seen) and bool(images) and seen.isdisjoint(images)
    if earlier.folder in folders and earlier.model == model and not strange:
        return True
    raise InputError(
        f"{out} is there already and is the backup of another project: of the folder "
        f"{printable(earlier.folder)!r}, for the model {printable(earlier.model)!r}.",
        hint="Choose another name, or add --force to replace it.",
    )


def back_up(place: Path, file: Path, out: Path, cache: CodeCache, reporter: Reporter) -> BackedUp:
    """Write a project as one file, with what others need to see the same.

    The file is written whole or not at all. It holds neither pictures nor where they lie on this machine.

    Parameters
    ----------
    place
        The folder of images; or the project, whose own paths are used then.
    file
        The project.
    out
        The backup to write.

    Raises
    ------
    LargeError
        When the images are not there, the project can't be read, or the backup can't be written.
    """
    with ProjectStore(file, only_read=True) as store:
        if store.is_newer:
            raise store.why_read_only()
        found = _images(store, _opened(store, place), reporter)
        name = store.setting("model", OWN_MODEL)
        card = _card(name, reporter)
        images = contents_of(found.folder, found.paths, cache, reporter)
        seen = store.contents()
        for path in store.said_of() & seen.keys() - images.keys():  # an image that has gone
            images[path] = seen[path].sha.hex()
        own = store.directions()
        brought = [] if card is None else _spoken_of(store, card, own)
        backup = Backup(
            found.folder.absolute().name, datetime.now(UTC).isoformat(timespec="seconds"), __version__,
            str(name), "" if card is None else card.title, "" if card is None else card.key, images,
            tuple(brought),
        )  # fmt: skip
        with written_whole(out) as unfinished:
            store.copy_to(unfinished)
            with ProjectStore(unfinished) as copy:
                copy.set_setting(SETTING, backup.as_json())
                copy.change([("DELETE FROM settings WHERE key = 'dropped'", ())])
                copy.compact()  # nor do the paths of this machine stay in free places of the file
        ((labels,),) = store.read("SELECT count(*) FROM labels")
    return BackedUp(len(images), labels, len(own) + len(brought), backup.title, backup.key)


def _opened(store: ProjectStore, place: Path) -> list[Path]:
    """The paths that a project is about."""
    opened = [place] if place.is_dir() else store.opened()
    if not opened and store.setting(SETTING) is not None:
        raise InputError(
            f"{place} is a backup already, and belongs to no folder of this machine.",
            hint="Copy the file, or name the folder of images: large-gui project backup FOLDER.",
        )
    if not opened:
        raise InputError(
            f"The project {place} does not say which images it is about.",
            hint="Name the folder of images in its place.",
        )
    return opened


def _images(store: ProjectStore, opened: Sequence[Path], reporter: Reporter) -> Manifest:
    """The images that a project is about; none if they are away now and were seen before."""
    try:
        return find_dropped(opened)
    except InputError as error:
        if not store.contents() or not opened:
            raise
        reporter.warn(f"{error.sentence} The backup knows the images that something is said of as last seen.")
        return Manifest(opened[0], [])


def _card(name: str, reporter: Reporter) -> ModelCard | None:
    """The model of the project; ``None`` if it is not on this machine, which is told."""
    from large_gui.tasks.models import model_card

    with suppress(LargeError):
        return model_card(name)
    reporter.warn(
        f"The model {name!r} is not on this machine, so the backup can't say which one it is. "
        "Distances can't be checked where it is restored."
    )
    return None


def _spoken_of(store: ProjectStore, card: ModelCard, own: dict[str, Direction]) -> list[Direction]:
    """The model's directions by which the project is sorted or that its labels are about."""
    chosen = store.chosen_direction()
    named = {name for (name,) in store.read("SELECT DISTINCT value_id FROM labels")} | store.values().keys()
    if chosen is None:
        named |= set(list(card.directions)[:1])  # the window sorts by the first one then
    else:
        named.add(chosen.name)
    return [direction for name, direction in card.directions.items() if name in named and name not in own]
