"""Make a model of a network that a person has weights of: one of timm, or a CLIP of open_clip."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from large_gui.core.reporter import Reporter
from large_gui.core.words import printable
from large_gui.errors import InputError
from large_gui.files import sha256_of
from large_gui.models.description import NetworkDescription, PackDescription, write_description
from large_gui.models.library import staged
from large_gui.models.pack import ENCODER
from large_gui.tasks.imports.model import checked_name, proposed_name

_SMALLEST, _LARGEST = 16, 4096  # pixels a side


@dataclass(frozen=True)
class BackboneOptions:
    """The choices of a person for a backbone.

    Attributes
    ----------
    clip
        Whether it is a CLIP of open_clip, and not a network of timm.
    weights
        Safetensors with its weights; ``None`` for those in timm's cache, or in the folder of a CLIP.
    size
        Side of the images that it is to read, in pixels; 0 for its own.
    name
        Name of the model; empty for the name of the network.
    licence
        Licence of the weights; empty if the person does not say it.
    replace
        Whether to replace an imported model of that name.
    """

    clip: bool = False
    weights: Path | None = None
    size: int = 0
    name: str = ""
    licence: str = ""
    replace: bool = False


@dataclass(frozen=True)
class AddedBackbone:
    """The name of a new model, and what it is, as pairs of a word and a value."""

    name: str
    facts: tuple[tuple[str, str], ...]


@dataclass(frozen=True)
class _Network:
    """A network with its weights: what goes into a pack."""

    kind: str
    called: str
    description: NetworkDescription
    width: int
    side: int
    weights: Path
    tensors: Mapping[str, Any]
    licence: str


def add_backbone(network: str, options: BackboneOptions, reporter: Reporter) -> AddedBackbone:
    """Add a network as a model; its weights are copied, and nothing is downloaded.

    Parameters
    ----------
    network
        Its name in timm; or that of a CLIP in open_clip, or the folder of one.

    Raises
    ------
    InputError
        When there is no such network, its weights are not here, or the name of the model can't be used.
    ModelFileError
        When the weights are not its own, damaged or no safetensors, or timm or open_clip is not installed.
    """
    called = Path(f"{Path(network).name}.safetensors")  # a name with dots is no file with a suffix
    name = checked_name(options.name or proposed_name(called), options.replace)
    if options.size and not _SMALLEST <= options.size <= _LARGEST:
        raise InputError(
            f"A size of {options.size} pixels is not possible.",
            hint=f"It is {_SMALLEST} to {_LARGEST} pixels.",
        )
    reporter.progress(0, 0, f"Reading {printable(Path(network).name)}")
    found = _clip(network, options) if options.clip else _timm(network, options)
    reporter.check_cancelled()
    licence = options.licence.strip() or found.licence or "not said"
    about = PackDescription(
        title=printable(found.called),
        kind=found.kind,
        shape=(1, found.width),
        alignment="padded",
        licence=licence,
        encoder=found.description,
        facts=(

            ("images", f"padded to {found.side} x {found.side} pixels"),
            ("weights", printable(found.weights.name)),
            ("licence", licence),
        ),
        source={"file": printable(found.weights.name), "sha256": sha256_of(found.weights)},
    )  # fmt: skip
    from large_gui.nets.weights import save_weights

    with staged(name) as folder:
        save_weights(found.tensors, folder / ENCODER)
        write_description(folder, about)
    told = (("network", found.description.network), ("codes", f"{found.width:,} numbers"))
    return AddedBackbone(name, (*told, *about.facts))


def _timm(architecture: str, options: BackboneOptions) -> _Network:
    from large_gui.nets.backbones.fitting import as_given
    from large_gui.nets.backbones.timm_features import cached_weights, described, licence_of, new_features
    from large_gui.nets.checkpoints.reading.reader import read_safetensors

    described(architecture, options.size)  # before weights are looked for
    weights = options.weights or cached_weights(architecture)
    licence = "" if options.weights else licence_of(architecture)
    tensors = read_safetensors(weights)
    features = new_features(architecture, tensors, options.size)
    return _Network(
        "backbone", f"{architecture} (timm)",
        NetworkDescription(f"timm {printable(architecture)}", licence, features.config.as_json()),
        features.width, features.aligned_size, weights, as_given(features.backbone, tensors), licence,
    )  # fmt: skip


def _clip(network: str, options: BackboneOptions) -> _Network:
    from large_gui.nets.backbones.clip_towers import described_by_name, described_in, new_towers
    from large_gui.nets.backbones.fitting import as_given
    from large_gui.nets.checkpoints.reading.reader import read_safetensors

    if options.size:
        raise InputError("A CLIP model reads images of one size.", hint="Leave out --size.")
    folder, weights = Path(network), options.weights
    if folder.is_dir():
        config, inside = described_in(folder, weights)
        weights = weights or inside
    else:
        config = described_by_name(network)
    if weights is None:
        raise InputError(
            "The weights of a CLIP model have to be named.",
            hint="Name a file (--weights FILE.safetensors), or a folder with open_clip_config.json.",
        )
    called = folder.name
    tensors = read_safetensors(weights)
    towers = new_towers(config, tensors, called)
    return _Network(
        "clip", f"{called} (CLIP)",
        NetworkDescription(f"open_clip {printable(called)}", "", config.as_json()),
        towers.width, towers.aligned_size, weights, as_given(towers.towers, tensors), "",
    )  # fmt: skip
