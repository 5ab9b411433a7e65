"""Directions that are kept for every folder: the button, the list, other folders, and stopping."""

from __future__ import annotations

from dataclasses import replace

import numpy as np
import pytest
from PySide6.QtWidgets import QLabel, QListWidget, QPushButton
from pytestqt.qtbot import QtBot

from large_gui.core.finding_record import FindingRecord
from large_gui.gui.directions.page import DirectionsPage
from large_gui.gui.document.document import Document
from large_gui.tasks.finding.own import keep
from large_gui.tasks.models import model_card
from tests.gui.acting import LEFT, find
from tests.gui.bench import Bench, own_direction

LEARNED = replace(
    own_direction("spots", found_by="ridge", provenance="ridge regression"),
    record=FindingRecord(figures={"error": 0.61, "images": 12.0}, held_out={"a" * 64: 0.5}),
)


def headings(page: DirectionsPage) -> list[str]:
    cards = find(page, "Directions", QListWidget)
    return [cards.item(row).text() for row in range(cards.count()) if not cards.itemWidget(cards.item(row))]


def button(page: DirectionsPage) -> QPushButton:
    made = find(page, "Keep direction for every folder", QPushButton)
    assert isinstance(made, QPushButton)
    return made


def show(page: DirectionsPage, bench: Bench, name: str) -> None:
    bench.document.choose_direction(name)
    assert page.cards.name == name


def test_one_of_the_folder_is_kept_and_offered_no_more(
    bench: Bench, page: DirectionsPage, qtbot: QtBot
) -> None:
    bench.open(LEARNED)
    document = bench.document
    assert page.cards.name == "age" and button(page).isHidden(), "it came with the model"
    show(page, bench, "spots")
    assert button(page).text() == "Keep for every folder"
    qtbot.mouseClick(button(page), LEFT)
    assert "offered in every folder" in bench.notices[-1][0]
    assert model_card("faces").kept == {"spots"} and list(model_card("faces").directions)[-1] == "spots"
    assert button(page).text() == "Stop keeping" and "Found" in headings(page), "it is still of this folder"
    qtbot.mouseClick(button(page), LEFT)
    assert not model_card("faces").kept and document.own == {"spots"}
    assert "Its file is now" in bench.notices[-1][1] and button(page).text() == "Keep for every folder"


def test_another_version_takes_the_place_of_the_kept_one(
    bench: Bench, page: DirectionsPage, qtbot: QtBot
) -> None:
    keep(bench.pack, [replace(LEARNED, normal=-LEARNED.normal)])
    bench.document.refresh_model()
    bench.document.model = model_card("faces")
    bench.open(LEARNED)
    show(page, bench, "spots")
    assert button(page).text() == "Keep for every folder", "what is kept is an earlier one"
    qtbot.mouseClick(button(page), LEFT)
    kept = model_card("faces").directions["spots"]
    np.testing.assert_array_equal(kept.normal, LEARNED.normal)
    assert "earlier one of that name is now" in bench.notices[-1][1]


@pytest.fixture
def other(bench: Bench, page: DirectionsPage) -> Document:
    """A folder in which nothing was found, opened with a direction that is kept."""
    keep(bench.pack, [LEARNED])
    document = bench.document
    document.model = model_card("faces")
    bench.open(LEARNED)
    document.own = frozenset()
    assert document.store is not None
    document.store.set_directions({"spots": None})
    document.opened.emit()
    return document


def test_a_kept_one_is_listed_as_kept_with_its_record(
    bench: Bench, page: DirectionsPage, qtbot: QtBot, other: Document
) -> None:
    assert headings(page) == ["Built-in", "Kept"]
    words = [label.text() for label in find(page, "Direction Spots").findChildren(QLabel)]
    assert "Held-out images: error 0.61, images 12" in words
    show(page, bench, "spots")
    assert find(page, "Held out").text() == "error 0.61, images 12"
    assert find(page, "Rename direction").isHidden() and find(page, "Remove direction").isHidden()


def test_stopping_leaves_it_to_the_open_folder(
    bench: Bench, page: DirectionsPage, qtbot: QtBot, other: Document
) -> None:
    show(page, bench, "spots")
    qtbot.mouseClick(button(page), LEFT)
    assert other.own == {"spots"} and other.chosen.name == "spots"
    assert other.store is not None and list(other.store.directions()) == ["spots"]
    assert not model_card("faces").kept and headings(page) == ["Built-in", "Found"]


def test_what_can_not_be_kept_is_told(bench: Bench, page: DirectionsPage, qtbot: QtBot) -> None:
    alien = replace(LEARNED, record=FindingRecord(model_key="another"))
    bench.open(alien)
    show(page, bench, "spots")
    qtbot.mouseClick(button(page), LEFT)
    assert "not one of the codes of 'faces'" in bench.notices[-1][0] and bench.notices[-1][2]
    assert not model_card("faces").kept
