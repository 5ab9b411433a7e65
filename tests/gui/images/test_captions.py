"""What stands below an image while a folder is being measured."""

from __future__ import annotations

import numpy as np

from large_gui.core.choices import Flag
from large_gui.gui.images.page import ImagesPage
from large_gui.tasks.measure import Measured
from tests.gui.bench import NAMES, Bench


def test_only_images_without_a_face_are_said_to_have_none(page: ImagesPage, bench: Bench) -> None:
    session = bench.open(measured=0)
    model = page.grid.image_model

    def captions() -> list[str]:
        return [model.cell(model.index_of(i)).caption for i in range(len(NAMES))]

    assert captions() == ["waiting"] * 30
    names, flags = [d.name for d in session.directions], [(), (Flag.UNALIGNED,), *[()] * 28]
    sha, distances = [f"sha{i}" for i in range(30)], np.ones((30, len(names)))
    bench.document.intake.take_measured(Measured(NAMES, sha, distances, [1.0] * 30, flags, directions=names))
    assert captions() == ["waiting", "no face", *["waiting"] * 28], "their places are not known yet"
    bench.document.order_changed.emit()
    assert captions() == ["+1.00", "no face", *["+1.00"] * 28]
