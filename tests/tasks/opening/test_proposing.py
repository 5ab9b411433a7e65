"""The model that is proposed for a folder: faces if at least half of a sample show one."""

from __future__ import annotations

import shutil
from pathlib import Path

import numpy as np
import pytest
from PIL import Image

from large_gui.core.reporter import SilentReporter
from large_gui.models.kinds.gan import GanModel
from large_gui.project.images.manifest import Manifest, find_images
from large_gui.project.store import ProjectStore
from large_gui.tasks.opening.proposing import SAMPLE, Proposal, evenly, propose_model
from large_gui.tasks.projects import choose_model, lacks_model, open_project, project_for, switch_model
from tests.conftest import SAMPLES


def filled(folder: Path, kinds: str) -> Manifest:
    """A folder with an image for each letter: f for a face, n for noise, b for a broken file."""
    folder.mkdir()
    faces, noise = iter(sorted(SAMPLES.glob("*.jpg"))), np.random.default_rng(0)
    for i, kind in enumerate(kinds):
        file = folder / f"{i:03}.jpg"
        if kind == "f":
            shutil.copy(next(faces), file)
        elif kind == "n":
            Image.fromarray(noise.integers(0, 255, (64, 96, 3), np.uint8)).save(file)
        else:
            file.write_bytes(b"\xff\xd8 no picture")
    return find_images(folder, SilentReporter())


@pytest.mark.parametrize(
    ("kinds", "model"),
    [
        ("fff", "faces"),
        ("nnn", "features"),
        ("fnn", "features"),
        ("fn", "faces"),  # half of them are not less than half
        ("n", "features"),
        ("bbfnb", "faces"),  # what can't be read does not count
        ("bnbn", "features"),
        ("nnnnffff", "faces"),
        ("nfnfnnf", "features"),
    ],
)
def test_at_least_half_must_show_a_face(tmp_path: Path, kinds: str, model: str) -> None:
    proposal = propose_model(filled(tmp_path / "images", kinds), SilentReporter())
    assert proposal is not None and proposal.model == model
    assert proposal.seen <= len(kinds) - kinds.count("b") and proposal.with_face <= kinds.count("f")


def test_nothing_is_proposed_where_nothing_can_be_read(tmp_path: Path) -> None:
    assert propose_model(filled(tmp_path / "images", "bbb"), SilentReporter()) is None


@pytest.mark.parametrize(("faces", "looked_at"), [(True, 20), (False, 21)])
def test_no_more_images_are_looked_at_than_needed(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, faces: bool, looked_at: int
) -> None:
    monkeypatch.setattr(GanModel, "shows_face", lambda _, pixels: faces)
    found = filled(tmp_path / "images", "n" * 50)
    assert propose_model(found, SilentReporter()) == Proposal(
        "faces" if faces else "features", looked_at, looked_at if faces else 0
    )


def test_the_sample_goes_from_the_first_to_the_last() -> None:
    paths = [str(i) for i in range(1000)]
    sample = evenly(paths, SAMPLE)
    assert (len(sample), sample[0], sample[-1]) == (SAMPLE, "0", "999")
    assert set(np.diff([int(path) for path in sample])) == {25, 26}
    assert evenly(paths[:3], SAMPLE) == ["0", "1", "2"] and evenly([], SAMPLE) == []


def test_words() -> None:
    assert Proposal("faces", 20, 20).words == ""
    assert Proposal("features", 21, 0).words.startswith("These pictures show no faces,")
    assert Proposal("features", 30, 9).words.startswith("Few of these pictures show a face,")


def test_a_project_remembers_what_was_decided(tmp_path: Path) -> None:
    home, folder = tmp_path / "home", tmp_path / "photos"
    folder.mkdir()
    store, opened = open_project([folder], home)
    copy = tmp_path / "copy.large"
    store.copy_to(copy)
    assert lacks_model(store, opened, home), "a new folder"
    store.close()
    store, _ = open_project([folder], home)
    assert lacks_model(store, opened, home), "nothing was decided before it was closed"
    store = switch_model(store, opened, home, "features")
    assert (
        store.setting("model") == "features"
        and store.opened() == opened
        and not lacks_model(store, opened, home)
    )
    store.close()
    store, _ = open_project([folder], home)
    assert store.setting("model") == "features" and not lacks_model(store, opened, home)
    store.close()
    choose_model(opened, home, "faces")
    store, _ = open_project([folder], home)
    assert store.setting("model") is None and not lacks_model(store, opened, home)
    store.close()
    store, _ = open_project([copy], home)
    assert store.path == copy and not lacks_model(store, opened, home), "a file that is kept elsewhere"
    store.close()


def test_files_that_are_dropped_singly_have_a_project_of_their_own(tmp_path: Path) -> None:
    home, files = tmp_path / "home", [tmp_path / "a.jpg", tmp_path / "b.jpg"]
    store, opened = open_project(files, home)
    assert lacks_model(store, opened, home)
    store = switch_model(store, opened, home, "features")
    store.close()
    for again, model in ((files, "features"), (files[:1], None)):
        store, opened = open_project(again, home)
        assert store.setting("model") == model and lacks_model(store, opened, home) is (model is None)
        store.close()


def test_the_same_files_have_one_project_in_any_order_and_others_another(tmp_path: Path) -> None:
    home, x, y, below = tmp_path / "home", *(tmp_path / name for name in ("a/x.jpg", "b/y.jpg", "a/b/y.jpg"))
    projects = []
    for dropped in ([x, y], [y, x], [x, below]):
        store, _ = open_project(dropped, home)
        projects.append(store.path)
        store.close()
    assert projects[0] == projects[1] != projects[2]


def test_a_project_that_is_named_as_before_is_found(tmp_path: Path) -> None:
    home, files = tmp_path / "home", [tmp_path / "b/y.jpg", tmp_path / "a/x.jpg"]
    with ProjectStore(project_for(tmp_path / "b/y.jpg+x.jpg", home)) as before:
        before.set_opened(files)
    for dropped, is_it in ((files, True), ([files[0], tmp_path / "b/x.jpg"], False)):
        store, _ = open_project(dropped, home)
        assert (store.path == before.path) is is_it
        store.close()


def test_who_only_reads_decides_nothing(tmp_path: Path) -> None:
    home, folder = tmp_path / "home", tmp_path / "photos"
    folder.mkdir()
    first, opened = open_project([folder], home)
    second, _ = open_project([folder], home)
    second.read_only = True
    assert lacks_model(first, opened, home) and not lacks_model(second, opened, home)
    first.close()
    second.close()
