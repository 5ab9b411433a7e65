"""The page of bad inputs: ``python -m tests.bad_inputs.page`` writes docs/bad-inputs.md anew.

The page is where the expected sentences stand. Read what changed in it before you commit it: every line is
what a person is told.
"""

from __future__ import annotations

import os
import re
import shutil
import sys
import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from tests.bad_inputs.case import BadInput
from tests.bad_inputs.corpus import ALL, CHAPTERS
from tests.bad_inputs.world import build

PAGE = Path(__file__).resolve().parents[2] / "docs/bad-inputs.md"
_HEAD = """# Bad inputs, and what is said of them

{count} things that somebody gets wrong, and what the program says of each. No line of this page was typed by
hand: `python -m tests.bad_inputs.page` gives each input to the program and writes down the answer.
`tests/bad_inputs/test_bad_inputs.py` checks that the answer is still this one, that the exit status is 2, and
that nothing was written. Where only a part of what was given can't be used, the rest is done, and the status
is 0.
"""


@contextmanager
def place(template: Path) -> Iterator[Path]:
    """A copy of the world in a folder of its own, which is where commands run."""
    before, home = Path.cwd(), os.environ.get("LARGE_GUI_HOME")
    made = Path(tempfile.mkdtemp(prefix="large-gui-bad-")).resolve()
    here = made / "ann"
    shutil.copytree(template, here, symlinks=True)
    os.environ["LARGE_GUI_HOME"] = str(here / "home")
    os.chdir(here)
    try:
        yield here
    finally:
        os.chdir(before)
        if home is None:
            del os.environ["LARGE_GUI_HOME"]
        else:
            os.environ["LARGE_GUI_HOME"] = home
        shutil.rmtree(made)


def row(one: BadInput, said: str) -> str:
    """A line of the page."""
    answer = "<br>".join(_shown(line.removeprefix("large-gui: ")) for line in said.splitlines())
    return f"| {_shown(one.what)} | {_code(one.command)} | {answer} |"


def expected() -> dict[tuple[str, str], str]:
    """The lines of the page, by what is given and to which command."""
    rows = {}
    for line in PAGE.read_text("utf-8").splitlines():
        cells = line.split(" | ")
        if line.startswith("| ") and len(cells) >= 3:
            rows[cells[0].removeprefix("| "), cells[1]] = line
    return rows


def key(one: BadInput) -> tuple[str, str]:
    """By which `expected` knows an input."""
    return _shown(one.what), _code(one.command)


def written() -> str:
    """The whole page."""
    lines = [_HEAD.format(count=len(ALL))]
    with tempfile.TemporaryDirectory() as folder:
        template = Path(folder, "world")
        template.mkdir()
        build(template)
        for chapter in CHAPTERS:
            lines += [f"## {chapter.title}", "", "| what is given | to | what is said |", "|---|---|---|"]
            for one in chapter.inputs:
                with place(template) as here:
                    lines.append(row(one, one.said(here)[1]))
            lines.append("")
    return "\n".join(lines)


def _code(text: str) -> str:
    return f"`{text}`".replace("|", "\\|")


def _shown(text: str) -> str:
    """Text as Markdown shows it unchanged."""
    return re.sub(r"([\\|<>*_`\[\]#])", r"\\\1", text)


if __name__ == "__main__":
    os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")
    PAGE.write_text(written(), "utf-8")
    sys.stderr.write(f"{len(ALL)} bad inputs\n")
