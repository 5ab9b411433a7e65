"""Check what PyInstaller made: python packaging/pyinstaller/smoke.py [dist/large-gui [OUT_FOLDER]]

The command line sorts a few samples. Where there are Xvfb, openbox, xdotool and ImageMagick, the window is
started on a desktop without a screen, a folder is dropped on it with the mouse, a value is typed and the
table exported.
The program has a home of its own and no virtual environment on its PATH. Sizes and times are printed.
"""

from __future__ import annotations

import csv
import os
import shutil
import statistics
import subprocess
import sys
import tempfile
import time
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
sys.path.insert(0, str(ROOT))

from tests.desktop.desktop import Desktop, desktop, missing  # noqa: E402
from tests.desktop.flow import labels, measured  # noqa: E402

SAMPLES = ROOT / "resources" / "samples"
COUNT = 12
WITHOUT_PYTHON = {"PATH": "/usr/bin:/bin" if os.name == "posix" else r"C:\Windows\System32"}


def rows(table: Path) -> int:
    """How many images a table has a rank for."""
    with table.open(newline="", encoding="utf-8") as file:
        return sum(1 for row in csv.DictReader(file) if row["rank"])


def expect(what: str, count: int) -> None:
    """End this program if a table does not hold every image."""
    if count != COUNT:
        sys.exit(f"{what} has {count} images and not {COUNT}")


def command_line(program: Path, images: Path, out: Path) -> None:
    """Sort the images by a command."""
    environment = {**os.environ, **WITHOUT_PYTHON, "LARGE_GUI_HOME": str(out / "home")}
    table = out / "command-line.csv"
    begin = time.perf_counter()
    subprocess.run([program, "--version"], env=environment, cwd=out, check=True)
    print(f"--version: {time.perf_counter() - begin:.1f} s")
    begin = time.perf_counter()
    subprocess.run(
        [program, "sort", images, "--direction", "age", "--out", table], env=environment, cwd=out, check=True
    )
    expect(table.name, rows(table))
    print(f"sort: {rows(table)} images, {time.perf_counter() - begin:.1f} s")


def starts(program: Path, out: Path) -> None:
    """Tell how long the window takes to show, beside that of this Python; three times each, in turn."""
    commands = {"frozen": [str(program)], "Python's": [sys.executable, "-m", "large_gui"]}
    seconds: dict[str, list[float]] = {name: [] for name in commands}
    with desktop(out / "starts") as made:
        for name in (*commands,) * 3:
            begin = time.perf_counter()
            process = made.run(*commands[name], log=out / "start.log")
            made.wait("the window", lambda: "large-gui" in made.titles())
            seconds[name].append(time.perf_counter() - begin)
            made.key("alt+F4")
            process.wait()
    for name, taken in seconds.items():
        print(f"window, {name}: shown after {statistics.median(taken):.1f} s (median of {len(taken)})")


def window(program: Path, images: Path, out: Path) -> None:
    """Drop the images on the window, give one of them a value and export the table, by mouse and keys."""
    with desktop(out / "desktop", **WITHOUT_PYTHON) as made:
        home, table = out / "desktop" / "large-gui", out / "window.csv"
        made.run(str(program), log=out / "window.log")
        made.wait("the window", lambda: "large-gui" in made.titles())
        source = [sys.executable, str(ROOT / "tests" / "desktop" / "drag_source.py"), str(images)]
        made.run(*source, log=out / "files.log")
        made.wait("the window to drag from", lambda: "files" in made.titles())
        made.place("files", 1000, 560, 200, 100)
        made.place("^large-gui$", 0, 0, 960, 700)
        made.place("files", 1000, 560, 200, 100)
        made.drag((1100, 620), (500, 400))
        begin = time.perf_counter()
        made.wait("the order", lambda: measured(home) == COUNT)
        print(f"window: {COUNT} images measured {time.perf_counter() - begin:.1f} s after the drop")
        made.wait("the title", lambda: f"{images.name} – large-gui" in made.titles())
        made.key("n", "5", "Return")
        made.wait("the label", lambda: list(labels(home).values()) == [5])
        export(made, table)
        made.rest()
        made.shot(out / "window.png")
        for log in home.glob("*.log"):  # there is none where nothing is worth telling
            if "Traceback" in log.read_text("utf-8"):
                sys.exit(f"the program met an error:\n{log.read_text('utf-8')}")
    expect(table.name, rows(table))
    print(f"window: exported {rows(table)} images; {out / 'window.png'} shows it")


def export(made: Desktop, table: Path) -> None:
    """Export the table by keys."""
    made.key("ctrl+s")
    made.wait("the dialog", lambda: "Export CSV" in made.titles())
    made.type(str(table))
    made.key("Return")
    made.wait("the table", table.exists)


def main() -> None:
    """Check the program in both ways."""
    folder = Path(sys.argv[1] if len(sys.argv) > 1 else ROOT / "dist" / "large-gui").absolute()
    program = folder / ("large-gui.exe" if sys.platform == "win32" else "large-gui")
    size = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file() and not file.is_symlink())
    print(f"{folder}: {size / 1e6:.0f} MB")
    out = Path(sys.argv[2] if len(sys.argv) > 2 else tempfile.mkdtemp()).absolute()
    images = out / "photos"
    images.mkdir(parents=True)
    for file in sorted(SAMPLES.glob("*.jpg"))[:COUNT]:
        shutil.copy(file, images)
    command_line(program, images, out)
    if missing():
        print(f"the window was not tried; not installed: {', '.join(missing())}")
    else:
        starts(program, out)
        window(program, images, out)


if __name__ == "__main__":
    main()
