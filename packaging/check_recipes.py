"""Check the recipes in packaging/ as far as one system can: python packaging/check_recipes.py

Versions and names agree, files that a recipe names are there, formats can be read, icons hold their sizes.
Where desktop-file-validate, appstreamcli and shells are there, they have their say. It prints what is wrong.
"""

from __future__ import annotations

import ast
import configparser
import plistlib
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any
from xml.etree import ElementTree
from xml.parsers.expat import ExpatError

import yaml
from PIL import Image

ID = "io.github.large_gui.large_gui"
MIME = "application/x-large-gui-project"
_NAMED = re.compile(r"(?<![\w./$}])(?:packaging|tests|resources|docs|large_gui|\.ci)/[\w./-]*\w")
_ISS_SECTIONS = {
    "Setup", "Languages", "Tasks", "InstallDelete", "Files", "Icons", "Registry", "Run", "Code",
}  # fmt: skip
_ACTION = re.compile(r"[\w-]+/[\w-]+@(v\d+\.\d+\.\d+|[0-9a-f]{40})")
_MADE_BY_WORKFLOW = (
    ".ci/run", "python -m pytest", "packaging/check_dist.py", "packaging/pyinstaller/large-gui.spec",
    "packaging/pyinstaller/smoke.py", "packaging/linux/appimage.sh", r"packaging\windows\large-gui.iss",
    "packaging/macos/dmg.sh",
)  # fmt: skip


def versions(root: Path) -> Iterator[str]:
    """Every place that states the version states that of pyproject.toml."""
    project = tomllib.loads(_text(root / "pyproject.toml"))["project"]
    wanted = project["version"]
    metainfo = _xml(root / f"packaging/linux/{ID}.metainfo.xml")
    release = metainfo.find("releases/release")
    info = _plist(root / "packaging/macos/Info.plist")
    stated = {
        "large_gui/__init__.py": _found(r'__version__ = "(.*)"', root / "large_gui/__init__.py"),
        "CITATION.cff": str(yaml.safe_load(_text(root / "CITATION.cff"))["version"]),
        "the metainfo's first release": release.get("version", "") if release is not None else "",
        "large-gui.iss": _found(r'#define Version "(.*)"', root / "packaging/windows/large-gui.iss"),
        "Info.plist (CFBundleVersion)": info["CFBundleVersion"],
        "Info.plist (CFBundleShortVersionString)": info["CFBundleShortVersionString"],
    }
    yield from (f"{place} says {said!r}, not {wanted!r}" for place, said in stated.items() if said != wanted)
    home = {name.lower(): url for name, url in project.get("urls", {}).items()}.get("homepage")
    url = metainfo.findtext("url[@type='homepage']")
    if url is not None and url != home:
        yield f"the metainfo's homepage is {url!r}, that of pyproject.toml {home!r}"


def named_files(root: Path) -> Iterator[str]:
    """Every file of ours that a recipe or a page on packaging names is there."""
    recipes = [file for file in sorted((root / "packaging").rglob("*")) if _is_recipe(file)]
    recipes += [*sorted((root / ".github").rglob("*.yml")), root / "docs/install.md", root / "MANIFEST.in"]
    for file in recipes:
        text, where = _text(file).replace("\\", "/"), file.relative_to(root)
        names = set() if file.suffix == ".spec" else set(_NAMED.findall(text))
        if file.suffix == ".sh" or file.name == "AppRun":
            text = text.replace("$id", ID)
            beside = re.findall(r"\$here/([\w./$-]+)", text)
            names |= {(file.parent / name.replace("$size", "16")).as_posix() for name in beside}
        elif file.suffix == ".iss":
            names |= {(file.parent / name).as_posix() for name in re.findall(r"(\.\./[\w./-]+\w)", text)}
        elif file.name.endswith(".flatpak.yml"):
            sources = yaml.safe_load(text)["modules"][0]["sources"]
            names |= {(file.parent / source["path"]).as_posix() for source in sources}
        elif file.suffix == ".spec":
            names |= set(_paths_of_spec(text))
        for name in sorted(names):
            path = root / name
            if not path.exists() and "dist" not in path.parts:  # what is built is not there yet
                yield f"{where} names {path.resolve()}, which is not there"


def desktop_entry(root: Path) -> Iterator[str]:
    """The menu entry holds what the specification asks for, and opens files and folders."""
    file = root / f"packaging/linux/{ID}.desktop"
    entry = configparser.ConfigParser(interpolation=None, delimiters=("=",))
    entry.optionxform = str  # type: ignore[assignment,method-assign]
    entry.read(file, "utf-8")
    said = entry["Desktop Entry"]
    wanted = {
        "Type": "Application", "Exec": "large-gui %F", "TryExec": "large-gui", "Icon": ID,
        "Terminal": "false", "MimeType": f"{MIME};", "StartupWMClass": "large-gui",
    }  # fmt: skip
    yield from (
        f"{file.name}: {key} is {said.get(key)!r}, not {to!r}"
        for key, to in wanted.items()
        if said.get(key) != to
    )
    yield from (
        f"{file.name}: {key} is missing" for key in ("Name", "Comment", "Categories") if not said.get(key)
    )
    yield from _judged(["desktop-file-validate", str(file)])


def metainfo(root: Path) -> Iterator[str]:
    """The description for software centres is whole, and about this program."""
    file = root / f"packaging/linux/{ID}.metainfo.xml"
    found = _xml(file)
    wanted = {
        "id": ID, "launchable": f"{ID}.desktop", "provides/mediatype": MIME, "provides/binary": "large-gui",
        "project_license": tomllib.loads(_text(root / "pyproject.toml"))["project"]["license"],
    }  # fmt: skip
    for place, to in wanted.items():
        if found.findtext(place) != to:
            yield f"{file.name}: {place} is {found.findtext(place)!r}, not {to!r}"
    yield from _judged(["appstreamcli", "validate", "--no-net", str(file)])


def file_type(root: Path) -> Iterator[str]:
    """The file type of projects is that of the files that the program writes, on each system."""
    mark = _found(
        r'application_id=(0x[0-9a-fA-F]+),\s+# "LGUI"', root / "large_gui/project/schema.py"
    ).lower()
    suffix = _found(r'^SUFFIX = "(.*)"', root / "large_gui/tasks/projects.py")
    space = "{http://www.freedesktop.org/standards/shared-mime-info}"
    kind = _xml(root / f"packaging/linux/{ID}.mime.xml").find(f"{space}mime-type")
    if kind is None or kind.get("type") != MIME:
        yield f"{ID}.mime.xml does not describe {MIME}"
        return
    inner = kind.find(f"{space}magic/{space}match/{space}match")
    if inner is None or (inner.get("offset"), inner.get("value")) != ("68", mark):
        yield f"{ID}.mime.xml does not look for {mark} at byte 68, where SQLite has the application's mark"
    globs = [glob.get("pattern") for glob in kind.iter(f"{space}glob")]
    if globs != [f"*{suffix}"]:
        yield f"{ID}.mime.xml has the patterns {globs}, not *{suffix}"
    declared = _plist(root / "packaging/macos/Info.plist")["UTExportedTypeDeclarations"][0]
    tags = declared["UTTypeTagSpecification"]
    if tags != {"public.filename-extension": [suffix[1:]], "public.mime-type": [MIME]}:
        yield f"Info.plist declares another file type: {tags}"
    if f"Software\\Classes\\{suffix}\\" not in _text(root / "packaging/windows/large-gui.iss"):
        yield f"large-gui.iss does not register {suffix}"


def windows(root: Path) -> Iterator[str]:
    """The installer has known sections and defined names, and starts programs that PyInstaller makes."""
    text = _text(root / "packaging/windows/large-gui.iss")
    sections = re.findall(r"^\[(\w+)\]$", text, re.M)
    if unknown := {*sections} - _ISS_SECTIONS:
        yield f"large-gui.iss has unknown sections: {sorted(unknown)}"
    if lacking := {"Setup", "Files", "Icons"} - {*sections}:
        yield f"large-gui.iss lacks sections: {sorted(lacking)}"
    defined = dict(re.findall(r'^#define (\w+) "(.*)"$', text, re.M))
    yield from (
        f"large-gui.iss uses {name}, which is not defined"
        for name in set(re.findall(r"\{#(\w+)\}", text)) - {*defined}
    )
    spec = _text(root / "packaging/pyinstaller/large-gui.spec")
    for name in (defined.get("Program", ""), defined.get("Window", "")):
        if f'program("{name.removesuffix(".exe")}"' not in spec:
            yield f"large-gui.iss starts {name!r}, which PyInstaller does not make"
    for line in text.partition("[Code]")[0].splitlines():
        if line.startswith(("Root:", "Source:", "Name:", "Type:", "Filename:")) and line.count('"') % 2:
            yield f"large-gui.iss: quotes don't match: {line}"


def macos(root: Path) -> Iterator[str]:
    """The application may do what PyTorch needs, and takes projects, images and folders."""
    rights = _plist(root / "packaging/macos/entitlements.plist")
    if not all(
        rights.get(f"com.apple.security.cs.allow-{name}") for name in ("jit", "unsigned-executable-memory")
    ):
        yield "entitlements.plist does not let PyTorch make executable memory"
    info = _plist(root / "packaging/macos/Info.plist")
    taken = {kind for document in info["CFBundleDocumentTypes"] for kind in document["LSItemContentTypes"]}
    declared = {kind["UTTypeIdentifier"] for kind in info["UTExportedTypeDeclarations"]}
    if taken != declared | {"public.folder", "public.image"}:
        yield f"Info.plist takes {sorted(taken)}"
    if not re.fullmatch(r"[A-Za-z0-9.-]+", info["CFBundleIdentifier"]):
        yield f"macOS takes no identifier {info['CFBundleIdentifier']!r}"


def icons(root: Path) -> Iterator[str]:
    """Every format holds the sizes that its system asks for."""
    folder = root / "packaging/icons"
    for size in (16, 24, 32, 48, 64, 128, 256, 512):
        with Image.open(folder / f"large-gui-{size}.png") as image:
            if image.size != (size, size) or image.mode != "RGBA":
                yield f"large-gui-{size}.png is {image.size}, {image.mode}"
    with Image.open(folder / "large-gui.ico") as image:
        if lacking := {16, 24, 32, 48, 64, 128, 256} - {side for side, _ in image.info["sizes"]}:
            yield f"large-gui.ico lacks the sizes {sorted(lacking)}"
    with Image.open(folder / "large-gui.icns") as image:
        sides = {side * scale for side, _, scale in image.info["sizes"]}
        if lacking := {32, 64, 128, 256, 512, 1024} - sides:
            yield f"large-gui.icns lacks the sizes {sorted(lacking)}"


def scripts(root: Path) -> Iterator[str]:
    """Shell scripts can be run, and a shell can read them; so can Python the recipe of PyInstaller."""
    for file in [*sorted((root / "packaging").rglob("*.sh")), root / "packaging/linux/AppRun"]:
        shell = Path(_text(file).splitlines()[0].removeprefix("#!")).name
        if sys.platform != "win32":
            if not file.stat().st_mode & 0o111:
                yield f"{file.name} is not executable"
            yield from _judged([shell, "-n", str(file)])
    compile(_text(root / "packaging/pyinstaller/large-gui.spec"), "large-gui.spec", "exec")


def flatpak(root: Path) -> Iterator[str]:
    """The Flatpak is this program, with the rights that it needs."""
    recipe = yaml.safe_load(_text(root / f"packaging/linux/{ID}.flatpak.yml"))
    if (recipe["id"], recipe["command"]) != (ID, "large-gui"):
        yield f"the Flatpak is {recipe['id']}, which runs {recipe['command']}"
    rights = {right.partition("=")[0] for right in recipe["finish-args"]}
    if rights != {"--share", "--socket", "--device", "--filesystem"}:
        yield f"the Flatpak asks for {sorted(rights)}"


def workflow(root: Path) -> Iterator[str]:
    """The workflow pins what it uses, may only read, and makes everything on three systems."""
    for file in sorted((root / ".github/workflows").glob("*.yml")):
        text = _text(file)
        about: dict[str, Any] = yaml.safe_load(text)
        if about.get("permissions") != {"contents": "read"}:
            yield f"{file.name} has more rights than it needs: {about.get('permissions')}"
        for name, job in about["jobs"].items():
            if "timeout-minutes" not in job:
                yield f"{file.name}: {name} may run for ever"
            used = [step["uses"] for step in job["steps"] if "uses" in step]
            yield from (f"{file.name}: {use} is not pinned" for use in used if not _ACTION.fullmatch(use))
    build = _text(root / ".github/workflows/build.yml")
    jobs = yaml.safe_load(build)["jobs"]
    tested = {system.partition("-")[0] for system in jobs["test"]["strategy"]["matrix"]["system"]}
    packed = {way["system"].partition("-")[0] for way in jobs["programs"]["strategy"]["matrix"]["include"]}
    for what, systems in (("tests", tested), ("packs", packed)):
        if systems != {"ubuntu", "macos", "windows"}:
            yield f"build.yml {what} on {sorted(systems)}"
    yield from (f"build.yml does not run {recipe}" for recipe in _MADE_BY_WORKFLOW if recipe not in build)


CHECKS: tuple[Callable[[Path], Iterator[str]], ...] = (
    versions, named_files, desktop_entry, metainfo, file_type, windows, macos, icons, scripts, flatpak,
    workflow,
)  # fmt: skip


def _is_recipe(file: Path) -> bool:
    return file.is_file() and file.suffix in {".sh", ".iss", ".spec", ".yml", ".md", ""}


def _paths_of_spec(text: str) -> Iterator[str]:
    """What stands behind ``ROOT /`` in the recipe of PyInstaller, as far as it is written out."""
    for node in ast.walk(ast.parse(text)):
        if isinstance(node, ast.BinOp) and isinstance(node.op, ast.Div):
            parts: list[str] = []
            inner: ast.expr = node
            while isinstance(inner, ast.BinOp) and isinstance(inner.right, ast.Constant):
                parts.insert(0, str(inner.right.value))
                inner = inner.left
            if isinstance(inner, ast.Name) and inner.id == "ROOT":
                yield "/".join(parts)


def _judged(command: list[str]) -> Iterator[str]:
    """What a program says against a file, if it is installed."""
    if shutil.which(command[0]) is None:
        return
    done = subprocess.run(command, capture_output=True, text=True, check=False)
    if done.returncode != 0:
        yield f"{' '.join(command)}: {done.stdout}{done.stderr}".strip()


def _text(file: Path) -> str:
    return file.read_text("utf-8")


def _found(pattern: str, file: Path) -> str:
    found = re.search(pattern, _text(file), re.M)
    return found[1] if found else ""


def _xml(file: Path) -> ElementTree.Element:
    return ElementTree.fromstring(_text(file))


def _plist(file: Path) -> dict[str, Any]:
    found: dict[str, Any] = plistlib.loads(file.read_bytes())
    return found


def problems(check: Callable[[Path], Iterator[str]], root: Path) -> list[str]:
    """What one check finds wrong in a checkout; a file that can't be read is wrong too."""
    try:
        return list(check(root))
    except (OSError, SyntaxError, KeyError, ElementTree.ParseError, ExpatError, yaml.YAMLError) as error:
        return [f"{check.__name__}: {type(error).__name__}: {error}"]


if __name__ == "__main__":
    root = Path(__file__).resolve().parents[1]
    found = [problem for check in CHECKS for problem in problems(check, root)]
    print("\n".join(found) or f"{len(CHECKS)} checks: nothing is wrong")
    sys.exit(bool(found))
