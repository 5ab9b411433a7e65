"""The reference upfirdn2d against its definition, its derivatives, memory formats."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor
from torch.autograd import gradcheck, gradgradcheck

from large_gui.nets.ops import upfirdn2d
from tests.nets.ops.cases import LAYOUTS, geometries, naive_upfirdn2d, normal

Geometry = tuple[tuple[int, int], tuple[int, ...], dict[str, Any]]


@settings(deadline=None, max_examples=200)
@given(geometries(), st.sampled_from([1, 3, 12]), st.sampled_from(LAYOUTS))
def test_the_definition(geometry: Geometry, channels: int, layout: torch.memory_format) -> None:
    size, shape, options = geometry
    x, kernel = normal(2, channels, *size, layout=layout), normal(*shape, seed=1)
    before = x.clone()
    y = upfirdn2d(x, kernel, **options)
    expected = naive_upfirdn2d(x.numpy(), kernel.numpy(), **options)
    np.testing.assert_allclose(y.numpy(), expected, rtol=1e-9, atol=1e-9)
    assert y.is_contiguous(memory_format=layout) or x.is_contiguous()  # one pixel is both
    assert torch.equal(x, before)


@settings(deadline=None, max_examples=25)
@given(geometries())
def test_first_and_second_derivative(geometry: Geometry) -> None:
    size, shape, options = geometry
    inputs = normal(1, 2, *size).requires_grad_(), normal(*shape, seed=1).requires_grad_()

    def f(x: Tensor, kernel: Tensor) -> Tensor:
        return upfirdn2d(x, kernel, **options)

    assert gradcheck(f, inputs)
    assert gradgradcheck(f, inputs)


def test_a_filter_of_sum_one_keeps_a_flat_image() -> None:
    taps = torch.tensor([1.0, 3.0, 3.0, 1.0]) / 8
    y = upfirdn2d(torch.ones(1, 3, 8, 8), taps, up=2, padding=(2, 1), gain=4.0)
    assert y.shape == (1, 3, 16, 16)
    assert torch.allclose(y[:, :, 2:-2, 2:-2], torch.ones(()))


def test_type_is_kept() -> None:
    y = upfirdn2d(torch.ones(1, 3, 8, 8, dtype=torch.bfloat16), torch.ones(2), up=2, padding=(1, 0))
    assert y.dtype == torch.bfloat16


@pytest.mark.parametrize(
    ("x", "kernel", "options"),
    [
        ((3, 8, 8), (4,), {}),
        ((1, 3, 8, 8), (4, 3), {}),
        ((1, 3, 8, 8), (), {}),
        ((1, 3, 8, 8), (4,), {"up": 0}),
        ((1, 3, 2, 8), (4,), {"padding": (0, 1)}),
    ],
)
def test_what_has_no_meaning_is_refused(
    x: tuple[int, ...], kernel: tuple[int, ...], options: dict[str, Any]
) -> None:
    with pytest.raises(ValueError, match=r"upfirdn2d takes|smaller than the kernel"):
        upfirdn2d(torch.ones(x), torch.ones(kernel), **options)
