"""The perceptual distance, and LPIPS from files of weights, against the library of its authors."""

from __future__ import annotations

from pathlib import Path

import pytest
import torch
from torch import Tensor

from large_gui.errors import ModelFileError
from large_gui.metrics.lpips import lpips_of
from large_gui.metrics.perceptual import EfficientNetDistance, default_distance, sum_of_layers
from large_gui.nets.backbones.extra import extra
from large_gui.nets.weights import save_weights

WIDTHS = (4, 4, 6, 6, 8, 8, 8, 10, 10, 10, 12, 12, 12)
NUMBERS = (0, 2, 5, 7, 10, 12, 14, 17, 19, 21, 24, 26, 28)  # of torchvision's list of layers
ENDS = (1, 3, 6, 9, 12)  # the last convolution of each stage


def small_vgg(prefix: str = "features.") -> dict[str, Tensor]:
    """Random weights of a narrow VGG-16, in torchvision's names."""
    seeded, state, before = torch.Generator().manual_seed(0), {}, 3
    for number, width in zip(NUMBERS, WIDTHS):
        scale = (2 / before / 9) ** 0.5
        state[f"{prefix}{number}.weight"] = scale * torch.randn(width, before, 3, 3, generator=seeded)
        state[f"{prefix}{number}.bias"] = 0.1 * torch.randn(width, generator=seeded)
        before = width
    return state


def linear() -> dict[str, Tensor]:
    seeded = torch.Generator().manual_seed(1)
    return {
        f"lin{i}.model.1.weight": torch.rand(1, WIDTHS[end], 1, 1, generator=seeded)
        for i, end in enumerate(ENDS)
    }


def images(side: int = 64) -> tuple[Tensor, Tensor]:
    one, other = torch.rand(2, 3, 3, side, side, generator=torch.Generator().manual_seed(2)) * 2 - 1
    return one, other


@pytest.fixture
def files(tmp_path: Path) -> list[Path]:
    torch.save(small_vgg(), tmp_path / "vgg16.pth")
    save_weights(linear(), tmp_path / "linear.safetensors")
    return [tmp_path / "vgg16.pth", tmp_path / "linear.safetensors"]


@pytest.fixture(scope="module")
def default() -> EfficientNetDistance:
    return default_distance()


@pytest.mark.parametrize("side", [16, 64, 300])
def test_it_is_zero_for_equal_pictures_and_grows_with_the_difference(
    default: EfficientNetDistance, side: int
) -> None:
    one, other = images(side)
    with torch.inference_mode():
        assert default(one, one).tolist() == [0, 0, 0]
        near, far = default(one, one + 0.1 * other), default(one, other)
        torch.testing.assert_close(default(other, one), far)
    assert (near > 0).all()
    assert (far > near).all()


def test_layers_are_scaled_weighed_and_summed() -> None:
    one = [torch.tensor([[3.0, 4.0]])[..., None, None]]
    other = [torch.tensor([[0.0, 2.0]])[..., None, None]]
    assert sum_of_layers(one, other).item() == pytest.approx(0.6**2 + 0.2**2)
    weighed = sum_of_layers(one, other, [torch.tensor([1.0, 10.0])])
    assert weighed.item() == pytest.approx(0.6**2 + 10 * 0.2**2)
    assert sum_of_layers(one * 3, other * 3).item() == pytest.approx(3 * 0.4)


@pytest.mark.slow
def test_lpips_is_what_its_authors_compute(files: list[Path]) -> None:
    try:
        lpips = extra("lpips")
    except ModelFileError as error:
        pytest.skip(f"compares with the package lpips: {error}")
    with pytest.warns(UserWarning, match="torchvision|deprecated"):
        theirs = lpips.LPIPS(net="vgg", pretrained=False, pnet_rand=True, verbose=False).eval()
    layers = dict(theirs.net.named_modules())
    for name, tensor in small_vgg("").items():
        number, kind = name.split(".")
        stage = next(i for i in range(1, 6) if f"slice{i}.{number}" in layers)
        setattr(layers[f"slice{stage}.{number}"], kind, torch.nn.Parameter(tensor))
    for i, (name, tensor) in enumerate(linear().items()):
        assert name in theirs.state_dict()
        theirs.lins[i].model[1].weight = torch.nn.Parameter(tensor)
    one, other = images()
    with torch.inference_mode():
        torch.testing.assert_close(lpips_of(files)(one, other), theirs(one, other).flatten())


def test_weights_may_come_from_one_file_as_lpips_saves_itself(files: list[Path], tmp_path: Path) -> None:
    state = {f"net.slice1.{name}": tensor for name, tensor in small_vgg("").items()}
    torch.save({**state, **linear(), "scaling_layer.shift": torch.zeros(1, 3, 1, 1)}, tmp_path / "whole.pth")
    torch.testing.assert_close(lpips_of([tmp_path / "whole.pth"])(*images()), lpips_of(files)(*images()))


def test_vgg_is_taken_from_where_torch_keeps_it(
    files: list[Path], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    kept = tmp_path / "hub" / "checkpoints" / "vgg16-397923af.pth"
    kept.parent.mkdir(parents=True)
    kept.write_bytes(files[0].read_bytes())
    monkeypatch.setattr(torch.hub, "get_dir", lambda: str(tmp_path / "hub"))
    torch.testing.assert_close(lpips_of(files[1:])(*images()), lpips_of(files)(*images()))


class TestRefusals:
    @pytest.fixture(autouse=True)
    def nothing_kept(self, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
        monkeypatch.setattr(torch.hub, "get_dir", lambda: str(tmp_path / "nothing"))

    def test_parts_are_missing(self, files: list[Path]) -> None:
        with pytest.raises(ModelFileError, match=r"lacks linear weights: .*vgg16\.pth"):
            lpips_of(files[:1])
        with pytest.raises(ModelFileError, match=r"lacks weights of VGG-16: .*linear\.safetensors"):
            lpips_of(files[1:])

    def test_no_file_or_another_file(self, files: list[Path], tmp_path: Path) -> None:
        with pytest.raises(ModelFileError, match="can't be read"):
            lpips_of([tmp_path / "none.pth"])
        (tmp_path / "text.pth").write_text("nothing")
        with pytest.raises(ModelFileError):
            lpips_of([tmp_path / "text.pth"])
        torch.save([torch.zeros(3)], tmp_path / "list.pth")
        with pytest.raises(ModelFileError, match="no weights by name"):
            lpips_of([tmp_path / "list.pth"])

    def test_linear_weights_of_another_network(self, files: list[Path], tmp_path: Path) -> None:
        other = {name: torch.rand(1, 5, 1, 1) for name in linear()}
        save_weights(other, tmp_path / "alex.safetensors")
        with pytest.raises(ModelFileError, match="don't fit each other"):
            lpips_of([files[0], tmp_path / "alex.safetensors"])
