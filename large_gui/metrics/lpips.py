"""LPIPS with VGG-16, from weights that a person has; nothing is downloaded.

The weights come from one file or from two: those of torchvision's ``vgg16`` (``vgg16-397923af.pth``) and the
linear weights of LPIPS (``vgg.pth`` of the package ``lpips``), or both in one file as LPIPS saves itself.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from pathlib import Path

import torch
from torch import Tensor, nn

from large_gui.core.words import printable
from large_gui.errors import ModelFileError
from large_gui.metrics.perceptual import VggMaps, fitted, sum_of_layers
from large_gui.nets.checkpoints.reading.reader import read_checkpoint
from large_gui.nets.pixels import normalised

# Numbers of the convolutions of each stage in torchvision's list of layers.
_CONVOLUTIONS = ((0, 2), (5, 7), (10, 12, 14), (17, 19, 21), (24, 26, 28))
_VGG = re.compile(r"(?:.*\.)?(?:features|slice\d)\.(\d+)\.(weight|bias)")
_LINEAR = re.compile(r"(?:.*\.)?lins?\.?(\d)\.(?:model\.1\.)?weight")
_MEAN, _DEVIATION = (0.485, 0.456, 0.406), (0.229, 0.224, 0.225)  # of ImageNet


class LpipsDistance(nn.Module):
    """LPIPS, version 0.1, with VGG-16.

    Parameters
    ----------
    convolutions
        Weights and biases of VGG-16's convolutions, by their number in torchvision's list and kind.
    linear
        Weights ``(C,)`` of the channels of each of the five stages.
    """

    name = "LPIPS, VGG-16"
    linear: Tensor

    def __init__(self, convolutions: Mapping[tuple[int, str], Tensor], linear: Sequence[Tensor]) -> None:
        super().__init__()
        self.vgg = VggMaps(
            [[(convolutions[n, "weight"], convolutions[n, "bias"]) for n in stage] for stage in _CONVOLUTIONS]
        )
        self.widths = [len(weights) for weights in linear]
        self.register_buffer("linear", torch.cat(list(linear)))

    def forward(self, one: Tensor, other: Tensor) -> Tensor:
        """Distances ``(B,)`` of images ``(B, 3, S, S)`` in -1..1."""
        maps = [list(self.vgg(normalised(fitted(images), _MEAN, _DEVIATION))) for images in (one, other)]
        return sum_of_layers(maps[0], maps[1], torch.split(self.linear, self.widths))


def lpips_of(files: Sequence[Path]) -> LpipsDistance:
    """LPIPS with the weights in files, on the CPU.

    Where the files have linear weights only, VGG-16 is looked for where torch keeps what it fetched before.

    Raises
    ------
    ModelFileError
        When a file can't be read, weights are missing, or they don't fit each other.
    """
    convolutions: dict[tuple[int, str], Tensor] = {}
    linear: dict[int, Tensor] = {}
    for file in files:
        _collect(file, convolutions, linear)
    if not convolutions and (kept := _kept_by_torch()) is not None:
        _collect(kept, convolutions, {})
    needed = [(n, kind) for stage in _CONVOLUTIONS for n in stage for kind in ("weight", "bias")]
    for what, lacking, hint in (
        ("linear weights", set(range(5)) - linear.keys(), "the package lpips has them as vgg.pth"),
        ("weights of VGG-16", set(needed) - convolutions.keys(), "torchvision has vgg16-397923af.pth"),
    ):
        if lacking:
            raise ModelFileError(
                f"LPIPS lacks {what}: they are not in {_named(files)}.",
                hint=f"Name a file with them too; {hint}.",
                detail=str(sorted(lacking)),
            )
    try:
        distance = LpipsDistance(convolutions, [linear[i].flatten() for i in range(5)])
        with torch.inference_mode():
            distance(*torch.zeros(2, 1, 3, 32, 32))
    except (RuntimeError, ValueError, IndexError) as error:
        raise ModelFileError(
            "These weights of LPIPS and VGG-16 don't fit each other.",
            hint="LPIPS has linear weights for several networks; take those for VGG.",
            detail=repr(error),
        ) from error
    return distance.eval().requires_grad_(False)


def _collect(file: Path, convolutions: dict[tuple[int, str], Tensor], linear: dict[int, Tensor]) -> None:
    """Sort the tensors of a file; those that are not needed, such as VGG's classifier, are left out."""
    content = read_checkpoint(file)
    if not isinstance(content, dict):
        raise ModelFileError(
            f"{printable(file.name)} holds no weights by name.", hint="Name a file of LPIPS or VGG-16."
        )
    for name, tensor in content.items():
        if not isinstance(name, str) or not isinstance(tensor, Tensor):
            continue
        if found := _VGG.fullmatch(name):
            convolutions[int(found[1]), found[2]] = tensor.float()
        elif found := _LINEAR.fullmatch(name):
            linear[int(found[1])] = tensor.float()


def _named(files: Sequence[Path]) -> str:
    return " or ".join(printable(file.name) for file in files)


def _kept_by_torch() -> Path | None:
    kept = sorted((Path(torch.hub.get_dir()) / "checkpoints").glob("vgg16-*.pth"))
    return kept[0] if kept else None
