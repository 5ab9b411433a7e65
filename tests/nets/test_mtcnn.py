"""The face detector's pooling is torch's, to the bit."""

from __future__ import annotations

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from large_gui.nets.mtcnn import _Pool


@pytest.mark.parametrize("kernel", [2, 3])
@given(height=st.integers(3, 24), width=st.integers(3, 24), seed=st.integers(0, 99))
def test_pooling_is_that_of_torch(kernel: int, height: int, width: int, seed: int) -> None:
    maps = torch.randn(2, 3, height, width, generator=torch.Generator().manual_seed(seed)) - 2
    expected = torch.nn.functional.max_pool2d(maps, kernel, 2, ceil_mode=True)
    assert torch.equal(_Pool(kernel)(maps), expected)
