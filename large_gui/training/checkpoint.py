"""Save and load a training run with everything that its next step depends on, to continue it exactly."""

from __future__ import annotations

import warnings
from collections.abc import Mapping
from pathlib import Path
from pickle import UnpicklingError
from typing import Any, Protocol
from zipfile import BadZipFile

import torch
from torch import Tensor

from large_gui.core.reporter import Reporter
from large_gui.errors import InputError, LargeError
from large_gui.files import written_whole


def came_apart(after: str, else_do: str = "") -> LargeError:
    """The error of a run whose losses are no numbers any more, after so many steps or images in words."""
    return LargeError(
        f"The training came apart after {after}: its losses are no numbers.",
        hint=f"Start it again to go on from its last checkpoint{else_do}.",
    )


class Stateful(Protocol):
    """A part of a run whose state can be saved and loaded: networks, optimisers, batches."""

    def state_dict(self) -> dict[str, Any]:
        """The state that its future depends on."""

    def load_state_dict(self, state_dict: dict[str, Any], /) -> object:
        """Continue from a saved state."""


class Origin:
    """Which generator an encoder is for, and what it learns from: a run can't go on with something else.

    Parameters
    ----------
    mean_latent
        ``(D,)``: the generator's mean of w, by which it is known.
    learns_from
        In words that end a sentence.
    """

    def __init__(self, mean_latent: Tensor, learns_from: str) -> None:
        self._mean, self._learns_from = mean_latent.detach().cpu().clone(), learns_from

    def state_dict(self) -> dict[str, Any]:
        """Both."""
        return {"mean_latent": self._mean, "learns_from": self._learns_from}

    def load_state_dict(self, state: dict[str, Any], /) -> None:
        """Refuse the state of another one.

        Raises
        ------
        InputError
            When it is.
        """
        another = "Name another folder with --out."
        if not torch.equal(state["mean_latent"], self._mean):
            raise InputError(
                "The encoder that was begun in this folder is for another generator.", hint=another
            )
        if state["learns_from"] != self._learns_from:
            raise InputError(
                f"The encoder that was begun in this folder learns from {state['learns_from']}.", hint=another
            )


def save_run(file: Path, step: int, parts: Mapping[str, Stateful], device: str) -> None:
    """Save a run after ``step`` steps, whole or not at all, with the state of its random numbers."""
    random = {"cpu": torch.get_rng_state()}
    if device.startswith("cuda"):
        random["cuda"] = torch.cuda.get_rng_state(device)
    saved = {name: part.state_dict() for name, part in parts.items()}
    # Into a stream: by itself torch doesn't say that it is the disk that is full.
    with written_whole(file) as temporary, temporary.open("wb") as stream:
        torch.save({**saved, "step": step, "random": random}, stream)


def load_run(file: Path, parts: Mapping[str, Stateful], device: str, reporter: Reporter) -> int:
    """Load a saved run and return how many steps it has made; 0 if there is none.

    Raises
    ------
    InputError
        When the file is damaged, or was saved with other settings.
    """
    if not file.exists():
        return 0
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # of bytes that torch does not know; it refuses them then
            saved = torch.load(file, map_location="cpu", weights_only=True)
        for name, part in parts.items():
            if name in saved:
                part.load_state_dict(saved[name])
        step = int(saved["step"])
        known = "random" in saved
        if known:
            torch.set_rng_state(saved["random"]["cpu"])
        if known and device.startswith("cuda") and "cuda" in saved["random"]:
            torch.cuda.set_rng_state(saved["random"]["cuda"], device)
    # What torch raises for a file that is damaged, or that is of other networks.
    except (
        *(OSError, EOFError, ValueError, TypeError, LookupError, ArithmeticError, AttributeError),
        *(RuntimeError, MemoryError, AssertionError, UnpicklingError, BadZipFile),
    ) as error:
        raise InputError(
            f"The checkpoint {file} is damaged, or was saved with other settings.",
            hint="Begin the training again under another name or in another folder.",
            detail=repr(error),
        ) from error
    if not known:
        reporter.warn("This run was begun by an earlier version: it continues, but draws its images again.")
    return step
