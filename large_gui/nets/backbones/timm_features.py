"""Image features of a network of timm: what it pools of an image, before it would classify it."""

from __future__ import annotations

import inspect
import sys
from collections.abc import Mapping
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Self

import torch
from torch import Tensor, nn

from large_gui.core.words import printable
from large_gui.errors import InputError, ModelFileError
from large_gui.nets.backbones.extra import extra
from large_gui.nets.backbones.fitting import configured, filled, fitting
from large_gui.nets.checkpoints.reading.reader import not_safetensors
from large_gui.nets.pixels import normalised

_SAFE, _PICKLES = "model.safetensors", ("pytorch_model.bin", "pytorch_model.pth", "model.pth")


@dataclass(frozen=True)
class TimmConfig:
    """What a pack says of its network.

    Attributes
    ----------
    architecture
        Its name in timm, with the tag of its weights if it has one.
    size
        Side of the images that it reads, in pixels.
    resized
        Whether ``size`` is another than its own, and the network has to be built for it.
    mean, deviation
        Of the images that it was trained with, for each colour, in 0..1.
    """

    architecture: str
    size: int
    resized: bool
    mean: tuple[float, ...]
    deviation: tuple[float, ...]

    def as_json(self) -> dict[str, Any]:
        """The configuration as it is written to ``pack.json``."""
        return asdict(self)

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> Self:
        """Read what `as_json` wrote to ``pack.json``."""
        return configured(cls, values)


class TimmFeatures(nn.Module):
    """Padded image ``(B, 3, S, S)`` in -1..1 -> codes ``(B, 1, width)``.

    Codes are what the network pools, divided by the square root of its width. So a code whose numbers are
    about 1 has a length of about 1, as each depth of the program's own features has, whatever the width.
    """

    batch = 8  # the larger networks take a gigabyte for as many images

    def __init__(self, backbone: nn.Module, config: TimmConfig) -> None:
        super().__init__()
        self.backbone, self.config, self.aligned_size = backbone, config, config.size

    @property
    def width(self) -> int:
        """How many numbers it pools."""
        with torch.inference_mode():
            return int(self.read(torch.zeros(1, 3, self.aligned_size, self.aligned_size)).shape[2])

    def read(self, aligned: Tensor) -> Tensor:
        """Codes of padded images."""
        pooled: Tensor = self.backbone(normalised(aligned, self.config.mean, self.config.deviation))
        length: float = pooled.shape[1] ** 0.5
        return (pooled / length)[:, None]


def new_features(architecture: str, tensors: Mapping[str, Tensor], size: int = 0) -> TimmFeatures:
    """A network of timm with the weights of a file, its classifier left out.

    Parameters
    ----------
    size
        Side of the images that it is to read; 0 for its own.

    Raises
    ------
    InputError
        When timm has no such network, or it can't read images of that size.
    ModelFileError
        When these are not its weights, or it does not turn an image into a row of numbers.
    """
    config = described(architecture, size)
    network = _built(config)
    with torch.device("meta"):
        classifier = set(extra("timm").create_model(architecture).state_dict()) - set(network.state_dict())
    try:
        weights = fitting(network, tensors, architecture, classifier)
    except ModelFileError as error:
        renamed = _renamed(network, tensors)
        if renamed is None and config.resized:
            raise _wrong_size(config, error) from error
        if renamed is None:
            raise
        weights = fitting(network, renamed, architecture, classifier)
    features = TimmFeatures(filled(network, weights), config)
    try:
        with torch.inference_mode():
            code = features.read(torch.zeros(1, 3, config.size, config.size))
    except (AssertionError, RuntimeError) as error:
        raise _wrong_size(config, error) from error
    if not code.isfinite().all():
        raise ModelFileError(
            f"With these weights {printable(architecture)} gives no finite numbers.",
            hint="The weights are damaged, or of another network. Get them again.",
        )
    if code.ndim != 3:
        raise ModelFileError(
            f"{printable(architecture)} does not turn an image into a row of numbers.",
            hint="Choose a network that classifies images.",
            detail=str(tuple(code.shape)),
        )
    return features


def loaded_features(config: TimmConfig, tensors: Mapping[str, Tensor]) -> TimmFeatures:
    """The network that a pack describes, with the weights in it."""
    return TimmFeatures(filled(_built(config), tensors), config)


def described(architecture: str, size: int = 0) -> TimmConfig:
    """What timm says of a network, without its weights.

    Raises
    ------
    InputError
        When timm has no such network, or it can't read images of that size.
    """
    known = _known(architecture)
    own = extra("timm.data").resolve_data_config({}, pretrained_cfg=known.to_dict())
    channels, height, width = own["input_size"]
    if channels != 3 or height != width:
        raise InputError(
            f"{architecture} reads images of {width} x {height} pixels and {channels} channels.",
            hint="Choose a network that reads square images in colour.",
        )
    return TimmConfig(
        architecture, size or int(height), bool(size) and size != height, tuple(map(float, own["mean"])),
        tuple(map(float, own["std"])),
    )  # fmt: skip


def cached_weights(architecture: str) -> Path:
    """The weights of a network that timm fetched to this machine before; nothing is fetched now.

    Raises
    ------
    InputError
        When timm has no such network, or no weights of it are here.
    ModelFileError
        When only a pickle of them is here.
    """
    where = _known(architecture).hf_hub_id
    hub = extra("huggingface_hub")
    if where:
        for name in (_SAFE, *_PICKLES):
            file = hub.try_to_load_from_cache(where, name)
            if isinstance(file, str):
                if name != _SAFE:
                    raise not_safetensors(Path(file))
                return Path(file)
    raise InputError(
        f"The weights of {architecture} are not on this machine.",
        hint="Name a file with them: --weights FILE.safetensors. Nothing is downloaded.",
    )


def licence_of(architecture: str) -> str:
    """The licence of the weights that timm has for a network; empty if it does not say."""
    return str(_known(architecture).license or "")


def _known(architecture: str) -> Any:
    """What timm knows of the weights of a network; the name chooses the network, and its tag the weights."""
    timm = extra("timm")
    bare = architecture.partition(".")[0]
    is_there = timm.is_model(bare)
    try:
        known = timm.models.get_pretrained_cfg(architecture) if is_there else None
    except RuntimeError:  # no such tag
        known = None
    if known is None:
        plain = bare.replace("_", "").isalnum()
        search = timm.list_pretrained if is_there else timm.list_models
        near = search(f"{bare}.*" if is_there else f"*{bare}*") if plain else []
        raise InputError(
            f"timm has no network {printable(architecture)!r}.",
            hint=f"It has: {', '.join(near[:6])}, …"
            if near
            else "timm.list_models() lists those that it has.",
        )
    return known


def _built(config: TimmConfig) -> Any:
    """The network without its classifier, with random weights."""
    timm = extra("timm")
    _known(config.architecture)  # another name could make timm fetch what it stands for
    if config.resized:
        try:
            return timm.create_model(config.architecture, num_classes=0, img_size=config.size)
        except TypeError:  # a convolutional network has no size of its own
            pass
        except (AssertionError, ValueError, RuntimeError) as error:
            raise _wrong_size(config, error) from error
    return timm.create_model(config.architecture, num_classes=0)


def _wrong_size(config: TimmConfig, error: Exception) -> InputError:
    return InputError(
        f"{config.architecture} can't read images of {config.size} pixels with these weights.",
        hint="Leave out --size, or take a multiple of the size of its patches.",
        detail=repr(error),
    )


def _renamed(network: nn.Module, tensors: Mapping[str, Tensor]) -> Mapping[str, Tensor] | None:
    """Weights from their authors' page in the names of timm, if it knows how; else ``None``."""
    convert = getattr(sys.modules[type(network).__module__], "checkpoint_filter_fn", None)
    if convert is None:
        return None
    several = len(inspect.signature(convert).parameters) > 1
    try:
        found = convert(dict(tensors), network) if several else convert(dict(tensors))
    except Exception:  # noqa: BLE001 - written for files of one kind, it may fail in any way on another
        return None
    return found if isinstance(found, dict) else None
