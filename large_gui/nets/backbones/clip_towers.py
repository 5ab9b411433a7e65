"""CLIP: one network that reads images and one that reads texts, whose codes lie in one space.

Radford et al., "Learning transferable visual models from natural language supervision", 2021
(arXiv:2103.00020). The networks are those of open_clip.
"""

from __future__ import annotations

import json
from collections.abc import Mapping, Sequence
from copy import deepcopy
from dataclasses import asdict, dataclass
from pathlib import Path
from typing import Any, Self

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from large_gui.core import forms
from large_gui.core.words import printable
from large_gui.errors import InputError, ModelFileError
from large_gui.nets.backbones.extra import extra
from large_gui.nets.backbones.fitting import configured, filled, fitting
from large_gui.nets.pixels import normalised

LENGTH = 10.0  # of the code of an image
CONFIG_FILE = "open_clip_config.json"
_WEIGHTS = ("open_clip_model.safetensors", "model.safetensors")
_LARGEST = 1 << 20  # bytes of a configuration
_AT_ONCE = 64  # texts that are read together


@dataclass(frozen=True)
class ClipConfig:
    """What a pack says of its networks.

    Attributes
    ----------
    networks
        The configuration that open_clip builds them from, as JSON.
    mean, deviation
        Of the images that they were trained with, for each colour, in 0..1.
    """

    networks: str
    mean: tuple[float, ...]
    deviation: tuple[float, ...]

    def as_json(self) -> dict[str, Any]:
        """The configuration as it is written to ``pack.json``."""
        return asdict(self)

    @classmethod
    def from_json(cls, values: Mapping[str, Any]) -> Self:
        """Read what `as_json` wrote to ``pack.json``."""
        return configured(cls, values)


class ClipTowers(nn.Module):
    """Padded image ``(B, 3, S, S)`` in -1..1 -> codes ``(B, 1, D)`` of length `LENGTH`; texts -> unit codes.

    CLIP compares images and texts by the angle between their codes, so lengths say nothing. Along a direction
    unit codes of images lie within some hundredths; with this length distances are told to as many places as
    those of other models.
    """

    batch = 8  # the larger networks take a gigabyte for as many images

    def __init__(self, towers: nn.Module, config: ClipConfig) -> None:
        super().__init__()
        self.towers, self.config = towers, config
        settings = json.loads(config.networks)
        self.aligned_size = int(settings["vision_cfg"]["image_size"])
        self._words = extra("open_clip").SimpleTokenizer(
            context_length=settings["text_cfg"].get("context_length", 77),
            **settings["text_cfg"].get("tokenizer_kwargs", {}),
        )

    @property
    def width(self) -> int:
        """D, the length of a code."""
        return int(json.loads(self.config.networks)["embed_dim"])

    def read(self, aligned: Tensor) -> Tensor:
        """Codes of padded images."""
        images = normalised(aligned, self.config.mean, self.config.deviation)
        codes = self.towers.encode_image(images)  # type: ignore[operator]
        return F.normalize(codes, dim=1)[:, None] * LENGTH

    def read_texts(self, texts: Sequence[str]) -> Tensor:
        """Codes ``(P, D)`` of texts, of unit length.

        Raises
        ------
        InputError
            When a text is longer than the network reads.
        """
        for text in texts:
            longest = self._words.context_length - 2  # a mark stands at either end
            if len(self._words.encode(text)) > longest:
                raise InputError(
                    f"The text {text[:40]!r} is too long.", hint=f"This model reads {longest} parts of words."
                )
        device = next(self.towers.parameters()).device
        parts = [self._words(list(texts[i : i + _AT_ONCE])) for i in range(0, len(texts), _AT_ONCE)]
        codes = [self.towers.encode_text(part.to(device)) for part in parts]  # type: ignore[operator]
        return F.normalize(torch.cat(codes), dim=1)


def new_towers(config: ClipConfig, tensors: Mapping[str, Tensor], what: str) -> ClipTowers:
    """The networks with the weights of a file.

    Parameters
    ----------
    what
        What they are called, for a person.

    Raises
    ------
    ModelFileError
        When these are not their weights, or can't be used here.
    """
    towers = _built(config)
    made = ClipTowers(filled(towers, fitting(towers, _reshaped(towers, tensors), what)), config)
    side = made.aligned_size
    with torch.inference_mode():
        codes = [made.read(torch.zeros(1, 3, side, side))[:, 0], made.read_texts(["a photo"])]
    if any(code.shape != (1, made.width) for code in codes) or not all(
        code.isfinite().all() for code in codes
    ):
        raise ModelFileError(
            f"{printable(what)} gives no codes of {made.width} finite numbers for images and texts.",
            hint="The weights are damaged, or it is no model of images and texts. Get another.",
            detail=str([tuple(code.shape) for code in codes]),
        )
    return made


def loaded_towers(config: ClipConfig, tensors: Mapping[str, Tensor]) -> ClipTowers:
    """The networks that a pack describes, with the weights in it."""
    return ClipTowers(filled(_built(config), tensors), config)


def described_by_name(name: str) -> ClipConfig:
    """What open_clip says of its networks of this name.

    Raises
    ------
    InputError
        When it has none of this name.
    """
    open_clip = extra("open_clip")
    if name not in open_clip.list_models():
        near = [known for known in open_clip.list_models() if known.lower().startswith(name.lower()[:5])][:6]
        raise InputError(
            f"open_clip has no model {printable(name)!r}.",
            hint=f"It has: {', '.join(near)}, …" if near else "See open_clip.list_models() for those it has.",
        )
    return _config(open_clip.get_model_config(name), {}, name)


def described_in(folder: Path, weights: Path | None = None) -> tuple[ClipConfig, Path]:
    """What a folder's ``open_clip_config.json`` says, and the file of its weights.

    Parameters
    ----------
    weights
        A file with them, if a person named one.

    Raises
    ------
    ModelFileError
        When it can't be read, or there are no weights as safetensors beside it.
    """
    file = folder / CONFIG_FILE
    try:
        if not file.is_file() or file.stat().st_size > _LARGEST:
            raise ValueError("not a file, or too large")
        content = forms.document(json.loads(file.read_text("utf-8")))
        networks = forms.table(content.get("model_cfg"), "model_cfg")
        preparation = forms.table(content.get("preprocess_cfg", {}), "preprocess_cfg")
    except (OSError, ValueError, RecursionError) as error:
        raise ModelFileError(
            f"There is no {CONFIG_FILE} in {folder} that can be read.",
            hint="Take the folder of a model that open_clip saved or fetched.",
            detail=repr(error),
        ) from error
    if weights is None:
        weights = next((folder / name for name in _WEIGHTS if (folder / name).is_file()), None)
    if weights is None:
        raise ModelFileError(
            f"There are no weights as safetensors in {folder}.",
            hint=f"{_WEIGHTS[0]} has to be beside {CONFIG_FILE}, or name a file: --weights FILE.safetensors.",
        )
    return _config(networks, preparation, folder.name), weights


def _config(networks: Mapping[str, Any], preparation: Mapping[str, Any], what: str) -> ClipConfig:
    constants = extra("open_clip.constants")
    try:
        image, text = networks["vision_cfg"], networks["text_cfg"]
        size = image.get("image_size", 224)
        if isinstance(size, list | tuple) and len(set(size)) == 1:
            size = size[0]
        networks = {**networks, "vision_cfg": {**image, "image_size": size}}
        if not isinstance(size, int) or "hf_model_name" in text or text.get("hf_tokenizer_name"):
            raise ModelFileError(
                f"{printable(what)} can't be used: its images are oblong, or its words are Hugging Face's.",
                hint="Choose a model of open_clip with its own tokenizer, such as ViT-B-32.",
            )
        return ClipConfig(
            json.dumps(networks, sort_keys=True),
            tuple(map(float, preparation.get("mean") or constants.OPENAI_DATASET_MEAN)),
            tuple(map(float, preparation.get("std") or constants.OPENAI_DATASET_STD)),
        )
    except (KeyError, TypeError, ValueError, AttributeError) as error:
        raise ModelFileError(
            f"The configuration of {printable(what)} is not one of open_clip.", detail=repr(error)
        ) from error


def _built(config: ClipConfig) -> Any:
    """The networks with random weights.

    Raises
    ------
    ModelFileError
        When they are of a kind that can't be used, or that open_clip can't build.
    """
    open_clip = extra("open_clip")
    try:
        settings = deepcopy(json.loads(config.networks))
        image, text = settings["vision_cfg"], settings["text_cfg"]
        within = str(image.get("timm_model_name", ""))
        if "multimodal_cfg" in settings or "hf_model_name" in text or ":" in within:
            raise ValueError("a part that would be fetched, or that has no codes")
        if within:
            image["timm_model_pretrained"] = False
        custom = settings.pop("custom_text", False)
        towers = (open_clip.CustomTextCLIP if custom else open_clip.CLIP)(**settings)
    except (KeyError, TypeError, ValueError, RuntimeError, AssertionError, AttributeError) as error:
        raise ModelFileError(
            "open_clip can't build the networks that this model describes.",
            hint="Choose a model of images and texts that open_clip has, such as ViT-B-32.",
            detail=repr(error),
        ) from error
    return towers


def _reshaped(towers: nn.Module, tensors: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """Tensors of one number as the network has them: some programs save them with a dimension."""
    wanted = towers.state_dict()
    return {
        name: tensor.reshape(wanted[name].shape)
        if name in wanted and tensor.numel() == wanted[name].numel() == 1 else tensor
        for name, tensor in tensors.items()
    }  # fmt: skip
