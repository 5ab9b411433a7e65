"""The inspector: what it asks for and when, which answers it drops, what it says."""

import os
import subprocess
import sys
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt, QTimer
from PySide6.QtGui import QImage, QWheelEvent
from PySide6.QtWidgets import QApplication, QPushButton, QSlider, QWidget
from pytestqt.qtbot import QtBot

from large_gui.core.direction import Direction
from large_gui.gui.document.document import Document
from large_gui.gui.inspector.inspector import ASK_MS, Inspector, figures, trust
from large_gui.gui.inspector.walk import REST_MS, STOPS
from large_gui.gui.widgets.pictures import Picture
from large_gui.models.gan import GanModel
from large_gui.project.code_cache import Inverted
from large_gui.project.images.manifest import Manifest
from large_gui.project.store import Label, ProjectStore
from large_gui.project.value import Value
from large_gui.service.requests import Crop, Reconstruct, Refine, Request, ShowLayers, WalkImage
from large_gui.tasks.invert import Failure
from large_gui.tasks.look import Layers
from large_gui.tasks.measure import Measured
from large_gui.tasks.models import model_card
from large_gui.tasks.refine import Refinement
from large_gui.tasks.session import Session
from tests.gui.acting import PATIENCE, find, settle
from tests.gui.played import PlayedWorker

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")


KINDS: dict[str, type[Request[Any]]] = {
    "crop": Crop, "picture": Reconstruct, "layers": ShowLayers, "walk": WalkImage, "refine": Refine,
}  # fmt: skip


class Bench:
    """An inspector over twelve images, the last two not measured, and one that can't be read."""

    def __init__(self, home: Path, pack: GanModel, folder: Path, qtbot: QtBot) -> None:
        self.pack, self.qtbot = pack, qtbot
        self.document = Document(home)
        self.worker = PlayedWorker(self.document)
        self.document.model = model_card(pack.name)
        paths = sorted(p.relative_to(folder).as_posix() for p in folder.rglob("*.jpg"))
        directions = [pack.directions["age"], pack.directions["yaw"]]
        found = Manifest(folder, paths, [Failure("zz.jpg", "not an image")])
        self.session = self.document.session = Session(found, directions, "faces")
        table = np.column_stack([np.linspace(-2, 2.5, 10), np.linspace(1, -1, 10)])
        sha, flags = [f"sha{i}" for i in range(10)], [()] * 10
        self.session.add(Measured(paths[:10], sha, table, [50.0] * 10, flags, directions=["age", "yaw"]))
        self.inspector = Inspector(self.document)
        self.walk = self.inspector.walk
        qtbot.addWidget(self.inspector)
        self.inspector.resize(380, 900)
        self.inspector.show()
        qtbot.waitExposed(self.inspector)

    def settle(self) -> None:
        """Wait until everything was asked for."""
        settle(self.qtbot, self.inspector)

    def look(self, number: int) -> None:
        self.document.set_current(number)
        self.settle()

    def turn(self, name: str, *, flipped: bool = False) -> None:
        self.session.choose(name, {}, flipped=flipped)
        self.document.direction_changed.emit()
        self.settle()

    def jobs(self) -> list[str]:
        names = {kind: name for name, kind in KINDS.items()}
        return sorted(names[type(request)] for request in self.worker.asked)

    def asked(self, job: str) -> list[Any]:
        return self.worker.of(KINDS[job])

    def answer(self, job: str, value: Any, number: int = -1) -> None:
        self.worker.answer(KINDS[job], value, number)

    def fail(self, job: str, sentence: str, hint: str) -> None:
        self.worker.fail(KINDS[job], sentence, hint, "Traceback")

    def cancel(self, job: str, number: int = -1) -> None:
        self.worker.stop(KINDS[job], number)


def picture(value: int, side: int = 32) -> np.ndarray:
    return np.full((side, side, 3), value, np.uint8)


def grey(shown: Picture) -> int:
    """The value of a picture's first pixel, -1 for none."""
    return -1 if shown.image.isNull() else shown.image.pixelColor(0, 0).red()


@pytest.fixture
def bare(home: Path, pack: GanModel, few_samples: Path, qtbot: QtBot) -> Iterator[Bench]:
    """Without a generator."""
    bench = Bench(home, pack, few_samples, qtbot)
    yield bench
    bench.document.quit()


@pytest.fixture
def bench(pack: GanModel, bare: Bench) -> Bench:
    """With a generator file; nothing reads it."""
    pack.pack.generator_file.parent.mkdir(parents=True)
    pack.pack.generator_file.touch()
    bare.document.refresh_model()
    return bare


@pytest.fixture
def walked(bench: Bench) -> Bench:
    """Looking at an image whose reconstruction is there, with nothing walked yet."""
    bench.look(4)
    bench.answer("picture", picture(80))
    assert bench.walk.isEnabled()
    return bench


def test_nothing_heavy_is_loaded_with_the_module() -> None:
    heavy = "[m for m in ('numpy', 'pyqtgraph', 'torch', 'PIL') if m in sys.modules]"
    code = f"import sys, large_gui.gui.inspector.inspector; print({heavy})"
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


class TestAsking:
    def test_without_an_image_it_says_what_to_do(self, bench: Bench) -> None:
        assert find(bench.inspector, "Inspector hint").isVisible()
        assert not bench.inspector.name.isVisible()
        assert bench.jobs() == []

    def test_an_image_is_asked_for_once(self, bench: Bench) -> None:
        bench.look(3)
        path = bench.session.folder / bench.session.paths[3]
        assert bench.asked("crop") == [Crop(path, "faces")]
        assert bench.asked("picture") == [Reconstruct("sha3", "faces")]
        assert bench.asked("layers")[0].direction is bench.session.direction
        bench.document.images_changed.emit(np.array([3]))
        bench.document.busy_changed.emit()
        bench.settle()
        assert bench.jobs() == ["crop", "layers", "picture"]

    def test_a_held_arrow_key_asks_for_the_last_image_only(self, bench: Bench) -> None:
        (timer,) = (t for t in bench.inspector.findChildren(QTimer) if t.interval() == ASK_MS)
        timer.setInterval(PATIENCE)  # so that all keys come within it
        for number in range(6):
            bench.document.set_current(number)
            QApplication.processEvents()
        assert bench.jobs() == []
        assert bench.inspector.name.toolTip().endswith(bench.session.paths[5])  # words follow at once
        timer.setInterval(ASK_MS)
        bench.settle()
        assert [a.sha256 for a in bench.asked("picture")] == ["sha5"]

    def test_nothing_is_asked_for_while_hidden(self, bench: Bench) -> None:
        bench.inspector.hide()
        bench.look(1)
        bench.inspector.refresh()
        assert bench.jobs() == []
        bench.inspector.show()
        bench.settle()
        assert bench.jobs() == ["crop", "layers", "picture"]

    def test_an_image_that_waits_is_asked_for_when_it_was_measured(self, bench: Bench) -> None:
        bench.look(10)
        assert bench.jobs() == ["crop"]
        assert "not\u00a0inverted\u00a0yet" in bench.inspector.facts.text()
        assert not bench.walk.isEnabled()
        table, names = np.array([[0.3, 0.1]]), ["age", "yaw"]
        part = Measured([bench.session.paths[10]], ["new"], table, [5.0], [()], directions=names)
        bench.document.images_changed.emit(bench.session.add(part))
        bench.settle()
        assert bench.jobs() == ["crop", "layers", "picture"]
        assert bench.walk.isEnabled()

    def test_another_direction_asks_for_its_layers_only(self, bench: Bench) -> None:
        bench.look(3)
        bench.turn("yaw", flipped=True)
        assert bench.jobs() == ["crop", "layers", "layers", "picture"]
        assert [a.direction.spelled for a in bench.asked("layers")] == ["age", "-yaw"]

    def test_a_request_whose_place_was_taken_is_made_again(self, bench: Bench) -> None:
        bench.look(3)
        bench.cancel("layers")
        bench.settle()
        assert len(bench.asked("layers")) == 2
        bench.look(4)
        bench.cancel("layers", 1)  # of an image that was left
        bench.settle()
        assert len(bench.asked("layers")) == 3


class TestAnswers:
    def test_pictures_are_shown(self, bench: Bench) -> None:
        bench.look(0)
        bench.answer("crop", (picture(60), ()))
        bench.answer("picture", picture(80))
        bench.qtbot.waitUntil(lambda: grey(bench.inspector.original) >= 0)
        assert grey(bench.inspector.crop) == 60
        assert grey(bench.inspector.reconstruction) == grey(bench.walk.picture) == 80
        assert bench.inspector.crop.accessibleDescription() == "The part of the image that is inverted"

    def test_a_stale_answer_is_dropped(self, bench: Bench) -> None:
        bench.look(0)
        bench.document.set_current(1)
        bench.answer("crop", (picture(60), ()))
        bench.answer("picture", picture(80))
        bench.fail("layers", "An old trouble.", "")
        assert grey(bench.inspector.crop) == grey(bench.inspector.reconstruction) == -1
        assert not bench.inspector.problem.isVisible()

    def test_closing_the_folder_empties_it(self, bench: Bench) -> None:
        bench.look(0)
        bench.document.close()
        bench.answer("crop", (picture(60), ()))
        assert grey(bench.inspector.crop) == -1
        assert not bench.inspector.name.isVisible()

    def test_an_error_is_told_in_a_line(self, bench: Bench) -> None:
        bench.look(0)
        bench.fail("crop", "The image is gone.", "Put it back.")
        assert bench.inspector.problem.isVisible()
        assert bench.inspector.problem.text() == "The image is gone. Put it back."
        bench.look(1)
        assert not bench.inspector.problem.isVisible()

    def test_an_original_that_is_gone(self, bench: Bench) -> None:
        (bench.session.folder / bench.session.paths[2]).unlink()
        bench.look(2)
        bench.qtbot.waitUntil(bench.inspector.problem.isVisible)
        assert "can't be read" in bench.inspector.problem.text()

    def test_layers_are_drawn_and_described(self, bench: Bench) -> None:
        bench.look(0)
        plot = bench.inspector.layer_plot
        assert plot.plot is None
        importance = np.full(23, 0.04)
        importance[4] = 0.12
        bench.answer("layers", Layers(np.linspace(-1, 2, 23), importance))
        assert plot.isVisible()
        assert plot.accessibleDescription() == "Layer 5 of 23 matters most: 12.0%, distance -0.45"
        assert plot.plot is not None
        distances, shares = (item.getData()[1] for item in plot.plot.listDataItems())
        assert (len(distances), distances.argmax()) == (23, 22) and (len(shares), shares.argmax()) == (23, 4)
        bench.look(1)
        assert not plot.isVisible()

    def test_the_worker_dies(self, bench: Bench) -> None:
        bench.look(0)
        bench.worker.die()
        bench.document.images_changed.emit(np.array([0]))
        bench.settle()
        assert len(bench.asked("crop")) == 2


class TestWalk:
    def test_the_middle_is_the_image_itself(self, walked: Bench) -> None:
        assert grey(walked.walk.picture) == 80
        assert walked.walk.caption.text() == "Distance 0.00"
        assert not walked.walk.back.isEnabled()
        assert walked.asked("walk") == []

    def test_the_ends_are_two_standard_deviations_away(self, walked: Bench) -> None:
        walked.walk.slider.setValue(STOPS)
        assert walked.asked("walk")[0].steps == pytest.approx(2 * np.nanstd(walked.session.distances))
        assert "young" in walked.walk.less.text()

    def test_equal_distances_leave_room_to_walk(self, walked: Bench) -> None:
        walked.session.distances[:] = 1.0
        walked.document.direction_changed.emit()
        walked.settle()
        walked.walk.slider.setValue(-STOPS)
        assert walked.asked("walk")[0].steps == pytest.approx(-0.5)

    def test_one_coarse_request_at_a_time_and_the_newest_wins(self, walked: Bench) -> None:
        for place in (2, 3, 5, 9):
            walked.walk.slider.setValue(place)
        assert len(walked.asked("walk")) == 1
        walked.answer("walk", picture(102), 0)
        assert grey(walked.walk.picture) == 102  # late, but nearer than what was shown
        first, second = walked.asked("walk")
        assert second.steps == pytest.approx(4.5 * first.steps)
        assert not first.full
        assert not second.full
        walked.answer("walk", picture(109), 1)
        assert grey(walked.walk.picture) == 109
        assert len(walked.asked("walk")) == 2

    def test_the_full_image_comes_when_the_slider_rests(self, walked: Bench) -> None:
        (timer,) = (t for t in walked.walk.findChildren(QTimer) if t.interval() == REST_MS)
        timer.setInterval(PATIENCE)
        timer.setTimerType(Qt.TimerType.PreciseTimer)
        walked.walk.slider.setValue(7)
        left = timer.remainingTime()
        walked.qtbot.waitUntil(lambda: timer.remainingTime() < left - 10)
        walked.walk.slider.setValue(8)
        assert timer.remainingTime() > left - 10, "it rests anew"
        assert [a.full for a in walked.asked("walk")] == [False]
        timer.setInterval(REST_MS)
        walked.qtbot.waitUntil(lambda: len(walked.asked("walk")) == 2)
        assert walked.asked("walk")[1].full
        walked.answer("walk", picture(200, 64), 1)
        assert grey(walked.walk.picture) == 200
        walked.answer("walk", picture(107), 0)  # a coarse one may not come over it, nor ask again
        assert grey(walked.walk.picture) == 200
        walked.settle()
        assert len(walked.asked("walk")) == 2

    def test_a_full_image_of_a_place_that_was_left_is_dropped(self, walked: Bench) -> None:
        walked.walk.slider.setValue(7)
        walked.qtbot.waitUntil(lambda: len(walked.asked("walk")) == 2)
        walked.walk.slider.setValue(9)
        walked.answer("walk", picture(200, 64), 1)
        assert grey(walked.walk.picture) == 80
        walked.answer("walk", picture(107), 0)
        assert [a.full for a in walked.asked("walk")] == [False, True, False]

    @pytest.mark.parametrize("what", ["image", "direction"])
    def test_an_answer_for_another_image_or_direction_is_dropped(self, what: str, walked: Bench) -> None:
        walked.walk.slider.setValue(7)
        if what == "image":
            walked.look(5)
        else:
            walked.turn("yaw")
        assert walked.walk.slider.value() == 0
        walked.walk.slider.setValue(7)
        walked.answer("walk", picture(107), 0)
        assert grey(walked.walk.picture) != 107
        assert len(walked.asked("walk")) == 2
        walked.answer("walk", picture(108), 1)
        assert grey(walked.walk.picture) == 108

    def test_back_shows_the_image_itself(self, walked: Bench) -> None:
        walked.walk.slider.setValue(7)
        walked.answer("walk", picture(107))
        walked.qtbot.mouseClick(walked.walk.back, Qt.MouseButton.LeftButton)
        assert walked.walk.slider.value() == 0
        assert grey(walked.walk.picture) == 80
        walked.qtbot.waitUntil(lambda: len(walked.asked("walk")) == 2)
        assert walked.asked("walk")[1].full
        assert walked.asked("walk")[1].steps == 0

    def test_the_caption_says_distance_and_prediction(
        self, walked: Bench, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(Document, "value", Value("age", "age", "years"))
        walked.session.label({walked.session.paths[0]: Label(20), walked.session.paths[9]: Label(65)})
        walked.document.labels_changed.emit([0, 9])
        walked.walk.slider.setValue(10)
        assert walked.walk.caption.text() == "Distance +1.44 (+1.44), 54.4 years"
        assert walked.walk.slider.accessibleDescription() == walked.walk.caption.text()

    def test_an_error_and_its_end(self, walked: Bench) -> None:
        walked.walk.slider.setValue(7)
        walked.fail("walk", "No memory.", "Close something.")
        assert walked.inspector.problem.text() == "No memory. Close something."
        walked.walk.slider.setValue(8)
        walked.answer("walk", picture(108))
        assert not walked.inspector.problem.isVisible()

    def test_a_place_taken_by_another_widget_is_asked_for_again(self, walked: Bench) -> None:
        walked.walk.slider.setValue(7)
        walked.qtbot.waitUntil(lambda: len(walked.asked("walk")) == 2)
        walked.cancel("walk")
        walked.qtbot.waitUntil(lambda: len(walked.asked("walk")) == 3)
        assert walked.asked("walk")[2].full

    def test_the_worker_dies_and_walking_goes_on(self, walked: Bench) -> None:
        walked.walk.slider.setValue(7)
        walked.worker.die()
        walked.walk.slider.setValue(8)
        assert len(walked.asked("walk")) == 2

    def test_a_walk_that_the_worker_dies_of_is_not_asked_for_again(self, walked: Bench) -> None:
        walked.walk.slider.setValue(7)
        walked.worker.die()
        walked.settle()
        assert walked.walk.slider.value() == 0 and grey(walked.walk.picture) == 80
        assert len(walked.asked("walk")) == 1

    def test_nothing_is_drawn_while_hidden(self, walked: Bench) -> None:
        walked.walk.slider.setValue(7)
        walked.inspector.hide()
        walked.walk.slider.setValue(9)
        walked.answer("walk", picture(107))
        walked.settle()
        assert len(walked.asked("walk")) == 1

    def test_the_wheel_scrolls_the_panel(self, walked: Bench) -> None:
        here, delta, no = QPointF(5, 5), QPoint(0, 120), Qt.MouseButton.NoButton
        keys, phase = Qt.KeyboardModifier.NoModifier, Qt.ScrollPhase.NoScrollPhase
        QApplication.sendEvent(
            walked.walk.slider, QWheelEvent(here, here, delta, delta, no, keys, phase, False)
        )
        assert walked.walk.slider.value() == 0

    def test_markup_in_a_direction_is_no_markup(self, bench: Bench) -> None:
        normal = bench.session.direction.normal
        bench.session.direction = Direction("x", normal, negative="<b>less", positive="more & more")
        bench.look(0)
        assert "<b>less" in bench.walk.less.text()


def test_refining_brings_another_code_and_can_be_undone(walked: Bench, tmp_path: Path) -> None:
    walked.document.store = store = ProjectStore(tmp_path / "p.large")
    session, button, notices = walked.session, walked.inspector.refine, []
    walked.document.notice.connect(lambda *told: notices.append(told))
    assert button.isVisible() and button.isEnabled()
    shown = len(walked.asked("picture"))
    button.click()
    (asked,) = walked.asked("refine")
    assert (asked.path, asked.model) == (session.paths[4], "faces")
    assert not button.isEnabled(), "one at a time"
    assert walked.document.job.busy == "Refining"
    table = np.array([[2.25, 0.0]])
    path, sha, flags, names = session.paths[4], session.sha256[4], [("refined",)], ["age", "yaw"]
    measured = Measured([path], [sha], table, [60.0], flags, directions=names)
    code, before = Inverted(np.ones((23, 512), np.float32), 60.0, flags[0]), float(session.distances[4])
    walked.answer("refine", Refinement(code, measured, 0.31, 0.12))
    walked.settle()
    assert session.distances[4] == 2.25
    assert "0.31 → 0.12" in notices[-1][0] and "→ +2.25" in notices[-1][0]
    assert len(walked.asked("picture")) == shown + 1, "its picture is drawn anew"
    assert "refined" in walked.inspector.trust.text()
    assert button.isEnabled() and not walked.document.job.busy
    key = walked.pack.key
    assert list(store.refined(key)) == [sha]
    walked.document.editor.stack.undo()
    assert session.distances[4] == before and session.flags[4] == () and not store.refined(key)
    walked.document.editor.stack.redo()
    assert session.distances[4] == 2.25 and list(store.refined(key)) == [sha]


def test_refining_that_fails_leaves_everything_as_it_was(walked: Bench) -> None:
    before = walked.session.distances.copy()
    walked.inspector.refine.click()
    walked.fail("refine", "The image is gone.", "Put it back.")
    assert walked.inspector.refine.isEnabled()
    np.testing.assert_array_equal(walked.session.distances, before)


def test_without_a_generator_a_note_stands_in_until_it_was_fetched(bare: Bench) -> None:
    bare.look(0)
    assert bare.jobs() == ["crop", "layers"]
    assert not bare.walk.isVisible()
    assert bare.inspector.fetch.isFlat()
    with bare.qtbot.waitSignal(bare.inspector.fetch_wanted):
        bare.qtbot.mouseClick(bare.inspector.fetch, Qt.MouseButton.LeftButton)
    bare.pack.pack.generator_file.parent.mkdir(parents=True)
    bare.pack.pack.generator_file.touch()
    bare.document.refresh_model()
    bare.inspector.refresh()
    assert bare.jobs() == ["crop", "layers", "picture"]
    assert bare.walk.isVisible()
    assert not bare.inspector.fetch.isVisible()


class TestWords:
    @pytest.mark.parametrize(
        ("error", "flags", "words"),
        [
            (66.0, (), "Inversion good: 34 % of good images are farther from what the generator knows."),
            (95.0, (), "Inversion fair: 5 % of good images are farther from what the generator knows."),
            (99.5, (), "Inversion poor: this image lies outside what the generator knows."),
            (99.0, ("poor-inversion",), "Inversion poor: this image lies outside what the generator knows."),
            (float("nan"), (), ""),
            (float("nan"), ("unaligned",), "No face was found; the centred square was used."),
            (float("nan"), ("several-faces",), "Several faces; the largest was used."),
        ],
    )
    def test_trust(self, error: float, flags: tuple[str, ...], words: str) -> None:
        assert trust(error, flags) == words

    def test_figures(self, bench: Bench, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(Document, "value", Value("age", "age", "years"))
        paths, document = bench.session.paths, bench.document
        document.set_current(5)
        assert figures(document) == "rank\u00a06\u00a0of\u00a010 · distance\u00a0+0.50"
        bench.session.label({paths[i]: Label(y) for i, y in ((0, 20.0), (5, 47.0), (9, 65.0))})
        bench.session.label({paths[3]: Label(1.0, True)})
        low, high = bench.session.calibration.interval([0.5])  # type: ignore[union-attr]
        text = figures(document).replace("\u00a0", " ")
        assert text.startswith("rank 6 of 10 · distance +0.50 · 45.7 years (")
        assert text.endswith(f" ({low[0]:.1f} to {high[0]:.1f}) · label 47")
        document.set_current(3)
        assert figures(document).endswith("label\u00a01,\u00a0left\u00a0out")

    def test_equal_distances_have_ranks_of_their_own(self, bench: Bench) -> None:
        bench.session.distances[:] = 1.0
        for number, rank in enumerate(bench.session.ranks()):
            bench.document.set_current(number)
            assert figures(bench.document).startswith(f"rank\u00a0{rank}\u00a0of")

    def test_an_image_that_cant_be_read_says_why(self, bench: Bench) -> None:
        bench.look(bench.session.number["zz.jpg"])
        assert bench.inspector.facts.text() == "can't be read: not an image"
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
