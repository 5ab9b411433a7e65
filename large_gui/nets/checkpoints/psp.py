"""Read checkpoints of pSp, e4e and ReStyle: an encoder with the generator it was trained for."""

from __future__ import annotations

import re
from collections import Counter
from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

import torch
from torch import Tensor

from large_gui.errors import ModelFileError
from large_gui.nets.checkpoints.generators import GeneratorWeights, inference_tensor, named_tensors
from large_gui.nets.checkpoints.reading.unpickler import Stub
from large_gui.nets.checkpoints.rosinality import from_rosinality
from large_gui.nets.encoders.ir_se import DEPTHS
from large_gui.nets.encoders.style_encoders import ENCODERS
from large_gui.nets.encoders.style_inversion import StyleEncoderConfig, StyleInversion
from large_gui.nets.weights import assembled, shapes_of

_HINT = "pSp, e4e and ReStyle encoders on an IR-SE backbone can be used."
_MOST_ITERATIONS = 50


@dataclass(eq=False)
class EncoderWeights:
    """An encoder that was found in a file; ``state`` has its tensors, named as in `StyleInversion`."""

    config: StyleEncoderConfig
    state: dict[str, Tensor]
    not_understood: list[str] = field(default_factory=list)

    def build(self, generator: GeneratorWeights) -> StyleInversion:
        """Build the network, ready for inference; ReStyle's gets the generator that it needs."""
        feedback_generator = generator.build() if self.config.in_channels == 6 else None
        return assembled(lambda: StyleInversion(self.config, feedback_generator), self.state)


def is_encoder(content: object) -> bool:
    """Whether the content is a checkpoint of pSp, e4e or ReStyle."""
    return isinstance(content, Mapping) and _tensors(content).get("encoder.input_layer.0.weight") is not None


def refuse_other_backbones(content: Mapping[Any, Any]) -> None:
    """Raise `ModelFileError` for ReStyle's encoders on a ResNet-34."""
    tensors = _tensors(content)
    if "encoder.conv1.weight" in tensors and "encoder.body.0.conv1.weight" in tensors:
        kind = str(options_of(content).get("encoder_type", "ResNetBackboneEncoder"))
        raise ModelFileError(
            f"This is an encoder of ReStyle on a ResNet-34 ({ascii(kind)[1:-1][:60]}), which can't be used.",
            hint=_HINT,
        )


def options_of(content: Mapping[Any, Any]) -> Mapping[Any, Any]:
    """The options a file was trained with: a dict, or the data of an ``argparse.Namespace``."""
    options = content.get("opts")
    options = options.state if isinstance(options, Stub) else options
    return options if isinstance(options, Mapping) else {}


def from_psp(
    content: Mapping[str, Any], kind: str | None = None, clamp: float | None = None
) -> tuple[EncoderWeights, GeneratorWeights]:
    """Read the encoder and the generator of a checkpoint.

    Parameters
    ----------
    kind
        A name in `ENCODERS`, needed if the file doesn't say it (weights alone, as safetensors).
    clamp
        Bound of the generator's activations, which these files don't give.

    Raises
    ------
    ModelFileError
        When the encoder is of another kind, or something is missing.
    """
    tensors = _tensors(content)
    options = options_of(content)
    mean = content.get("latent_avg")
    mean = mean.detach().float() if isinstance(mean, Tensor) and mean.ndim in (1, 2) else None
    decoder = {k.removeprefix("decoder."): t for k, t in tensors.items() if k.startswith("decoder.")}
    generator = from_rosinality(decoder, mean, clamp)
    encoder = {k: t for k, t in tensors.items() if k.startswith("encoder.")}
    config = _config(encoder, options, generator, kind)
    encoder["mean"] = _mean_rows(mean, options, config)
    rest = sorted(k for k in tensors if not k.startswith(("encoder.", "decoder.")) and k != "latent_avg")
    found = EncoderWeights(config, {}, rest)
    for name, shape in shapes_of(lambda: StyleInversion(config)).items():
        tensor = encoder.pop(name, None)
        if tensor is None and name.endswith("num_batches_tracked"):
            tensor = torch.zeros(shape)
        if tensor is None or tensor.shape != shape:
            what = "is missing" if tensor is None else f"has the shape {list(tensor.shape)}"
            raise ModelFileError(
                f"The {config.kind} in this file is not whole.", hint=_HINT, detail=f"{name} {what}"
            )
        found.state[name] = inference_tensor(name, tensor)
    found.not_understood += sorted(encoder)
    generator.not_understood = [f"decoder.{name}" for name in generator.not_understood]
    return found, generator


def _tensors(content: Mapping[Any, Any]) -> dict[str, Tensor]:
    state = content.get("state_dict", content)
    if not isinstance(state, Mapping):
        return {}
    return named_tensors(state)


def _config(encoder: Mapping[str, Tensor], options: Mapping[Any, Any], generator: GeneratorWeights,
            kind: str | None) -> StyleEncoderConfig:  # fmt: skip
    chosen = kind or options.get("encoder_type") or _guessed(encoder)
    if chosen not in ENCODERS:
        raise ModelFileError(
            f"The encoder {chosen!r:.60} is not known."
            if chosen
            else "This file does not say which encoder it holds.",
            hint=f"{_HINT} Say which with --encoder-type: {', '.join(ENCODERS)}." if not chosen else _HINT,
        )
    stem = encoder["encoder.input_layer.0.weight"]
    channels = stem.shape[1] if stem.ndim == 4 else 0
    if channels not in (3, 6):
        raise ModelFileError(
            f"This encoder reads images of {channels} channels; photographs have 3.", hint=_HINT
        )
    iterations = options.get("n_iters_per_batch", 5) if channels == 6 else 1
    if not isinstance(iterations, int) or not 1 <= iterations <= _MOST_ITERATIONS:
        raise ModelFileError(
            "The options in this file are damaged.", detail=f"n_iters_per_batch {iterations!r:.40}"
        )
    config = generator.config
    return StyleEncoderConfig(
        str(chosen), config.num_ws, config.w_dim, channels, _units(encoder), iterations,
        cars=str(options.get("dataset_type", "")).startswith("cars"),
    )  # fmt: skip


def _guessed(encoder: Mapping[str, Tensor]) -> str | None:
    """The kind of encoder, if the names of its tensors show it."""
    if "encoder.output_layer_2.3.weight" in encoder:
        return "BackboneEncoderUsingLastLayerIntoWPlus"
    return "BackboneEncoderUsingLastLayerIntoW" if "encoder.linear.weight" in encoder else None


def _units(encoder: Mapping[str, Tensor]) -> tuple[int, ...]:
    """How many units the backbone has at each depth."""
    depths = Counter(
        len(tensor)
        for name, tensor in encoder.items()
        if re.fullmatch(r"encoder\.body\.\d+\.res_layer\.1\.weight", name)
    )
    if set(depths) != set(DEPTHS):
        raise ModelFileError("The backbone of this encoder is not an IR-SE network.", hint=_HINT)
    return tuple(depths[d] for d in DEPTHS)


def _mean_rows(mean: Tensor | None, options: Mapping[Any, Any], config: StyleEncoderConfig) -> Tensor:
    """The mean code that is added to the encoder's output, ``(L, D)``; zero if none is added."""
    # ReStyle's own code always starts from the mean, whatever the option says; pSp and e4e only if it is set.
    if config.in_channels == 3 and not options.get("start_from_latent_avg", mean is not None):
        return torch.zeros(config.rows, config.width)
    if mean is None:
        raise ModelFileError("The mean code (latent_avg) is missing in this file.", hint=_HINT)
    rows = mean.reshape(-1, mean.shape[-1])
    if rows.shape[1] != config.width or len(rows) not in (1, config.rows):
        raise ModelFileError(
            "The mean code (latent_avg) has the wrong shape.", hint=_HINT, detail=str(list(mean.shape))
        )
    return rows.expand(config.rows, -1).clone()
