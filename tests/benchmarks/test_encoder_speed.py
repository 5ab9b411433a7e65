"""Ways to compute the encoders on a processor: images a second, and how far codes and ranks move.

    LARGE_PHOTOGRAPHS=FOLDER pytest -m benchmark -n 0 -s tests/benchmarks/test_encoder_speed.py

``FOLDER`` holds images and a ``labels.csv`` with the header ``path,value``: faces for the first test and
anything for the other. Without it the samples are read, and ranks are compared among each other alone. Ways
that need what is not installed (nncf for whole numbers) are left out; with ``LARGE_TORCH_COMPILE=1``
and a C++ compiler torch.compile is one of them.
"""

from __future__ import annotations

import copy
import importlib.util
import os
import queue
import shutil
import time
from collections.abc import Callable, Iterator, Sequence
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from numpy.typing import NDArray
from scipy.stats import spearmanr
from sklearn.linear_model import RidgeCV
from torch import Tensor

from large_gui.core.distance import distances
from large_gui.core.latent import Pixels
from large_gui.core.reporter import SilentReporter
from large_gui.models.encoding import parallel_batches
from large_gui.models.kinds.gan import GanModel
from large_gui.models.kinds.image_features import FeaturesModel
from large_gui.models.library import open_model
from large_gui.models.model import Frame, Picture
from large_gui.nets.efficientnet import fold_norms
from large_gui.nets.encoders.compiled import TOGETHER, Compilable, CompiledEncoder, converted, is_installed
from large_gui.nets.memory import keep_freed_memory
from large_gui.nets.pixels import to_tensor
from large_gui.project.images.manifest import find_images
from large_gui.project.images.read import read_image
from large_gui.project.labels import read_labels
from tests.conftest import SAMPLES

BATCH, MOST = 32, 480  # images
ROUNDS, TIMED = 3, 4  # rounds of all ways in turn, batches in each
CALIBRATION = 64  # images whose values the whole numbers are scaled to
FOLDER = Path(os.environ.get("LARGE_PHOTOGRAPHS", SAMPLES))

Read = Callable[[Tensor], Tensor]


@dataclass(frozen=True)
class Photographs:
    """Images as an encoder reads them, ``(N, 3, S, S)``, and their values, if there are any."""

    frames: Tensor
    values: NDArray[np.float64] | None


@pytest.mark.benchmark
def test_faces(capsys: pytest.CaptureFixture[str]) -> None:
    model = open_model("faces")
    assert isinstance(model, GanModel)
    photographs = prepared(model)
    age = model.direction("age")
    compare("faces", model.encoder, photographs, lambda codes: distances(codes, age), capsys)


@pytest.mark.benchmark
def test_features(capsys: pytest.CaptureFixture[str]) -> None:
    model = open_model("features")
    assert isinstance(model, FeaturesModel)
    photographs = prepared(model)
    learned: list[RidgeCV] = []

    def along(codes: NDArray[np.float32]) -> NDArray[np.float64]:
        """Distances along what was learned from the first way's codes of every other image."""
        x = codes.reshape(len(codes), -1).astype(np.float64)
        values = photographs.values
        if values is None:
            return np.asarray(x[:, 0])
        if not learned:
            learned.append(RidgeCV(np.logspace(-3, 4, 15)).fit(x[::2], values[::2]))
        return np.asarray(learned[0].predict(x))

    def network() -> Compilable:
        made = model.network()
        assert isinstance(made, Compilable)
        return made

    compare("features", network, photographs, along, capsys, judged=slice(1, None, 2))


@pytest.mark.benchmark
@pytest.mark.parametrize("name", ["faces", "features"])
def test_floor(name: str, capsys: pytest.CaptureFixture[str]) -> None:
    """What an image costs at least on one core: its multiplications at the speed of a large product."""
    model = open_model(name)
    assert isinstance(model, GanModel | FeaturesModel)
    encoder: Any = model.encoder() if isinstance(model, GanModel) else model.network()
    fold_norms(encoder)
    frames = torch.zeros(BATCH, 3, encoder.aligned_size, encoder.aligned_size)
    products, written = counted(encoder, frames)
    keep_freed_memory()
    square = torch.rand(1024, 1024)
    array = square.numpy()
    read: dict[str, Read] = {"torch": reading(encoder.read)}
    if is_installed():
        read["OpenVINO"] = CompiledEncoder(encoder, 1)
    with parallel_batches("cpu"):
        # Seconds of the processor, OpenVINO's threads included, so that other programs matter less.
        matrix = min(
            spent(made) for made in (lambda: square @ square, lambda: array @ array) for _ in range(20)
        )
        matrix /= 1024**3
        spends = {way: min(spent(lambda r=r: r(frames)) for _ in range(ROUNDS)) for way, r in read.items()}  # type: ignore[misc]
    floor = products * matrix
    with capsys.disabled():
        print(
            f"\n{name}: {products / 1e9:.2f} G multiplications and {written / 1e6:.0f} MB of maps written an "
            f"image; at {2e-9 / matrix:.0f} GFLOP/s of a matrix product {floor * 1e3:.1f} ms of one core"
        )
        for way, seconds in spends.items():
            print(f"  {way}: {seconds / BATCH * 1e3:.1f} ms, {seconds / BATCH / floor:.1f} times that")


def counted(encoder: Any, frames: Tensor) -> tuple[float, float]:
    """Multiplications, and bytes that convolutions and products write, for one of the frames."""
    products = written = 0.0

    def count(layer: Any, given: tuple[Tensor], made: Tensor) -> None:
        nonlocal products, written
        products += made.numel() * layer.weight[0].numel()
        written += made.numel() * made.element_size()

    layers = [m for m in encoder.modules() if isinstance(m, torch.nn.Conv2d | torch.nn.Linear)]
    hooks = [layer.register_forward_hook(count) for layer in layers]
    reading(encoder.read)(frames)
    for hook in hooks:
        hook.remove()
    return products / len(frames), written / len(frames)


def spent(work: Callable[[], object]) -> float:
    began = time.process_time()
    work()
    return time.process_time() - began


def prepared(model: GanModel | FeaturesModel) -> Photographs:
    found = find_images(FOLDER, SilentReporter())
    paths, labels = list(found.paths), FOLDER / "labels.csv"
    given: dict[str, float] = {}
    if labels.is_file():
        given, _ = read_labels(labels).match(found.paths)
        paths = [path for path in paths if path in given]
    paths = paths[:: -(-len(paths) // MOST)]
    model.start("cpu", SilentReporter())
    images: list[Pixels] = [read_image(FOLDER / path) for path in paths]
    frames = model.prepare([Picture(path, image) for path, image in zip(paths, images)])
    pixels = [frame.content.astype(np.uint8, copy=False) for frame in frames if isinstance(frame, Frame)]
    assert len(pixels) == len(paths)
    values = np.array([given[path] for path in paths]) if given else None
    return Photographs(to_tensor(pixels), values)


def compare(
    name: str, network: Callable[[], Any], photographs: Photographs,
    along: Callable[[NDArray[np.float32]], NDArray[np.float64]], capsys: pytest.CaptureFixture[str], *,
    judged: slice = slice(None),
) -> None:  # fmt: skip
    keep_freed_memory()
    with parallel_batches("cpu") as workers, ThreadPoolExecutor(workers) as pool:
        read = dict(ways(network(), photographs.frames, workers))
        batch = photographs.frames[:BATCH].contiguous()
        rates: dict[str, list[float]] = {way: [] for way in read}
        for _ in range(ROUNDS):
            for way, reads in read.items():
                list(pool.map(reads, [batch] * workers))
                began = time.perf_counter()
                list(pool.map(reads, [batch] * TIMED))
                rates[way].append(TIMED * BATCH / (time.perf_counter() - began))
        codes = {
            way: torch.cat(list(pool.map(reads, photographs.frames.split(BATCH)))).numpy()
            for way, reads in read.items()
        }
    exact, lines = next(iter(codes.values())), []
    first = np.array(next(iter(rates.values())))
    d = {way: along(found)[judged] for way, found in codes.items()}
    for way, found in codes.items():
        off = np.abs(found - exact).max() / exact.std()
        kept = spearmanr(d[way], next(iter(d.values()))).statistic
        line = f"{way:34}{np.median(rates[way]):6.0f} /s {np.median(rates[way] / first):6.2f} x   "
        line += f"codes off by {off:.1e}   Spearman with the first {kept:.5f}"
        if photographs.values is not None:
            line += f"   with the labels {spearmanr(d[way], photographs.values[judged]).statistic:.4f}"
        lines.append(line)
    with capsys.disabled():
        print(f"\n{name}: {len(exact)} images of {FOLDER.name}, {workers} threads\n" + "\n".join(lines))


def ways(plain: Any, frames: Tensor, workers: int) -> Iterator[tuple[str, Read]]:
    """Every way that works here, by its name; the first is exact and was the only one once."""
    folded = copy.deepcopy(plain)
    fold_norms(folded)
    yield "torch, float32, as it was", reading(plain.read)
    yield "torch, float32, norms folded", reading(folded.read)
    yield "torch, bfloat16 (autocast)", reading(half(folded.read))
    if os.environ.get("LARGE_TORCH_COMPILE") and shutil.which("g++"):
        made = torch.compile(folded.forward, options={"freezing": True})
        yield "torch.compile, float32", reading(lambda frames: mean([made(v) for v in folded.views(frames)]))
    if not is_installed():
        return
    yield "OpenVINO, float32 (large-gui[fast])", padded(CompiledEncoder(folded, workers))
    yield "OpenVINO, bfloat16", openvino(folded, converted(folded), "bf16", workers)
    if importlib.util.find_spec("nncf") is not None:
        yield "OpenVINO, whole numbers (nncf)", openvino(folded, quantised(folded, frames), "f32", workers)


def reading(read: Read) -> Read:
    def reads(frames: Tensor) -> Tensor:
        with torch.inference_mode():
            return read(frames).float()

    return reads


def padded(read: Read) -> Read:
    def reads(frames: Tensor) -> Tensor:
        missing = -len(frames) % TOGETHER
        filled = torch.cat([frames, torch.zeros(missing, *frames.shape[1:])]) if missing else frames
        return read(filled)[: len(frames)]

    return reads


def half(read: Read) -> Read:
    def reads(frames: Tensor) -> Tensor:
        with torch.autocast("cpu", torch.bfloat16):
            return read(frames)

    return reads


def mean(codes: Sequence[Tensor]) -> Tensor:
    return torch.stack(list(codes)).mean(0)


def openvino(encoder: Any, graph: Any, precision: str, streams: int) -> Read:
    """As `CompiledEncoder` reads, in another precision."""
    from openvino import Core

    options = {
        "INFERENCE_PRECISION_HINT": precision, "NUM_STREAMS": streams, "INFERENCE_NUM_THREADS": streams,
    }  # fmt: skip
    compiled = Core().compile_model(graph, "CPU", options)
    idle: queue.SimpleQueue[Any] = queue.SimpleQueue()
    for _ in range(streams):
        idle.put(compiled.create_infer_request())

    def reads(frames: Tensor) -> Tensor:
        request = idle.get()
        codes = []
        for view in encoder.views(frames):
            parts = [part.contiguous().numpy() for part in view.split(TOGETHER)]
            found = [torch.from_numpy(request.infer({0: part})[0]) for part in parts]
            codes.append(torch.cat(found))
        idle.put(request)
        return mean(codes)

    return padded(reads)


def quantised(encoder: Any, frames: Tensor) -> Any:
    """The network in whole numbers of 8 bits, scaled by some of the images."""
    import nncf

    views = [part.numpy() for view in encoder.views(frames[:CALIBRATION]) for part in view.split(TOGETHER)]
    dataset = nncf.Dataset(views, lambda view: {0: view})
    return nncf.quantize(converted(encoder), dataset, subset_size=len(views))
