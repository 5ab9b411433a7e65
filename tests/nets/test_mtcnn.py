"""The face detector's short cuts find what the plain way finds."""

from __future__ import annotations

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st
from PIL import Image

from large_gui.nets.detecting.boxes import suppress
from large_gui.nets.detecting.pyramid import Pyramid, halved
from large_gui.nets.mtcnn import OutputNet, ProposalNet, _Pool
from large_gui.nets.pixels import stacked


@pytest.mark.parametrize("kernel", [2, 3])
@given(height=st.integers(3, 24), width=st.integers(3, 24), seed=st.integers(0, 99))
def test_pooling_is_that_of_torch(kernel: int, height: int, width: int, seed: int) -> None:
    maps = torch.randn(2, 3, height, width, generator=torch.Generator().manual_seed(seed)) - 2
    expected = torch.nn.functional.max_pool2d(maps, kernel, 2, ceil_mode=True)
    assert torch.equal(_Pool(kernel)(maps), expected)


@given(width=st.integers(12, 90), height=st.integers(12, 90), seed=st.integers(0, 99))
def test_all_sizes_in_one_picture_are_read_as_each_alone(width: int, height: int, seed: int) -> None:
    torch.manual_seed(seed)
    net = ProposalNet().eval()
    picture = Image.fromarray(np.random.default_rng(seed).integers(0, 256, (height, width, 3), np.uint8))
    sizes = halved(width, height, 1.0)
    pyramid = Pyramid(sizes)
    with torch.inference_mode():
        together, _ = net(stacked([pyramid.drawn(picture)]).float() / 128 - 1, pyramid.beyond())
        for size, (rows, columns) in zip(sizes, pyramid.windows(), strict=True):
            small = np.asarray(picture.resize(size, Image.Resampling.BILINEAR))
            alone, _ = net(stacked([small]).float() / 128 - 1)
            torch.testing.assert_close(together[:, rows, columns], alone, rtol=0, atol=1e-5)


def test_networks_read_blocked_maps_as_plain_ones() -> None:
    torch.manual_seed(0)
    net, crops = OutputNet().eval(), torch.randn(3, 3, 48, 48)
    with torch.inference_mode():
        found = net(crops)
        plain = net.features[:-3](crops).flatten(1)
        torch.testing.assert_close(found[0], net.score(net.features[-2:](plain)).softmax(1)[:, 1])


@given(count=st.integers(0, 90), seed=st.integers(0, 99), of_smaller=st.booleans())
def test_suppression_keeps_what_overlaps_no_better_box(count: int, seed: int, of_smaller: bool) -> None:
    rng = np.random.default_rng(seed)
    corner, scores = rng.uniform(0, 60, (count, 2)), rng.uniform(0, 1, count)
    boxes = np.hstack([corner, corner + rng.uniform(5, 40, (count, 2))])

    def overlap(i: int, j: int) -> float:
        low, high = np.maximum(boxes[i, :2], boxes[j, :2]), np.minimum(boxes[i, 2:], boxes[j, 2:])
        areas = [float(np.prod(boxes[k, 2:] - boxes[k, :2])) for k in (i, j)]
        shared = float(np.clip(high - low, 0, None).prod())
        return shared / (min(areas) if of_smaller else sum(areas) - shared)

    expected: list[int] = []
    for i in np.argsort(-scores):
        if all(overlap(int(i), j) <= 0.5 for j in expected):
            expected.append(int(i))
    assert suppress(boxes, scores, 0.5, of_smaller=of_smaller).tolist() == expected
