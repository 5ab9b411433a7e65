"""Restore a project from its backup, for images that lie elsewhere: they are found by content."""

from __future__ import annotations

import sqlite3
import tempfile
from collections.abc import Collection, Iterator, Mapping
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from large_gui.core.choices import OWN_MODEL
from large_gui.core.reporter import Reporter
from large_gui.core.words import count, printable
from large_gui.errors import InputError
from large_gui.project.codes.cache import CodeCache
from large_gui.project.codes.contents import contents_of
from large_gui.project.database import explained
from large_gui.project.images.contents import SAYING, Content
from large_gui.project.images.manifest import find_images
from large_gui.project.lock import Lock
from large_gui.project.schema import KIND
from large_gui.project.store import ProjectStore
from large_gui.project.versions.kept import keep_copy
from large_gui.tasks.backups.contents import Matched, match
from large_gui.tasks.backups.form import SETTING, Backup, backup_in, opened_backup
from large_gui.tasks.projects import choose_model, project_for
from large_gui.tasks.watching.following import parked

if TYPE_CHECKING:
    from large_gui.models.model import Model
    from large_gui.tasks.models import ModelCard

Changes = list[tuple[str, tuple[Any, ...]]]
_NAMED = 5  # how many missing images are named
_OF_A_PERSON = (*SAYING, "comparisons", "own_directions", "refined", "value_names")


class WouldReplace(InputError):
    """The folder has a project with work of its own, which is only replaced on request."""


@dataclass(frozen=True)
class Restored:
    """What became of a backup.

    Attributes
    ----------
    folder, model
        Of what it is the project now.
    images, found
        How many images the backup knows, and how many of them are in the folder.
    missing
        The images of which something was said that are not in the folder, by their paths in the backup.
    changed
        Names of directions that the model on this machine has in another form; the project has the backup's.
    kept
        Where the project that it replaced is kept; ``None`` if there was none.
    renewed
        Whether the model on this machine replaces the one that the backup was written with.
    """

    folder: Path
    model: str
    images: int
    found: int
    missing: list[str]
    changed: list[str]
    kept: Path | None
    renewed: bool = False

    @property
    def sentences(self) -> list[str]:
        """What a person should know, one sentence or two each."""
        told = [f"{self.found:,} of {count(self.images, 'image')} of the backup were found by their content."]
        if self.missing:
            more = f" and {len(self.missing) - _NAMED:,} more" if len(self.missing) > _NAMED else ""
            names = ", ".join(map(printable, self.missing[:_NAMED]))
            told.append(
                f"Something was said of images that are not here: {names}{more}. "
                "What was said waits for them, and stays in the backup."
            )
        if self.renewed:
            told.append(
                f"The model {printable(self.model)} was renewed since the backup was written, so all "
                "distances are measured anew. What was said of the images stays."
            )
        if self.changed and self.renewed:
            told.append(
                f"The renewed model has no {', '.join(map(printable, self.changed))}; the project has the "
                "backup's own, but find it again."
            )
        elif self.changed:
            told.append(
                f"The model on this machine has {', '.join(map(printable, self.changed))} in another form or "
                "not at all; the project has the backup's own, so that distances are the same."
            )
        if self.kept is not None:
            told.append(f"The project that was replaced is kept as {self.kept}.")
        return told


def read_backup(file: Path) -> Backup:
    """What a backup says of itself.

    Raises
    ------
    InputError
        When it is no backup, or can't be read.
    """
    with opened_backup(file) as store:
        return backup_in(store)


def would_replace(file: Path, folder: Path, home: Path) -> bool:
    """Whether the folder has a project with work of its own, whose place the backup would take.

    Raises
    ------
    InputError
        When the backup can't be used, or its model is missing.
    """
    model = _model_for(read_backup(file))
    try:
        _refuse_work(project_for(folder, home, model.name))
    except WouldReplace:
        return True
    return False


def restore(
    file: Path, folder: Path, home: Path, cache: CodeCache, reporter: Reporter, *, force: bool = False
) -> Restored:
    """Make the project of a folder from a backup, and use it from now on.

    What was said of an image is said of the image with the same content, wherever it lies in the folder.

    Parameters
    ----------
    force
        Whether to replace a project with work of its own; a copy of that is kept beside it.

    Raises
    ------
    WouldReplace
        When there is such a project and ``force`` is false.
    InputError
        When the backup or the folder can't be used, the project is open elsewhere, or the model is missing.
    """
    folder = folder.absolute()
    with opened_backup(file) as store:
        backup = backup_in(store)
        model = _model_for(backup)
        target = project_for(folder, home, model.name)
        if not force:
            _refuse_work(target)
        found = find_images(folder, reporter)
        now = contents_of(found.folder, found.paths, cache, reporter)
        matched = match(backup.images, now)
        with tempfile.TemporaryDirectory(prefix="large-gui-") as place:
            made = Path(place) / "made.large"
            store.copy_to(made)
            with ProjectStore(made) as new:
                said = new.said_of()
                there = {*found.paths, *(failure.path for failure in found.failures)}
                _follow(new, backup.images, matched, now, there)
                changed = _settle(new, backup, folder, model)
                kept = _put(new, target, force=force)
    choose_model([folder], home, model.name)
    missing = sorted(said - matched.places.keys())
    return Restored(
        folder, model.name, len(backup.images), len(matched.places), missing, changed, kept,
        _is_renewed(backup, model),
    )  # fmt: skip


def _model_for(backup: Backup) -> Model | ModelCard:
    """The model of a backup as it is here, or the one that has replaced it.

    Raises
    ------
    InputError
        When it is not on this machine.
    """
    from large_gui.tasks.models import model_card, model_in_place_of, model_with_key

    if not backup.key:  # it was not there when the backup was written
        return model_card(backup.model)
    model = model_with_key(backup.key, backup.model) or model_in_place_of(backup.key, backup.model)
    if model is None:
        raise InputError(
            f"The backup needs the model {backup.model!r} ({backup.title}) with the key {backup.key}, which "
            "is not on this machine.",
            hint="Import it on the Models page or with `large-gui model`, then restore the backup again; "
            "`large-gui model list --json` prints keys.",
        )
    return model


def _is_renewed(backup: Backup, model: Model | ModelCard) -> bool:
    return backup.key not in ("", model.key)


def _refuse_work(target: Path) -> None:
    if not target.is_file():
        return
    with ProjectStore(target, only_read=True) as store:
        counts = [store.read(f"SELECT count(*) FROM {table}")[0][0] for table in _OF_A_PERSON]
    if any(counts):
        raise WouldReplace(
            "This folder has a project with work of its own, such as labels.",
            hint="Add --force to replace it; a copy of it is kept.",
        )


def _follow(
    store: ProjectStore, before: Mapping[str, str], matched: Matched, now: Mapping[str, str],
    there: Collection[str],
) -> None:  # fmt: skip
    """Have all that is said of images follow them to their places.

    What is said of an image that was not found waits for it, as if the image had gone from the folder.

    Parameters
    ----------
    before, now
        Contents by path, of the images of the backup and of the folder's.
    there
        The paths of all its images, also of those that can't be read.
    """
    seen = {path: Content(bytes.fromhex(sha)) for path, sha in before.items()} | store.contents()

    def place(path: str) -> str:
        new = matched.places.get(path, path)
        if path in matched.places or path not in there:
            return new
        return parked(path, seen[path].sha if path in seen else b"")  # another image lies there

    changes: Changes = []
    for table, columns in SAYING.items():
        names = f"path, {', '.join(columns)}"
        marks = ", ".join("?" * (1 + len(columns)))
        changes.append((f"DELETE FROM {table}", ()))
        for path, *rest in store.read(f"SELECT {names} FROM {table}"):
            changes.append((f"INSERT INTO {table} ({names}) VALUES ({marks})", (place(path), *rest)))
    for number, first, second in store.read("SELECT id, first, second FROM comparisons"):
        both = (place(first), place(second), number)
        changes.append(("UPDATE comparisons SET first = ?, second = ? WHERE id = ?", both))
    changes.append(("DELETE FROM contents", ()))
    said = store.said_of()
    store.change(changes)
    contents = {path: Content(bytes.fromhex(sha)) for path, sha in now.items()}
    for path, content in seen.items():
        if path in matched.places:
            sha = contents[matched.places[path]].sha
            judged = content.judged or content.sha  # the image may have been edited since it was judged
            contents[matched.places[path]] = Content(sha, None if judged == sha else judged)
        elif path in said:
            contents[place(path)] = content
    store.set_contents(contents)


def _settle(store: ProjectStore, backup: Backup, folder: Path, model: Model | ModelCard) -> list[str]:
    """Make the copy of a backup the project of a folder; returns the directions that it brings of its own."""
    from large_gui.core.direction import direction_sha256

    directions, renewed = model.directions, _is_renewed(backup, model)  # a renewed model has its own anew
    brought = [
        direction for direction in backup.directions
        if direction.name not in directions
        or (not renewed and direction_sha256(direction) != direction_sha256(directions[direction.name]))
    ]  # fmt: skip
    store.set_directions({direction.name: direction for direction in brought})
    store.set_opened([folder])
    store.change([("DELETE FROM settings WHERE key IN (?, 'model')", (SETTING,))])
    if model.name != OWN_MODEL:
        store.set_setting("model", model.name)
    if before := store.measured_with(backup.model) or (backup.key if renewed else ""):
        store.set_measured_with(model.name, before)  # so that the window says what it means
    return [direction.name for direction in brought]


def _put(new: ProjectStore, target: Path, *, force: bool) -> Path | None:
    """Put a project in its place, and return where the one that lay there is kept."""
    with explained(target, KIND):
        target.parent.mkdir(parents=True, exist_ok=True)
    with _claimed(target):
        if not force:
            _refuse_work(target)  # it may have come while images were read
        kept = None
        if target.is_file():
            try:
                kept = keep_copy(target, "replaced")
            except (sqlite3.Error, OSError) as error:
                raise InputError(
                    f"No copy of the project {target} can be kept, so it was not replaced.",
                    hint="See that the disk has room, then try again.",
                    detail=repr(error),
                ) from error
        new.copy_to(target)
    return kept


@contextmanager
def _claimed(target: Path) -> Iterator[None]:
    """Hold a project, so that no window opens it to change it meanwhile."""
    lock = Lock(target.with_name(f"{target.name}.lock"))
    with explained(target, KIND):
        taken = lock.take()
    if not taken:
        raise InputError(
            "This folder is open in a window, so its project can't be replaced.",
            hint="Close the folder there, then restore the backup again.",
        )
    try:
        yield
    finally:
        lock.release()
