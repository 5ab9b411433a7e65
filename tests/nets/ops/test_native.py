"""The compiled kernels: what happens without them, and that they give what the reference gives."""

from __future__ import annotations

import logging
import shutil
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from typing import Any

import pytest
import torch
from torch import Tensor

from large_gui.nets.ops import bias_act, native, upfirdn2d
from tests.nets.ops.cases import ALLOWED, GEOMETRIES, KERNELS, LAYOUTS, normal, off_kinks, relative_error

gpu = pytest.mark.gpu
needs_gpu = pytest.mark.skipif(not torch.cuda.is_available(), reason="no CUDA device")


@pytest.fixture
def fresh() -> Iterator[None]:
    """Forget whether the kernels could be compiled, before and after."""
    native._library.cache_clear()
    yield
    native._library.cache_clear()


def no_builder(*_: object, **__: object) -> str:
    raise RuntimeError("no compiler\nits many words")


@pytest.mark.usefixtures("fresh")
def test_without_a_compiler_one_line_and_the_reference(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture, capfd: pytest.CaptureFixture[str]
) -> None:
    from torch.utils import cpp_extension

    monkeypatch.setattr(torch.version, "cuda", "13.0")
    monkeypatch.setattr(native, "_architectures", lambda: ["90"])
    monkeypatch.setattr(shutil, "which", lambda name: name)
    monkeypatch.setattr(cpp_extension, "load", no_builder)
    with caplog.at_level(logging.INFO, "large_gui"), ThreadPoolExecutor(4) as pool:
        assert list(pool.map(lambda _: native.library(), range(8))) == [None] * 8
    assert len(caplog.records) == 1
    assert "no compiler" in caplog.text
    assert "many words" not in caplog.text
    assert capfd.readouterr() == ("", "")


@pytest.mark.usefixtures("fresh")
def test_a_pytorch_without_cuda_is_one_line_too(
    monkeypatch: pytest.MonkeyPatch, caplog: pytest.LogCaptureFixture
) -> None:
    monkeypatch.setattr(torch.version, "cuda", None)
    assert native.library() is None
    assert [record.levelname for record in caplog.records] == ["WARNING"]


def test_a_cpu_never_asks_for_the_kernels(monkeypatch: pytest.MonkeyPatch) -> None:
    def asked() -> None:
        raise AssertionError("the kernels were asked for")

    monkeypatch.setattr(native, "library", asked)
    bias_act(torch.ones(1, 2, 8, 8))
    upfirdn2d(torch.ones(1, 2, 8, 8), torch.ones(4))


def test_each_set_of_devices_has_its_own_file(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(torch.version, "cuda", "13.0")
    files = set()
    for found in (["80"], ["90"], ["80", "90"]):
        monkeypatch.setattr(native, "_architectures", lambda found=found: found)
        files.add(native._compiled_file())
    assert len(files) == 3


def derivatives(f: Callable[..., Tensor], inputs: list[Tensor]) -> list[Tensor]:
    """Output, gradients, and gradients of the gradients' squares."""
    inputs = [x.detach().requires_grad_() for x in inputs]
    y = f(*inputs)
    dy = normal(*y.shape, seed=2).to(y)
    first = torch.autograd.grad(y, inputs, dy.requires_grad_(), create_graph=True)
    energy = sum((g.square().sum() for g in first), torch.zeros((), device=y.device))
    (second,) = torch.autograd.grad(energy, dy)
    return [y, *first, second]


def agree(
    f: Callable[..., Tensor], inputs: list[Tensor], dtype: torch.dtype, layout: torch.memory_format
) -> None:
    """The kernels on a GPU against the reference in float64 on a CPU, from the same rounded numbers."""
    there = [x.to("cuda", dtype) for x in inputs]
    found = derivatives(f, there)
    expected = derivatives(f, [x.cpu().double() for x in there])
    for name, a, b in zip(["output", *["gradient"] * len(inputs), "second derivative"], found, expected):
        assert relative_error(a.cpu(), b) < ALLOWED[dtype], name
    assert inputs[0].ndim != 4 or found[0].is_contiguous(memory_format=layout)


@gpu
@needs_gpu
@pytest.mark.parametrize("layout", LAYOUTS, ids=str)
@pytest.mark.parametrize("dtype", ALLOWED, ids=str)
@pytest.mark.parametrize("kernel", KERNELS, ids=lambda k: str(tuple(k.shape)))
@pytest.mark.parametrize("options", GEOMETRIES, ids=str)
def test_upfirdn2d_agrees(
    options: dict[str, Any], kernel: Tensor, dtype: torch.dtype, layout: torch.memory_format
) -> None:
    assert native.library() is not None

    def f(x: Tensor) -> Tensor:
        return upfirdn2d(x, kernel.to(x.device), **options)

    agree(f, [normal(2, 5, 17, 70, layout=layout)], dtype, layout)


@gpu
@needs_gpu
@pytest.mark.parametrize("layout", LAYOUTS, ids=str)
@pytest.mark.parametrize("dtype", ALLOWED, ids=str)
@pytest.mark.parametrize("shape", [(3, 7), (2, 5, 9), (2, 5, 9, 7), (2, 16, 8, 8)], ids=str)
@pytest.mark.parametrize("options", [{}, {"clamp": 0.7}, {"slope": 1.0, "gain": 1.0, "clamp": 1.0}], ids=str)
def test_bias_act_agrees(
    shape: tuple[int, ...], options: dict[str, Any], dtype: torch.dtype, layout: torch.memory_format
) -> None:
    assert native.library() is not None

    def f(x: Tensor, bias: Tensor) -> Tensor:
        return bias_act(x, bias, **options)

    bias = (normal(shape[1], seed=1) * 2).round() / 2
    agree(f, [off_kinks(normal(*shape, layout=layout)), bias], dtype, layout)


@gpu
@needs_gpu
def test_the_input_is_not_changed_and_may_begin_anywhere_in_memory() -> None:
    x = normal(1 + 2 * 100).to("cuda", torch.float32)[1:].view(1, 2, 10, 10)
    before = x.clone()
    assert torch.equal(bias_act(x), bias_act(before))
    upfirdn2d(x, KERNELS[0].to("cuda"))
    assert torch.equal(x, before)
