"""Models of backbones on the models page: what they are and what they can do."""

from __future__ import annotations

from pathlib import Path

from PySide6.QtWidgets import QLabel
from pytestqt.qtbot import QtBot

from large_gui.core.reporter import SilentReporter
from large_gui.gui.models.page import ModelsPage
from large_gui.tasks.imports.backbone import BackboneOptions, add_backbone
from tests.gui.acting import find
from tests.gui.bench import Bench
from tests.small_backbones import ARCHITECTURE, added_clip, timm_weights


def test_they_are_shown_as_what_they_are(bench: Bench, qtbot: QtBot, tmp_path: Path) -> None:
    added_clip(tmp_path / "tiny")
    options = BackboneOptions(weights=timm_weights(tmp_path / "w.safetensors"), name="mine", licence="MIT")
    add_backbone(ARCHITECTURE, options, SilentReporter())
    page = ModelsPage(bench.document)
    qtbot.addWidget(page)
    page.show()
    for name, title, can, codes, licence in (
        ("clip", "tiny (CLIP)", "Measures images; Reads texts", "12 numbers an image", "not said"),
        ("mine", f"{ARCHITECTURE} (timm)", "Measures images", "64 numbers an image", "MIT"),
    ):
        box = page.boxes[name]
        said = [
            find(box, of, QLabel).text()
            for of in ("Model title", "Codes of the model", "Licences of the model", "Encoder state")
        ]
        assert said[:-1] == [title, codes, licence] and said[-1].startswith("✓ here")
        assert find(box, "What the model can do").accessibleDescription() == can
        assert "no reconstruction and no walk" in find(box, "What the model can not do", QLabel).text()
        assert find(box, "Remove model").isEnabled()
