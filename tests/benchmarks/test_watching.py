"""What watching a folder of 100,000 images costs: the worker's look, and what the window does with it."""

from __future__ import annotations

import os
import time
from collections.abc import Callable
from hashlib import sha256
from pathlib import Path

import numpy as np
import pytest

from large_gui.core.direction import Direction
from large_gui.core.reporter import SilentReporter
from large_gui.models.kinds.gan import GanModel
from large_gui.project.codes.cache import CodeCache, Inverted
from large_gui.project.images.contents import Content
from large_gui.project.images.manifest import Manifest
from large_gui.project.store import ProjectStore
from large_gui.tasks.duplicates.near import near_duplicates
from large_gui.tasks.measure import Measured
from large_gui.tasks.session import Session
from large_gui.tasks.watching.changes import Changes
from large_gui.tasks.watching.following import Following
from large_gui.tasks.watching.looking import Listing, listed, look

pytestmark = pytest.mark.benchmark
N = 100_000
_JPEG = b"\xff\xd8\xff\xe0" + bytes(60)


def timed(what: str, call: Callable[[], object]) -> float:
    began = time.perf_counter()
    call()
    took = time.perf_counter() - began
    print(f"{what}: {1000 * took:,.0f} ms")
    return took


def test_a_look_at_100_000_files(tmp_path: Path) -> None:
    folder = tmp_path / "images"
    paths = [f"{i // 1000:03}/{i:06}.jpg" for i in range(N)]
    for i in range(N // 1000):
        (folder / f"{i:03}").mkdir(parents=True)
    for path in paths:
        (folder / path).write_bytes(_JPEG)
        os.utime(folder / path, (1000, 1000))
    found: list[Listing] = []
    timed("listing 100,000 files", lambda: found.append(listed([folder], folder, paths)))
    with CodeCache(tmp_path / "codes.sqlite") as cache:
        again = [folder], paths, found[0], cache, SilentReporter()
        timed("a look that finds nothing new", lambda: look(*again))
        (folder / "000" / "000000.jpg").rename(folder / "000" / "renamed.jpg")
        _, changes = look(*again)
    assert changes.renamed == {"000/000000.jpg": "000/renamed.jpg"}


def test_the_window_takes_a_change_among_100_000_images(tmp_path: Path) -> None:
    paths = [f"{i // 1000:03}/{i:06}.jpg" for i in range(N)]
    shas = [sha256(path.encode()).hexdigest() for path in paths]
    direction = Direction("a", np.eye(4)[0])
    session = Session(Manifest(tmp_path, paths), [direction], "faces")
    table = np.random.default_rng(0).normal(size=(N, 1))
    session.add(Measured(paths, shas, table, [1.0] * N, [()] * N, directions=["a"]))
    following = Following({}, (), session.number)
    seen = {path: bytes.fromhex(sha) for path, sha in zip(paths, shas)}
    timed("seeing 100,000 contents for the first time", lambda: following.see(seen))
    timed("settling them", following.settle)
    with ProjectStore(tmp_path / "a.large") as store:

        def write() -> None:
            for start in range(0, N, 5000):
                store.set_contents({p: Content(seen[p]) for p in paths[start : start + 5000]})

        timed("writing 100,000 contents", write)
        print(f"the project takes {(tmp_path / 'a.large').stat().st_size / 1e6:.1f} MB")
        timed("reading them", store.contents)
    timed("seeing them again", lambda: following.see(seen))
    changes = Changes(added=["new.jpg"], gone=[paths[1]], renamed={paths[0]: "renamed.jpg"})
    assert timed("taking a change into the session", lambda: session.renew(changes)) < 1
    timed("following it", lambda: following.move(changes.renamed))
    timed("sorting again", session.by_distance)


def test_duplicates_among_many(tmp_path: Path, pack: GanModel) -> None:
    count = int(os.environ.get("DUPLICATES", "20000"))
    random = np.random.default_rng(0)
    shape = pack.shape
    with CodeCache(tmp_path / "codes.sqlite") as cache:
        for start in range(0, count, 1000):
            codes = random.standard_normal((1000, *shape), np.float32)
            cache.put_many(pack.key, {f"{start + i}": Inverted(code) for i, code in enumerate(codes)})
        copy = Inverted(codes[-1] + 0.1 * random.standard_normal(shape, np.float32))
        cache.put_many(pack.key, {"copy": copy})
        names = [*map(str, range(count)), "copy"]
        found: list[object] = []
        timed(
            f"near duplicates among {count:,} images",
            lambda: found.extend(near_duplicates(names, pack, cache, SilentReporter())),
        )
    assert len(found) == 1
