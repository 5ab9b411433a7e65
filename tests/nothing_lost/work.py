"""What is killed while it works: labelling, embedding, importing, training, exporting, migrating."""

from __future__ import annotations

import json
import os
import random
import shutil
import sqlite3
from abc import ABC, abstractmethod
from collections.abc import Callable, Iterator, Sequence
from contextlib import closing, contextmanager, redirect_stderr, redirect_stdout
from io import StringIO
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from safetensors.numpy import load_file

from large_gui.cli.main import main
from large_gui.core.choices import Answer, Comparison
from large_gui.core.direction import Direction
from large_gui.core.reporter import SilentReporter
from large_gui.engine.engine import run
from large_gui.engine.stages import Embedded
from large_gui.files import written_whole
from large_gui.models.description import PackDescription, write_description
from large_gui.models.library import model_names, open_model
from large_gui.models.model import Frame, Model, Picture
from large_gui.models.pack import Pack
from large_gui.project.codes.cache import CodeCache
from large_gui.project.export import SortedRow, write_csv
from large_gui.project.images.manifest import find_images
from large_gui.project.store import Label, ProjectStore
from large_gui.tasks.imports.model import ImportOptions, import_model
from large_gui.tasks.models import verify
from large_gui.tasks.training import shown_metric
from large_gui.tasks.training.run_file import training_folder
from large_gui.tasks.training.runs import read_run
from tests import small_models
from tests.checkpoint_files import write_ada_pickle
from tests.tasks.training.conftest import MEASURED, TOY, curve, write_images

Acknowledge = Callable[[str], None]
OLD = Path(__file__).resolve().parents[1] / "written_before"


class Work(ABC):
    """One kind of work, which goes on where it was when it is done again.

    Attributes
    ----------
    share
        Its share of all kills.
    """

    share = 1

    def prepare(self, folder: Path) -> None:  # noqa: B027 - not every work needs something
        """Make what the work needs; called once."""

    @abstractmethod
    def do(self, folder: Path, acknowledge: Acknowledge) -> None:
        """Work from where it is; say of each step that it is done. A process of its own calls this."""

    @abstractmethod
    def check(self, folder: Path, acknowledged: list[str]) -> None:
        """Check what is there after a kill: all that was acknowledged, and nothing that is half done."""

    def check_end(self, folder: Path) -> None:  # noqa: B027
        """Check what is there once the work was done to its end."""

    def begin_again(self, folder: Path) -> None:  # noqa: B027
        """Bring the work to its beginning."""


class Labelling(Work):
    """Labels, tags, comparisons, groups and directions in a project; the n-th edit is always the same."""

    share = 70
    edits = 300

    def do(self, folder: Path, acknowledge: Acknowledge) -> None:
        with ProjectStore(folder / "project.large") as store:
            assert store.claim(), "a killed process holds nothing"
            for n in range(self._next(folder), self.edits):
                _edit(store, n)
                acknowledge(str(n))

    def check(self, folder: Path, acknowledged: list[str]) -> None:
        """The edit after the last that was acknowledged may be there, and no other."""
        done = int(acknowledged[-1]) + 1 if acknowledged else self._next(folder)
        with (
            ProjectStore(folder / "project.large") as store,
            ProjectStore(folder / "expected.large") as expected,
        ):
            found = _content(store)
            for n in range(self._next(folder), done):
                _edit(expected, n)
            if found != _content(expected) and done < self.edits:
                _edit(expected, done)
                done += 1
            assert found == _content(expected)
        (folder / "next").write_text(str(done))

    def check_end(self, folder: Path) -> None:
        self.check(folder, [str(self.edits - 1)])

    def begin_again(self, folder: Path) -> None:
        for file in [*folder.glob("*.large*"), folder / "next"]:
            file.unlink(missing_ok=True)

    def _next(self, folder: Path) -> int:
        file = folder / "next"
        return int(file.read_text()) if file.exists() else 0


def _edit(store: ProjectStore, n: int) -> None:
    """Do the n-th edit: one call of the store."""
    chance = random.Random(n)
    paths = sorted({f"{chance.randrange(30)}.png" for _ in range(chance.randrange(1, 6))})
    remove = chance.random() < 0.2
    match chance.choice(["label", "label", "tag", "tag", "compare", "group", "direction", "setting"]):
        case "label":
            store.set_labels(
                "age", {p: None if remove else Label(chance.random(), n % 2 == 0) for p in paths}
            )
        case "tag":
            store.set_tags("glasses", {p: None if remove else chance.random() < 0.5 for p in paths})
        case "compare":
            store.set_comparisons("age", [Comparison(p, "z.png", Answer.FIRST) for p in paths])
        case "group":
            store.set_grouping("site", None if remove else dict.fromkeys(paths, str(n)))
        case "direction":
            mine = Direction("mine", np.eye(3, dtype=np.float32)[n % 3])
            store.set_directions({"mine": None if remove else mine})
        case _:
            store.set_setting("thumbnail", n)


def _content(store: ProjectStore) -> object:
    directions = {name: direction.as_json() for name, direction in store.directions().items()}
    edited = store.labels("age"), store.tags(), store.comparisons("age"), store.groupings(), directions
    return *edited, store.setting("thumbnail")


class Colours(Model):
    """The code of an image is its mean colour."""

    key = "colours"  # type: ignore[assignment]

    @property
    def shape(self) -> tuple[int, int]:
        return 1, 3

    def prepare(self, pictures: Sequence[Picture]) -> list[Frame]:
        return [Frame(picture.pixels.mean((0, 1))) for picture in pictures if picture.pixels is not None]

    def embed(self, frames: Sequence[Frame]) -> NDArray[np.float32]:
        return np.stack([frame.content for frame in frames])[:, None].astype(np.float32) / 255


class Embedding(Work):
    """The images of a folder through a model, into a cache of codes."""

    share = 40
    images = 200

    def prepare(self, folder: Path) -> None:
        write_images(folder / "photos", self.images)
        (folder / "pack").mkdir()
        write_description(folder / "pack", PackDescription("Colours", "colours", (1, 3), licence="none"))

    def do(self, folder: Path, acknowledge: Acknowledge) -> None:
        for item in self._measured(folder):
            acknowledge(item.sha256)

    def check(self, folder: Path, acknowledged: list[str]) -> None:
        """Every code that was there, and the right one."""
        with CodeCache(folder / "codes.sqlite") as cache:
            found = cache.get_many(acknowledged, Colours.key)  # type: ignore[arg-type]
        assert found.keys() == set(acknowledged)
        if (folder / "right.json").exists():
            right = json.loads((folder / "right.json").read_text())
            assert all(found[sha].code.ravel().tolist() == right[sha] for sha in found)

    def check_end(self, folder: Path) -> None:
        """The same codes as those of a run that was not killed."""
        codes = {item.sha256: item.inverted.code.ravel().tolist() for item in self._measured(folder)}
        assert len(codes) == self.images
        right = folder / "right.json"
        if right.exists():
            assert codes == json.loads(right.read_text())
        else:
            right.write_text(json.dumps(codes))

    def begin_again(self, folder: Path) -> None:
        self.check_end(folder)
        for file in folder.glob("codes*"):
            shutil.rmtree(file) if file.is_dir() else file.unlink()

    def _measured(self, folder: Path) -> Iterator[Embedded]:
        model, silent = Colours(Pack(folder / "pack")), SilentReporter()
        with CodeCache(folder / "codes.sqlite") as cache:
            for batch in run(find_images(folder / "photos", silent), model, cache, silent):
                for item in batch:
                    assert isinstance(item, Embedded)
                    yield item


class Importing(Work):
    """A checkpoint becomes a model, also in the place of one of its name."""

    share = 20

    def prepare(self, folder: Path) -> None:
        state = small_models.ada_state(small_models.generator())
        write_ada_pickle(folder / "network.pkl", state, small_models.OPTIONS)

    def do(self, folder: Path, acknowledge: Acknowledge) -> None:
        os.environ["LARGE_GUI_HOME"] = str(folder / "home")
        for _ in range(2):
            options = ImportOptions(name="mine", measured=2, replace=True)
            import_model(folder / "network.pkl", options, SilentReporter())
            acknowledge("mine")

    def check(self, folder: Path, acknowledged: list[str]) -> None:
        """The model is there, whole, once it was; the checkpoint is as it was."""
        with _at_home(folder):
            _let_a_minute_pass(folder / "home" / "models")
            there = "mine" in model_names()
            assert there or (not acknowledged and not (folder / "was_there").exists())
            if there:
                (folder / "was_there").touch()
                assert all(good for _, good, _ in verify("mine"))
                assert open_model("mine").directions

    def begin_again(self, folder: Path) -> None:
        shutil.rmtree(folder / "home", ignore_errors=True)
        (folder / "was_there").unlink(missing_ok=True)


class Training(Work):
    """A generator is trained: checkpoints, snapshots, sheets and a log."""

    share = 15
    command = ("--name", "toy", "--yes", "--progress", "none", *TOY, "--thousands", "3")

    def prepare(self, folder: Path) -> None:
        write_images(folder / "photos", 100)

    def do(self, folder: Path, acknowledge: Acknowledge) -> None:
        os.environ["LARGE_GUI_HOME"] = str(folder / "home")
        shown_metric._GENERATED = MEASURED
        with redirect_stdout(StringIO()), redirect_stderr(StringIO()):
            assert main(["train", "gan", str(folder / "photos"), *self.command]) == 0

    def check(self, folder: Path, acknowledged: list[str]) -> None:
        """The run can be shown, and each of its snapshots be read."""
        with _at_home(folder):
            place = training_folder() / "toy"
            if not (place / "run.json").exists():
                return
            run = read_run(place)
            assert not run.problems, run.problems
            for snapshot in (place / "snapshots").glob("[0-9]*.safetensors"):
                assert load_file(snapshot)

    def check_end(self, folder: Path) -> None:
        """The same curve as that of a run that was not killed."""
        with _at_home(folder):
            found, right = curve(training_folder() / "toy"), folder / "right.json"
        assert len(found) == 3
        if right.exists():
            assert found == json.loads(right.read_text())
        else:
            right.write_text(json.dumps(found))

    def begin_again(self, folder: Path) -> None:
        self.check_end(folder)
        shutil.rmtree(folder / "home")


class Exporting(Work):
    """The table and the sheet of a sorted folder are written again and again, over those before."""

    share = 30

    def prepare(self, folder: Path) -> None:
        for value in (1.0, 2.0):
            (folder / str(value)).mkdir()
            _export(folder / str(value), value)

    def do(self, folder: Path, acknowledge: Acknowledge) -> None:
        for n in range(12):
            _export(folder, 1.0 + n % 2)
            acknowledge("")

    def check(self, folder: Path, acknowledged: list[str]) -> None:
        """Each file is one of the two, whole; those that were begun are hidden."""
        for name in ("out.csv", "fit.json"):
            whole = [(folder / value / name).read_bytes() for value in ("1.0", "2.0")]
            assert not acknowledged or (folder / name).read_bytes() in whole
        shown = {path.name for path in folder.iterdir() if not path.name.startswith(".")}
        assert shown <= {"1.0", "2.0", "out.csv", "fit.json"}

    def check_end(self, folder: Path) -> None:
        self.check(folder, [""])


def _export(folder: Path, value: float) -> None:
    rows = [
        SortedRow(f"{n}.png", n, value + n, sha256="0" * 64, model="m", direction="age") for n in range(400)
    ]
    write_csv(rows, folder / "out.csv")
    with written_whole(folder / "fit.json") as file:
        file.write_text(json.dumps([value] * 4000))


class Migrating(Work):
    """A project and a cache of an early version are opened, which brings them up to date."""

    share = 25

    def prepare(self, folder: Path) -> None:
        self.begin_again(folder)

    def do(self, folder: Path, acknowledge: Acknowledge) -> None:
        with ProjectStore(folder / "project.large"), CodeCache(folder / "codes.sqlite"):
            acknowledge("opened")

    def check(self, folder: Path, acknowledged: list[str]) -> None:
        """Everything that the old files held, whatever version they are of now."""
        with ProjectStore(folder / "project.large") as store:
            found = {name: len(store.labels(name)) for name in store.values()}
            assert found and all(found.values())
            assert store.tags() and store.directions()
        with CodeCache(folder / "codes.sqlite") as cache:
            assert cache.summary().codes == _codes_of_old(folder)
        self.begin_again(folder)

    def begin_again(self, folder: Path) -> None:
        for path in [*folder.glob("project*"), *folder.glob("codes*")]:
            shutil.rmtree(path) if path.is_dir() else path.unlink()
        for name in ("project.large", "codes.sqlite"):
            shutil.copy(OLD / name, folder / name)


def _codes_of_old(folder: Path) -> dict[str, int]:
    with closing(sqlite3.connect(f"{(OLD / 'codes.sqlite').as_uri()}?mode=ro&immutable=1", uri=True)) as db:
        return dict(db.execute("SELECT encoder, count(*) FROM codes GROUP BY encoder"))


@contextmanager
def _at_home(folder: Path) -> Iterator[None]:
    """With the data folder of this work."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setenv("LARGE_GUI_HOME", str(folder / "home"))
        yield


def _let_a_minute_pass(folder: Path) -> None:
    """Make what a killed import left a minute older: only then is it put right."""
    if folder.exists():
        for path in folder.rglob("*"):
            changed = path.lstat().st_mtime - 120
            os.utime(path, (changed, changed), follow_symlinks=False)


WORK: dict[str, Work] = {
    "labelling": Labelling(),
    "embedding": Embedding(),
    "importing": Importing(),
    "training": Training(),
    "exporting": Exporting(),
    "migrating": Migrating(),
}
