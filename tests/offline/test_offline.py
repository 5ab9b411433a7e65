"""Nothing asks for the network: every Python process refuses it, and the sources name it in one place."""

from __future__ import annotations

import ast
import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.bad_inputs.world import build

ROOT = Path(__file__).resolve().parents[2]
HERE = Path(__file__).resolve().parent
SPEAKING = {
    *(
        "socket",
        "socketserver",
        "ssl",
        "http",
        "ftplib",
        "smtplib",
        "poplib",
        "imaplib",
        "telnetlib",
        "asyncio",
    ),
    *("xmlrpc", "webbrowser", "requests", "httpx", "aiohttp", "urllib3", "grpc", "websockets", "sentry_sdk"),
}
SPEAKING_PARTS = {"urllib.request", "PySide6.QtNetwork", "PySide6.QtWebEngineCore", "PySide6.QtWebSockets"}
MAY = {"screen.py": {"socket"}}  # asks the screen, by a Unix socket, whether it is there
COMMANDS = """
import sys
from large_gui.cli.main import main
for words in (
    "sort photos --model mine --direction age --labels labels.csv --out out.csv --sheet out.png --provenance",
    "predict photos --fit fit.json --out predicted.csv", "direction list --model mine", "model list",
    "model verify mine", "doctor", "cache list", "train list",
    "direction find components photos --model mine",
    "evaluate photos --model mine --labels labels.csv --direction age --out errors.csv "
    "--shots 2,5 --repeats 3",
    "invert photos --model mine --out codes.npz", "direction import none.json --model mine",
):
    print("ended", main(words.split()))
"""


def watched(here: Path, *command: str) -> tuple[str, list[str]]:
    """Run Python with the network refused; what it printed, and the lines of the log."""
    log = here / "network.txt"
    path = os.pathsep.join([str(HERE / "watching"), str(ROOT), *filter(None, [os.environ.get("PYTHONPATH")])])
    environment = {
        **os.environ, "PYTHONPATH": path, "NETWORK_LOG": str(log), "LARGE_GUI_HOME": str(here / "home"),
        "QT_QPA_PLATFORM": "offscreen",
    }  # fmt: skip
    done = subprocess.run(
        [sys.executable, *command],
        cwd=here,
        env=environment,
        capture_output=True,
        text=True,
        timeout=240,
        check=False,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout, log.read_text("utf-8").splitlines()


@pytest.fixture
def here(tmp_path: Path) -> Path:
    build(tmp_path)
    return tmp_path


def test_the_watch_sees_who_asks_for_the_network(here: Path) -> None:
    asked = (
        "import socket\n"
        "try:\n    socket.create_connection(('192.0.2.1', 9))\n"
        "except OSError as error:\n    print(error)\n"
    )
    said, log = watched(here, "-c", asked)
    assert "the network was asked for" in said
    assert any("socket.getaddrinfo" in line or "socket.connect" in line for line in log)


def test_no_command_asks_for_the_network(here: Path) -> None:
    said, log = watched(here, "-c", COMMANDS)
    ended = [int(line.removeprefix("ended ")) for line in said.splitlines() if line.startswith("ended ")]
    assert ended == [0] * 11 + [2], "the last one names a file that is not there"
    assert [line for line in log if not line.endswith("watched")] == []


@pytest.mark.slow
def test_neither_the_window_nor_its_worker_asks_for_the_network(here: Path) -> None:
    said, log = watched(here, str(HERE / "window.py"), str(here / "photos"))
    assert said.startswith("sorted ")
    assert len({line.split()[0] for line in log}) > 1, "the worker is a process of its own"
    assert [line for line in log if not line.endswith("watched")] == []


def test_the_sources_import_nothing_that_speaks() -> None:
    found: dict[str, set[str]] = {}
    for module in sorted((ROOT / "large_gui").rglob("*.py")):
        for node in ast.walk(ast.parse(module.read_text("utf-8"))):
            names: list[str] = []
            if isinstance(node, ast.Import):
                names = [alias.name for alias in node.names]
            elif isinstance(node, ast.ImportFrom):
                names = [node.module or "", *(f"{node.module}.{alias.name}" for alias in node.names)]
            for name in names:
                if name.partition(".")[0] in SPEAKING or name in SPEAKING_PARTS:
                    found.setdefault(module.relative_to(ROOT / "large_gui").as_posix(), set()).add(name)
    assert {file: {name.partition(".")[0] for name in names} for file, names in found.items()} == MAY


def test_only_fetching_calls_pip() -> None:
    calls = [
        module.relative_to(ROOT / "large_gui").as_posix()
        for module in (ROOT / "large_gui").rglob("*.py")
        if '"pip"' in module.read_text("utf-8")
    ]
    assert calls == ["models/fetching/pip_download.py"]
