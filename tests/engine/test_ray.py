"""A cluster of Ray on this machine: two workers, of which one is killed, write what one machine writes."""

from __future__ import annotations

import os
import shutil
import signal
from collections.abc import Iterator
from pathlib import Path

import pytest

from large_gui.core.reporter import Progress, SilentReporter
from large_gui.errors import InputError
from large_gui.models.kinds.gan import GanModel
from large_gui.tasks.invert_parts import Written, invert_into
from tests.conftest import SAMPLES

pytestmark = [
    pytest.mark.slow,
    pytest.mark.filterwarnings("ignore"),  # those of Ray and of what it loads
    pytest.mark.skipif(not Path("/proc").is_dir(), reason="the workers are found in /proc"),
]


@pytest.fixture
def photos(tmp_path: Path) -> Path:
    """Samples, each of them twice, and two files that are no images."""
    folder = tmp_path / "photos"
    (folder / "copies").mkdir(parents=True)
    for path in sorted(SAMPLES.glob("*.jpg")):
        shutil.copy(path, folder)
        shutil.copy(path, folder / "copies" / f"copy of {path.name}")
    (folder / "empty.jpg").write_bytes(b"")
    (folder / "half.jpg").write_bytes((folder / "face-001.jpg").read_bytes()[:3000])
    return folder


@pytest.fixture
def address(home: Path) -> Iterator[str]:
    """The address of two machines of one core each, both of them this one."""
    os.environ["RAY_USAGE_STATS_ENABLED"] = "0"
    pytest.importorskip("ray", reason="it comes with: pip install 'large-gui[cluster]'")
    utilities = pytest.importorskip("ray.cluster_utils")
    small = {"num_cpus": 1, "object_store_memory": 100 << 20, "include_dashboard": False}
    cluster = utilities.Cluster(initialize_head=True, head_node_args=small)
    cluster.add_node(num_cpus=1, object_store_memory=100 << 20)
    yield cluster.address
    cluster.shutdown()


def workers() -> dict[int, str]:
    """Actors of Ray that this process started, directly or not: process id and name."""
    found, parents = {}, {}
    for folder in Path("/proc").iterdir():
        if folder.name.isdecimal():
            try:
                name = (folder / "cmdline").read_bytes().split(b"\0")[0].decode()
                parents[int(folder.name)] = int((folder / "stat").read_text().rpartition(")")[2].split()[1])
            except OSError:
                continue  # it has just ended
            if name.startswith("ray::") and "Worker" in name:
                found[int(folder.name)] = name

    def ours(pid: int) -> bool:
        return pid == os.getpid() or (pid in parents and ours(parents[pid]))

    return {pid: name for pid, name in found.items() if ours(pid)}


class Killing(SilentReporter):
    """Kills one of the workers once the first block is done."""

    def __init__(self) -> None:
        super().__init__()
        self.killed = 0
        self.at_first: set[int] = set()

    def tell(self, progress: Progress) -> None:
        if progress.done and not self.killed:
            self.at_first = set(workers())
            self.killed = max(self.at_first)
            os.kill(self.killed, signal.SIGKILL)


def contents(folder: Path) -> dict[str, bytes]:
    return {file.name: file.read_bytes() for file in folder.iterdir()}


def test_one_of_two_workers_is_killed(address: str, photos: Path, pack: GanModel, tmp_path: Path) -> None:
    killing = Killing()
    cluster = {"engine": "ray", "address": address, "device": "cpu"}
    written = invert_into(str(photos), pack, tmp_path / "ray", killing, **cluster)  # type: ignore[arg-type]
    assert len(killing.at_first) == 2, "there were two workers"
    assert killing.killed not in workers()
    assert written == Written(242, 0, 2)
    assert sorted(warning.partition(":")[0] for warning in killing.warnings) == ["empty.jpg", "half.jpg"]
    invert_into(str(photos), pack, tmp_path / "here", SilentReporter(), device="cpu")
    assert contents(tmp_path / "ray") == contents(tmp_path / "here"), "the same files, byte for byte"
    assert len(list((tmp_path / "ray").glob("part-*"))) == 8

    (tmp_path / "ray" / sorted(contents(tmp_path / "ray"))[3]).write_bytes(b"damaged")
    again = SilentReporter()
    written = invert_into(str(photos), pack, tmp_path / "ray", again, **cluster)  # type: ignore[arg-type]
    assert written.there == 242 - 32 and "It is computed anew" in again.warnings[0]
    assert contents(tmp_path / "ray") == contents(tmp_path / "here")


def test_a_cluster_that_is_not_there(photos: Path, pack: GanModel, tmp_path: Path) -> None:
    pytest.importorskip("ray", reason="it comes with: pip install 'large-gui[cluster]'")
    with pytest.raises(InputError, match=r"Ray can't be reached at 127.0.0.1:1"):
        invert_into(
            str(photos), pack, tmp_path / "ray", SilentReporter(), engine="ray", address="127.0.0.1:1"
        )
