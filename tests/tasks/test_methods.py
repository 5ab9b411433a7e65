"""The methods paragraph says which way a direction was seen."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from large_gui.core.direction import Direction
from large_gui.models.kinds.gan import GanModel
from large_gui.project.images.manifest import Manifest
from large_gui.tasks.exports.methods import methods_paragraph
from large_gui.tasks.measure import Measured
from large_gui.tasks.models import model_card
from large_gui.tasks.session import Session


def test_a_direction_that_is_turned_round(pack: GanModel) -> None:
    one = Direction("age", np.eye(4)[0], negative="young", positive="old")
    session = Session(Manifest(Path("/photos"), ["a.jpg"], []), [one], "faces")
    told = methods_paragraph(session, model_card("faces"))
    assert "along the direction 'age' (from 'young' to 'old')" in told
    session.choose("age", {}, flipped=True)
    assert "along the direction 'age', turned round (from 'old' to 'young')" in methods_paragraph(
        session, model_card("faces")
    )


def test_features_are_described_as_what_they_are() -> None:
    one = Direction("component_1", np.eye(1568)[0], provenance="principal component 1")
    session = Session(Manifest(Path("/leaves"), ["a.jpg"], []), [one], "features")
    session.add(Measured(["a.jpg"], ["sha"], np.ones((1, 1)), [np.nan], [()], directions=["component_1"]))
    told = methods_paragraph(session, model_card("features"))
    assert told.startswith(
        "1 image was padded to a square, and measured by 1,568 features of the model 'features', Any images "
        "(ImageNet features): EfficientNet-Lite0 with ImageNet weights, pooled at seven depths."
    )
    for word in ("W+", "FFHQ", "invert", "layer", "encoder", "face"):
        assert word not in told, word
    assert not session.tells_quality
