"""Walking along the direction from an image: one request at a time, coarse ones and full ones."""

import numpy as np
import pytest
from PySide6.QtCore import QPoint, QPointF, Qt, QTimer
from PySide6.QtGui import QWheelEvent
from PySide6.QtWidgets import QApplication

from large_gui.core.direction import Direction
from large_gui.gui.document.document import Document
from large_gui.gui.inspector.walk import REST_MS, STOPS
from large_gui.project.store import Label
from large_gui.project.value import Value
from tests.gui.acting import PATIENCE
from tests.gui.inspector.bench import Bench, grey, picture


class TestWalk:
    def test_the_middle_is_the_image_itself(self, walked: Bench) -> None:
        assert grey(walked.walk.picture) == 80
        assert walked.walk.caption.text() == "The image itself, as the model draws it"
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
        assert walked.walk.caption.text() == "Walked to age 54.4 years (distance +1.44)"
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


class TestWaiting:
    def test_a_picture_is_awaited_until_it_comes(self, bench: Bench) -> None:
        bench.look(4)
        shown = bench.inspector
        assert shown.crop.waiting and shown.reconstruction.waiting and bench.walk.picture.waiting
        bench.answer("picture", picture(80))
        assert not shown.reconstruction.waiting and not bench.walk.picture.waiting
        bench.fail("crop", "The image is gone.", "")
        assert not shown.crop.waiting

    def test_the_walked_one_is_out_of_date_until_the_coarse_one_comes(self, walked: Bench) -> None:
        shown = walked.walk.picture
        walked.walk.slider.setValue(7)
        assert shown.waiting and shown.stale
        walked.answer("walk", picture(107))
        assert shown.waiting and not shown.stale, "the full one comes next"
        walked.qtbot.waitUntil(lambda: len(walked.asked("walk")) == 2)
        assert shown.waiting and not shown.stale
        walked.answer("walk", picture(200, 64))
        assert not shown.waiting
        walked.walk.slider.setValue(9)
        walked.fail("walk", "No memory.", "")
        assert not shown.waiting

    def test_what_was_not_drawn_while_hidden_is_drawn_when_shown(self, walked: Bench) -> None:
        walked.inspector.hide()
        walked.walk.slider.setValue(9)
        walked.settle()
        assert walked.asked("walk") == [] and not walked.walk.picture.waiting
        walked.inspector.show()
        walked.qtbot.waitUntil(lambda: len(walked.asked("walk")) == 1)
        assert walked.asked("walk")[0].full

    def test_an_arc_turns_over_what_is_dimmed(self, walked: Bench) -> None:
        shown = walked.walk.picture
        walked.walk.slider.setValue(7)
        before = shown.grab().toImage().pixelColor(shown.width() // 2, 8)
        walked.qtbot.waitUntil(lambda: shown.grab().toImage().pixelColor(shown.width() // 2, 8) != before)
        walked.document.close()
        assert not shown.waiting
