"""Codes are kept under a name of everything that decides them: nothing stale is served."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from PIL import Image

from large_gui.core.reporter import SilentReporter
from large_gui.errors import InputError
from large_gui.folders import resources_folder
from large_gui.models.kinds import gan as gan_module
from large_gui.models.library import open_model
from large_gui.project.codes.cache import CodeCache
from large_gui.project.images.manifest import find_images
from large_gui.tasks.imports.model import ImportOptions, import_model
from large_gui.tasks.invert import EmbeddedImage, codes_of, embed_folder, open_cache
from tests import small_models
from tests.packs import about, write_pack

LOOKS_ONCE = {"network": "pSp", "config": {"kind": "GradualStyleEncoder", "rows": 2, "in_channels": 3}}
LOOKS_AGAIN = {"network": "ReStyle", "config": {"kind": "BackboneEncoder", "rows": 2, "in_channels": 6}}

CLAMPED = {"network": "StyleGAN2", "licence": "MIT", "config": {"clamp": 256}}


def sha(word: str) -> str:
    return hashlib.sha256(word.encode()).hexdigest()


def key(name: str, **changes: Any) -> str:
    files = {f"{part}.safetensors": sha(part) for part in ("encoder", "statistics", "generator")}
    write_pack(name, about(**{"files": files | changes.pop("files", {}), **changes}))
    return open_model(name).key


def test_one_checkpoint_cropped_in_two_ways_gives_two_codes(tmp_path: Path) -> None:
    checkpoint, folder = tmp_path / "n.pt", tmp_path / "photos"
    torch.save(small_models.encoder_checkpoint(small_models.generator()), checkpoint)
    folder.mkdir()
    wide = Image.new("RGB", (800, 400), "grey")  # whose face is not in the middle
    with Image.open(min((resources_folder() / "samples").glob("*.jpg"))) as face:
        wide.paste(face.resize((380, 380)), (410, 10))
    wide.save(folder / "wide.png")

    def kept(cache: CodeCache) -> Any:
        model, found = open_model("n"), find_images(folder, SilentReporter())
        images = embed_folder(found, model, cache, SilentReporter()).images
        return np.concatenate(list(codes_of(images, model, cache)))

    def codes(alignment: str, cache: CodeCache) -> Any:
        options = ImportOptions("n", alignment, replace=True, measured=2)
        import_model(checkpoint, options, SilentReporter())
        return kept(cache)

    with open_cache() as cache, open_cache(tmp_path / "another.sqlite") as fresh:
        faces, square = codes("faces", cache), codes("square", cache)
        afresh = kept(fresh)
    assert (square == afresh).all()
    assert (faces != square).any()


def test_everything_that_decides_a_code_has_a_part_in_its_key(monkeypatch: pytest.MonkeyPatch) -> None:
    keys = [
        key("square"),
        key("faces-like", alignment="FFHQ"),
        key("own-detector", alignment="FFHQ", files={"face_detector.safetensors": sha("detector")}),
        key("another-encoder", files={"encoder.safetensors": sha("another")}),
        key("once", encoder=LOOKS_ONCE),
        key("again", encoder=LOOKS_AGAIN),
        key("another-generator", encoder=LOOKS_AGAIN, files={"generator.safetensors": sha("another")}),
        key("clamped", encoder=LOOKS_AGAIN, generator=CLAMPED),
        key("codes", files={"codes.safetensors": sha("codes")}),
    ]  # fmt: skip
    monkeypatch.setattr(gan_module, "PREPARATION", 2)
    keys.append(key("prepared-in-another-way"))
    assert len(set(keys)) == len(keys)


def test_what_decides_no_code_has_no_part_in_its_key() -> None:
    assert key("one", title="One") == key("two", title="Two", licence="another")
    other_generator = {"generator.safetensors": sha("another")}
    assert key("three", encoder=LOOKS_ONCE) == key("four", encoder=LOOKS_ONCE, files=other_generator)


def test_a_borrowed_detector_counts_as_it_is(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> None:
    before = key("before", alignment="FFHQ")
    faces = tmp_path / "faces"
    faces.mkdir()
    text = (resources_folder() / "faces" / "pack.json").read_text("utf-8")
    known = open_model("faces").pack.about.files["face_detector.safetensors"]
    (faces / "pack.json").write_text(text.replace(known, sha("another")))
    monkeypatch.setattr(gan_module, "resources_folder", lambda: tmp_path)
    assert key("after", alignment="FFHQ") != before


def test_the_key_of_an_opened_model_is_computed_once(monkeypatch: pytest.MonkeyPatch) -> None:
    before = key("borrows", alignment="FFHQ")
    model = open_model("borrows")
    assert model.key == before
    monkeypatch.setattr(gan_module, "read_description", None)
    assert model.key == before


def test_the_codes_of_the_pack_that_came_with_the_program_stay_known() -> None:
    """Whoever changes a key on purpose changes it here and lists the one before in ``replaces``."""
    pack = open_model("faces")
    assert pack.key == "90ab86e6d56d5b0c"
    assert pack.pack.about.replaces == ("6c2f9f43a841074f", "52416da98fae8be9")


def test_codes_that_were_deleted_meanwhile_are_an_error_with_a_hint() -> None:
    write_pack("n")
    with open_cache() as cache, pytest.raises(InputError, match=r"deleted.* Run the same again"):
        list(codes_of([EmbeddedImage("a.png", sha("a"), 1.0, ())], open_model("n"), cache))
