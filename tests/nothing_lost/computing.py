"""Killed while they compute: embedding, importing, training."""

from __future__ import annotations

import json
import os
import shutil
from collections.abc import Iterator, Sequence
from contextlib import contextmanager, redirect_stderr, redirect_stdout
from io import StringIO
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from safetensors.numpy import load_file

from large_gui.cli.main import main
from large_gui.core.reporter import SilentReporter
from large_gui.engine.engine import run
from large_gui.engine.stages import Embedded
from large_gui.models.description import PackDescription, write_description
from large_gui.models.library import model_names, open_model
from large_gui.models.model import Frame, Model, Picture
from large_gui.models.pack import Pack
from large_gui.project.codes.cache import CodeCache
from large_gui.project.images.manifest import find_images
from large_gui.tasks.imports.model import ImportOptions, import_model
from large_gui.tasks.models import verify
from large_gui.tasks.training import shown_metric
from large_gui.tasks.training.run_file import training_folder
from large_gui.tasks.training.runs import read_run
from tests import small_models
from tests.checkpoint_files import write_ada_pickle
from tests.nothing_lost.work import Acknowledge, Work
from tests.tasks.training.conftest import MEASURED, TOY, curve, write_images


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
