"""``large-gui doctor``: what a person reads of a machine where all is well, and where something is not."""

from __future__ import annotations

import json
import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest

from large_gui.cli.main import main
from large_gui.core.reporter import SilentReporter
from large_gui.tasks.doctor import examine as examining
from large_gui.tasks.doctor import machine, program
from large_gui.tasks.doctor.examine import examine
from large_gui.tasks.doctor.finding import Finding, State, table


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    folder = tmp_path / "home"
    folder.mkdir()
    monkeypatch.setenv("LARGE_GUI_HOME", str(folder))
    return folder


def named(found: list[Finding], what: str) -> Finding:
    (one,) = (finding for finding in found if finding.what == what)
    return one


def test_it_names_what_a_report_needs(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["doctor"]) == 0
    told = capsys.readouterr().out
    for what in ("large-gui", "Python", "torch", "PySide6-Essentials", "Window", "GPU", "Compiler", "ninja"):
        assert f"\n{what}" in f"\n{told}", what
    assert "Model faces" in told and "Model features" in told and str(home) in told


def test_for_scripts(home: Path, capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["doctor", "--json"]) == 0
    findings = json.loads(capsys.readouterr().out)["findings"]
    assert {"what", "found", "state", "advice"} == set(findings[0])
    assert {finding["state"] for finding in findings} <= {"good", "note"}


def test_a_problem_is_named_with_its_remedy_and_told_to_scripts(
    home: Path, capsys: pytest.CaptureFixture[str]
) -> None:
    (home / "projects").mkdir()
    (home / "projects" / "roses-0.large").write_bytes(b"no project")
    assert main(["doctor"]) == 2
    told = capsys.readouterr()
    assert "roses-0.large is damaged" in told.out and "-> Keep it" in told.out
    assert told.err == "large-gui: 1 problem was found. The lines with `problem` say what to do.\n"


def test_a_damaged_cache_is_a_finding_and_the_rest_is_looked_at(home: Path) -> None:
    (home / "codes.sqlite").write_bytes(b"no database" * 100)
    found = examine(home, SilentReporter())
    assert named(found, "Codes").state is State.PROBLEM and "cache clear" in named(found, "Codes").advice
    assert named(found, "Logs").state is State.GOOD


def test_a_check_that_breaks_is_a_finding(home: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def broken(_: Path) -> Iterator[Finding]:
        raise RuntimeError("the driver is out of its mind")

    monkeypatch.setitem(examining.CHECKS, "GPU", broken)
    found = named(examine(home, SilentReporter()), "GPU")
    assert found.state is State.PROBLEM and "out of its mind" in found.found


@pytest.mark.parametrize(
    ("cuda", "card", "usable", "state", "words"),
    [
        (None, False, False, State.GOOD, "none: the processor computes"),
        ("13.0", False, False, State.NOTE, "the one for CUDA 13.0"),
        (None, True, False, State.PROBLEM, "computes on the processor only"),
        ("13.0", True, False, State.PROBLEM, "can't use it"),
        ("13.0", True, True, State.GOOD, "Card 1, 80 GB, by CUDA 13.0"),
    ],
)
def test_a_gpu(
    home: Path, monkeypatch: pytest.MonkeyPatch,
    cuda: str | None, card: bool, usable: bool, state: State, words: str,
) -> None:  # fmt: skip
    import torch

    monkeypatch.setattr(torch.version, "cuda", cuda)
    monkeypatch.setattr(torch.cuda, "is_available", lambda: usable)
    monkeypatch.setattr(torch.cuda, "device_count", lambda: int(usable))
    about = SimpleNamespace(name="Card 1", total_memory=80e9)
    monkeypatch.setattr(torch.cuda, "get_device_properties", lambda _: about)
    monkeypatch.setattr(machine.shutil, "which", lambda name: "/bin/x" if card else None)
    (found,) = machine.gpu(home)
    assert found.state is state and words in found.found
    assert bool(found.advice) == (state is not State.GOOD)


@pytest.mark.parametrize(
    ("there", "state"), [("6.11.3", State.GOOD), ("6.12.0", State.PROBLEM), ("", State.PROBLEM)]
)
def test_the_qt_that_crashes(
    home: Path, monkeypatch: pytest.MonkeyPatch, there: str, state: State
) -> None:  # fmt: skip
    monkeypatch.setattr(program, "requires", lambda _: ["PySide6-Essentials<6.12,>=6.8"])
    monkeypatch.setattr(program, "_installed", lambda _: there)
    (found,) = program.packages(home)
    assert found.state is state
    assert found.advice == ("" if state is State.GOOD else "pip install 'PySide6-Essentials<6.12,>=6.8'")


def test_requirements_as_metadata_writes_them(monkeypatch: pytest.MonkeyPatch) -> None:
    written = [
        "torch>=2.4",
        'timm>=1.0; extra == "backbones"',
        'large-gui[fid]; extra == "parity"',
        "ai-edge-litert>=1.2; sys_platform != 'win32' and extra == 'parity'",
    ]
    monkeypatch.setattr(program, "requires", lambda _: written)
    assert list(program.requirements()) == [
        ("torch", "", ">=2.4", ""),
        ("timm", "", ">=1.0", "backbones"),
        ("large-gui", "fid", "", "parity"),
        ("ai-edge-litert", "", ">=1.2", "parity"),
    ]


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="a folder where nobody may write")
def test_a_folder_that_can_not_be_written_to(home: Path) -> None:
    found = named(examine(Path("/proc/large-gui"), SilentReporter()), "Data folder")
    assert found.state is State.PROBLEM and "can't be written to" in found.found
    assert "LARGE_GUI_HOME" in found.advice


def test_findings_as_text() -> None:
    found = [Finding("GPU", "none"), Finding("A screen", "away", State.NOTE, "Plug it in.")]
    assert table(found) == "GPU       none\nA screen  note: away\n          -> Plug it in."
