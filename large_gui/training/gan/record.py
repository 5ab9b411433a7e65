"""The log of a GAN training: a line a tick in ``log.jsonl``, and the best snapshot in ``best.json``."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Any

from large_gui.files import written_whole

LOG, BEST = "log.jsonl", "best.json"

Record = Mapping[str, float | int | str | None]


def append(folder: Path, record: Record) -> None:
    """Add a line to the log."""
    with (folder / LOG).open("a", encoding="utf-8") as file:
        file.write(json.dumps(dict(record)) + "\n")


def cut_after(folder: Path, images: int) -> None:
    """Leave out the lines of a log that were written after a checkpoint at ``images``."""
    kept = [line for line in read_lines(folder) if line["images"] <= images]
    text = "".join(json.dumps(line) + "\n" for line in kept)
    # A last line may have been cut short: what is appended must not become part of it.
    if (folder / LOG).exists() and text != (folder / LOG).read_text("utf-8", errors="replace"):
        with written_whole(folder / LOG) as temporary:
            temporary.write_text(text, "utf-8")


def read_lines(folder: Path) -> list[dict[str, Any]]:
    """The lines of a log in order; a line that a stopped machine has left unfinished is left out."""
    if not (folder / LOG).exists():
        return []
    lines = []
    for line in (folder / LOG).read_text("utf-8", errors="replace").splitlines():
        try:
            record = json.loads(line)
        except (ValueError, RecursionError):
            continue
        if isinstance(record, dict) and isinstance(record.get("images"), int):
            lines.append(record)
    return lines


def write_best(folder: Path, images: int, metric: float | None, name: str) -> None:
    """Say which snapshot is the best."""
    with written_whole(folder / BEST) as temporary:
        temporary.write_text(json.dumps({"images": images, "metric": metric, "metric_name": name}), "utf-8")
