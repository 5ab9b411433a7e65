"""A pack that came with the program may have its generator and sample images in its folder."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import pytest

from large_gui.core.reporter import SilentReporter
from large_gui.errors import InputError, ModelFileError
from large_gui.folders import resources_folder
from large_gui.models import library
from large_gui.models import pack as packs
from large_gui.models.description import read_description, write_description
from large_gui.models.library import model_names, open_model, remove
from large_gui.models.pack import imported_folder
from large_gui.tasks.exports.generator import export_generator
from large_gui.tasks.imports import model as imports
from large_gui.tasks.models import model_card, verify
from tests import small_models


@pytest.fixture
def plums(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A third pack among the program's own."""
    resources = tmp_path / "resources"
    for name in ("faces", "features"):
        shutil.copytree(resources_folder() / name, resources / name)
    made = small_models.generator_pack("plums").pack.folder
    folder = Path(shutil.move(made, resources / "plums"))
    (folder / "samples").mkdir()
    shutil.copy(min((resources_folder() / "samples").glob("*.jpg")), folder / "samples")
    write_description(folder, replace(read_description(folder), licence="CC0"))
    for module in (library, packs, imports):
        monkeypatch.setattr(module, "resources_folder", lambda: resources)
    return folder


def test_it_is_a_model_like_any_other(plums: Path, tmp_path: Path) -> None:
    assert model_names() == ["faces", "features", "plums"]
    card, model = model_card("plums"), open_model("plums")
    assert (card.imported, card.trained_here, card.generator_is_here, card.can_draw) == (
        False,
        False,
        True,
        True,
    )
    assert card.fetched_from is None and card.generator_file == plums / "generator.safetensors"
    assert card.samples == plums / "samples" and model_card("faces").samples is None
    assert model.pack.own_folder == imported_folder() / "plums", (
        "nothing is written among the program's files"
    )
    assert all(good for _, good, _ in verify("plums"))
    assert export_generator("plums", tmp_path / "p.pt", SilentReporter()).facts[-1] == ("licence", "CC0")


def test_it_stays_where_it_is(plums: Path) -> None:
    with pytest.raises(InputError, match="came with the program"):
        remove("plums")
    with pytest.raises(InputError, match="called 'plums' already"):
        imports.checked_name("plums", replace=True)


def test_what_is_missing_is_installed_again(plums: Path) -> None:
    (plums / "generator.safetensors").unlink()
    assert verify("plums")[-1] == (
        "generator.safetensors",
        False,
        "missing or damaged: install large-gui again",
    )
    assert model_card("plums").why_no_pictures.endswith("install large-gui again.")
    with pytest.raises(ModelFileError, match="Install large-gui again"):
        open_model("plums").generator()  # type: ignore[attr-defined]


def test_features_has_no_generator_to_fetch() -> None:
    assert not any(name.startswith("generator") for name, _, _ in verify("features"))
    assert any(name.startswith("generator") for name, _, _ in verify("faces"))
