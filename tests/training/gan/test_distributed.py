"""Several processes that train together do what one process does with the whole batch."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest
import torch

from large_gui.core.reporter import Progress, SilentReporter
from large_gui.errors import Cancelled, InputError, LargeError
from large_gui.nets.stylegan2 import StyleGAN2
from large_gui.training.gan import loop, record
from large_gui.training.gan.distributed import Team, TeamReporter, team_of_processes
from large_gui.training.gan.loop import ShownMetric, run_training
from large_gui.training.gan.trainer import GanTrainer
from tests.training.gan.teams import Recording, SharedChance, in_processes
from tests.training.gan.toys import TOY, toy_images, toy_trainer

SETTINGS = replace(TOY, batch=8, r1_interval=2, path_interval=2)
RUN = replace(TOY, batch=100)


class _StopFrom(SilentReporter):
    """Asks this process to stop from a step on."""

    def __init__(self, step: int) -> None:
        super().__init__()
        self._left = step

    def check_cancelled(self) -> None:
        self._left -= 1
        if self._left <= 0:
            raise Cancelled


def trained(team: Team) -> dict[str, Any]:
    """Train a few steps with the same chance, however many processes there are."""
    recording = Recording(team.rank, team.size)
    trainer = GanTrainer(SETTINGS, toy_images(classes=2), team=recording)
    trainer.ada.p = 0.5
    for step in range(4):
        with SharedChance(team, step):
            trainer.step()
    return {
        "gradients": recording.gradients,
        "weights": {**trainer.average.state_dict(), **trainer.discriminator.state_dict()},
        "path": trainer.path_mean, "p": trainer.ada.p, "means": trainer.means.take(),
    }  # fmt: skip


def run_in(folder: Path, team: Team, stop_from: int = 10_000) -> dict[str, Any]:
    """Train in a folder, with a figure that only the first process can measure."""

    def measure(generator: StyleGAN2) -> float:
        return 5.0

    loop.TICK = 200  # in a process of its own
    trainer = GanTrainer(RUN, toy_images(), team=team)
    metric = ShownMetric("toy", measure) if team.first else None
    run_training(trainer, folder, metric, _StopFrom(stop_from))
    return {"weights": trainer.average.state_dict(), "drawn": torch.randn(3)}


def everything(team: Team, folder: str) -> dict[str, Any]:
    """All that is tested of processes, one after the other, since they take seconds to start."""
    answers = {"trained": trained(team), "whole": run_in(Path(folder, "whole"), team)}
    with pytest.raises(Cancelled):  # only the second process is asked to stop, and the first stops too
        run_in(Path(folder, "stopped"), team, stop_from=7 if team.rank == 1 else 10_000)
    answers["resumed"] = run_in(Path(folder, "stopped"), team)
    if team.first:  # the other has ended
        with pytest.raises(LargeError, match="Another process of this training has ended"):
            team.told(lambda: 1.0)
            team.mean(torch.zeros(1))
    return answers


@pytest.mark.slow
def test_two_processes_train_as_one_would_and_resume_exactly(tmp_path: Path) -> None:
    answers = in_processes(2, everything, str(tmp_path))
    one = trained(Team())

    for two in (answer["trained"] for answer in answers):
        assert len(one["gradients"]) == len(two["gradients"]) == 4 * 2 + 2 + 2
        for mine, theirs in zip(one["gradients"], two["gradients"], strict=True):
            for a, b in zip(mine, theirs, strict=True):
                torch.testing.assert_close(b, a, rtol=1e-3, atol=1e-4 * float(a.abs().max()))
        for name, weight in one["weights"].items():
            torch.testing.assert_close(two["weights"][name], weight, rtol=1e-3, atol=1e-4)
        assert (two["p"], two["path"]) == (one["p"], pytest.approx(one["path"]))
        assert two["means"] == pytest.approx(one["means"], rel=1e-4)

    first, second = answers
    assert not torch.equal(first["whole"]["drawn"], second["whole"]["drawn"])
    for answer in answers:
        for name, weight in first["whole"]["weights"].items():
            assert torch.equal(answer["whole"]["weights"][name], weight)
            assert torch.equal(answer["resumed"]["weights"][name], weight)
        assert torch.equal(answer["whole"]["drawn"], answer["resumed"]["drawn"])
    logs = [record.read_lines(tmp_path / name) for name in ("whole", "stopped")]
    for line in (*logs[0], *logs[1]):
        del line["seconds"], line["rate"]
    assert [line["images"] for line in logs[0]] == [200, 400, 600, 800, 1000]
    assert logs[0] == logs[1]


def test_each_process_reads_its_share_of_the_same_batch() -> None:
    whole, _ = toy_images().batch(8)
    shares = [toy_images().batch(8, rank, 2)[0] for rank in range(2)]
    assert torch.equal(torch.stack(shares, 1).flatten(0, 1), whole)


def test_each_process_and_step_draws_something_else_but_the_same_when_repeated() -> None:
    def drawn(rank: int, step: int) -> float:
        Team(rank, 2).seed(0, step)
        return float(torch.rand(()))

    draws = [drawn(rank, step) for rank in range(2) for step in range(3)]
    assert len(set(draws)) == 6
    assert draws == [drawn(rank, step) for rank in range(2) for step in range(3)]


def test_a_process_alone_draws_on() -> None:
    before = torch.get_rng_state()
    Team().seed(0, 1)
    assert torch.equal(torch.get_rng_state(), before)


def test_a_batch_that_cannot_be_shared_is_told() -> None:
    assert Team(1, 4).share(16) == 4
    with pytest.raises(InputError, match=r"3 processes can't share a batch of 16.*multiple of 3"):
        Team(0, 3).share(16)


def test_the_first_process_alone_speaks() -> None:
    class Heard(SilentReporter):
        def tell(self, progress: Progress) -> None:
            self.warnings.append(progress.stage)

    heard = Heard()
    for rank in range(2):
        reporter = TeamReporter(heard, Team(rank, 2))
        reporter.warn(f"warning of {rank}")
        reporter.progress(1, 2, f"stage of {rank}")
    assert heard.warnings == ["warning of 0", "stage of 0"]


def test_without_torchrun_a_process_is_alone(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.delenv("WORLD_SIZE", raising=False)
    with team_of_processes("cpu") as team:
        assert (team.first, team.size) == (True, 1)
        assert toy_trainer().team.size == 1
