"""Pictures of every page, at several sizes and in both themes, for looking at.

    python -m tests.desktop.screens OUT_FOLDER [light-1280x720 dark-3840x2160@2 ...]

They show the samples, in two subfolders, with twelve labels and a few marks. Codes are computed once.
"""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

from tests.conftest import SAMPLES
from tests.desktop.desktop import Desktop, desktop, large_gui
from tests.desktop.flow import labels, measured

SIZES = ("1280x720", "1920x1080", "3840x2160@2")
EVERY = [f"{theme}-{size}" for size in SIZES for theme in ("light", "dark")]
AGES = ("5", "52", "27", "38", "24", "13", "33", "58", "25", "42", "6", "28")  # as they look


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

    def begin(*arguments: str) -> None:
        large_gui(made, to / "program.log", *arguments, QT_SCALE_FACTOR=str(scale))
        made.wait("the window", lambda: any("large-gui" in title for title in made.titles()))
        made.place("large-gui", 0, 0, *size)

    to.mkdir(parents=True, exist_ok=True)
    begin(str(images))
    made.wait("the order", lambda: measured(home) == len(list(images.rglob("*.jpg"))))
    shot("sorted")
    made.key("Escape")  # the hints of a first start
    if not labels(home):
        made.key("n", "Return", "shift+Tab", "ctrl+a")
        made.type("age, years, 0 to 120")
        made.key("Return")
        for n, value in enumerate(AGES, 1):
            made.type(value)
            made.key("Return")
            made.wait(f"label {n}", lambda n=n: len(labels(home)) == n)
    made.key("Escape")
    shot("labelling")
    made.key("Home", "space")
    made.key(*["Right"] * 9)
    shot("loupe")
    made.key("Escape", "Home", "shift+Right", "shift+Right", "c")
    shot("compare")
    made.key("Escape", "ctrl+4")
    shot("pairs")
    made.key("Left", "Right", "Left", "Right", "Left", "Left", "Right", "Left")
    shot("pairs-answered")
    made.key("ctrl+5")
    shot("groups")
    made.key("ctrl+2")
    shot("directions")
    made.key("ctrl+3")
    shot("models")
    made.key("ctrl+comma")
    shot("settings")
    made.key("ctrl+1", "ctrl+e")
    shot("export")
    made.key("Escape", "ctrl+w")
    shot("welcome")
    made.key("ctrl+q")


def main() -> None:
    """Take the pictures."""
    out = Path(sys.argv[1]).absolute()
    images = photographs(out)
    for which in sys.argv[2:] or EVERY:
        theme, _, spec = which.partition("-")
        size, _, scale = spec.partition("@")
        width, height = map(int, size.split("x"))
        home = out / "home" / "large-gui"
        home.mkdir(parents=True, exist_ok=True)
        (home / "window.ini").write_text(f"[General]\ntheme={theme}\n")
        with desktop(out / "home", size) as made:
            play(made, images, home, out / which, (width, height - 24), int(scale or 1))
        print(out / which)


if __name__ == "__main__":
    main()
