"""What the operators' own kernels gain over PyTorch's on a GPU, at the sizes of a 1024-pixel generator."""

from __future__ import annotations

from collections.abc import Callable

import numpy as np
import pytest
import torch
from torch import Tensor

from large_gui.nets.ops import bias_act, native, upfirdn2d

TAPS = torch.tensor([1.0, 3.0, 3.0, 1.0]) / 8
SHAPES = [(8, 64, 513, 513), (8, 512, 33, 33), (8, 3, 512, 512)]
Case = Callable[[Tensor, Tensor], Tensor]  # of the image and the taps
CASES: dict[str, Case] = {
    "blur": lambda x, taps: upfirdn2d(x, taps, padding=(1, 1), gain=4.0),
    "double": lambda x, taps: upfirdn2d(x, taps, up=2, padding=(2, 1), gain=4.0),
    "halve": lambda x, taps: upfirdn2d(x, taps, down=2, padding=(1, 1)),
    "bias_act": lambda x, _: bias_act(x, x[0, :, 0, 0], clamp=256.0),
}


def milliseconds(f: Case, x: Tensor) -> float:
    taps, times = TAPS.to(x.device), []
    for _ in range(13):
        start, end = (torch.cuda.Event(enable_timing=True) for _ in range(2))
        start.record()
        f(x, taps)
        end.record()
        end.synchronize()
        times.append(start.elapsed_time(end))
    return float(np.median(times[3:]))


@pytest.mark.benchmark
@pytest.mark.gpu
@pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device")
def test_kernels_against_pytorch(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    assert native.library() is not None
    with capsys.disabled(), torch.no_grad():
        print()
        for shape in SHAPES:
            for dtype in (torch.float32, torch.float16):
                for layout in (torch.contiguous_format, torch.channels_last):
                    x = torch.randn(shape, device="cuda", dtype=dtype).contiguous(memory_format=layout)
                    for name, f in CASES.items():
                        ours = milliseconds(f, x)
                        with monkeypatch.context() as patch:
                            patch.setattr(native, "takes", lambda *_: False)
                            theirs = milliseconds(f, x)
                        print(f"{name:9}{shape!s:20}{dtype!s:15}{str(layout)[6:]:18}"
                              f"ours {ours:7.3f} ms   PyTorch {theirs:7.3f} ms")  # fmt: skip
