"""What OpenVINO computes is what torch computes, and does not depend on what else is computed."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor

import numpy as np
import pytest
import torch
from numpy.typing import NDArray

from large_gui.core.reporter import SilentReporter
from large_gui.models.encoding import Encoding
from large_gui.models.kinds.gan import GanModel
from large_gui.models.kinds.image_features import FeaturesModel
from large_gui.models.library import open_model
from large_gui.nets.encoder import Encoder
from large_gui.nets.encoders.compiled import OPENVINO, CompiledEncoder, compiles, is_installed

pytestmark = pytest.mark.skipif(not is_installed(), reason="OpenVINO is not installed")


def network(name: str) -> Encoder:
    model = open_model(name)
    assert isinstance(model, GanModel | FeaturesModel)
    return model.encoder() if isinstance(model, GanModel) else model.network()


@pytest.fixture(scope="module", params=["faces", "features"])
def both(request: pytest.FixtureRequest) -> tuple[Encoding, Encoding]:
    """The same network, read by torch and by OpenVINO."""
    torch_reads, compiled = (
        Encoding(network(request.param), device, SilentReporter()) for device in ("cpu", OPENVINO)
    )
    return torch_reads, compiled


def frames(count: int, encoding: Encoding) -> torch.Tensor:
    side, generator = encoding.encoder.aligned_size, torch.Generator().manual_seed(0)
    coarse = torch.rand(count, 3, 12, 12, generator=generator) * 2 - 1
    return torch.nn.functional.interpolate(coarse, side, mode="bilinear")


def test_codes_are_those_of_torch_up_to_rounding(both: tuple[Encoding, Encoding]) -> None:
    torch_reads, compiled = both
    assert (torch_reads.reads_on, compiled.reads_on) == ("cpu", "openvino")
    images = frames(5, compiled)
    expected, found = torch_reads.encode(images), compiled.encode(images)
    assert found.shape == expected.shape and found.dtype == np.float32
    step = np.spacing(np.abs(expected).max().astype(np.float16)).astype(np.float32)  # of half precision
    assert np.abs(found - expected).max() < step / 20


def test_a_code_depends_on_neither_its_batch_nor_the_threads(both: tuple[Encoding, Encoding]) -> None:
    _, compiled = both
    images = frames(37, compiled)
    codes = compiled.encode(images)
    assert np.array_equal(compiled.encode(images[35:]), codes[35:])
    with ThreadPoolExecutor(3) as pool:
        parts: list[NDArray[np.float32]] = list(pool.map(compiled.encode, images.split(5)))
    assert np.array_equal(np.concatenate(parts), codes)
    assert compiles(compiled.encoder)
    padded = torch.cat([images[:5], torch.zeros(3, *images.shape[1:])])
    for streams in (1, 3):
        assert np.array_equal(CompiledEncoder(compiled.encoder, streams)(padded)[:5], codes[:5])
