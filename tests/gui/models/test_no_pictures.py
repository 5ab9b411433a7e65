"""A model that makes no pictures, of a kind that an extension brings: the window says what it can't do."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QComboBox, QLabel, QPushButton
from pytestqt.qtbot import QtBot

from large_gui.gui.models.page import ModelsPage
from large_gui.gui.shell.app import build
from large_gui.gui.shell.window import MainWindow
from large_gui.models.description import PackDescription, write_description
from large_gui.models.kinds.gan import GanModel
from large_gui.models.pack import imported_folder
from large_gui.models.writing import write_pack_directions
from large_gui.tasks.models import model_card
from tests.gui.acting import Drop, find
from tests.gui.bench import Bench
from tests.test_new_kinds import LEVELS, greys, toys

__all__ = ["greys", "toys"]  # pytest takes fixtures by name


def click(window: MainWindow, parent: str, name: str, qtbot: QtBot) -> None:
    button = find(find(window, parent), name, QPushButton)
    qtbot.waitUntil(lambda: button.isEnabled() and button.isVisible())
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def facts(page: ModelsPage, model: str) -> dict[str, str]:
    """What the box of a model says, by what it says it of."""
    names = ("What the model is for", "What the model can not do", "Codes of the model", "Encoder state",
             "Generator state", "Licences of the model")  # fmt: skip
    return {name: find(page.boxes[model], name, QLabel).text() for name in names}


def test_it_is_shown_and_nothing_is_offered_that_it_can_not_do(
    window: MainWindow, qtbot: QtBot, drop: Drop, greys: Path
) -> None:
    drop(greys)
    document = window.document
    window.pages.show_page("models")
    assert facts(window.pages.models, "colours") == {
        "What the model is for": "sorting and measuring images by brightness",
        "What the model can not do": "It makes no pictures, so there is no reconstruction and no walk.",
        "Codes of the model": "3 numbers an image",
        "Encoder state": "none; this kind of model works without one",
        "Generator state": "none; this model makes no pictures",
        "Licences of the model": "none",
    }  # fmt: skip
    can = find(window.pages.models.boxes["colours"], "What the model can do")
    assert can.accessibleDescription() == "Measures images"
    assert not find(window.pages.models.boxes["colours"], "Fetch generator").isVisible()
    click(window, "Model colours", "Use model", qtbot)
    qtbot.waitUntil(lambda: document.session is not None and document.session.model == "colours")
    qtbot.waitUntil(lambda: not document.job.busy)
    assert document.session is not None and np.isfinite(document.session.distances).all()

    window.pages.show_page("images")
    inspector = window.pages.inspector
    inspector.setParent(None)  # as a window of its own, so that all of it can be seen
    qtbot.addWidget(inspector)
    inspector.show()
    window.pages.images.grid.go_to(0)
    qtbot.waitUntil(lambda: not inspector.original.image.isNull() and not inspector.crop.image.isNull())
    note = find(inspector, "Generator note", QLabel)
    assert not note.isVisible(), "what a model will never have is not missed"
    for widget in (inspector.fetch, inspector.reconstruction, inspector.walk, inspector.trust.refine):
        assert not widget.isVisible()
    assert not find(inspector, "Inspector problem").isVisible()
    assert not inspector.layer_plot.isVisible(), "there is one layer, and nothing to compare it with"

    levels = {f"{i * 7 % len(LEVELS):02}.png": level for i, level in enumerate(LEVELS)}
    for path in document.session.paths[:6]:
        document.editor.label([document.session.number[path]], levels[path])
    window.pages.show_page("directions")
    page = window.pages.directions
    assert page.focusWidget() is find(page, "Attribute name"), "typing names what is looked for"
    assert not find(page, "Measure layer importance").isEnabled()
    box = find(page, "Find by", QComboBox)
    box.setCurrentText("From values")
    assert box.currentText() == "From values"
    assert find(page, "What the finder works with").text() == "6 images with a value of brightness."
    qtbot.keyClicks(find(page, "Attribute name"), "light")
    click(window, "Find directions", "Find direction", qtbot)
    qtbot.waitUntil(lambda: document.value_id == "light")
    order = [path for _, path in sorted(zip(document.session.distances, document.session.paths))]
    assert [levels[path] for path in order] == LEVELS, "a finder and a model of others, in the real worker"


def test_one_without_directions_is_shown_too(home: Path, pack: GanModel, qtbot: QtBot) -> None:
    folder = imported_folder() / "bare"
    folder.mkdir(parents=True)
    write_pack_directions(folder, [])
    write_description(folder, PackDescription("Bare colours", "mean-colour", (2, 3)))
    bench = Bench(home, pack)
    bench.open()
    page = ModelsPage(bench.document)
    qtbot.addWidget(page)
    page.show()
    told = facts(page, "bare")
    assert told["What the model is for"] == "measuring images by directions that are found in the folder"
    assert told["Codes of the model"] == "2 layers of 3 numbers an image"
    use = find(page.boxes["bare"], "Use model", QPushButton)
    assert use.isEnabled(), "the Directions page finds and imports some"
    bench.document.quit()


@pytest.mark.parametrize(
    ("changes", "why"),
    [
        ({"generates": False}, "This model makes no pictures."),
        ({"fetched_from": None}, "The model's generator is missing: install large-gui again."),
        ({"fetched_from": None, "generator_is_here": True}, ""),
    ],
)
def test_why_there_are_no_pictures(pack: GanModel, changes: dict[str, object], why: str) -> None:
    card = replace(model_card(pack.name), **changes)  # type: ignore[arg-type]
    assert card.why_no_pictures == why and card.can_draw is not bool(why)


def test_an_extension_that_can_not_be_loaded_is_told(
    home: Path, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setenv("LARGE_GUI_EXTENSIONS", "no.such.module")
    _, window = build(["large-gui"])
    assert isinstance(window, MainWindow)
    qtbot.addWidget(window)
    window.show()
    qtbot.waitUntil(lambda: "The extension 'no.such.module' can't be loaded" in window.notice.text)
    window.close()
