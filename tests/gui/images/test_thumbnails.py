"""Thumbnails in memory are of the files as they are now."""

from __future__ import annotations

from pathlib import Path

import pytest
from PIL import Image
from PySide6.QtGui import QColor
from pytestqt.qtbot import QtBot

from large_gui.gui.images import thumbnails
from large_gui.gui.images.thumbnails import Thumbnails


def test_a_file_that_is_edited_while_it_is_read_is_read_again(
    tmp_path: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    path = str(tmp_path / "a.png")
    decode, kept = thumbnails._decode, Thumbnails(tmp_path / "thumbnails.sqlite")

    def edited_meanwhile(*asked) -> object:  # type: ignore[no-untyped-def]
        before = decode(*asked)
        monkeypatch.setattr(thumbnails, "_decode", decode)
        Image.new("RGB", (40, 30), "blue").save(path)
        return before

    Image.new("RGB", (60, 45), "red").save(path)
    monkeypatch.setattr(thumbnails, "_decode", edited_meanwhile)
    assert kept.get(path) is None
    kept.drop([path])
    qtbot.waitUntil(lambda: kept.get(path) is not None)
    shown = kept.get(path)
    assert shown is not None and shown.toImage().pixelColor(0, 0) == QColor("blue")
    kept.close()
