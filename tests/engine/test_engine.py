"""The engine: batches in order, bounded memory, one computation a content, and what can't be embedded."""

from __future__ import annotations

import os
import shutil
import threading
import weakref
from collections.abc import Iterable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path

import numpy as np
import pytest
from numpy.typing import NDArray
from PIL import Image

from large_gui.core.reporter import SilentReporter
from large_gui.engine.engine import ENGINES, run
from large_gui.engine.local import run_on_threads
from large_gui.engine.stages import BATCH, Embedded, Stages
from large_gui.errors import Cancelled, LargeError
from large_gui.models.description import PackDescription, write_description
from large_gui.models.model import Frame, Model, Picture, Refusal
from large_gui.models.pack import Pack
from large_gui.project.codes.cache import CodeCache
from large_gui.project.images.manifest import Failure, find_images
from large_gui.project.sources.source import Folder


class Noting(Model):
    """Notes which images it prepares and embeds, and how many codes are alive at once."""

    key = "noting"  # type: ignore[assignment]

    def __init__(self, pack: Pack) -> None:
        super().__init__(pack)
        self.prepared: list[str] = []
        self.alive: weakref.WeakValueDictionary[int, Batch] = weakref.WeakValueDictionary()
        self.most_alive = self.batches = 0
        self.preparing = threading.Lock()

    @property
    def shape(self) -> tuple[int, int]:
        return 2, 4

    def prepare(self, pictures: Sequence[Picture]) -> list[Frame | Refusal]:
        assert self.preparing.acquire(blocking=False), "one thread at a time prepares"
        self.prepared += [picture.sha256 for picture in pictures]
        frames = [
            Refusal("it is red") if picture.pixels[0, 0, 0] == 255 else Frame(picture.pixels.mean((0, 1)))
            for picture in pictures
            if picture.pixels is not None
        ]
        self.preparing.release()
        return frames

    def embed(self, frames: Sequence[Frame]) -> NDArray[np.float32]:
        codes = np.zeros((len(frames), 2, 4), np.float32).view(Batch)
        codes[:, 0, :3] = [frame.content for frame in frames]
        self.alive[self.batches] = codes
        self.batches += 1
        self.most_alive = max(self.most_alive, len(self.alive))
        return codes

    def quality(self, frames: Sequence[Frame], codes: NDArray[np.float32]) -> np.ndarray:
        return np.where(codes[:, 0, 1] > 200, 99.5, 50.0)


class Batch(np.ndarray):
    """An array that can be watched."""


@pytest.fixture
def model(tmp_path: Path) -> Noting:
    folder = tmp_path / "pack"
    folder.mkdir()
    write_description(folder, PackDescription("Noting", "noting", (2, 4)))
    return Noting(Pack(folder))


@pytest.fixture
def cache(tmp_path: Path) -> Iterator[CodeCache]:
    with CodeCache(tmp_path / "codes.sqlite") as cache:
        yield cache


def pictures(folder: Path, count: int) -> Path:
    folder.mkdir()
    for i in range(count):
        Image.new("RGB", (4, 4), (i % 250, i // 250, 7)).save(folder / f"{i:04}.png")
    return folder


def items(folder: Path, model: Model, cache: CodeCache, engine: str = "local") -> list[Embedded | Failure]:
    found = find_images(folder, SilentReporter())
    return [
        item
        for batch in run(found, model, cache, SilentReporter(), engine=engine)
        for item in batch
    ]  # fmt: skip


def test_items_come_in_order_with_their_codes(tmp_path: Path, model: Noting, cache: CodeCache) -> None:
    found = items(pictures(tmp_path / "p", 75), model, cache)
    assert [item.path for item in found] == [f"{i:04}.png" for i in range(75)]
    assert [item.inverted.code[0, 0] for item in found if isinstance(item, Embedded)] == list(range(75))


def test_the_second_run_computes_nothing(tmp_path: Path, model: Noting, cache: CodeCache) -> None:
    folder = pictures(tmp_path / "p", 10)
    before = items(folder, model, cache)
    model.prepared.clear()
    after = items(folder, model, cache)
    assert model.prepared == []
    assert [(i.path, i.sha256) for i in before] == [(i.path, i.sha256) for i in after]


def test_copies_of_an_image_are_computed_once(tmp_path: Path, model: Noting, cache: CodeCache) -> None:
    folder = pictures(tmp_path / "p", 3)
    shutil.copy(folder / "0001.png", folder / "copy.png")
    found = items(folder, model, cache)
    assert len(found) == 4 and len(model.prepared) == 3
    one, other = (i for i in found if i.path in ("0001.png", "copy.png"))
    assert (one.inverted.code == other.inverted.code).all()


def test_what_can_not_be_embedded_is_told(tmp_path: Path, model: Noting, cache: CodeCache) -> None:
    folder = pictures(tmp_path / "p", 3)
    Image.new("RGB", (4, 4), (255, 0, 0)).save(folder / "0001.png")
    (folder / "0002.png").write_bytes(b"\x89PNG\r\n\x1a\n")
    first, *rest = items(folder, model, cache)
    assert isinstance(first, Embedded)
    assert rest[0] == Failure("0001.png", "it is red")
    assert isinstance(rest[1], Failure) and "0002.png" in rest[1].why


def test_quality_gives_a_flag(tmp_path: Path, model: Noting, cache: CodeCache) -> None:
    folder = tmp_path / "p"
    folder.mkdir()
    Image.new("RGB", (4, 4), (0, 250, 0)).save(folder / "far.png")
    Image.new("RGB", (4, 4), (0, 100, 0)).save(folder / "near.png")
    far, near = items(folder, model, cache)
    assert far.inverted.flags == ("poor-inversion",) and near.inverted.flags == ()
    assert far.inverted.inversion_error == 99.5


def test_few_batches_are_alive_however_many_there_are(
    tmp_path: Path, model: Noting, cache: CodeCache
) -> None:
    count = 12 * BATCH
    found = find_images(pictures(tmp_path / "p", count), SilentReporter())
    seen = 0
    for batch in run(found, model, cache, SilentReporter()):
        seen += len(batch)
        del batch
    assert seen == count and model.batches == 12
    assert model.most_alive <= 5


def test_cancelling_keeps_what_is_done(tmp_path: Path, model: Noting, cache: CodeCache) -> None:
    class Stopping(SilentReporter):
        batches = 0

        def check_cancelled(self) -> None:
            self.batches += 1
            if self.batches > 2:
                raise Cancelled

    folder = pictures(tmp_path / "p", 4 * BATCH)
    found = find_images(folder, SilentReporter())
    with pytest.raises(Cancelled):
        list(run(found, model, cache, Stopping()))
    kept = len(cache.get_many(model.prepared, model.key))
    assert kept and kept % BATCH == 0
    before = len(model.prepared)
    assert len(items(folder, model, cache)) == 4 * BATCH
    assert len(model.prepared) - before == 4 * BATCH - kept


def test_images_that_are_looked_at_come_first(tmp_path: Path, model: Noting, cache: CodeCache) -> None:
    folder = pictures(tmp_path / "p", 8 * BATCH)
    found = find_images(folder, SilentReporter())
    wanted = folder / f"{8 * BATCH - 1:04}.png"
    first = next(run(found, model, cache, SilentReporter(), wanted=lambda: [wanted]))
    assert first[0].path == wanted.name


def test_closing_early_prepares_no_more_than_what_is_already_running(
    tmp_path: Path, model: Noting, cache: CodeCache, monkeypatch: pytest.MonkeyPatch
) -> None:
    running, ending, begun = threading.Event(), threading.Event(), []
    prepare, shut_down = model.prepare, ThreadPoolExecutor.shutdown

    def slow(pictures: Sequence[Picture]) -> list[Frame | Refusal]:
        begun.append(len(pictures))
        if len(begun) > 2:  # the batches before are needed for the first result
            running.set()
            assert ending.wait(60)
        return prepare(pictures)

    def shut(pool: ThreadPoolExecutor, *args: bool, **more: bool) -> None:
        ending.set()
        shut_down(pool, *args, **more)

    monkeypatch.setattr(model, "prepare", slow)
    monkeypatch.setattr(ThreadPoolExecutor, "shutdown", shut)
    paths = find_images(pictures(tmp_path / "p", 12 * BATCH), SilentReporter()).paths
    batches = run_on_threads(Stages(Folder(tmp_path / "p"), model, cache), paths)
    next(batches)
    assert running.wait(60)
    batches.close()  # type: ignore[attr-defined]
    assert len(begun) == 3


def test_an_engine_that_loses_a_batch_is_told(
    tmp_path: Path, model: Noting, cache: CodeCache, monkeypatch: pytest.MonkeyPatch
) -> None:
    def losing(stages: Stages, paths: Iterable[str]) -> Iterator[Batch]:
        batches = run_on_threads(stages, paths)
        next(batches)
        return batches

    def repeating(stages: Stages, paths: Iterable[str]) -> Iterator[Batch]:
        for batch in run_on_threads(stages, paths):
            yield from (batch, batch)

    monkeypatch.setitem(ENGINES, "losing", losing)
    monkeypatch.setitem(ENGINES, "repeating", repeating)
    folder = pictures(tmp_path / "p", BATCH + 3)
    with pytest.raises(LargeError, match="'losing' lost 32 images"):
        items(folder, model, cache, "losing")
    assert len(cache.get_many(model.prepared, model.key)) == 3, "what came is kept"
    with pytest.raises(LargeError, match="'repeating' returned an image twice"):
        items(folder, model, cache, "repeating")


def test_a_model_that_returns_too_few_is_an_error(
    tmp_path: Path, model: Noting, cache: CodeCache, monkeypatch: pytest.MonkeyPatch
) -> None:
    folder, prepare = pictures(tmp_path / "p", 3), model.prepare
    with monkeypatch.context() as patch, pytest.raises(ValueError, match="shorter"):
        patch.setattr(model, "prepare", lambda pictures: prepare(pictures)[1:])
        items(folder, model, cache)
    with monkeypatch.context() as patch, pytest.raises(ValueError, match="shorter"):
        patch.setattr(model, "embed", lambda frames: np.zeros((len(frames) - 1, 2, 4), np.float32))
        items(folder, model, cache)


def test_a_code_of_another_shape_is_not_kept(
    tmp_path: Path, model: Noting, cache: CodeCache, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(model, "embed", lambda frames: np.zeros((len(frames), 4, 2), np.float32))
    with pytest.raises(LargeError, match="another shape than it says"):
        items(pictures(tmp_path / "p", 3), model, cache)
    assert not cache.get_many(model.prepared, model.key)


def test_a_model_that_says_so_prepares_batches_side_by_side(
    model: Noting, cache: CodeCache, tmp_path: Path
) -> None:
    class Sharing(Noting):
        prepares_side_by_side = True
        both = threading.Barrier(2)

        def prepare(self, pictures: Sequence[Picture]) -> list[Frame | Refusal]:
            self.both.wait(timeout=30)  # two threads are needed to get beyond this
            return [Frame(picture.pixels.mean((0, 1))) for picture in pictures if picture.pixels is not None]

    if (os.cpu_count() or 1) < 2:
        pytest.skip("one core")
    folder = tmp_path / "many"
    folder.mkdir()
    for i in range(BATCH + 1):
        Image.new("RGB", (2, 2), (i, 0, 0)).save(folder / f"{i:02}.png")
    found = find_images(folder, SilentReporter())
    done = [item for batch in run(found, Sharing(model.pack), cache, SilentReporter()) for item in batch]
    assert [item.path for item in done] == list(found.paths)
    assert [item.inverted.code[0, 0] for item in done if isinstance(item, Embedded)] == list(range(BATCH + 1))
