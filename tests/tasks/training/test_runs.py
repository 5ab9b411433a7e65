"""What the window and the command line are told of runs, whole or damaged."""

from __future__ import annotations

import json
import math
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st

from large_gui.errors import InputError
from large_gui.project.lock import Lock
from large_gui.tasks.training.run_file import (
    GanTraining,
    HsrOptions,
    RunForm,
    Settings,
    check_possible,
    new_form,
    preset,
    read_form,
    training_folder,
    write_form,
)
from large_gui.tasks.training.runs import RunState, read_run, runs

FORM = new_form("tomatoes", Path("/photos"), Settings(GanTraining(), HsrOptions(weight=0.5)), 5119)
LINE = {
    "images": 1000, "seconds": 20.0, "loss_g": 0.7, "loss_d": 1.3, "r1": 0.1, "path_length": None, "hsr": 2.0,
    "p": 0.0, "sign": 0.1, "rate": 50.0, "metric": None, "metric_name": None,
}  # fmt: skip


@pytest.fixture
def run(home: Path) -> Path:
    folder = training_folder() / "tomatoes"
    folder.mkdir(parents=True)
    write_form(folder, FORM)
    return folder


def log(run: Path, *lines: Any, end: str = "\n") -> None:
    text = "\n".join(line if isinstance(line, str) else json.dumps(line) for line in lines)
    (run / "log.jsonl").write_text(text + end, "utf-8")


def test_all_that_is_known_of_a_run(run: Path) -> None:
    measured = {**LINE, "images": 2000, "metric": 31.5, "metric_name": "Fréchet distance (x)"}
    log(run, LINE, measured)
    (run / "best.json").write_text('{"images": 2000, "metric": 31.5, "metric_name": "x"}', "utf-8")
    for name in ("sheets/00010.webp", "sheets/00002.webp", "sheets/.1.webp", "snapshots/00002.safetensors"):
        (run / name).parent.mkdir(exist_ok=True)
        (run / name).write_bytes(b"")
    found = read_run(run)
    assert (found.state, found.name, found.images, found.seen, found.total) == (
        RunState.STOPPED, "tomatoes", 5119, 2000, 400_000,
    )  # fmt: skip
    assert found.settings == FORM.settings and found.images_folder == Path("/photos")
    assert list(found.sheets) == [2, 10] and list(found.snapshots) == [2] and not found.problems
    assert found.best is not None and (found.best.images, found.best.metric) == (2000, 31.5)
    assert (
        found.log[1].metric == 31.5
        and math.isnan(found.log[0].metric)
        and math.isnan(found.log[0].path_length)
    )
    assert found.seconds_left == 398_000 / 50
    assert runs() == [found]
    write_form(run, replace(FORM, ended="all images were shown"))
    assert read_run(run).state is RunState.FINISHED


def test_a_run_that_has_only_begun(run: Path) -> None:
    found = read_run(run)
    assert (found.seen, found.log, found.best, found.problems) == (0, (), None, ())
    assert math.isnan(found.seconds_left)


def test_whether_it_trains_now_is_known_by_its_lock(run: Path) -> None:
    lock = Lock(run / "training.lock")
    assert lock.take()
    assert read_run(run).state is RunState.TRAINING
    lock.release()
    assert read_run(run).state is RunState.STOPPED
    (run / "training.lock").write_text("12345", "ascii")  # its holder was killed
    assert read_run(run).state is RunState.STOPPED


@pytest.mark.parametrize(
    "damage",
    ["x", "{}", "[]", '{"images": "many"}', '{"images": 3, "rate": "fast"}', "[" * 9000, '{"images": NaN}'],
)
def test_damaged_lines_are_told(run: Path, damage: str) -> None:
    log(run, LINE, damage, {**LINE, "images": 2000}, '{"images": 30')
    found = read_run(run)
    assert [record.images for record in found.log] == [1000, 2000]
    assert found.problems == (("2 lines of log.jsonl can't be read and are left out: 2, 4.",))


def test_a_line_that_is_being_written_is_no_damage(run: Path) -> None:
    log(run, LINE, '{"images": 20', end="")
    found = read_run(run)
    assert len(found.log) == 1 and not found.problems


@pytest.mark.parametrize(
    "damage",
    [
        "",
        "{",
        "[]",
        '{"version": 1}',
        '{"version": 2}',
        '{"version": 1, "settings": {"size": "big"}}',
        "[" * 9000,
    ],
)
def test_a_damaged_run_is_listed_and_says_so(run: Path, damage: str) -> None:
    (run / "run.json").write_text(damage, "utf-8")
    log(run, LINE)
    (found,) = runs()
    assert found.state is RunState.DAMAGED and found.seen == 1000 and found.total == 0
    assert len(found.problems) == 1


def test_a_damaged_best_is_told(run: Path) -> None:
    (run / "best.json").write_text("{", "utf-8")
    assert read_run(run).problems == ("best.json can't be read, so the best snapshot is not known.",)


def test_other_settings_may_come_from_a_newer_version(run: Path) -> None:
    form = json.loads((run / "run.json").read_text("utf-8"))
    form["settings"]["invented_later"] = 3
    (run / "run.json").write_text(json.dumps(form), "utf-8")
    with pytest.raises(InputError, match="another version"):
        read_form(run)


@given(
    st.builds(
        GanTraining, size=st.sampled_from([8, 64, 1024]), thousands=st.integers(1, 10**6),
        seed=st.integers(0, 99), r1_gamma=st.floats(0, 1e6), mirror=st.booleans(),
    ),
    st.none() | st.builds(HsrOptions, weight=st.floats(0, 1e6), levels=st.sampled_from(["high", "all"])),
)  # fmt: skip
def test_what_is_written_is_read(
    tmp_path_factory: pytest.TempPathFactory, gan: GanTraining, hsr: HsrOptions | None
) -> None:
    folder = tmp_path_factory.mktemp("run")
    form = RunForm("ä b", Path("/ü/x"), Settings(gan, hsr), 20, "2026", "it ended")
    write_form(folder, form)
    assert read_form(folder) == form


def test_differences_are_said_by_name() -> None:
    one = Settings(GanTraining(), HsrOptions())
    other = Settings(GanTraining(batch=32, thousands=9, mirror=False), HsrOptions(hidden=8))
    assert one.differences(other) == [
        "batch 16, and not 32",
        "mirror on, and not off",
        "HSR hidden 4096, and not 8",
    ]
    assert one.differences(Settings(one.gan))[0] == "HSR on, and not off"
    assert one.differences(replace(one, gan=replace(one.gan, thousands=1, patience=3))) == []


@pytest.mark.parametrize("name", ["small", "paper"])
@pytest.mark.parametrize("size", [16, 64, 256, 1024])
def test_the_presets_are_possible(name: Any, size: int) -> None:
    check_possible(Settings(preset(name, size)))
