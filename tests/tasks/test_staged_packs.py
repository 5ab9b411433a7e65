"""A pack is changed by one swap: whatever fails on the way leaves the earlier one as it was."""

from __future__ import annotations

import os
from pathlib import Path

import pytest
import torch

from large_gui.core.reporter import SilentReporter
from large_gui.errors import Cancelled, InputError
from large_gui.models.library import model_names, open_model, staged
from large_gui.models.pack import imported_folder
from large_gui.nets.encoders.lite import LiteEncoder
from large_gui.nets.weights import save_weights
from large_gui.tasks.imports.model import ImportOptions, import_model
from large_gui.tasks.models import verify
from large_gui.tasks.training import encoder as training_encoder
from tests import small_models


def content(folder: Path) -> dict[str, bytes]:
    return {p.relative_to(folder).as_posix(): p.read_bytes() for p in folder.rglob("*") if p.is_file()}


def test_a_retrained_encoder_comes_whole_or_not_at_all(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    torch.save(small_models.encoder_checkpoint(small_models.generator()), tmp_path / "n.pt")
    import_model(tmp_path / "n.pt", ImportOptions("n", measured=2), SilentReporter())
    pack = open_model("n")
    before = content(pack.pack.folder)
    torch.manual_seed(0)
    encoder = LiteEncoder(*pack.shape, pack.generator().mean_latent.clone()).eval()
    save_weights(encoder.state_dict(), tmp_path / "encoder.safetensors")

    class Stop(SilentReporter):
        def check_cancelled(self) -> None:
            raise Cancelled

    give_encoder = training_encoder.give_encoder
    with pytest.raises(Cancelled):  # while the new encoder is measured
        give_encoder(pack, encoder, tmp_path / "encoder.safetensors", Stop())
    assert content(pack.pack.folder) == before
    monkeypatch.setattr(training_encoder, "_MEASURED", 2)
    give_encoder(pack, encoder, tmp_path / "encoder.safetensors", SilentReporter())
    after = open_model("n")
    assert after.key != pack.key
    assert all(good for _, good, _ in verify(after.name))
    assert (after.pack.folder / "encoder.safetensors").read_bytes() == (
        tmp_path / "encoder.safetensors"
    ).read_bytes()
    assert not (after.pack.folder / "inversion.png").exists(), "it showed the earlier encoder's work"
    assert [p.name for p in imported_folder().iterdir()] == ["n"]


def test_a_swap_that_fails_is_taken_back(monkeypatch: pytest.MonkeyPatch) -> None:
    with staged("n") as folder:
        (folder / "file").write_text("old")
    rename = Path.rename

    def fail(self: Path, target: Path) -> Path:
        if self.name == "n" and target.parent == imported_folder():
            raise OSError("the disk is gone")
        return rename(self, target)

    monkeypatch.setattr(Path, "rename", fail)
    with pytest.raises(InputError, match="can't be written"), staged("n") as folder:
        (folder / "file").write_text("new")
    assert content(imported_folder()) == {"n/file": b"old"}


class Killed(BaseException):
    """Ends a test's swap as a kill does: nothing is tidied up."""


def killed_while_staging(monkeypatch: pytest.MonkeyPatch, name: str, new: str, *, swapping: bool) -> Path:
    """What is left of a call of `staged` that was killed before its first rename, or before its second."""
    rename, renamed = Path.rename, []

    def kill(self: Path, target: Path) -> Path:
        if len(renamed) == swapping:
            raise Killed
        renamed.append(target)
        return rename(self, target)

    with monkeypatch.context() as patch:
        patch.setattr(Path, "rename", kill)
        patch.setattr("large_gui.files.shutil.rmtree", lambda *_, **__: None)
        with pytest.raises(Killed), staged(name) as folder:
            (folder / "pack.json").write_text(new)
    (leftover,) = [path for path in imported_folder().glob(".importing-*") if (path / name).exists()]
    return leftover


def make_older(folder: Path, seconds: float) -> None:
    for path in (folder, *folder.rglob("*")):
        then = path.stat().st_mtime - seconds
        os.utime(path, (then, then))


def test_a_swap_that_was_killed_half_way_is_finished(monkeypatch: pytest.MonkeyPatch) -> None:
    with staged("n") as folder:
        (folder / "pack.json").write_text("old")
    leftover = killed_while_staging(monkeypatch, "n", "new", swapping=True)
    assert not (imported_folder() / "n").exists()
    assert "n" not in model_names(), "a process may be swapping at this moment"
    make_older(leftover, 61)
    assert "n" in model_names()
    assert content(imported_folder() / "n") == {"pack.json": b"new"}
    make_older(leftover, 100_000)
    assert "n" in model_names() and content(leftover) == {".old/pack.json": b"old"}


def test_a_swap_that_was_killed_half_way_replaces_nothing(monkeypatch: pytest.MonkeyPatch) -> None:
    with staged("n") as folder:
        (folder / "pack.json").write_text("old")
    leftovers = []
    for new in ("first", "second"):
        leftovers.append(killed_while_staging(monkeypatch, "n", new, swapping=True))
        with staged("n") as folder:
            (folder / "pack.json").write_text("again")
        leftovers[-1].joinpath("n").rename(leftovers[-1] / "m")
    for leftover, age in zip(leftovers, (200_000, 100_000), strict=True):
        make_older(leftover, age)
    assert "m" in model_names(), "the newest of them comes back"
    assert content(imported_folder() / "m") == {"pack.json": b"second"}
    assert content(imported_folder() / "n") == {"pack.json": b"again"}
    assert (leftovers[0] / "m").exists()


def test_what_an_aborted_import_left_goes_after_a_day(monkeypatch: pytest.MonkeyPatch) -> None:
    with staged("n") as folder:
        (folder / "pack.json").write_text("old")
    leftover = killed_while_staging(monkeypatch, "n", "half", swapping=False)
    make_older(leftover, 80_000)
    assert "n" in model_names() and leftover.exists()
    make_older(leftover, 10_000)
    assert "n" in model_names() and not leftover.exists()
    assert content(imported_folder()) == {"n/pack.json": b"old"}
    leftover = killed_while_staging(monkeypatch, "n", "half", swapping=False)
    make_older(leftover, 61)
    (imported_folder() / "n" / "pack.json").unlink()
    (imported_folder() / "n").rmdir()
    assert "n" not in model_names(), "it may not be complete"
