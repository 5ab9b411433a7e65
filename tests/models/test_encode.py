"""What the inverter does when memory is short."""

from __future__ import annotations

import numpy as np
import pytest
import torch

from large_gui.core.reporter import SilentReporter
from large_gui.models.encoding import Inverter
from large_gui.models.pack import ModelPack


@pytest.mark.parametrize(("room", "device"), [(10, "cuda"), (0, "cpu")])
def test_short_graphics_memory_halves_the_batch_then_leaves_the_card(
    pack: ModelPack, sample_images: list[np.ndarray], monkeypatch: pytest.MonkeyPatch, room: int, device: str
) -> None:
    reporter = SilentReporter()
    inverter = Inverter(pack, "cpu", reporter)
    faces = inverter.align(sample_images[:3])
    expected = [inversion.code for inversion in inverter.invert(faces)]
    forward = Inverter.forward

    def with_room(self: Inverter, aligned: torch.Tensor) -> torch.Tensor:
        if self.device == "cuda":
            if len(aligned) > room:
                raise torch.OutOfMemoryError
            self.device, was = "cpu", self.device  # there is no card here
            try:
                return forward(self, aligned)
            finally:
                self.device = was
        return forward(self, aligned)

    monkeypatch.setattr(Inverter, "forward", with_room)
    inverter.device = "cuda"
    codes = [inversion.code for inversion in inverter.invert(faces)]
    np.testing.assert_allclose(codes, expected, atol=1e-4)
    assert inverter.device == device
    assert any("8 images at once" in warning for warning in reporter.warnings)
    assert ("processor" in reporter.warnings[-1]) == (device == "cpu")
