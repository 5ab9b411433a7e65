"""Progress is data; words for a person are made of it, and nobody takes them apart again."""

from __future__ import annotations

import pickle

import pytest

from large_gui.core.reporter import Progress, SilentReporter, Unit


@pytest.mark.parametrize(
    ("progress", "words"),
    [
        (Progress(1, 2, "Measuring"), "Measuring"),
        (Progress(1, 2, "Inverting", Unit.IMAGES, "cuda"), "Inverting on CUDA"),
        (Progress(1, 2, "Training", remark="error 0.1"), "Training (error 0.1)"),
        (Progress(1, 2, "Training", device="cpu", remark="error 0.1"), "Training on CPU (error 0.1)"),
        (Progress(1, 2, "Reading faces on CPU (old).pkl"), "Reading faces on CPU (old).pkl"),
    ],
)
def test_words(progress: Progress, words: str) -> None:
    assert progress.words == words


def test_a_reporter_makes_data_of_what_a_job_says() -> None:
    told: list[Progress] = []

    class Listening(SilentReporter):
        def tell(self, progress: Progress) -> None:
            told.append(progress)

    Listening().progress(3, 9, "Downloading", unit=Unit.BYTES)
    Listening().progress(1, 2, "Inverting", unit=Unit.IMAGES, device="cpu", remark="slowly")
    assert told == [
        Progress(3, 9, "Downloading", Unit.BYTES),
        Progress(1, 2, "Inverting", Unit.IMAGES, "cpu", "slowly"),
    ]


def test_it_crosses_a_process_border() -> None:
    progress = Progress(1, 2, "Downloading", Unit.BYTES)
    assert pickle.loads(pickle.dumps(progress)) == progress
