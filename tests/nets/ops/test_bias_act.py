"""The reference bias_act against its definition, its derivatives, memory formats."""

from __future__ import annotations

from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from torch import Tensor
from torch.autograd import gradcheck, gradgradcheck

from large_gui.nets.ops import bias_act
from tests.nets.ops.cases import LAYOUTS, normal

SHAPES = st.sampled_from([(2, 3), (2, 3, 4), (2, 3, 4, 5), (1, 1, 1, 1), (2, 4, 1, 3)])
OPTIONS = st.fixed_dictionaries(
    {
        "slope": st.sampled_from([0.0, 0.2, 1.0]),
        "gain": st.floats(0.1, 3),
        "clamp": st.none() | st.floats(0.1, 2),
    }
)


@settings(deadline=None)
@given(SHAPES, OPTIONS, st.booleans(), st.sampled_from(LAYOUTS), st.booleans())
def test_the_definition(
    shape: tuple[int, ...], options: dict[str, Any], biased: bool, layout: torch.memory_format, grad: bool
) -> None:
    x, bias = normal(*shape, layout=layout), normal(shape[1], seed=1) if biased else None
    before = x.clone()
    y = bias_act(x.requires_grad_(grad), bias, **options).detach()
    shift = 0.0 if bias is None else bias.numpy().reshape(-1, *[1] * (len(shape) - 2))
    v = before.numpy() + shift
    v = np.where(v > 0, v, v * options["slope"]) * options["gain"]
    bound = np.inf if options["clamp"] is None else options["clamp"]
    np.testing.assert_allclose(y.numpy(), np.clip(v, -bound, bound), rtol=1e-12, atol=1e-12)
    assert torch.equal(x, before)
    assert x.ndim != 4 or y.is_contiguous(memory_format=layout)


@settings(deadline=None, max_examples=25)
@given(SHAPES, OPTIONS)
def test_first_and_second_derivative(shape: tuple[int, ...], options: dict[str, Any]) -> None:
    def f(x: Tensor, bias: Tensor) -> Tensor:
        return bias_act(x, bias, **options)

    x, bias = normal(*shape), normal(shape[1], seed=1)
    edges = [0.0] if options["clamp"] is None else [0.0, options["clamp"], -options["clamp"]]
    v = (x + bias.view(-1, *[1] * (x.ndim - 2))) * options["gain"]
    for edge in edges:  # differences across a kink are no derivative
        for factor in {1.0, options["slope"]} - {0.0}:
            x = torch.where((v * factor - edge).abs() < 1e-3, x + 0.01, x)
    inputs = x.requires_grad_(), bias.requires_grad_()
    assert gradcheck(f, inputs)
    assert gradgradcheck(f, inputs)


def test_the_bias_takes_the_type_of_the_image() -> None:
    assert bias_act(torch.ones(1, 2, 3, 3, dtype=torch.bfloat16), torch.ones(2)).dtype == torch.bfloat16


def test_a_nan_shows() -> None:
    assert bias_act(torch.full((1, 1), torch.nan), clamp=1.0).isnan().all()


@pytest.mark.parametrize(
    ("x", "bias", "options"),
    [((3,), (3,), {}), ((2, 3), (2,), {}), ((2, 3), (3,), {"gain": 0.0}), ((2, 3), (3,), {"slope": -1.0})],
)
def test_what_has_no_meaning_is_refused(
    x: tuple[int, ...], bias: tuple[int, ...], options: dict[str, Any]
) -> None:
    with pytest.raises(ValueError, match="bias_act takes"):
        bias_act(torch.ones(x), torch.ones(bias), **options)
