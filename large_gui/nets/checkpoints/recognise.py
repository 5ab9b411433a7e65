"""Recognise a checkpoint file by its content: a generator, or an encoder with its generator."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from torch import Tensor

from large_gui.core.choices import Crop
from large_gui.errors import ModelFileError
from large_gui.nets.checkpoints import ada, own, psp, rosinality, tensorflow
from large_gui.nets.checkpoints.generators import (
    GeneratorWeights,
    Settings,
    generator_weights,
    named_tensors,
)
from large_gui.nets.checkpoints.psp import EncoderWeights
from large_gui.nets.checkpoints.reading.reader import metadata_of, read_checkpoint

_NO_CLAMP = (
    "The file doesn't say whether this network was clamped; it was taken as not clamped."
    " If it was trained in mixed precision, import it again with --clamp 256."
)
_ADA_NAME = "synthesis.b4.const"
_AVERAGED = ("g_ema", "G_ema", "g", "G", "state_dict", "")  # where a generator's tensors lie, best first


@dataclass(frozen=True)
class Recognised:
    """A checkpoint and the networks in it.

    Attributes
    ----------
    kind
        What the file is, in a few words.
    left_out
        Names of parts of the file that this program does not use, such as an optimiser.
    crop
        How the file says that images are prepared, a value of `Crop`; empty when it says nothing.
    licence
        That of the weights, as the file says it; empty when it says nothing.
    """

    kind: str
    generator: GeneratorWeights
    encoder: EncoderWeights | None = None
    left_out: tuple[str, ...] = ()
    crop: str = ""
    licence: str = ""

    @property
    def not_understood(self) -> list[str]:
        """Names of tensors that have no place in the networks."""
        return self.generator.not_understood + (self.encoder.not_understood if self.encoder else [])


def recognise(file: Path, *, encoder_type: str | None = None, clamp: float | None = None) -> Recognised:
    """Read a checkpoint and recognise the networks in it; nothing in it is executed.

    Parameters
    ----------
    encoder_type, clamp
        What weights alone don't show: the kind of encoder (a name in `ENCODERS`), and the bound of
        activations of a generator that was trained with one. A clamp replaces the one in the file.

    Raises
    ------
    ModelFileError
        When the file can't be read safely, or holds nothing that can be used.
    """
    content = read_checkpoint(file)
    if ada.is_snapshot(content):
        return Recognised(
            "StyleGAN2-ADA snapshot", ada.from_snapshot(content, clamp), None, _left_out(content, "G_ema"),
            _crop(content),
        )  # fmt: skip
    if tensorflow.is_snapshot(content):
        return Recognised("TensorFlow StyleGAN2 snapshot", tensorflow.from_snapshot(content, clamp))
    if isinstance(content, Mapping):
        if own.is_own(about := metadata_of(file)):
            found = own.from_own(named_tensors(content), about, clamp)
            return Recognised(
                "StyleGAN2 of this program", found.generator, crop=found.crop, licence=found.licence
            )
        psp.refuse_other_backbones(content)
        if psp.is_encoder(content):
            encoder, generator = psp.from_psp(content, encoder_type, clamp)
            kind = f"{encoder.config.kind} with its generator"
            left = _left_out(content, "state_dict", "opts", "latent_avg")
            return Recognised(kind, generator, encoder, left, _crop(psp.options_of(content)))
        for key in _AVERAGED:
            plain = _plain_generator(content, content.get(key) if key else content, clamp)
            if plain is not None:
                name, generator = plain
                left = _left_out(content, key, "latent_avg") if key else ()
                return Recognised(name, generator, None, left, _crop(content.get("args")))
    raise ModelFileError(
        f"{file.name} holds no network that is known here.",
        hint="StyleGAN2 generators and pSp, e4e and ReStyle encoders can be imported.",
        detail=_described(content),
    )


def _plain_generator(
    content: Mapping[object, object], state: object, clamp: float | None
) -> tuple[str, GeneratorWeights] | None:
    """The name and the generator of a flat table of tensors; ``None`` if it is not a known generator."""
    if not isinstance(state, Mapping):
        return None
    tensors = named_tensors(state)
    if rosinality.is_generator(tensors):
        mean = tensors.pop("latent_avg", None)
        given = content.get("latent_avg")
        mean = given if mean is None and isinstance(given, Tensor) else mean
        return "rosinality StyleGAN2 generator", rosinality.from_rosinality(tensors, mean, clamp)
    for prefix in ("", "G_ema.", "generator."):
        if f"{prefix}{_ADA_NAME}" in tensors:
            own = {k.removeprefix(prefix): t for k, t in tensors.items() if k.startswith(prefix)}
            found = generator_weights(own, Settings(clamp))
            if clamp is None:
                found.notes.append(_NO_CLAMP)
            return "StyleGAN2-ADA weights", found
    return None


def _left_out(content: object, *used: str) -> tuple[str, ...]:
    return tuple(str(k) for k in content if k not in used) if isinstance(content, Mapping) else ()


def _crop(about: object) -> str:
    """Round the face if the options or the name of the training set mention faces; empty if they don't."""
    if not isinstance(about, Mapping):
        return ""
    words = next((str(about[key]) for key in ("training_set_kwargs", "dataset_type") if key in about), "")
    return Crop.FACES if any(word in words.lower() for word in ("ffhq", "celeb", "face")) else ""


def _described(content: object) -> str:
    if isinstance(content, Mapping):
        return f"a dict with {', '.join(str(k)[:40] for k in list(content)[:20])}"
    return type(content).__name__
