"""The page of groups over thirty measured images, of which a tag makes two groups."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from pytestqt.qtbot import QtBot

from large_gui.gui.groups.page import GroupsPage
from large_gui.models.kinds.gan import GanModel
from tests.gui.bench import NAMES, Bench


@pytest.fixture
def bench(home: Path, pack: GanModel, qtbot: QtBot) -> Iterator[Bench]:
    """Without any groups."""
    bench = Bench(home, pack)
    bench.open()
    yield bench
    bench.document.quit()


@pytest.fixture
def page(bench: Bench, qtbot: QtBot) -> GroupsPage:
    """The page, shown, with a tag on the first twelve images."""
    for has, numbers in ((True, range(4)), (False, range(4, 12))):
        bench.document.editor.tag("wet", list(numbers), has)
    page = GroupsPage(bench.document)
    qtbot.addWidget(page)
    page.resize(1180, 560)
    page.show()
    qtbot.waitExposed(page)
    return page


@pytest.fixture
def doses(tmp_path: Path) -> Path:
    """A table that puts each image in one of three groups, and has a row too many."""
    path = tmp_path / "doses.csv"
    rows = [f"{name},{('none', 'half', 'full')[i % 3]},{i % 2}" for i, name in enumerate(NAMES)]
    path.write_text("\n".join(["path,dose,side", *rows, "gone.jpg,none,1"]))
    return path
