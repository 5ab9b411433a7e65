"""What reads images; with `--reconstruct` networks, images and codes are on one device and stay there."""

from __future__ import annotations

from typing import Any, Self

import numpy as np
import pytest
import torch
from torch import Tensor

from large_gui.core.reporter import SilentReporter
from large_gui.errors import InputError
from large_gui.models import encoding as module
from large_gui.models.encoding import Inversion
from large_gui.models.kinds.gan import GanModel
from large_gui.models.pack import CodeStatistics

CARD = "meta"  # a device that every machine has, and whose tensors don't mix with the processor's


class Network:
    """Stands for both networks: notes where it was moved, and computes only with what is there too."""

    aligned_size, batch = 16, 4

    def __init__(self) -> None:
        self.moves: list[str] = []
        self.weight = torch.ones(1)

    def to(self, device: str) -> Self:
        self.moves.append(device)
        self.weight = torch.ones(1, device=device)
        return self

    def describe(self, aligned: Tensor) -> Tensor:
        assert aligned.device == self.weight.device
        return aligned.flatten(1) * self.weight

    def preview(self, ws: Tensor) -> Tensor:
        assert ws.device == self.weight.device
        return torch.zeros(len(ws), 3, 16, 16, device=ws.device) * self.weight


@pytest.fixture
def networks() -> tuple[Network, Network]:
    return Network(), Network()


def encoding_of(networks: tuple[Network, Network], reporter: SilentReporter | None = None) -> Inversion:
    encoder, generator = networks
    quantiles = np.linspace(0, 1, 101, dtype=np.float32)
    statistics = CodeStatistics(np.zeros(8, np.float32), np.eye(8, dtype=np.float32), quantiles, quantiles)
    either: Any = encoder, generator
    return Inversion(either[0], statistics, CARD, reporter or SilentReporter(), either[1])


def test_everything_is_on_the_card_and_moves_there_once(
    networks: tuple[Network, Network], monkeypatch: pytest.MonkeyPatch
) -> None:
    encoding = encoding_of(networks)
    # Codes come back to the processor; the card of this test holds no numbers.
    cpu = Tensor.cpu
    monkeypatch.setattr(Tensor, "cpu", lambda self: torch.zeros(self.shape) if self.is_meta else cpu(self))
    for _ in range(2):
        errors = encoding.error(lambda: torch.zeros(3, 3, 16, 16), np.zeros((3, 2, 8), np.float32))
        assert list(errors) == [0.0] * 3
    assert [network.moves for network in networks] == [[CARD], [CARD]]


def test_a_card_that_is_too_small_for_the_generator_is_left_by_both(
    networks: tuple[Network, Network], monkeypatch: pytest.MonkeyPatch
) -> None:
    reporter = SilentReporter()
    encoding = encoding_of(networks, reporter)
    measured = module.image_error

    def with_little_room(aligned: Tensor, *rest: Any) -> Any:
        if aligned.is_meta:
            raise torch.OutOfMemoryError
        return measured(aligned, *rest)

    monkeypatch.setattr(module, "image_error", with_little_room)
    for _ in range(2):
        (error,) = encoding.error(lambda: torch.ones(1, 3, 16, 16), np.zeros((1, 2, 8), np.float32))
        assert error == 100
    assert [network.moves for network in networks] == [[CARD, "cpu"], [CARD, "cpu"]]
    assert len(reporter.warnings) == 1


@pytest.mark.parametrize(
    ("wanted", "card", "installed", "reader"),
    [
        ("auto", True, True, "cuda"), ("auto", False, True, "openvino"), ("auto", False, False, "cpu"),
        ("cpu", True, True, "cpu"), ("cuda", True, False, "cuda"), ("openvino", True, True, "openvino"),
    ],
)  # fmt: skip
def test_what_reads_images(
    monkeypatch: pytest.MonkeyPatch, wanted: str, card: bool, installed: bool, reader: str
) -> None:
    monkeypatch.setattr(torch.cuda, "is_available", lambda: card)
    monkeypatch.setattr(module, "is_installed", lambda: installed)
    assert module.pick_reader(wanted) == reader
    assert module.pick_device(wanted) == ("cpu" if reader == "openvino" else reader)


def test_openvino_that_is_not_installed_is_told_how_to_install(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(module, "is_installed", lambda: False)
    with pytest.raises(InputError, match="OpenVINO is not installed") as told:
        module.pick_reader("openvino")
    assert "large-gui[fast]" in told.value.hint


def test_openvino_that_does_not_work_is_done_without(pack: GanModel, monkeypatch: pytest.MonkeyPatch) -> None:
    def refuses(*_: Any) -> None:
        raise RuntimeError("this processor is too old")

    monkeypatch.setattr(module, "CompiledEncoder", refuses)
    reporter = SilentReporter()
    encoding = Inversion(pack.encoder(), pack.pack.statistics, "openvino", reporter)
    assert encoding.reads_on == encoding.device == "cpu"
    assert "too old" in reporter.warnings[0]
    assert encoding.encode(torch.zeros(1, 3, 160, 160)).shape == (1, *pack.shape)
