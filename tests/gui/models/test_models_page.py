"""The models page: what is here, fetching a generator, verifying files."""

import pytest
from PySide6.QtCore import Qt
from PySide6.QtWidgets import QLabel, QProgressBar, QPushButton, QTableWidget, QWidget
from pytestqt.qtbot import QtBot
from shiboken6 import isValid

from large_gui.core.reporter import Progress
from large_gui.errors import ModelFileError
from large_gui.gui.models.page import ModelsPage
from large_gui.models.kinds.gan import GanModel
from large_gui.service.requests import FetchGenerator, VerifyModel
from large_gui.tasks import models
from large_gui.tasks.models import ModelCard, verify
from tests.gui.acting import find
from tests.gui.bench import Bench
from tests.packs import about, write_pack


@pytest.fixture
def page(bench: Bench, qtbot: QtBot) -> ModelsPage:
    page = ModelsPage(bench.document)
    qtbot.addWidget(page)
    page.resize(900, 560)
    page.show()
    return page


def press(page: ModelsPage, name: str, qtbot: QtBot) -> None:
    button = find(page, name, QPushButton)
    assert button.isEnabled() and button.isVisible(), name
    qtbot.mouseClick(button, Qt.MouseButton.LeftButton)


def put_generator(pack: GanModel) -> None:
    pack.pack.generator_file.parent.mkdir(parents=True, exist_ok=True)
    pack.pack.generator_file.write_bytes(b"weights")


def visible(page: ModelsPage, *names: str) -> list[bool]:
    return [find(page, name).isVisible() for name in names]


FETCHING = ("Fetch generator", "What is fetched", "Progress of fetching", "Cancel fetching")


def test_it_says_what_the_model_is_for_and_under_which_licence(page: ModelsPage) -> None:
    assert find(find(page, "Model faces"), "Model title").text().startswith("Human faces")
    assert "hair darkness" in find(page, "What the model is for").text()
    terms = find(page, "Licences of the model").text()
    assert "Apache-2.0" in terms and "MIT" in terms
    assert "✓ here" in find(page, "Encoder state").text()
    assert find(page, "Generator state").text().startswith("not here")


def test_the_licence_stands_beside_the_button_before_anything_is_fetched(
    bench: Bench, page: ModelsPage
) -> None:
    assert visible(page, *FETCHING) == [True, True, False, False]
    text = find(page, "What is fetched", QLabel).text()
    assert "research only" in text and "38 MB" in text and "random-face" in text
    assert not bench.worker.asked


def test_fetching_shows_progress_and_tells_when_it_is_done(
    bench: Bench, page: ModelsPage, qtbot: QtBot
) -> None:
    press(page, "Fetch generator", qtbot)
    assert bench.worker.asked == [FetchGenerator("faces")]
    assert visible(page, *FETCHING) == [False, False, True, True]
    bar = find(page, "Progress of fetching", QProgressBar)
    assert bar.maximum() == 0, "nothing is known of how long the download takes"
    bench.worker.progress(FetchGenerator, Progress(0, 4, "Fetching the generator"))
    assert bar.maximum() == 0
    bench.worker.progress(FetchGenerator, Progress(2, 4, "Fetching the generator"))
    assert (bar.value(), bar.maximum()) == (2, 4)
    put_generator(bench.pack)
    with qtbot.waitSignal(page.generator_fetched):
        bench.worker.answer(FetchGenerator, bench.pack.pack.generator_file)
    assert visible(page, *FETCHING) == [False] * 4
    assert find(page, "Generator state").text() == "✓ here"
    assert bench.notices[-1][0] == "The generator is here." and not bench.notices[-1][2]


def test_cancelling_is_at_once_even_while_another_job_runs(
    bench: Bench, page: ModelsPage, qtbot: QtBot
) -> None:
    press(page, "Fetch generator", qtbot)
    press(page, "Cancel fetching", qtbot)
    assert bench.worker.forgotten == [1]
    assert visible(page, *FETCHING) == [True, True, False, False]
    assert not bench.notices, "it is no error"


def test_a_failure_is_told_and_it_can_be_tried_again(bench: Bench, page: ModelsPage, qtbot: QtBot) -> None:
    press(page, "Fetch generator", qtbot)
    bench.worker.fail(FetchGenerator, "It could not be downloaded.", "Check the network.", "detail")
    assert bench.notices == [("It could not be downloaded.", "Check the network.", True)]
    press(page, "Fetch generator", qtbot)
    bench.worker.die()
    assert visible(page, *FETCHING) == [True, True, False, False]


def test_verifying_tells_every_file_by_word_and_icon(bench: Bench, page: ModelsPage, qtbot: QtBot) -> None:
    table = find(page, "Verified files", QTableWidget)
    assert not table.isVisible()
    press(page, "Verify model", qtbot)
    button = find(page, "Verify model", QPushButton)
    assert not button.isEnabled() and button.text() == "Verifying…"
    assert bench.worker.asked == [VerifyModel("faces")]
    bench.worker.answer(
        VerifyModel,
        [
            ("encoder.safetensors", True, ""),
            ("directions.json", False, "missing or damaged: install large-gui again"),
            ("generator.safetensors", True, "not fetched (optional): large-gui model fetch faces"),
        ],
    )
    states = [table.item(row, 1) for row in range(3)]
    assert [item.text() for item in states] == ["ok", "damaged", "not here"]
    icons = {bytes(item.icon().pixmap(16).toImage().constBits()) for item in states}
    assert not any(item.icon().isNull() for item in states) and len(icons) == 3
    assert table.item(1, 2).text() == "missing or damaged: install large-gui again"
    assert table.isVisible() and button.isEnabled()
    assert table.verticalScrollBar().maximum() == 0, "all rows can be seen"


def test_verifying_may_fail(bench: Bench, page: ModelsPage, qtbot: QtBot) -> None:
    press(page, "Fetch generator", qtbot)
    press(page, "Verify model", qtbot)
    bench.worker.fail(VerifyModel, "The disk is gone.", "Plug it in.")
    assert bench.notices == [("The disk is gone.", "Plug it in.", True)]
    assert find(page, "Verify model").isEnabled()
    assert find(page, "Cancel fetching").isVisible(), "the other job goes on"


def test_the_real_answer_of_the_worker_fits(bench: Bench, page: ModelsPage, qtbot: QtBot) -> None:

    press(page, "Verify model", qtbot)
    bench.worker.answer(VerifyModel, verify(bench.pack.name))
    table = find(page, "Verified files", QTableWidget)
    told = {table.item(row, 0).text(): table.item(row, 1).text() for row in range(table.rowCount())}
    assert told.pop("generator.safetensors") == "not here"
    assert set(told) == set(bench.pack.pack.about.files)


def test_a_generator_that_is_here_need_not_be_fetched(bench: Bench, qtbot: QtBot) -> None:
    put_generator(bench.pack)
    page = ModelsPage(bench.document)
    qtbot.addWidget(page)
    page.show()
    assert visible(page, *FETCHING) == [False] * 4
    assert find(page, "Generator state").text() == "✓ here"


def test_a_damaged_pack_is_told_and_takes_nothing_down(
    bench: Bench, qtbot: QtBot, monkeypatch: pytest.MonkeyPatch
) -> None:
    def broken(name: str) -> ModelCard:
        raise ModelFileError(f"The model pack {name} can't be read.", hint="Install it again.")

    monkeypatch.setattr(models, "model_card", broken)
    page = ModelsPage(bench.document)
    qtbot.addWidget(page)
    page.show()
    assert find(page, "Problem with faces").text() == "The model pack faces can't be read. Install it again."


def test_everything_has_a_name(page: ModelsPage) -> None:
    controls = [
        w for w in page.findChildren(QWidget) if isinstance(w, QPushButton | QProgressBar | QTableWidget)
    ]
    assert controls and all(w.accessibleName() for w in controls if w.window() is page.window())


def test_broken_packs_are_a_row_each_however_often_somebody_looks(bench: Bench, qtbot: QtBot) -> None:
    write_pack("bold", about(title=["<b>"]))
    write_pack("half", None, '[{"name": "a')
    write_pack("whole", about(title="A whole one"))
    page = ModelsPage(bench.document)
    qtbot.addWidget(page)
    for _ in range(3):
        page.show()
        page.hide()
    page.show()
    labels = [label for label in page.findChildren(QLabel) if label.accessibleName().startswith("Problem")]
    qtbot.waitUntil(lambda: sum(label.isVisible() for label in labels if isValid(label)) == 2)
    shown = {label.accessibleName(): label for label in labels if isValid(label)}
    assert "'title' is not there, or not text" in shown["Problem with bold"].text()
    assert "directions.json" in shown["Problem with half"].text()
    assert all(label.textFormat() is Qt.TextFormat.PlainText for label in shown.values())
    assert find(find(page, "Model whole"), "Model title").text() == "A whole one"
