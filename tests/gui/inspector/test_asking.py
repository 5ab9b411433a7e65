"""What the inspector asks for and when, and what it shows of the answers."""

import subprocess
import sys

import numpy as np
from PySide6.QtCore import Qt, QTimer
from PySide6.QtWidgets import QApplication

from large_gui.gui.inspector.inspector import ASK_MS
from large_gui.service.requests import Crop, Reconstruct
from large_gui.tasks.look import Layers
from large_gui.tasks.measure import Measured
from tests.gui.acting import PATIENCE, find
from tests.gui.inspector.bench import Bench, grey, picture


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
        assert "Not measured yet" in bench.inspector.estimate.text()
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
        assert bench.inspector.crop.accessibleDescription() == "The part of the image that is measured"

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
