"""What may import what: the table of the design page, checked on every module, without exceptions."""

import ast
from collections.abc import Iterator
from pathlib import Path

import pytest

PACKAGE = Path(__file__).resolve().parents[1] / "large_gui"
MODULES = sorted(PACKAGE.rglob("*.py"))
MIDDLE = {"directions", "training", "metrics"}
MAY_IMPORT: dict[str, set[str]] = {
    "errors": set(),
    "files": set(),
    "core": set(),
    "folders": set(),
    "nets": {"core"},
    "models": {"core", "nets"},
    **{room: {"core", "nets", "models"} for room in MIDDLE},
    "project": {"core"},
    "engine": {"core", "models", "project"},
    "tasks": {"core", "nets", "models", "engine", "project"} | MIDDLE,
    "service": {"tasks", "project", "core"},
    "cli": {"tasks", "project", "core"},
    "gui": {"service", "tasks", "project", "core"},
    "__main__": {"cli", "gui"},
}
FOR_ALL = {"errors", "files", "folders", "__version__"}
QT = {"PySide6", "pyqtgraph", "shiboken6"}
NO_TORCH = {"core", "project", "service", "cli", "gui", "__main__"}
HEAVY = {"torch", "sklearn", "scipy", "openvino"}
NO_HEAVY_AT_TOP = NO_TORCH | {"tasks"}


def room_of(path: Path) -> str:
    """The folder under large_gui, or the module's own name; empty for large_gui/__init__.py."""
    parts = path.relative_to(PACKAGE).with_suffix("").parts
    return "" if parts == ("__init__",) else parts[0]


def imported(node: ast.AST, path: Path) -> Iterator[str]:
    """Full dotted names that an import statement may load."""
    if isinstance(node, ast.Import):
        yield from (alias.name for alias in node.names)
    elif isinstance(node, ast.ImportFrom):
        base = [node.module] if node.module else []
        if node.level:
            package = ["large_gui", *path.relative_to(PACKAGE).parent.parts]
            base = [*package[: len(package) - node.level + 1], *base]
        yield from (".".join([*base, alias.name]) for alias in node.names)


def imports(path: Path) -> list[tuple[str, bool]]:
    """Every imported name, and whether the import runs when the module is loaded."""
    found: list[tuple[str, bool]] = []

    def visit(node: ast.AST, top: bool) -> None:
        found.extend((name, top) for name in imported(node, path))
        inside = isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda)
        for child in ast.iter_child_nodes(node):
            visit(child, top and not inside)

    visit(ast.parse(path.read_text(encoding="utf-8")), True)
    return found


def wrongs(path: Path) -> list[str]:
    room, found = room_of(path), []
    for name, top in imports(path):
        first, *rest = name.split(".")
        if first == "large_gui":
            target = rest[0] if rest else "all of large_gui"
            if target not in MAY_IMPORT.get(room, set()) | FOR_ALL | {room}:
                found.append(f"{room} may not import {target}")
        elif first in QT and room != "gui":
            found.append(f"{first} lives in gui and nowhere else")
        elif first in {"torch", "torchvision"} and room in NO_TORCH:
            found.append(f"{room} may not import {first}")
        elif first in HEAVY and top and room in NO_HEAVY_AT_TOP:
            found.append(f"{first} must be imported inside the call that needs it")
    return found


def test_there_are_modules_to_check() -> None:
    assert PACKAGE / "errors.py" in MODULES
    assert {room_of(path) for path in MODULES} - {""} <= MAY_IMPORT.keys()


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_imports_follow_the_table(path: Path) -> None:
    assert wrongs(path) == []


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_files_are_small(path: Path) -> None:
    assert len(path.read_text(encoding="utf-8").splitlines()) <= 600


@pytest.mark.parametrize(
    ("place", "text", "wrong"),
    [
        ("core/x.py", "import torch", "core may not import torch"),
        ("core/x.py", "def f():\n    from torch import nn", "core may not import torch"),
        ("core/x.py", "import scipy.stats", "inside the call"),
        ("core/x.py", "from large_gui import nets", "core may not import nets"),
        ("core/a/x.py", "from ...nets import pack", "core may not import nets"),
        ("metrics/x.py", "from ..training.augment import f", "metrics may not import training"),
        ("project/x.py", "import large_gui.tasks", "project may not import tasks"),
        ("gui/x.py", "def f():\n    import large_gui.models.pack", "gui may not import models"),
        ("cli/x.py", "from PySide6 import QtCore", "lives in gui"),
        ("cli/x.py", "import large_gui", "all of large_gui"),
        ("tasks/x.py", "if True:\n    import torch", "inside the call"),
        ("tasks/x.py", "class A:\n    import torch.nn", "inside the call"),
    ],
)
def test_the_check_sees_wrongs(place: str, text: str, wrong: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Path, "read_text", lambda *_, **__: text)
    assert any(wrong in line for line in wrongs(PACKAGE / place))


@pytest.mark.parametrize(
    ("place", "text"),
    [
        ("tasks/x.py", "def f():\n    import torch"),
        ("core/x.py", "from large_gui.errors import InputError\nfrom .latent import Codes\nimport numpy"),
        ("gui/x.py", "from PySide6 import QtCore\nfrom large_gui import __version__"),
        ("nets/x.py", "import torch"),
    ],
)
def test_the_check_lets_rights_pass(place: str, text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Path, "read_text", lambda *_, **__: text)
    assert wrongs(PACKAGE / place) == []
