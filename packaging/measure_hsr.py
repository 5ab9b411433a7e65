"""Print how linear the latent spaces of GAN trainings are, a row for each run: the table of docs/training.md.

    python packaging/measure_hsr.py THOUSANDS LABELLED RUN [RUN ...]

The snapshot of each ``RUN`` folder after so many thousands of images is imported as a model and measured with
the metrics of ``large-gui metrics``. ``LABELLED`` is a folder of photographs with a ``labels.csv``: a
scorer of pictures is learned from it. The last column is LARGE's question in W: the share of the variance
of scores that is a line of the distance along one direction, on images that it was not found from.
"""

from __future__ import annotations

import sys
from pathlib import Path

import numpy as np
import torch

from large_gui.core.reporter import SilentReporter
from large_gui.directions.ridge import fit_ridge
from large_gui.metrics.linearity import r_squared
from large_gui.models.library import model_names, open_model
from large_gui.nets.pixels import scaled
from large_gui.tasks.imports.model import ImportOptions, import_model
from large_gui.tasks.linearity.figures import measure_model
from large_gui.tasks.linearity.measuring import Figure, Measuring, Settings
from large_gui.tasks.linearity.straightness import scorer_of
from large_gui.training.gan.snapshots import snapshot_file

COUNT, PATHS, CODES = 2_000, 200, 2_000
METRICS = ("frechet", "ppl-w-end", "ppl-w-full", "als")
REPORTER = SilentReporter()


def main() -> None:
    """Print a row as soon as it is measured."""
    thousands, labelled, runs = int(sys.argv[1]), Path(sys.argv[2]), map(Path, sys.argv[3:])
    settings = Settings(count=COUNT, images=labelled, values=(labelled,), paths=PATHS, device="cpu")
    began = False
    for run in runs:
        name = f"{run.name}-{thousands}k"
        if name not in model_names():
            import_model(snapshot_file(run, thousands * 1000), ImportOptions(name=name), REPORTER)
        measured = measure_model(open_model(name), METRICS, settings, REPORTER)
        figures = [figure for found in measured.values() for figure in found]
        if not began:
            print("| run |", " | ".join(figure.name for figure in figures), "| R² in W |")
            print("|---|" + "---|" * (len(figures) + 1), flush=True)
            began = True
        print(
            f"| {name} |",
            " | ".join(map(said, figures)),
            f"| {linear_share(name, settings):.3f} |",
            flush=True,
        )


def said(figure: Figure) -> str:
    """A figure with its standard error."""
    return f"{figure.value:.3g} ± {figure.error:.2g}" if np.isfinite(figure.error) else f"{figure.value:.3g}"


def linear_share(name: str, settings: Settings) -> float:
    """R² of scores against distance, on the half of random codes that the direction was not found from."""
    measuring = Measuring(open_model(name), Settings(count=CODES, seed=1, device="cpu"), REPORTER)
    scorer = scorer_of(measuring.model, settings, REPORTER, "cpu")
    scores = np.concatenate(
        [scorer.scores(scaled(torch.from_numpy(images)))[:, 0] for images in measuring.drawn(measuring.codes)]
    )
    half = CODES // 2
    codes = measuring.codes.astype(np.float64)
    found = fit_ridge(codes[:half], scores[:half])
    return float(r_squared(codes[half:] @ found.weights, scores[half:]))


if __name__ == "__main__":
    main()
