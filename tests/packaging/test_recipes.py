"""The recipes in packaging/ fit the program and each other, and what checks them sees what is wrong."""

from __future__ import annotations

import shutil
import sys
from pathlib import Path

import pytest

from tests.packages import ROOT, script

yaml = pytest.importorskip("yaml", reason="PyYAML comes with: pip install -e '.[test]'")
recipes = script("check_recipes.py")


@pytest.mark.parametrize("check", recipes.CHECKS, ids=lambda check: check.__name__)
def test_nothing_is_wrong_with_the_recipes(check: recipes.Callable) -> None:
    assert recipes.problems(check, ROOT) == []


@pytest.fixture
def copy(tmp_path: Path) -> Path:
    """A copy of all that the checks look at, to break."""
    root = tmp_path / "checkout"
    for name in (
        "packaging",
        ".github",
        "tests/packaging",
        "tests/desktop",
        "docs",
        "resources/icons",
        ".ci",
    ):
        shutil.copytree(ROOT / name, root / name, ignore=shutil.ignore_patterns("__pycache__", "*.jpg"))
    for name in (
        "pyproject.toml", "CITATION.cff", "LICENSE", "MANIFEST.in", "main.py", "large_gui/__init__.py",
        "large_gui/project/schema.py", "large_gui/tasks/projects.py",
    ):  # fmt: skip
        (root / name).parent.mkdir(parents=True, exist_ok=True)
        shutil.copy(ROOT / name, root / name)
    for name in ("resources/samples", "large_gui/nets/ops"):
        (root / name).mkdir(parents=True)
    return root


LINUX = f"packaging/linux/{recipes.ID}"
ISS, BUILD = "packaging/windows/large-gui.iss", ".github/workflows/build.yml"


@pytest.mark.parametrize(
    ("check", "file", "before", "after", "said"),
    [
        ("versions", ISS, '#define Version "', '#define Version "9.', "large-gui.iss says '9."),
        ("named_files", ISS, r"..\..\LICENSE", r"..\..\COPYING", "COPYING, which is not there"),
        ("windows", ISS, "[Icons]", "[Icon]", "unknown sections: ['Icon']"),
        ("windows", ISS, "{#Window}", "{#Windows}", "Windows, which is not defined"),
        ("windows", ISS, "window.exe", "show.exe", "which PyInstaller does not make"),
        ("file_type", "packaging/macos/Info.plist", "<string>large<", "<string>big<", "another file type"),
        ("named_files", "packaging/macos/dmg.sh", "entitlements.p", "rights.p", "plist, which is not there"),
        ("desktop_entry", f"{LINUX}.desktop", "%F", "%f", "Exec is 'large-gui %f'"),
        ("metainfo", f"{LINUX}.metainfo.xml", "</summary>", "</p>", "mismatched tag"),
        ("file_type", f"{LINUX}.mime.xml", "68", "60", "at byte 68"),
        (
            "named_files",
            "packaging/linux/appimage.sh",
            "$here/AppRun",
            "$here/Run",
            "Run, which is not there",
        ),
        (
            "named_files",
            "packaging/pyinstaller/large-gui.spec",
            '"start.py"',
            '"go.py"',
            "go.py, which is not",
        ),
        ("workflow", BUILD, "checkout@v4.2.2", "checkout@main", "checkout@main is not pinned"),
        ("workflow", BUILD, "contents: read", "contents: write", "more rights than it needs"),
        ("workflow", BUILD, "windows-2022]", "macos-14]", "build.yml tests on"),
        ("file_type", "large_gui/tasks/projects.py", 'SUFFIX = ".large"', 'SUFFIX = ".lg"', "not *.lg"),
    ],
)
def test_what_is_wrong_is_seen(copy: Path, check: str, file: str, before: str, after: str, said: str) -> None:
    text = (copy / file).read_text("utf-8")
    assert before in text
    (copy / file).write_text(text.replace(before, after), "utf-8")
    assert said in "\n".join(recipes.problems(getattr(recipes, check), copy))


def test_the_icons_are_those_of_the_drawing(qapp: object, tmp_path: Path) -> None:
    import numpy as np
    from PIL import Image

    for file in script("icons/make_icons.py").write(tmp_path):
        kept = ROOT / "packaging" / "icons" / file.name
        with Image.open(file) as new, Image.open(kept) as old:
            assert (new.size, new.info.get("sizes")) == (old.size, old.info.get("sizes"))
            difference = np.asarray(new.convert("RGBA"), int) - np.asarray(old.convert("RGBA"), int)
        assert np.abs(difference).mean() < 2, f"{file.name}: python packaging/icons/make_icons.py"


@pytest.mark.skipif(not sys.platform.startswith("linux"), reason="a shell script for Linux")
def test_the_menu_entry_is_installed_and_taken_away(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    import subprocess

    install = ROOT / "packaging" / "linux" / "install.sh"
    monkeypatch.setenv("DESTINATION_IS_A_PACKAGE", "yes")
    subprocess.run([install, tmp_path / "a prefix"], check=True)
    placed = {file.name for file in (tmp_path / "a prefix" / "share").rglob("*") if file.is_file()}
    assert placed == {f"{recipes.ID}.{kind}" for kind in ("desktop", "metainfo.xml", "xml", "svg", "png")}
    subprocess.run([install, "--remove", tmp_path / "a prefix"], check=True)
    assert [file for file in tmp_path.rglob("*") if file.is_file()] == []


def test_a_project_is_known_by_its_content(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """As a desktop does it, with the file type that is installed: also where a project has lost its name."""
    import subprocess

    if shutil.which("update-mime-database") is None:
        pytest.skip("shared-mime-info is not installed")
    from large_gui.tasks.projects import open_project

    images = tmp_path / "photos"
    images.mkdir()
    store, _ = open_project([images], tmp_path / "home")
    store.close()
    (project,) = (tmp_path / "home").rglob("*.large")
    shutil.copy(project, tmp_path / "renamed")
    types = tmp_path / "share" / "mime"
    (types / "packages").mkdir(parents=True)
    shutil.copy(ROOT / f"packaging/linux/{recipes.ID}.mime.xml", types / "packages")
    subprocess.run(["update-mime-database", types], check=True, capture_output=True)
    asked = (
        "import sys; from PySide6.QtCore import QMimeDatabase\n"
        "for name in sys.argv[1:]: print(QMimeDatabase().mimeTypeForFile(name).name())"
    )
    monkeypatch.setenv("XDG_DATA_HOME", str(types.parent))
    command = [sys.executable, "-c", asked, str(project), str(tmp_path / "renamed")]
    done = subprocess.run(command, check=True, capture_output=True, text=True)
    assert done.stdout.split() == [recipes.MIME] * 2
