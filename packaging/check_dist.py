"""Build the source distribution and the wheel and check them: python packaging/check_dist.py [OUT_FOLDER]

Both are made from the files that git has, in a folder of their own, so that nothing is left here;
OUT_FOLDER keeps them. The wheel is installed in a fresh virtual environment beside the libraries that
are there already, so that no network is needed, and sorts its samples; the source distribution does what
README says and runs tests.
"""

from __future__ import annotations

import csv
import shutil
import subprocess
import sys
import sysconfig
import tarfile
import tempfile
import time
import venv
import zipfile
from collections.abc import Sequence
from pathlib import Path

ROOT = Path(__file__).resolve().parents[1]
ADDED = ("PKG-INFO", "setup.cfg", "large_gui.egg-info/")  # to a source distribution, by setuptools
HOOK = "import sys; from setuptools import build_meta; print(build_meta.build_{}(sys.argv[1]))"


def run(command: Sequence[str | Path], folder: Path) -> str:
    """Run a program to its end; returns what it printed, and ends this one with that if it fails."""
    done = subprocess.run(
        [str(word) for word in command], cwd=folder, capture_output=True, text=True, check=False
    )
    if done.returncode != 0:
        sys.exit(f"{' '.join(map(str, command))}\n{done.stdout}{done.stderr}")
    return done.stdout


def tracked() -> set[str]:
    """Every file that git has, or would take."""
    listed = run(["git", "ls-files", "-z", "--cached", "--others", "--exclude-standard"], ROOT)
    return {name for name in listed.split("\0") if name and (ROOT / name).is_file()}


def built(kind: str, source: Path, out: Path) -> Path:
    """Build an ``sdist`` or a ``wheel`` as pip does, with the setuptools that is installed."""
    begin = time.perf_counter()
    file = out / run([sys.executable, "-c", HOOK.format(kind), out], source).split()[-1]
    seconds = time.perf_counter() - begin
    print(f"{file.name}: {file.stat().st_size / 1e6:.1f} MB, built in {seconds:.0f} s")
    return file


def compare(what: str, found: set[str], expected: set[str]) -> None:
    """End this program if two lists of files differ."""
    for problem, names in (("misses", expected - found), ("has too much", found - expected)):
        if names:
            sys.exit(f"{what} {problem}:\n  " + "\n  ".join(sorted(names)[:20]))
    print(f"{what}: {len(found)} files, as in git")


def in_sdist(file: Path) -> set[str]:
    """The files of a source distribution, without those that setuptools adds."""
    with tarfile.open(file) as archive:
        names = {member.name.partition("/")[2] for member in archive.getmembers() if member.isfile()}
    return {name for name in names if not name.startswith(ADDED)}


def in_wheel(file: Path) -> set[str]:
    """The files of the package in a wheel, without what describes it."""
    with zipfile.ZipFile(file) as archive:
        return {name for name in archive.namelist() if ".dist-info/" not in name}


def expected_in_wheel(files: set[str]) -> set[str]:
    """What of git's files the wheel holds: the package, and resources inside it."""
    package = {name for name in files if name.startswith("large_gui/")}
    return package | {f"large_gui/{name}" for name in files if name.startswith("resources/")}


def check_sorted(table: Path) -> None:
    """End this program if the samples were not all sorted."""
    with table.open(newline="", encoding="utf-8") as file:
        ranked = [row for row in csv.DictReader(file) if row["rank"] and row["prediction"]]
    if len(ranked) != 120:
        sys.exit(f"{table.name} has {len(ranked)} sorted samples and not 120")


def check_installed(wheel: Path, folder: Path) -> None:
    """Install the wheel and nothing else, and do with it what a person does first."""
    home = folder / "installed"
    venv.create(home, with_pip=True)
    programs = home / ("Scripts" if sys.platform == "win32" else "bin")
    python = programs / "python"
    run([python, "-m", "pip", "install", "--quiet", "--no-deps", "--no-index", wheel], folder)
    inside = Path(
        run([python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))"], folder).strip()
    )
    (inside / "libraries.pth").write_text(sysconfig.get_path("purelib"), "utf-8")
    program = programs / "large-gui"
    print(run([program, "--version"], folder).strip(), "is installed from the wheel alone")
    run([program, "model", "samples", "--to", "samples"], folder)
    labels = ["--labels", Path("samples", "labels.csv"), "--out", "out.csv"]
    run([program, "sort", "samples", "--direction", "age", *labels, "--sheet", "sheet.png"], folder)
    check_sorted(folder / "out.csv")
    print("the wheel sorts its samples")


def check_unpacked(source: Path) -> None:
    """Run README's command and a few tests in the unpacked source distribution."""
    labels = ["--labels", "resources/samples/labels.csv", "--out", "out.csv"]
    run([sys.executable, "main.py", "sort", "resources/samples", "--direction", "age", *labels], source)
    check_sorted(source / "out.csv")
    run([sys.executable, "-m", "pytest", "-n", "0", "-q", "tests/test_code.py", "tests/packaging"], source)
    print("the source distribution sorts its samples and passes tests")


def main() -> None:
    """Build and check both."""
    files = tracked()
    with tempfile.TemporaryDirectory() as scratch:
        folder = Path(scratch)
        source = folder / "source"
        for name in files:
            (source / name).parent.mkdir(parents=True, exist_ok=True)
            shutil.copy2(ROOT / name, source / name)
        out = Path(sys.argv[1]).absolute() if len(sys.argv) > 1 else folder / "out"
        out.mkdir(parents=True, exist_ok=True)
        sdist = built("sdist", source, out)
        compare(sdist.name, in_sdist(sdist), files)
        with tarfile.open(sdist) as archive:
            archive.extractall(folder / "unpacked", filter="data")
        unpacked = folder / "unpacked" / sdist.name.removesuffix(".tar.gz")
        wheel = built("wheel", unpacked, out)
        compare(wheel.name, in_wheel(wheel), expected_in_wheel(files))
        check_installed(wheel, folder)
        check_unpacked(unpacked)


if __name__ == "__main__":
    main()
