"""What the inspector says, and how it is laid out."""

from dataclasses import replace
from pathlib import Path

import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication, QPushButton, QSlider, QWidget
from pytestqt.qtbot import QtBot

from large_gui.core.finding_record import FindingRecord
from large_gui.gui.document.document import Document
from large_gui.gui.inspector.inspector import Inspector
from large_gui.gui.inspector.words import estimate, figures, trust
from large_gui.gui.widgets.pictures import Picture
from large_gui.models.kinds.gan import GanModel
from large_gui.project.images.manifest import Manifest
from large_gui.project.store import Label
from large_gui.project.value import Value
from large_gui.tasks.models import model_card
from large_gui.tasks.session import Session
from tests.gui.inspector.bench import Bench


class TestWords:
    @pytest.mark.parametrize(
        ("error", "flags", "grade", "words"),
        [
            (66.0, (), "good", "This image lies well inside what the model knows."),
            (
                95.0, (), "warn",
                "This image lies at the edge of what the model knows: its figures are less sure.",
            ),
            (99.5, (), "bad", "This image lies outside what the model knows: don't rely on its figures."),
            (
                99.0, ("poor-inversion",), "bad",
                "This image lies outside what the model knows: don't rely on its figures.",
            ),
            (float("nan"), (), "", ""),
            (float("nan"), ("unaligned",), "warn", "No face was found; the centred square was used."),
            (float("nan"), ("several-faces",), "warn", "Several faces; the largest was used."),
            (
                5.0, ("refined",), "good",
                "This image lies well inside what the model knows. The code was refined.",
            ),
        ],
    )  # fmt: skip
    def test_trust(self, error: float, flags: tuple[str, ...], grade: str, words: str) -> None:
        told = trust(error, flags)
        assert (told.grade, told.words) == (grade, words)
        assert (f"{100 - error:.0f} % of good images are farther" in told.detail) == (error == error)

    def test_the_rank_stands_for_the_estimate_until_there_is_a_line(self, bench: Bench) -> None:
        bench.document.set_current(5)
        assert estimate(bench.document) == "Rank 6 of 10, from young to old"
        assert figures(bench.document) == "Distance\u00a0+0.50"
        bench.document.set_current(10)
        assert estimate(bench.document) == "Not measured yet: it waits for its turn."
        assert figures(bench.document) == ""

    def test_the_estimate_comes_first(self, bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(Document, "value", Value("age", "age", "years"))
        paths, document = bench.session.paths, bench.document
        document.set_current(5)
        bench.session.label({paths[i]: Label(y) for i, y in ((0, 20.0), (9, 65.0))})
        assert estimate(document) == "Estimated age 45.0 years", "two labels leave no interval"
        bench.session.label({paths[5]: Label(47.0), paths[3]: Label(1.0, True)})
        low, high = bench.session.calibration.interval([0.5])  # type: ignore[union-attr]
        assert estimate(document) == f"Estimated age 46 years, between {low[0]:.0f} and {high[0]:.0f}"
        text = figures(document).replace("\u00a0", " ")
        assert text == "Rank 6 of 10 · distance +0.50 · you gave 47"
        assert bench.session.direction is not None
        record = FindingRecord(held_out={bench.session.sha256[5]: 0.25})
        bench.session.direction = replace(bench.session.direction, record=record)
        text = figures(document).replace("\u00a0", " ")
        assert "the direction was learned from it; without it the line says" in text
        document.set_current(3)
        assert figures(document).endswith(
            "you\u00a0gave\u00a01,\u00a0left\u00a0out\u00a0of\u00a0the\u00a0line"
        )

    def test_equal_distances_have_ranks_of_their_own(self, bench: Bench) -> None:
        bench.session.distances[:] = 1.0
        for number, rank in enumerate(bench.session.ranks()):
            bench.document.set_current(number)
            assert estimate(bench.document).startswith(f"Rank {rank} of")

    def test_the_answer_and_the_walk_come_before_everything_else(self, walked: Bench) -> None:
        inspector = walked.inspector
        parts = [inspector.name, inspector.estimate, inspector.facts, inspector.walk, inspector.trust]
        tops = [part.mapTo(inspector, part.rect().topLeft()).y() for part in (*parts, inspector.crop)]
        assert tops == sorted(tops)
        inspector.resize(345, 900)
        QApplication.processEvents()
        walk = inspector.walk
        assert walk.mapTo(inspector, walk.rect().bottomLeft()).y() < 340, (
            "seen at 1280 x 720 without scrolling"
        )

    def test_an_image_that_cant_be_read_says_why(self, bench: Bench) -> None:
        bench.look(bench.session.number["zz.jpg"])
        assert bench.inspector.estimate.text() == "It can't be read: not an image"
        assert bench.inspector.crop.accessibleDescription() == "can't be read"
        assert bench.jobs() == []

    def test_a_long_name_is_elided_in_the_middle(self, bench: Bench) -> None:
        bench.session.paths[0] = f"sub/{'long' * 40}.jpg"
        bench.document.set_current(0)
        start, end = bench.inspector.name.text().split("…")
        assert start.startswith("long")
        assert end.endswith(".jpg")
        assert bench.inspector.name.toolTip().endswith(bench.session.paths[0])

    def test_everything_has_a_name(self, walked: Bench) -> None:
        widgets = walked.inspector.findChildren(QWidget)
        for widget in widgets:
            if isinstance(widget, QPushButton | QSlider | Picture):
                assert widget.accessibleName() or widget.text(), widget
            if isinstance(widget, Picture):
                assert widget.accessibleDescription(), widget.accessibleName()
        pictures = {"Original", "Aligned crop", "Reconstruction", "Walked image"}
        assert pictures | {"Walk", "Layer plot"} <= {w.accessibleName() for w in widgets}
        assert walked.inspector.accessibleName() == "Inspector"


@pytest.mark.parametrize("width", [320, 480])
def test_it_fits_the_dock(walked: Bench, width: int) -> None:
    assert walked.inspector.minimumSizeHint().width() <= width
    walked.inspector.resize(width, 1000)
    QApplication.processEvents()
    size = walked.inspector.crop.size()
    assert size.width() > 80
    assert abs(size.width() - size.height()) <= 1  # columns share the odd pixel


def test_pictures_keep_their_shape(qtbot: QtBot) -> None:
    shown = Picture("Wide", "a wide one")
    qtbot.addWidget(shown)
    shown.resize(100, 100)
    image = QImage(40, 20, QImage.Format.Format_RGB888)
    image.fill(Qt.GlobalColor.red)
    shown.set_image(image)
    painted = shown.grab().toImage()
    assert painted.pixelColor(50, 50) == Qt.GlobalColor.red
    assert painted.pixelColor(50, 10) != Qt.GlobalColor.red


def test_the_real_worker_shows_the_crop(home: Path, qtbot: QtBot, pack: GanModel, few_samples: Path) -> None:
    document = Document(home)
    document.model = model_card(pack.name)
    document.session = Session(Manifest(few_samples, ["face-002.jpg"], []), [pack.directions["age"]], "faces")
    inspector = Inspector(document)
    qtbot.addWidget(inspector)
    inspector.show()
    try:
        document.set_current(0)
        qtbot.waitUntil(lambda: not inspector.crop.image.isNull())
        assert inspector.crop.image.width() == inspector.crop.image.height() == 320
        assert not inspector.problem.isVisible()
    finally:
        document.quit()
