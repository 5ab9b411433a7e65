"""Generators as this program writes them: safetensors, whose header says what tensors don't.

The tensors have the names of stylegan2-ada-pytorch, which other programs know too. Sizes are read from their
shapes, as for any other file; the header says them again, and adds what shapes don't show.
"""

from __future__ import annotations

import json
from collections.abc import Mapping
from dataclasses import asdict, replace
from pathlib import Path
from typing import NamedTuple

import torch
from torch import Tensor

from large_gui.core import forms
from large_gui.core.choices import Crop
from large_gui.core.words import printable
from large_gui.errors import ModelFileError
from large_gui.nets.checkpoints.generators import GeneratorWeights, Settings, generator_weights
from large_gui.nets.checkpoints.reading.reader import metadata_of, read_safetensors
from large_gui.nets.stylegan2 import StyleGAN2, StyleGAN2Config
from large_gui.nets.weights import save_weights

# Texts in the header.
_CONFIG, _CROP, _LICENCE = "large_gui.stylegan2", "large_gui.crop", "large_gui.licence"
_MOST_HALF, _LARGEST_CLAMP = 16, 1e9
_LONGEST = 1000  # characters of a licence


class Own(NamedTuple):
    """A generator, how its images were prepared, and the licence of its weights; unknown texts are empty."""

    generator: GeneratorWeights
    crop: str
    licence: str


def write_generator(generator: StyleGAN2, file: Path, crop: str = "", licence: str = "") -> None:
    """Write a generator, whole or not at all.

    Parameters
    ----------
    crop
        A value of `large_gui.core.choices.Crop`: how its images were prepared; empty if that is not known.
    licence
        Of the weights; empty if that is not known.

    Raises
    ------
    InputError
        When the file can't be written.
    """
    about = {_CONFIG: json.dumps(generator.config.as_json())}
    known = {key: text for key, text in ((_CROP, crop), (_LICENCE, licence)) if text}
    save_weights(ada_state(generator), file, about | known)


def read_generator(file: Path) -> StyleGAN2:
    """Read what `write_generator` wrote, ready for inference.

    Raises
    ------
    ModelFileError
        When the file is missing, damaged or of another program.
    """
    tensors, about = read_safetensors(file), metadata_of(file)
    if not is_own(about):
        raise ModelFileError(
            f"{file.name} holds no generator of this program.",
            hint="Generators of other programs are read by: large-gui model import FILE",
        )
    found = from_own(tensors, about).generator
    if found.not_understood:
        raise _damaged(f"not understood: {found.not_understood}")
    return found.build()


def is_own(about: Mapping[str, str]) -> bool:
    """Whether the texts of a header are those of `write_generator`."""
    return _CONFIG in about


def from_own(tensors: Mapping[str, Tensor], about: Mapping[str, str], clamp: float | None = None) -> Own:
    """What a file that `write_generator` wrote holds.

    Parameters
    ----------
    about
        The texts in the header of the file.
    clamp
        Bound of activations that replaces the one in the file.

    Raises
    ------
    ModelFileError
        When header and tensors are not of one generator.
    """
    try:
        config = forms.table(json.loads(about[_CONFIG]), "a generator")
        bound = forms.or_none(config, "clamp", 0.0, least=1e-6, most=_LARGEST_CLAMP)
        half = int(forms.number(config, "fp16_resolutions", least=0, most=_MOST_HALF))
        rate = forms.number(config, "mapping_rate", least=1e-6, most=1e3)
        found = generator_weights(tensors, Settings(bound or None, half, rate))
        if found.config != StyleGAN2Config.from_json(config):
            raise ValueError(f"the header says {config}, the tensors are of {asdict(found.config)}")
    except (ValueError, TypeError, RecursionError) as error:
        raise _damaged(repr(error)) from error
    if clamp is not None:
        found.config = replace(found.config, clamp=clamp)
    crop = about.get(_CROP, "")
    licence = printable(about.get(_LICENCE, "")).strip()[:_LONGEST]
    return Own(found, crop if crop in set(Crop) else "", licence)


def ada_state(generator: StyleGAN2) -> dict[str, Tensor]:
    """The tensors of a generator with the names of stylegan2-ada-pytorch."""
    taps = generator.taps
    state: dict[str, Tensor] = {}
    for name, tensor in generator.state_dict().items():
        if name.startswith("mapping_network."):
            state[name.replace("mapping_network", "mapping", 1)] = tensor
        elif name != "taps":
            state[f"synthesis.{name}"] = tensor
    for level in range(len(generator.config.channels)):
        block = f"synthesis.b{4 << level}"
        for part in ("", "conv1.", *(["conv0."] if level else [])):
            state[f"{block}.{part}resample_filter"] = torch.outer(taps, taps)
    return state


def _damaged(detail: str) -> ModelFileError:
    return ModelFileError(
        "This generator is damaged: its header and its tensors are not of one network.",
        hint="Use another copy, or export it again.",
        detail=detail,
    )
