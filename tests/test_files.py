"""Files are replaced whole or not at all, and by one mechanism everywhere."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
import torch

from large_gui.errors import InputError
from large_gui.files import folder_written_whole, written_whole
from large_gui.nets.weights import save_weights

PACKAGE = Path(__file__).resolve().parents[1] / "large_gui"
BY_HAND = re.compile(r"os\.replace\(|unfinished\.replace\(|\.part\b")


def test_written_whole(tmp_path: Path) -> None:
    path = tmp_path / "plot.SVG"
    path.write_text("old")
    with written_whole(path) as temporary:
        assert (temporary.parent, temporary.suffix) == (tmp_path, ".SVG")
        temporary.write_text("new")
        assert path.read_text() == "old"
    assert path.read_text() == "new"
    with pytest.raises(ZeroDivisionError), written_whole(path) as temporary:
        temporary.write_text(str(1 // 0))
    with pytest.raises(InputError, match=r"plot\.SVG can't be written"), written_whole(path):
        pass  # nothing was written
    assert path.read_text() == "new"
    assert list(tmp_path.iterdir()) == [path]


def test_weights_that_fail_on_the_way_leave_the_earlier_file_alone(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    import safetensors.torch

    def full_disk(tensors: object, file: Path, *_: object) -> None:
        file.write_bytes(b"half")
        raise safetensors.SafetensorError("Error while serializing: I/O error: No space left on device")

    file = tmp_path / "encoder.safetensors"
    save_weights({"a": torch.ones(2)}, file)
    before = file.read_bytes()
    monkeypatch.setattr(safetensors.torch, "save_file", full_disk)
    with pytest.raises(InputError, match=r"encoder\.safetensors can't be written"):
        save_weights({"a": torch.zeros(2)}, file)
    assert file.read_bytes() == before
    assert list(tmp_path.iterdir()) == [file]


def test_nobody_replaces_files_by_hand() -> None:
    by_hand = [path.name for path in PACKAGE.rglob("*.py") if BY_HAND.search(path.read_text("utf-8"))]
    assert by_hand == []


def test_the_earlier_folder_is_kept_when_neither_can_be_moved(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    place = tmp_path / "models" / "mine"
    place.mkdir(parents=True)
    (place / "file").write_text("earlier", "utf-8")
    rename = Path.rename

    def refuse(self: Path, target: Path) -> Path:
        if Path(target) == place:
            raise OSError("the disk is gone")
        return rename(self, target)

    with pytest.raises(OSError, match="gone"), folder_written_whole(place) as folder:
        (folder / "file").write_text("new", "utf-8")
        monkeypatch.setattr(Path, "rename", refuse)
    (kept,) = (tmp_path / "models").glob("*/.*/file")
    assert kept.read_text("utf-8") == "earlier"
