"""Tables of labels and groups, and names of files and words at a terminal."""

from __future__ import annotations

import contextlib
import io
import os
from pathlib import Path

from large_gui.cli.main import build_parser
from large_gui.core.reporter import SilentReporter
from large_gui.project.images.manifest import find_dropped, find_images
from large_gui.project.labels import read_labels
from large_gui.project.value import parse_number, parse_value
from large_gui.tasks.imports.directions import clean
from large_gui.tasks.imports.groups import group_columns
from tests.fuzzing.guard import Broken
from tests.fuzzing.targets.target import Target, files_of, tried

_TABLES, _NAMES, _WORDS = ("t.csv",), ("names.txt",), ("words.txt",)
_IMAGES = ["a.jpg", "b/c.jpg", "é.png", "=x.jpg"]
_LABELS = (
    "path,value\na.jpg,1\nb/c.jpg,2.5\n\n",
    "\ufeffpath;value\r\na.jpg;1,5\r\n'=x.jpg;-2\r\n",
    "path,distance,rank,label,flags\na.jpg,0.5,1,3,\n",
    "file\ttreatment\tplot\na.jpg\tx\t1\nc.jpg\ty\t2\né.png\tx\t2\n",
)
_COMMANDS = (
    "sort\nFOLDER\n--direction\n-age\n--labels\nl.csv\n--out\no.csv\n"
    "--measures\nage, years, 0 to 120\n--calibration\nspline",
    "predict\nFOLDER\n--fit\nf.json\n--out\n-\n--columns\npath,distance",
    "train\ngan\nFOLDER\n--name\nx\n--size\n64\n--batch\n8",
    "direction\nfind\nFOLDER\n--values\nv.csv\n--name\nx\n--method\nridge",
    "compare\nFOLDER\n--labels\nl.csv\n--shots\n2,4,8\n--device\ncpu",
    "model\nimport\nx.pkl\n--clamp\n256",
    "metrics\nals\n--model\nfaces\n--direction\nage",
)
_MOST_NAMES = 40


def _write_table(folder: Path, number: int) -> None:
    (folder / "t.csv").write_text(_LABELS[number], "utf-8", newline="")


def _read_table(folder: Path) -> None:
    for file in files_of(folder, _TABLES):
        labels = tried(read_labels, file)
        if labels is not None:
            labels.match(_IMAGES)
        tried(group_columns, _IMAGES, file)


def _write_names(folder: Path, _number: int) -> None:
    (folder / "names.txt").write_bytes(
        b"a.jpg\nb.JPG\n-x.png\n\xff\xfe.jpg\n\x1b[31m.png\n<b>.jpg\nno image\n"
    )


def _read_names(folder: Path) -> None:
    """A folder of files with any names."""
    images = folder / "images"
    images.mkdir(exist_ok=True)
    for file in files_of(folder, _NAMES):
        for name in file.read_bytes().replace(b"/", b"").replace(b"\0", b"").split(b"\n")[:_MOST_NAMES]:
            if name not in (b"", b".", b"..") and len(name) < 200:
                (images / os.fsdecode(name)).write_bytes(b"\xff\xd8\xff" + name)
    there = tried(find_images, images, SilentReporter())
    if there is not None:
        tried(find_dropped, [images / path for path in there.paths])


def _write_words(folder: Path, number: int) -> None:
    (folder / "words.txt").write_text(_COMMANDS[number], "utf-8")


def _read_words(folder: Path) -> None:
    """Words of a command, which are read and not obeyed, and the same typed into fields of the window."""
    for file in files_of(folder, _WORDS):
        text = file.read_text("utf-8", "replace").replace("\r", "\n")
        words = [word for word in text.split("\n") if word]
        said = io.StringIO()
        try:
            with contextlib.redirect_stderr(said), contextlib.redirect_stdout(said):
                build_parser().parse_args(words)
        except SystemExit as end:
            if end.code not in (0, 2):
                raise Broken(f"ends with {end.code!r}") from end
        for word in words[:20]:
            tried(parse_number, word)
            tried(parse_value, "x", word)
            clean(word)


TARGETS = (
    Target("tables", _TABLES, _write_table, _read_table, len(_LABELS)),
    Target("file-names", _NAMES, _write_names, _read_names),
    Target("words", _WORDS, _write_words, _read_words, len(_COMMANDS)),
)
