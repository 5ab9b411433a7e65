"""Import timm, open_clip and torch-fidelity, which load torchvision, also where that doesn't fit torch."""

from __future__ import annotations

import importlib
import re
from types import ModuleType

import torch

from large_gui.errors import ModelFileError
from large_gui.extras import extra_module

_MISSING_OPERATOR = re.compile(r"operator torchvision::(\w+) does not exist")
_declared: list[torch.library.Library] = []  # a declaration lasts as long as its object


def extra(name: str, of: str = "backbones", needed_by: str = "This model") -> ModuleType:
    """The module ``timm``, ``open_clip`` or ``torch_fidelity``, or one within them.

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
    return extra_module(name, of, needed_by, kind=ModelFileError, first=_load_torchvision)


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
