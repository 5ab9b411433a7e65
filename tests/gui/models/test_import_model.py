"""A person brings a model through the window, looks at it, and sorts a folder by it."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest
import torch
from PySide6.QtWidgets import QCheckBox, QComboBox, QDialog, QLabel, QLineEdit, QMessageBox, QPushButton
from pytestqt.qtbot import QtBot

from large_gui.gui.models.import_dialog import ImportDialog
from large_gui.gui.shell.window import MainWindow
from large_gui.models.library import model_names
from large_gui.tasks.shown import ordered
from tests import small_models
from tests.gui.acting import Drop, find


@pytest.fixture
def checkpoint(tmp_path: Path) -> Path:
    file = tmp_path / "Tiny faces.pt"
    torch.save(small_models.encoder_checkpoint(small_models.generator()), file)
    return file


@pytest.fixture
def accepted(monkeypatch: pytest.MonkeyPatch) -> None:
    """The dialog is accepted as it is; few generated images are measured, which takes the longest."""
    options = ImportDialog.options
    monkeypatch.setattr(ImportDialog, "exec", lambda dialog: QDialog.DialogCode.Accepted)
    monkeypatch.setattr(ImportDialog, "options", lambda dialog: replace(options(dialog), measured=2))


def test_what_the_dialog_asks(qtbot: QtBot, checkpoint: Path) -> None:
    dialog = ImportDialog(checkpoint)
    qtbot.addWidget(dialog)
    name = find(dialog, "Model name", QLineEdit)
    assert name.text() == "tiny-faces"
    for text, good in (("", False), ("a b", False), ("../x", False), ("Leaves.2", True)):
        name.setText(text)
        assert dialog.bring.isEnabled() == good, text
    find(dialog, "Crop of images", QComboBox).setCurrentIndex(2)
    find(dialog, "Licence", QLineEdit).setText("CC0")
    find(dialog, "Leave out unknown tensors", QCheckBox).setChecked(True)
    options = dialog.options()
    assert (options.name, options.alignment, options.licence) == ("Leaves.2", "square", "CC0")
    assert options.ignore_unknown
    assert not options.replace


def test_importing_using_and_removing(
    window: MainWindow, photos: Path, drop: Drop, checkpoint: Path, qtbot: QtBot,
    accepted: None, monkeypatch: pytest.MonkeyPatch,
) -> None:  # fmt: skip
    drop(photos)
    document, page = window.document, window.pages.models
    qtbot.addWidget(page)
    page.show()
    page.import_file(checkpoint)
    assert not page.bring.isEnabled()
    qtbot.waitUntil(lambda: "tiny-faces" in page.boxes)
    assert page.bring.isEnabled()
    box = page.boxes["tiny-faces"]
    assert "encoder" not in find(box, "Model title", QLabel).text()
    assert f"imported from {checkpoint.name}" in find(box, "Where the model is from", QLabel).text()
    assert not find(box, "Sample images", QLabel).pixmap().isNull()
    assert find(box, "Model images", QLabel).text() == "32 x 32 pixels"
    assert page.boxes["faces"].use.isHidden()  # as "In use" says it

    before = document.session
    assert before is not None
    faces_order = [before.paths[i] for i in ordered(before)]
    find(box, "Use model", QPushButton).click()
    qtbot.waitUntil(lambda: document.session not in (None, before) and not document.job.busy)
    session = document.session
    assert session is not None
    assert session.model == "tiny-faces"
    assert session.measured == len(before)
    assert [d.name for d in session.directions][:2] == ["component_1", "component_2"]
    assert [session.paths[i] for i in ordered(session)] != faces_order
    assert not box.use.isEnabled()

    drop(photos)  # the folder opens again with the model that it was left with
    assert document.session is not None
    assert document.session.model == "tiny-faces"
    find(page.boxes["faces"], "Use model", QPushButton).click()
    qtbot.waitUntil(lambda: document.session is not None and document.session.model == "faces")
    qtbot.waitUntil(lambda: not document.job.busy)
    assert [document.session.paths[i] for i in ordered(document.session)] == faces_order

    monkeypatch.setattr(QMessageBox, "exec", lambda _: QMessageBox.StandardButton.Yes)
    box.remove.click()
    qtbot.waitUntil(lambda: "tiny-faces" not in page.boxes)
    assert "tiny-faces" not in model_names()
    drop(photos)  # a model that is gone does not keep the folder from opening
    assert document.session.model == "faces"


def test_a_refused_file_is_told(window: MainWindow, tmp_path: Path, qtbot: QtBot, accepted: None) -> None:
    (tmp_path / "model.pkl").write_bytes(b"\x80\x02cos\nsystem\nU\x04true\x85R.")
    page = window.pages.models
    qtbot.addWidget(page)
    page.show()
    told: list[str] = []
    window.document.notice.connect(lambda sentence, hint, bad: told.append(sentence))
    page.import_file(tmp_path / "model.pkl")
    qtbot.waitUntil(lambda: bool(told))
    assert "run code" in told[0]
    assert page.bring.isEnabled()
