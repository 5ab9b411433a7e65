"""Small networks of timm and open_clip with random weights, as files that a person brings."""

from __future__ import annotations

import json
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest
import torch
from safetensors.torch import save_file

from large_gui.core.reporter import SilentReporter
from large_gui.models.kinds.clip import ClipModel
from large_gui.models.library import open_model
from large_gui.nets.backbones.extra import extra
from large_gui.tasks.imports.backbone import BackboneOptions, add_backbone

for needed in ("timm", "open_clip"):
    if find_spec(needed) is None:
        pytest.skip(f"{needed} is not installed: large-gui[backbones]", allow_module_level=True)
ARCHITECTURE = "test_convnext"
CLIP: dict[str, Any] = {
    "embed_dim": 12,
    "vision_cfg": {"image_size": 32, "layers": 2, "width": 32, "head_width": 16, "patch_size": 8},
    "text_cfg": {"context_length": 20, "vocab_size": 49408, "width": 16, "heads": 2, "layers": 1},
}


def timm_weights(file: Path, architecture: str = ARCHITECTURE, *, seed: int = 0, **more: Any) -> Path:
    """Safetensors with random weights of a network of timm, its classifier among them."""
    torch.manual_seed(seed)
    network = extra("timm").create_model(architecture, **more)
    save_file({name: tensor.contiguous() for name, tensor in network.state_dict().items()}, file)
    return file


def clip_folder(folder: Path, *, seed: int = 0, **settings: Any) -> Path:
    """A folder as open_clip saves one: its configuration, and random weights."""
    folder.mkdir()
    torch.manual_seed(seed)
    towers = extra("open_clip").CLIP(**CLIP)
    for name, tensor in towers.state_dict().items():
        if name.endswith(("class_embedding", "positional_embedding", "proj", "text_projection")):
            tensor *= 8  # so that images and texts tell a small network something
    content = {"model_cfg": CLIP, "preprocess_cfg": {"mean": [0.4, 0.5, 0.6], "std": [0.2, 0.3, 0.4]}}
    (folder / "open_clip_config.json").write_text(json.dumps({**content, **settings}), "utf-8")
    save_file(
        {name: tensor.contiguous() for name, tensor in towers.state_dict().items()},
        folder / "open_clip_model.safetensors",
    )
    return folder


def added_clip(folder: Path, name: str = "clip", *, seed: int = 0) -> ClipModel:
    """A model of `clip_folder`."""
    options = BackboneOptions(clip=True, name=name, replace=True)
    add_backbone(str(clip_folder(folder, seed=seed)), options, SilentReporter())
    model = open_model(name)
    assert isinstance(model, ClipModel)
    return model
