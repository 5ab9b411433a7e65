"""Pictures of every page, at several sizes and in both themes, for looking at.

    python -m tests.desktop.screens OUT_FOLDER [light-1280x720 dark-3840x2160@2 ...]

They show the samples, in two subfolders, with twelve labels and a few marks. Codes are computed once.
"""

from __future__ import annotations

import shutil
import subprocess
import sys
from pathlib import Path

from large_gui.core.choices import Answer, Comparison
from large_gui.project.store import ProjectStore
from tests.caches import copy_cache
from tests.conftest import SAMPLES
from tests.desktop.desktop import Desktop, desktop, large_gui
from tests.desktop.flow import labels, measured

SIZES = ("1280x720", "1920x1080", "3840x2160@2")
EVERY = [f"{theme}-{size}" for size in SIZES for theme in ("light", "dark")]
AGES = ("4", "55", "25", "12", "38", "7", "16", "36", "52", "6", "12", "21")  # as they look


def photographs(out: Path) -> Path:
    """The samples in two subfolders."""
    folder = out / "portraits"
    for n, path in enumerate(sorted(SAMPLES.glob("*.jpg"))):
        place = folder / ("indoors" if n % 3 else "outdoors")
        place.mkdir(parents=True, exist_ok=True)
        shutil.copy(path, place)
    return folder


def play(made: Desktop, images: Path, home: Path, to: Path, size: tuple[int, int], scale: int) -> None:
    """Walk through every page and take a picture of each."""

    def shot(name: str) -> None:
        made.rest()
        made.shot(to / f"{name}.png")

    def begin() -> subprocess.Popen[bytes]:
        begun = large_gui(made, to / "program.log", str(images), QT_SCALE_FACTOR=str(scale))
        made.wait("the window", lambda: any("large-gui" in title for title in made.titles()))
        made.place("large-gui", 0, 0, *size)
        return begun

    to.mkdir(parents=True, exist_ok=True)
    program = begin()
    made.wait("the order", lambda: measured(home) == len(list(images.rglob("*.jpg"))))
    shot("hint")
    made.key("Escape")  # the hints of a first start
    shot("sorted")
    made.key("n", "Return", "shift+Tab", "ctrl+a")
    made.type("age, years, 0 to 120")
    made.key("Return")
    for n, value in enumerate(AGES, 1):
        made.type(value)
        made.key("Return")
        made.wait(f"label {n}", lambda n=n: len(labels(home)) == n)
    made.type("36")
    shot("labelling")
    made.key("Escape", "ctrl+q")
    program.wait()
    answer(home)
    program = begin()
    made.wait("the folder", lambda: f"{images.name} – large-gui" in made.titles())
    made.rest()
    made.key("Home", "space")
    made.key(*["Right"] * 9)
    shot("loupe")
    made.key("Escape", "Home", "shift+Right", "shift+Right", "c")
    shot("compare")
    for chord, page in (
        ("ctrl+4", "pairs"), ("ctrl+5", "groups"), ("ctrl+6", "ways"), ("ctrl+2", "directions"),
        ("ctrl+3", "models"), ("ctrl+comma", "settings"),
    ):  # fmt: skip
        made.key(chord)
        shot(page)
    made.key("ctrl+1", "ctrl+e")
    shot("export")
    made.key("Escape", "ctrl+w")
    shot("welcome")
    made.key("ctrl+q")
    program.wait()


def answer(home: Path) -> None:
    """Answer, as one who sees the labelled ages would, which of two images is further along."""
    ages = sorted(labels(home).items(), key=lambda item: item[1])
    pairs = [(ages[i][0], ages[j][0]) for step in (5, 3, 2) for i, j in zip(range(12), range(step, 12))]
    answers = [
        Comparison(low, high, Answer.SECOND) if n % 2 else Comparison(high, low, Answer.FIRST)
        for n, (low, high) in enumerate(pairs)
    ]
    (file,) = home.rglob("*.large")
    with ProjectStore(file) as store:
        assert store.claim()
        store.set_comparisons("age", answers)


def main() -> None:
    """Take the pictures."""
    out = Path(sys.argv[1]).absolute()
    images, codes = photographs(out), out / "codes.sqlite"
    for which in sys.argv[2:] or EVERY:
        theme, _, spec = which.partition("-")
        size, _, scale = spec.partition("@")
        width, height = map(int, size.split("x"))
        shutil.rmtree(out / "home", ignore_errors=True)  # each begins as a first start does
        home = out / "home" / "large-gui"
        home.mkdir(parents=True)
        (home / "window.ini").write_text(f"[General]\ntheme={theme}\n")
        if codes.exists():
            copy_cache(codes, home)
        with desktop(out / "home", size) as made:
            play(made, images, home, out / which, (width, height), int(scale or 1))
        copy_cache(home / "codes.sqlite", out)
        print(out / which)


if __name__ == "__main__":
    main()
