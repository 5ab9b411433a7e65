"""What an encoder does when memory is short."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from large_gui.core.reporter import SilentReporter
from large_gui.models.encoding import Encoding, Inversion
from large_gui.models.kinds.gan import GanModel
from large_gui.nets.pixels import to_tensor
from tests.models.inverting import frames_of


@pytest.mark.parametrize(("room", "device"), [(10, "cuda"), (0, "cpu")])
def test_short_graphics_memory_halves_the_batch_then_leaves_the_card(
    pack: GanModel, sample_images: list[np.ndarray], monkeypatch: pytest.MonkeyPatch, room: int, device: str
) -> None:
    reporter = SilentReporter()
    encoding = Inversion(pack.encoder(), pack.pack.statistics, "cpu", reporter)
    aligned = to_tensor([frame.content for frame in frames_of(pack, sample_images[:3])])
    expected = encoding.encode(aligned)
    forward = Encoding.forward

    def with_room(self: Encoding, aligned: torch.Tensor) -> torch.Tensor:
        if self.device == "cuda":
            if len(aligned) > room:
                raise torch.OutOfMemoryError
            self.device, was = "cpu", self.device  # there is no card here
            try:
                return forward(self, aligned)
            finally:
                self.device = was
        return forward(self, aligned)

    monkeypatch.setattr(Encoding, "forward", with_room)
    encoding.device = "cuda"
    codes = encoding.encode(aligned)
    np.testing.assert_allclose(codes, expected, atol=1e-4)
    assert encoding.device == device
    assert any("8 images at once" in warning for warning in reporter.warnings)
    assert ("processor" in reporter.warnings[-1]) == (device == "cpu")
