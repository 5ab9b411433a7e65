"""What a terminal, a pipe and another program get from the command line."""

from __future__ import annotations

import csv
import io
import json
import logging
import os
import shutil
import subprocess
import sys
from pathlib import Path

import pytest

from large_gui.__main__ import main as program
from large_gui.cli import direction_commands
from large_gui.cli.main import main
from large_gui.cli.progress import TerminalReporter
from large_gui.core.reporter import Unit
from large_gui.errors import InputError
from tests.conftest import SAMPLES

Say = pytest.CaptureFixture[str]


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    folder = tmp_path / "photos"
    folder.mkdir()
    for source in sorted(SAMPLES.glob("*.jpg"))[:2]:
        shutil.copy(source, folder)
    return folder


def test_standard_output_holds_the_table_and_nothing_else(photos: Path, tmp_path: Path, capsys: Say) -> None:
    assert main(["sort", str(photos), "--direction", "-age", "--out", "-"]) == 0
    told = capsys.readouterr()
    rows = list(csv.DictReader(io.StringIO(told.out)))
    assert len(rows) == 2 and {row["direction"] for row in rows} == {"-age"}
    assert "Sorted 2 images" in told.err
    assert not (tmp_path / "-").exists()


@pytest.mark.parametrize("argument", [["--shots", "abc"], ["--values", "3"], ["--out"], ["--direction"]])
def test_a_wrong_argument_is_one_sentence(argument: list[str], capsys: Say) -> None:
    with pytest.raises(SystemExit) as ended:
        main(["evaluate", "x", "--labels", "l.csv", *argument])
    assert ended.value.code == 2
    said = capsys.readouterr().err
    assert said.count("\n") == 1 and "usage" not in said and argument[0] in said


def test_the_help_mentions_the_window(capsys: Say) -> None:
    with pytest.raises(SystemExit):
        main(["--help"])
    assert "window" in capsys.readouterr().out


@pytest.mark.parametrize(("word", "meant"), [("sotr", "'sort'"), ("modle", "'model'"), ("xyz", "--help")])
def test_a_mistyped_command_is_a_mistake(
    word: str, meant: str, capsys: Say, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.chdir(tmp_path)
    assert program([word, "photos"]) == 2
    said = capsys.readouterr().err
    assert repr(word) in said and meant in said


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="screens of Linux")
@pytest.mark.parametrize("display", ["", ":4711", ":4711.0"])
@pytest.mark.parametrize("arguments", [[], ["."], ["/somewhere/else"]])
def test_without_a_screen_there_is_a_sentence(
    arguments: list[str], display: str, capsys: Say, monkeypatch: pytest.MonkeyPatch
) -> None:
    for name in ("WAYLAND_DISPLAY", "QT_QPA_PLATFORM"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("DISPLAY", display)
    assert program(arguments) == 2
    assert "no screen" in capsys.readouterr().err


@pytest.mark.skipif(sys.platform == "win32", reason="pipes of POSIX")
@pytest.mark.parametrize("loaded", ["large_gui.cli.main", "large_gui.cli.parsers", "difflib"])
def test_a_stop_while_the_program_is_loaded_is_a_stop(loaded: str) -> None:
    code = f"""
import sys
class Stop:
    def find_spec(self, name, *_):
        if name == {loaded!r}:
            raise KeyboardInterrupt
sys.meta_path.insert(0, Stop())
from large_gui.__main__ import main
sys.exit(main(["nonsense" if {loaded!r} == "difflib" else "sort"]))
"""
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=False)
    assert (done.returncode, done.stderr) == (3, "")


def test_a_reader_that_goes_away_is_no_error(tmp_path: Path) -> None:
    reader, writer = os.pipe()
    os.close(reader)
    with os.fdopen(writer, "wb") as pipe:
        done = subprocess.run(
            [sys.executable, "-m", "large_gui", "direction", "list"], stdout=pipe, stderr=subprocess.PIPE,
            text=True, check=False,
        )  # fmt: skip
    assert done.returncode == 141
    assert done.stderr == ""


def test_debug_behind_the_name_of_a_finder_sets_the_level_of_the_log(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    levels: list[int] = []
    monkeypatch.setattr("logging.basicConfig", lambda level: levels.append(level))
    command = ["direction", "find", "components", "--out", str(tmp_path / "out.json")]
    for more in ([], ["--debug"]):
        assert main([*command, *more]) == 2
    assert levels == [logging.CRITICAL, logging.DEBUG]


def test_debug_tells_the_detail(capsys: Say, monkeypatch: pytest.MonkeyPatch) -> None:
    def fail(*_: object) -> None:
        raise InputError("It failed.", hint="Try again.", detail="inner workings 42")

    monkeypatch.setattr(direction_commands, "_list", fail)
    assert main(["direction", "list", "--debug"]) == 2
    said = capsys.readouterr().err
    assert "inner workings 42" in said and "Traceback" in said and "It failed. Try again." in said
    assert main(["direction", "list"]) == 2
    assert "inner" not in capsys.readouterr().err


class Clock:
    now = 0.0

    def __call__(self) -> float:
        return self.now


def told_at(kind: str, moments: list[float], capsys: Say) -> list[str]:
    clock = Clock()
    reporter = TerminalReporter(kind, clock)
    for step, clock.now in enumerate(moments, 1):
        reporter.progress(step, len(moments), "Inverting", unit=Unit.IMAGES, device="cpu")
    reporter.warn("careful")
    return capsys.readouterr().err.splitlines()


def test_a_line_every_half_minute(capsys: Say) -> None:
    lines = told_at("lines", [1, 29, 31, 40, 62, 63], capsys)
    assert [line.split(": ")[1] for line in lines] == ["3 of 6", "5 of 6", "6 of 6", "careful"]
    assert told_at("auto", [1, 31], capsys)[0] == "Inverting on CPU: 2 of 2", "as it is not a terminal"
    assert told_at("lines", [1, 2, 3], capsys) == ["warning: careful"], "a short stage says nothing"


def test_a_stage_whose_remark_changes_is_one_stage(capsys: Say) -> None:
    clock = Clock()
    reporter = TerminalReporter("lines", clock)
    for step, clock.now in enumerate((31, 32, 33), 1):
        reporter.progress(step, 3, "Training", remark=f"error {1 / step:.2f}")
    assert capsys.readouterr().err.splitlines() == [
        "Training (error 1.00): 1 of 3", "Training (error 0.33): 3 of 3",
    ]  # fmt: skip


def test_progress_for_another_program_and_none(capsys: Say) -> None:
    lines = [json.loads(line) for line in told_at("json", [0.5, 1.5, 1.6, 3], capsys)]
    kind = {"unit": "images", "device": "cpu"}
    stages = [{"stage": "Inverting on CPU", "done": done, "total": 4} | kind for done in (2, 4)]
    assert lines == [*stages, {"warning": "careful"}]
    assert told_at("none", [100, 200], capsys) == ["warning: careful"]
    with pytest.raises(SystemExit):
        main(["direction", "list", "--progress", "loud"])


def test_the_cache_is_listed_and_cleared(photos: Path, tmp_path: Path, home: Path, capsys: Say) -> None:
    assert main(["cache", "list"]) == 0
    assert "none yet" in capsys.readouterr().out
    assert main(["invert", str(photos), "--out", str(tmp_path / "codes.npz")]) == 0
    capsys.readouterr()
    assert main(["cache", "list"]) == 0
    listed = capsys.readouterr().out
    assert "2 codes" in listed and f"2 images in {photos}" in listed
    assert main(["cache", "clear", str(tmp_path / "other")]) == 2
    told = capsys.readouterr()
    assert not told.out and f"No codes of images in {tmp_path / 'other'} are kept. See:" in told.err
    assert main(["cache", "clear", str(photos)]) == 0
    assert "2 codes" in capsys.readouterr().out
    (home / "codes.sqlite").write_bytes(b"rubbish" * 1000)
    assert main(["sort", str(photos), "--direction", "age", "--out", str(tmp_path / "out.csv")]) == 2
    assert "cache clear" in capsys.readouterr().err
    assert main(["cache", "clear"]) == 0
    assert (home / "codes-damaged-1.sqlite").read_bytes() == b"rubbish" * 1000
    assert main(["sort", str(photos), "--direction", "age", "--out", str(tmp_path / "out.csv")]) == 0


def test_a_cache_of_ones_own(photos: Path, tmp_path: Path, home: Path, capsys: Say) -> None:
    command = ["invert", str(photos), "--out", str(tmp_path / "codes.npz")]
    assert main([*command, "--cache", str(tmp_path / "mine.sqlite")]) == 0
    assert not (home / "codes.sqlite").exists()
    with pytest.raises(SystemExit):
        main([*command, "--project", "x"])


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="file names of bytes")
def test_a_name_that_is_not_utf8(photos: Path, tmp_path: Path, capsys: Say) -> None:
    next(iter(sorted(photos.iterdir()))).rename(photos / os.fsdecode(b"\xff.jpg"))
    assert main(["sort", str(photos), "--direction", "age", "--out", str(tmp_path / "out.csv")]) == 0
    with (tmp_path / "out.csv").open(encoding="utf-8", newline="") as file:
        rows = {row["path"]: row for row in csv.DictReader(file)}
    assert "UTF-8" in rows["\\xff.jpg"]["reason"]


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="file names of bytes")
def test_a_link_into_a_folder_whose_name_is_not_utf8(photos: Path, tmp_path: Path) -> None:
    elsewhere = tmp_path / os.fsdecode(b"l\xe9a")
    elsewhere.mkdir()
    first = min(photos.iterdir())
    first.rename(elsewhere / first.name)
    first.symlink_to(elsewhere / first.name)
    for out in ("once.csv", "again.csv"):
        assert main(["sort", str(photos), "--direction", "age", "--out", str(tmp_path / out)]) == 0
        with (tmp_path / out).open(encoding="utf-8", newline="") as file:
            assert {row["path"]: row for row in csv.DictReader(file)}[first.name]["distance"]
