"""The features model: any image, whole; the same code whatever its neighbours are."""

from __future__ import annotations

import shutil
from dataclasses import replace
from pathlib import Path

import numpy as np
import pytest
import torch
from hypothesis import given
from hypothesis import strategies as st

from large_gui.core.reporter import SilentReporter
from large_gui.errors import ModelFileError
from large_gui.folders import resources_folder
from large_gui.models.kinds.image_features import FeaturesModel
from large_gui.models.library import open_model
from large_gui.models.model import Frame, Picture
from large_gui.models.pack import Pack
from large_gui.models.preparation import padded_square
from large_gui.nets.efficientnet import EfficientNetLite0, fold_norms
from large_gui.nets.pooled_features import DEPTHS


@pytest.fixture(scope="module")
def features() -> FeaturesModel:
    model = open_model("features")
    assert isinstance(model, FeaturesModel)
    model.start("cpu", SilentReporter())
    return model


def frames(model: FeaturesModel, images: list[np.ndarray]) -> list[Frame]:
    made = model.prepare([Picture("", image) for image in images])
    return [frame for frame in made if isinstance(frame, Frame)]


def test_codes_have_the_shape_that_the_pack_says(
    features: FeaturesModel, sample_images: list[np.ndarray]
) -> None:
    three = frames(features, [sample_images[0], sample_images[1][:40], sample_images[2][:, :1]])
    codes = features.embed(three)
    assert codes.shape == (3, *features.shape) and np.isfinite(codes).all()
    alone = features.embed(three[1:2])
    np.testing.assert_array_equal(alone[0], codes[1])
    assert features.measures and not features.directions


def test_a_picture_is_nearer_to_itself_in_other_sizes_than_to_others(
    features: FeaturesModel, sample_images: list[np.ndarray]
) -> None:
    small = [image[::2, ::2] for image in sample_images[:6]]
    large, again = (
        features.embed(frames(features, sample_images[:6])),
        features.embed(frames(features, small)),
    )
    apart = np.linalg.norm(large[:, None, 0] - again[None, :, 0], axis=-1)
    assert (apart.argmin(1) == np.arange(6)).all()


@given(st.integers(1, 500), st.integers(1, 500), st.integers(8, 64))
def test_the_whole_image_is_padded_with_grey(height: int, width: int, size: int) -> None:
    square = padded_square(np.full((height, width, 3), 255, np.uint8), size)
    assert square.shape == (size, size, 3) and set(np.unique(square)) <= {127, 255}
    white = (square == 255).all(-1)
    rows, columns = white.any(1), white.any(0)
    assert max(rows.sum(), columns.sum()) == size
    assert white.sum() == rows.sum() * columns.sum(), "one rectangle"
    assert abs(int(rows.argmax()) - int(rows[::-1].argmax())) <= 1, "in the middle"


def test_folding_normalisations_changes_no_map() -> None:
    torch.manual_seed(0)
    network = EfficientNetLite0(head=False).eval()
    for module in network.modules():
        if isinstance(module, torch.nn.BatchNorm2d):
            module.running_mean.normal_(0, 0.1)
            module.running_var.uniform_(0.5, 2)
    image = torch.rand(1, 3, 64, 64)
    with torch.no_grad():
        before = list(network.maps(image, DEPTHS))
        fold_norms(network)
        after = list(network.maps(image, DEPTHS))
    for one, other, channels in zip(before, after, DEPTHS.values()):
        assert one.shape[1] == channels
        torch.testing.assert_close(one, other, atol=1e-4, rtol=1e-4)


def test_the_key_follows_the_weights_and_options_alone(features: FeaturesModel) -> None:
    about = features.pack.about
    pack = Pack(features.pack.folder)
    pack.about = replace(about, title="Other words", licence="another", facts=(("a", "b"),))
    assert FeaturesModel(pack).key == features.key
    pack.about = replace(about, files=dict.fromkeys(about.files, "0" * 64))
    assert FeaturesModel(pack).key != features.key
    pack.about = replace(about, options={"size": 192})
    assert FeaturesModel(pack).key != features.key


def test_damaged_weights_are_told(tmp_path: Path) -> None:
    shutil.copytree(resources_folder() / "features", tmp_path / "features")
    (tmp_path / "features" / "encoder.safetensors").write_bytes(b"nothing")
    with pytest.raises(ModelFileError, match="encoder"):
        FeaturesModel(Pack(tmp_path / "features")).start("cpu", SilentReporter())
