"""The direction picker: what it lists, shows and asks of the document."""

import numpy as np
import pytest
from PySide6.QtCore import Qt
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication, QComboBox, QLabel, QMainWindow, QToolButton, QWidget
from pytestqt.qtbot import QtBot

from large_gui.gui.directions.picker import STRIP_HEIGHT, DirectionPicker, StripView, strip
from large_gui.models.library import open_model
from large_gui.service.requests import Measure
from large_gui.tasks.models import model_card
from tests.gui.acting import find
from tests.gui.bench import Bench, own_direction


def items(box: QComboBox) -> list[str]:
    return [box.itemText(i) for i in range(box.count())]


@pytest.fixture
def picker(bench: Bench, qtbot: QtBot) -> DirectionPicker:
    picker = DirectionPicker(bench.document)
    qtbot.addWidget(picker)
    picker.show()
    return picker


def test_nothing_can_be_chosen_while_nothing_is_open(bench: Bench, picker: DirectionPicker) -> None:
    assert not picker.isEnabled() and find(picker, "Direction").count() == 0
    bench.open()
    assert picker.isEnabled()
    bench.document.close()
    assert not picker.isEnabled() and find(picker, "Direction").count() == 0
    assert not find(picker, "What the direction means").isVisible()


def test_built_in_directions_come_first_in_words(bench: Bench, picker: DirectionPicker) -> None:
    bench.open(own_direction("freckles"), own_direction("long_hair"))
    box = find(picker, "Direction", QComboBox)
    assert items(box)[:6] == ["Age", "Yaw", "Pitch", "Smile", "Hair darkness", "Glasses"]
    assert items(box)[6:] == ["", "Freckles", "Long hair"], "a separator stands between"
    tip = box.itemData(0, Qt.ItemDataRole.ToolTipRole)
    assert "young → old" in tip and "ridge regression" in tip


def test_own_directions_alone_begin_without_a_line(
    bench: Bench, picker: DirectionPicker, qtbot: QtBot
) -> None:
    bench.open(own_direction("freckles"), own_direction("long_hair"), built_in=False)
    box = find(picker, "Direction", QComboBox)
    assert items(box) == ["Freckles", "Long hair"]
    bench.document.choose_direction("long_hair")
    qtbot.keyClick(box, Qt.Key.Key_Home)
    assert bench.document.chosen.name == "freckles"


@pytest.mark.qt_log_ignore("This plugin does not support")
def test_the_list_opens_at_the_direction_in_use(bench: Bench, picker: DirectionPicker, qtbot: QtBot) -> None:
    bench.open()
    box = find(picker, "Direction", QComboBox)
    for _ in range(2):
        box.showPopup()
        assert box.view().currentIndex().data() == "Age"
        for key in (Qt.Key.Key_Down, Qt.Key.Key_Down, Qt.Key.Key_Escape):
            qtbot.keyClick(box.view(), key)
    assert box.currentText() == "Age"


def test_choosing_sorts_by_it_and_shows_its_ends(bench: Bench, picker: DirectionPicker) -> None:
    session = bench.open()
    box = find(picker, "Direction", QComboBox)
    box.activated.emit(box.findText("Hair darkness"))
    assert session.direction.name == "hair_darkness"
    assert box.currentText() == "Hair darkness"
    assert find(picker, "Negative end").text() == "light hair"
    assert find(picker, "Positive end").text() == "dark hair"


def test_choosing_the_same_again_does_not_unflip(bench: Bench, picker: DirectionPicker) -> None:
    session = bench.open()
    bench.document.choose_direction("age", flipped=True)
    box = find(picker, "Direction", QComboBox)
    assert box.currentText() == "Age"
    box.activated.emit(box.currentIndex())
    assert session.direction.spelled == "-age"


def test_flip_exchanges_words_and_pictures(bench: Bench, picker: DirectionPicker, qtbot: QtBot) -> None:
    session = bench.open()
    bench.document.choose_direction("yaw")
    shown, flip = find(picker, "What the direction means", StripView), find(picker, "Flip direction")
    before = shown.pixmap.toImage()
    qtbot.mouseClick(flip, Qt.MouseButton.LeftButton)
    assert session.direction.spelled == "-yaw" and flip.isChecked()
    assert find(picker, "Negative end").text() == "turned to the image's right"
    after, side = shown.pixmap.toImage(), before.height()
    first, last = before.copy(0, 0, side, side), after.copy(4 * side, 0, side, side)
    rgb = QImage.Format.Format_RGB32
    same = first.convertToFormat(rgb) == last.convertToFormat(rgb)
    assert same, "pictures change places, each of them stays as it is: a head must not turn round"
    qtbot.mouseClick(flip, Qt.MouseButton.LeftButton)
    assert session.direction.spelled == "yaw" and not flip.isChecked()


def test_every_built_in_direction_has_pictures_and_own_ones_have_words(
    bench: Bench, picker: DirectionPicker
) -> None:
    bench.open(own_direction("freckles"))
    shown = find(picker, "What the direction means", StripView)
    for name in bench.pack.directions:
        bench.document.choose_direction(name)
        assert (shown.pixmap.width(), shown.pixmap.height()) == (480, 96), name
    bench.document.choose_direction("freckles")
    assert not shown.isVisible()
    assert find(picker, "Negative end").text().startswith("without")
    assert find(picker, "Positive end").text() == "with"


def test_a_direction_without_words_for_its_ends_says_less_and_more(
    bench: Bench, picker: DirectionPicker
) -> None:
    bench.open(own_direction("freckles", negative="", positive=""))
    bench.document.choose_direction("freckles")
    assert find(picker, "Negative end").text().startswith("less")
    assert find(picker, "Positive end").text() == "more"


def test_a_new_direction_appears_in_the_list(bench: Bench, picker: DirectionPicker) -> None:
    session = bench.open()
    bench.document.add_directions([own_direction("freckles")])
    bench.worker.answer(Measure, np.linspace(-1, 1, 30)[:, None])
    box = find(picker, "Direction", QComboBox)
    assert box.currentText() == "Freckles" and session.direction.name == "freckles"
    bench.document.editor.remove_direction("freckles")
    assert box.currentText() == "Age" and "Freckles" not in items(box)


def test_all_built_in_directions_are_seen_at_once(bench: Bench, picker: DirectionPicker) -> None:
    assert len(bench.pack.directions) <= find(picker, "Direction", QComboBox).maxVisibleItems()


def test_entangled_directions_are_told(bench: Bench, picker: DirectionPicker) -> None:
    session = bench.open(same="smile")
    warning = find(picker, "Entangled directions", QLabel)
    r = np.corrcoef(session.distances, session.along("smile"))[0, 1]
    text = warning.text().replace("\N{NO-BREAK SPACE}", " ")
    assert warning.isVisible() and text == f"goes along with smile here (r = {r:.2f})"
    assert "“Remove what it shares with…” on the Directions page" in warning.toolTip()
    bench.document.choose_direction("yaw")
    assert not warning.isVisible()
    bench.document.choose_direction("age", flipped=True)
    assert "(r = −" in warning.text().replace("\N{NO-BREAK SPACE}", " ")


def test_entanglement_is_looked_for_once_a_second_while_images_come(
    bench: Bench, picker: DirectionPicker, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    session, looked = bench.open(), []
    monkeypatch.setattr(session, "entangled", lambda: looked.append(1))
    for _ in range(20):
        bench.document.images_changed.emit([0])
    assert not looked
    qtbot.waitUntil(lambda: looked == [1])
    bench.document.direction_changed.emit()
    assert looked == [1, 1], "at once"


def test_the_toolbar_stays_low(bench: Bench, qtbot: QtBot) -> None:
    window = QMainWindow()
    qtbot.addWidget(window)
    bar = window.addToolBar("Main")
    picker = DirectionPicker(bench.document)
    bar.addWidget(picker)
    window.resize(1280, 200)
    window.show()
    bench.open(own_direction("freckles"), same="smile")
    heights = set()
    for name in ("age", "yaw", "freckles"):
        bench.document.choose_direction(name)
        for _ in range(5):
            QApplication.processEvents()
            heights.add(bar.height())
    assert len(heights) == 1, "it does not jump"
    assert max(heights) <= 56
    assert find(picker, "What the direction means", StripView).height() == STRIP_HEIGHT
    bench.document.choose_direction("yaw")
    shown = find(picker, "What the direction means", StripView)
    qtbot.waitUntil(lambda: shown.width() == 5 * STRIP_HEIGHT)  # there is room for all of it


def test_pictures_are_sharp_on_a_dense_screen(qtbot: QtBot, monkeypatch: pytest.MonkeyPatch) -> None:
    view, pack = StripView(STRIP_HEIGHT), open_model("faces")
    qtbot.addWidget(view)
    view.show_strip(strip(model_card("faces"), pack.directions["age"]), "young → old")
    view.resize(view.sizeHint())

    def detail(ratio: float) -> float:
        """How much neighbouring pixels of a screen of twice the density differ."""
        monkeypatch.setattr(view, "devicePixelRatioF", lambda: ratio)
        image = QImage(view.size() * 2, QImage.Format.Format_Grayscale8)
        image.setDevicePixelRatio(2)
        view.render(image)
        pixels = np.frombuffer(image.constBits(), np.uint8).reshape(image.height(), -1)
        return float(np.abs(np.diff(pixels.astype(float), axis=1)).mean())

    assert detail(2.0) > 1.2 * detail(1.0)


def test_everything_has_a_name(picker: DirectionPicker) -> None:
    controls = [w for w in picker.findChildren(QWidget) if isinstance(w, QComboBox | QToolButton | StripView)]
    assert controls and all(w.accessibleName() for w in controls)
