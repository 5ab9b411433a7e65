"""The methods paragraph says which way a direction was seen."""

from __future__ import annotations

from pathlib import Path

import numpy as np

from large_gui.core.direction import Direction
from large_gui.models.kinds.gan import GanModel
from large_gui.project.images.manifest import Manifest
from large_gui.project.store import Label
from large_gui.project.value import Value
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


def test_it_says_truly_why_labels_were_not_used() -> None:
    paths = [f"{i}.jpg" for i in range(12)]
    session = Session(Manifest(Path("/photos"), paths, []), [Direction("age", np.eye(4)[0])], "faces")
    sha = [*"abcdefgh", "a", "b"]  # 8 and 9 are copies, 10 and 11 are not measured
    flags = [("unaligned",) if i == 7 else () for i in range(10)]
    distances = np.r_[np.arange(8.0), 0, 1][:, None]
    session.add(Measured(paths[:10], sha, distances, [1.0] * 10, flags, directions=["age"]))
    labels = {path: Label(10.0 * i) for i, path in enumerate(paths[:5])}
    value = Value("age", "age", "years", 0.0, 120.0)

    def told(**more: Label) -> str:
        given = {f"{name[1:]}.jpg": label for name, label in more.items()}
        session.choose("age", labels | given, value)
        return methods_paragraph(session, model_card("faces"))

    plain = told()
    assert "to 5 labels; 0 labels were excluded by hand. The line" in plain and "not used" not in plain
    one = told(_5=Label(50.0, excluded=True), _6=Label(130.0), _7=Label(1.0), _8=Label(0.0), _10=Label(3.0))
    assert (
        "to 5 labels; 1 label was excluded by hand. 1 label of an image that has no distance was not used. "
        "1 label of an image without a face was not used. "
        "1 label outside of what the value can be was not used. "
        "1 label of a copy of another image was not used. The line"
    ) in one
    two = told(_8=Label(0.0), _9=Label(10.0), _10=Label(3.0), _11=Label(4.0))
    assert (
        "2 labels of images that have no distance were not used. "
        "2 labels of copies of other images were not used."
    ) in two
