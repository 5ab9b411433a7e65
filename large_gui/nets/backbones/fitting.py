"""Put weights of others into a network, every tensor that it needs and no other; read its configuration."""

from __future__ import annotations

from collections.abc import Collection, Mapping, Sequence
from typing import Any, TypeVar

from torch import Tensor, nn

from large_gui.core.words import printable
from large_gui.errors import ModelFileError

C = TypeVar("C")
_COUNTER = "num_batches_tracked"  # of a normalisation; only training reads it
_SHOWN = 3


def fitting(
    network: nn.Module, tensors: Mapping[str, Tensor], what: str, unused: Collection[str] = ()
) -> dict[str, Tensor]:
    """Those of the tensors that are the network's, in its order.

    Parameters
    ----------
    what
        What the network is called, for a person.
    unused
        Tensors that may be there and are left out, such as those of a classifier.

    Raises
    ------
    ModelFileError
        When one is missing, of another shape, or not known.
    """
    wanted = network.state_dict()
    kept = {
        name: tensor for name, tensor in tensors.items()
        if name in wanted or name not in unused
    }  # fmt: skip
    missing = [name for name in wanted if name not in kept and not name.endswith(_COUNTER)]
    unknown = [name for name in kept if name not in wanted]
    shapes = [
        f"{name} is {tuple(kept[name].shape)} and not {tuple(wanted[name].shape)}"
        for name in wanted if name in kept and kept[name].shape != wanted[name].shape
    ]  # fmt: skip
    for wrong, sentence in ((missing, "lacking"), (unknown, "not known there"), (shapes, "of another shape")):
        if wrong:
            few = len(wrong) == 1
            raise ModelFileError(
                f"These are not weights of {printable(what)}: {len(wrong)} tensor{'' if few else 's'} "
                f"{'is' if few else 'are'} {sentence} ({_listed(wrong)}).",
                hint="Give the name of the network that they were trained in.",
                detail="\n".join(wrong),
            )
    return {name: kept.get(name, wanted[name]) for name in wanted}


def _listed(names: Sequence[str]) -> str:
    return printable(", ".join(names[:_SHOWN])) + (", …" if len(names) > _SHOWN else "")


def filled(network: nn.Module, tensors: Mapping[str, Tensor]) -> nn.Module:
    """The network with these weights as its own, ready for inference in float32."""
    network.load_state_dict(dict(tensors))
    return network.float().eval().requires_grad_(False)


def as_given(network: nn.Module, given: Mapping[str, Tensor]) -> dict[str, Tensor]:
    """The weights of a network in the precision in which a file gave them."""
    return {
        name: tensor.to(given[name].dtype) if name in given else tensor
        for name, tensor in network.state_dict().items()
    }


def configured(kind: type[C], values: Mapping[str, Any]) -> C:
    """A configuration, a dataclass, of what ``pack.json`` holds of it: lists there are tuples here."""
    given = {name: tuple(value) if isinstance(value, list) else value for name, value in values.items()}
    return kind(**given)
