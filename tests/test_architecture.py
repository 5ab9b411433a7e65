"""What may import what, and who makes threads and processes: checked on every module, without exceptions."""

import ast
import os
from collections import Counter
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parents[1]
PACKAGE = ROOT / "large_gui"
MODULES = sorted(PACKAGE.rglob("*.py"))
ALL_FILES = [
    *MODULES,
    *(file for folder in ("tests", "packaging") for file in sorted((ROOT / folder).rglob("*.py"))),
    *sorted(ROOT.glob("*.py")),
]
MIDDLE = {"directions", "training", "metrics"}
MAY_IMPORT: dict[str, set[str]] = {
    "errors": set(),
    "extensions": set(),
    "extras": set(),
    "files": set(),
    "core": set(),
    "folders": set(),
    "processes": set(),
    "screen": set(),
    "threads": set(),
    "nets": {"core"},
    "models": {"core", "nets"},
    **{room: {"core", "nets", "models"} for room in MIDDLE},
    "project": {"core"},
    "engine": {"core", "models", "project"},
    "tasks": {"core", "nets", "models", "engine", "project"} | MIDDLE,
    "service": {"tasks", "project", "core", "extensions"},
    "cli": {"tasks", "project", "core", "extensions"},
    "gui": {"service", "tasks", "project", "core", "extensions"},
    "__main__": {"cli", "gui"},
}
FOR_ALL = {"errors", "extras", "files", "folders", "processes", "screen", "threads", "__version__"}
# Wings of the window know the document and what every wing shares; the shell puts them together.
WINGS = {
    "images", "calibration", "inspector", "directions", "models", "export", "pairs", "groups", "compare",
    "linearity", "training",
}  # fmt: skip
WING_MAY_IMPORT: dict[str, set[str]] = {
    "look": set(),
    "widgets": {"look"},
    "document": {"widgets", "look"},
    **{wing: {"document", "widgets", "look"} for wing in WINGS},
    "shell": {"document", "widgets", "look"} | WINGS,
}
LONGEST, MOST_FILES = 350, 16  # lines of a file, files of a folder
QT = {"PySide6", "pyqtgraph", "shiboken6"}
NO_TORCH = {"core", "project", "service", "cli", "gui", "__main__"}
HEAVY = {"torch", "sklearn", "scipy", "openvino"}
NO_HEAVY_AT_TOP = NO_TORCH | {"tasks"}
# Threads, pools and processes are made in two files. Locks, events and hooks of `threading` are for
# everybody, and so are all names in annotations, which make nothing.
MAKERS = {"threads", "processes"}
MAKING_PACKAGES = {"concurrent", "multiprocessing", "subprocess", "_thread", "asyncio", "joblib"}
MAKING_NAMES = {
    "os.fork", "os.forkpty", "os.popen", "os.system", "os.startfile",
    *(f"os.{name}" for name in vars(os) if name.startswith(("exec", "spawn", "posix_spawn"))),
}  # fmt: skip
MAKING_CLASSES = {"Thread", "Timer", "QThread", "QThreadPool", "QRunnable", "QProcess", "QtConcurrent"}


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
            elif target == room == "gui" and len(rest) > 1:
                wing = path.relative_to(PACKAGE).parts[1]
                if rest[1] not in WING_MAY_IMPORT[wing] | {wing}:
                    found.append(f"the wing {wing} may not import {rest[1]}")
        elif first in QT and room != "gui":
            found.append(f"{first} lives in gui and nowhere else")
        elif first in {"torch", "torchvision"} and room in NO_TORCH:
            found.append(f"{room} may not import {first}")
        elif first in HEAVY and top and room in NO_HEAVY_AT_TOP:
            found.append(f"{first} must be imported inside the call that needs it")
    return found


def run_nodes(node: ast.AST) -> Iterator[ast.AST]:
    """The nodes that run: neither annotations nor what stands under ``if TYPE_CHECKING``."""
    yield node
    for field, value in ast.iter_fields(node):
        if field in {"annotation", "returns"}:
            continue
        if field == "body" and isinstance(node, ast.If) and ast.unparse(node.test) == "TYPE_CHECKING":
            continue
        for child in value if isinstance(value, list) else [value]:
            if isinstance(child, ast.AST):
                yield from run_nodes(child)


def makers(path: Path) -> list[str]:
    """What a module uses that makes threads or processes."""
    if room_of(path) in MAKERS:
        return []
    found = []
    for node in run_nodes(ast.parse(path.read_text(encoding="utf-8"))):
        names = list(imported(node, path))
        if isinstance(node, ast.Attribute):
            names.append(ast.unparse(node))
        elif isinstance(node, ast.Name):
            names.append(node.id)
        for name in names:
            first, last = name.partition(".")[0], name.rpartition(".")[2]
            if first in MAKING_PACKAGES and not isinstance(node, ast.Attribute | ast.Name):
                found.append(f"only threads.py and processes.py may import {name}")
            elif name in MAKING_NAMES or last in MAKING_CLASSES:
                found.append(f"only threads.py and processes.py may use {name}")
    return found


def test_there_are_modules_to_check() -> None:
    assert PACKAGE / "errors.py" in MODULES
    assert {room_of(path) for path in MODULES} - {""} <= MAY_IMPORT.keys()


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_imports_follow_the_table(path: Path) -> None:
    assert wrongs(path) == []


@pytest.mark.parametrize("path", MODULES, ids=lambda path: path.relative_to(PACKAGE).as_posix())
def test_threads_and_processes_are_made_in_two_files(path: Path) -> None:
    assert makers(path) == []


@pytest.mark.parametrize(
    ("text", "wrong"),
    [
        ("import threading\nthreading.Thread(target=f).start()", "use threading.Thread"),
        ("import threading\nclass A(threading.Thread):\n    pass", "use threading.Thread"),
        ("import threading\nthreading.Timer(1, f)", "use threading.Timer"),
        ("import threading as t\nt.Thread(target=f)", "use t.Thread"),
        ("from threading import Thread", "use threading.Thread"),
        ("def f():\n    from concurrent.futures import ThreadPoolExecutor", "import concurrent.futures"),
        ("import multiprocessing", "import multiprocessing"),
        ("def f():\n    import subprocess", "import subprocess"),
        ("import os\nos.system('ls')", "use os.system"),
        ("import os\nos.spawnl(os.P_WAIT, 'ls')", "use os.spawnl"),
        ("from PySide6.QtCore import QThreadPool", "use PySide6.QtCore.QThreadPool"),
        ("from PySide6 import QtCore\nQtCore.QProcess()", "use QtCore.QProcess"),
        ("from PySide6.QtCore import *\nclass A(QRunnable):\n    pass", "use QRunnable"),
        ("if not TYPE_CHECKING:\n    import subprocess", "import subprocess"),
        ("if TYPE_CHECKING:\n    pass\nelse:\n    import subprocess", "import subprocess"),
    ],
)
def test_the_check_sees_makers(text: str, wrong: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Path, "read_text", lambda *_, **__: text)
    assert any(wrong in line for line in makers(PACKAGE / "gui/x.py"))
    assert makers(PACKAGE / "threads.py") == makers(PACKAGE / "processes.py") == []


@pytest.mark.parametrize(
    "text",
    [
        "import threading\nlock = threading.Lock()\nthreading.excepthook = f",
        "import threading\ndef f(arguments: threading.ExceptHookArgs) -> threading.Thread: ...",
        "import threading\nwaiting: threading.Thread | None = None",
        "if TYPE_CHECKING:\n    from threading import Thread\n    import subprocess",
        "import os\nos.cpu_count()\nos.nice(5)",
        "from large_gui.threads import pool\nwith pool('read') as readers:\n    pass",
    ],
)
def test_the_check_lets_others_use_what_makes_nothing(text: str, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Path, "read_text", lambda *_, **__: text)
    assert makers(PACKAGE / "gui/x.py") == []


def named_by(path: Path) -> set[Path]:
    """Modules of ours that a module imports: at its top, inside a call, or for the type checker alone."""
    names = {name for name, _ in imports(path) if name.startswith("large_gui.")}
    found = set()
    for name in names:
        parts = name.split(".")[1:]
        for length in (len(parts), len(parts) - 1):  # `from a.b import c`: c may be a module or a name in b
            module = PACKAGE.joinpath(*parts[:length]).with_suffix(".py")
            if length and module.is_file():
                found.add(module)
                break
    return found


def circles(graph: dict[Path, set[Path]]) -> list[list[str]]:
    """Groups of files that import one another, by any way round (Tarjan 1972)."""
    order: dict[Path, int] = {}
    low: dict[Path, int] = {}
    stack: list[Path] = []
    found: list[list[str]] = []

    def visit(path: Path) -> None:
        order[path] = low[path] = len(order)
        stack.append(path)
        for other in graph[path]:
            if other not in order:
                visit(other)
            if other in stack:
                low[path] = min(low[path], low[other])
        if low[path] == order[path]:
            group = [stack.pop()]
            while group[-1] != path:
                group.append(stack.pop())
            if len(group) > 1 or path in graph[path]:
                found.append(sorted(p.relative_to(PACKAGE).as_posix() for p in group))

    for path in graph:
        if path not in order:
            visit(path)
    return found


def test_no_two_files_import_each_other() -> None:
    assert circles({path: named_by(path) for path in MODULES}) == []


def test_circles_are_found() -> None:
    a, b, c = (PACKAGE / name for name in ("a.py", "b.py", "c.py"))
    assert circles({a: {b}, b: {c}, c: {a}}) == [["a.py", "b.py", "c.py"]]
    assert circles({a: {b, c}, b: {c}, c: set()}) == []


def test_files_are_small() -> None:
    lengths = {str(f.relative_to(ROOT)): len(f.read_text("utf-8").splitlines()) for f in ALL_FILES}
    assert {file: n for file, n in lengths.items() if n > LONGEST} == {}


def test_folders_are_small() -> None:
    counts = Counter(str(file.parent.relative_to(ROOT)) for file in ALL_FILES)
    assert {folder: n for folder, n in counts.items() if n > MOST_FILES} == {}


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


def test_nobody_hands_the_style_of_the_program_to_python() -> None:
    """`QWidget.style` lets Python own, and at a bad moment delete, what Qt paints with."""
    asks = [
        f"{path.relative_to(PACKAGE)}:{node.lineno}"
        for path in (PACKAGE / "gui").rglob("*.py")
        for node in ast.walk(ast.parse(path.read_text("utf-8")))
        if isinstance(node, ast.Call) and isinstance(node.func, ast.Attribute) and node.func.attr == "style"
    ]
    assert asks == []
