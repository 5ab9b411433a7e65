"""Print how far calibrated distances are off, by age group.

    python packaging/faces/measure.py SORTED.csv LABELS.csv [LABELS_A_TIME]

``SORTED.csv`` is what ``large-gui sort --direction age`` wrote of photographs, ``LABELS.csv`` their ages. A
line is fitted to 20 labels drawn at random, 1,000 times, and all photographs are judged by it.
"""

from __future__ import annotations

import argparse
import csv
from pathlib import Path

import numpy as np
from scipy.stats import spearmanr

GROUPS = ((0, 2), (3, 13), (14, 29), (30, 45), (46, 62), (63, 79), (80, 120))
REPEATS = 1000


def main() -> None:
    """Print the table of the model card."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").partition("\n")[0])
    parser.add_argument("sorted", type=Path)
    parser.add_argument("labels", type=Path)
    parser.add_argument("size", type=int, nargs="?", default=20, help="labels that each line is fitted to")
    arguments = parser.parse_args()
    with arguments.sorted.open(newline="", encoding="utf-8") as file:
        distances = {row["path"]: float(row["distance"]) for row in csv.DictReader(file) if row["distance"]}
    with arguments.labels.open(newline="", encoding="utf-8") as file:
        rows = list(csv.DictReader(file))
    known = {row["path"]: float(row["value"]) for row in rows if row["path"] in distances}
    d, age = np.array([distances[path] for path in known]), np.array(list(known.values()))
    size: int = arguments.size
    rng, errors = np.random.default_rng(0), np.zeros((2, len(age)))
    for _ in range(REPEATS):
        chosen = rng.choice(len(age), size, replace=False)
        slope, intercept = np.polyfit(d[chosen], age[chosen], 1)
        error = slope * d + intercept - age
        errors += np.abs(error) / REPEATS, error / REPEATS
    print(
        "| ages | photographs | mean error (years) | too old by (years) | Spearman |\n|---|---|---|---|---|"
    )
    for low, high in ((0, 120), *GROUPS):
        its = (age >= low) & (age <= high)
        rho = spearmanr(d[its], age[its])[0]
        absolute, signed = errors[:, its].mean(1)
        print(f"| {low} to {high} | {its.sum()} | {absolute:.1f} | {signed:+.1f} | {rho:.2f} |")


if __name__ == "__main__":
    main()
