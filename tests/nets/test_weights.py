"""Weights on the disk: what is kept in bytes comes back nearly as it was."""

from pathlib import Path

import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from large_gui.errors import ModelFileError
from large_gui.nets.weights import in_bytes, load_weights, save_weights


@given(st.integers(0, 1000), st.floats(1e-6, 1e6))
def test_bytes_are_off_by_half_a_step_at_most(seed: int, size: float) -> None:
    large = size * torch.randn(32, 16, 3, 3, generator=torch.Generator().manual_seed(seed))
    stored = in_bytes({"w": large})
    assert stored["w"].dtype == torch.int8 and set(stored) == {"w", "w.scale"}
    back = stored["w"] * stored["w.scale"].view(-1, 1, 1, 1)
    step = large.flatten(1).abs().amax(1) / 127
    assert ((back - large).flatten(1).abs().amax(1) <= 0.501 * step).all()


def test_they_are_read_as_numbers_again(tmp_path: Path) -> None:
    tensors = {
        "large": torch.randn(64, 64), "zero": torch.zeros(64, 64), "few": torch.randn(8, 8),
        "row": torch.randn(5000), "count": torch.tensor(3), "raw": torch.ones(4, dtype=torch.int8),
    }  # fmt: skip
    save_weights(in_bytes(tensors), tmp_path / "a.safetensors")
    back = load_weights(tmp_path / "a.safetensors")
    assert back.keys() == tensors.keys()
    for name, tensor in tensors.items():
        assert back[name].dtype == tensor.dtype and back[name].shape == tensor.shape, name
        torch.testing.assert_close(back[name], tensor, atol=0.02, rtol=1e-3, msg=name)
    assert torch.equal(back["zero"], tensors["zero"])
    size = (tmp_path / "a.safetensors").stat().st_size
    assert size < 0.6 * sum(tensor.nbytes for tensor in tensors.values())


def test_a_scale_of_another_size_is_damage(tmp_path: Path) -> None:
    file = tmp_path / "a.safetensors"
    save_weights({"w": torch.ones(4, 4, dtype=torch.int8), "w.scale": torch.ones(3)}, file)
    with pytest.raises(ModelFileError, match="damaged"):
        load_weights(file)
