"""Looking at runs again and again, at images before they are trained on, and at what was made of runs."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from large_gui.core.choices import Crop
from large_gui.core.reporter import SilentReporter
from large_gui.errors import InputError, ModelFileError
from large_gui.models.library import open_model
from large_gui.tasks.training.finish import make_model
from large_gui.tasks.training.gan import GanRequest
from large_gui.tasks.training.holding import held
from large_gui.tasks.training.overview import watching
from large_gui.tasks.training.overview.looking import look_at_images
from large_gui.tasks.training.overview.made import Made, made_of
from large_gui.tasks.training.overview.watching import Watch
from large_gui.tasks.training.run_file import GanTraining, Settings
from large_gui.tasks.training.runs import RunState, read_run
from tests.gui.training.runs_on_disk import show_more, write_run
from tests.tasks.training.conftest import write_images


def test_a_run_is_read_again_only_when_it_has_changed(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    watch = Watch()
    assert watch.look() == []
    run = write_run("red", 1)
    (first,) = watch.look()
    assert first.run.seen == 1000 and first.left_out[0].why == "it is no image"
    with monkeypatch.context() as patch:
        patch.setattr(watching, "read_run", lambda folder: pytest.fail("nothing has changed"))
        assert watch.look() == [first]
    show_more(run, 2)
    assert watch.look()[0].run.seen == 2000
    with held(run):
        assert watch.look()[0].run.state is RunState.TRAINING
    (run / "images.json").write_text("{", "utf-8")
    assert watch.look()[0].left_out == ()
    (run / "run.json").unlink()
    assert watch.look() == []


def test_models_are_known_by_the_run_that_they_were_made_of(home: Path) -> None:
    run = write_run("red")
    write_run("blue", 1)
    make_model(run, "red", SilentReporter())
    make_model(run, "red-late", SilentReporter(), 3)
    assert made_of(read_run(run)) == [Made("red", 2, False), Made("red-late", 3, False)]
    facts = [dict(open_model(name).pack.about.facts) for name in ("red", "red-late")]
    assert "Fréchet distance (toy)" in facts[0] and "Fréchet distance (toy)" not in facts[1]
    assert made_of(read_run(run.parent / "blue")) == []
    with pytest.raises(ModelFileError, match="after 1 thousand images is not kept"):
        make_model(run, "red-early", SilentReporter(), 1)


def test_what_can_not_be_used_is_named_before_anything_is_written(home: Path, tmp_path: Path) -> None:
    photos = write_images(tmp_path / "photos", 5)
    (photos / "broken.jpg").write_bytes(b"\xff\xd8\xff nothing")
    asked = GanRequest("red", photos, Settings(GanTraining(size=16)), Crop.SQUARE)
    looked = look_at_images(asked, SilentReporter())
    assert (looked.found, looked.used, looked.faces) == (6, 5, False)
    assert [failure.path for failure in looked.left_out] == ["broken.jpg"]
    faces = look_at_images(replace(asked, crop=Crop.FACES), SilentReporter())
    assert faces.faces and faces.used == 5, "faces are looked for later"
    large = replace(asked, settings=Settings(GanTraining(size=256)))
    assert look_at_images(large, SilentReporter()).used == 0, "they would be enlarged too much"
    assert not (home / "training").exists()
    (tmp_path / "none").mkdir()
    with pytest.raises(InputError):
        look_at_images(replace(asked, folder=tmp_path / "none"), SilentReporter())
