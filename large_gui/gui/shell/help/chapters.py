"""The chapters of the measuring guide, which are files of Markdown."""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple


class Chapter(NamedTuple):
    """A chapter: its id, which is the name of its file without the number, its title and its text."""

    id: str
    title: str
    text: str


def read_chapters(folder: Path) -> list[Chapter]:
    """Read the chapters from ``01-id.md``, ``02-id.md`` and so on; the first line is the title."""
    chapters = []
    for file in sorted(folder.glob("*.md")):
        text = file.read_text("utf-8")
        first = text.partition("\n")[0]
        chapters.append(Chapter(file.stem.partition("-")[2], first.lstrip("# ").strip(), text))
    return chapters
