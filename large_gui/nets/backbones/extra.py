"""Import what an extra installs: timm, open_clip (`backbones`), torch-fidelity (`fid`), OpenVINO (`fast`)."""

from __future__ import annotations

import importlib
import re
import warnings
from types import ModuleType

import torch

from large_gui.errors import ModelFileError

_MISSING_OPERATOR = re.compile(r"operator torchvision::(\w+) does not exist")
_ALONE = ("openvino",)  # what does not load torchvision
_declared: list[torch.library.Library] = []  # a declaration lasts as long as its object


def extra(name: str, of: str = "backbones", needed_by: str = "This model") -> ModuleType:
    """The module ``timm``, ``open_clip``, ``torch_fidelity`` or ``openvino``, or one within them.

    Parameters
    ----------
    of
        The extra that installs it.
    needed_by
        What needs it, as the beginning of a sentence.

    Raises
    ------
    ModelFileError
        When it is not installed, or can't be loaded.
    """
    install = f"pip install 'large-gui[{of}]'"
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")  # about decoders of images and video, which are not used here
            if name not in _ALONE:
                _load_torchvision()
            return importlib.import_module(name)
    except ModuleNotFoundError as error:
        raise ModelFileError(
            f"{needed_by} needs {name.partition('.')[0]}, which is not installed.",
            hint=f"Install it: {install}",
            detail=repr(error),
        ) from error
    except (ImportError, RuntimeError, OSError) as error:
        raise ModelFileError(
            f"{name.partition('.')[0]} is installed, but can't be loaded here.",
            hint=f"Its parts may not fit each other; install them again: {install}",
            detail=repr(error),
        ) from error


def _load_torchvision() -> None:
    """Load torchvision, also where its operators don't fit this build of torch.

    Its package for graphics cards beside torch's for processors fails only as it describes operators that
    it then lacks. Networks don't use them, so that it is enough to declare them.
    """
    for _ in range(8):
        try:
            importlib.import_module("torchvision")
            return
        except RuntimeError as error:
            lacking = _MISSING_OPERATOR.search(str(error))
            if lacking is None:
                raise
            library = torch.library.Library("torchvision", "FRAGMENT")  # type: ignore[no-untyped-call]
            form = f"{lacking[1]}(Tensor boxes, Tensor scores, float threshold) -> Tensor"
            library.define(form)  # type: ignore[no-untyped-call]
            _declared.append(library)
