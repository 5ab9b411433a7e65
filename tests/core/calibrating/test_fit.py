"""A fit as JSON: the same to the last bit, and read by every version after the one that wrote it."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from large_gui.core.calibrating.calibration import fit
from large_gui.core.calibrating.fit import Fit
from large_gui.core.calibrating.options import CalibrationOptions, calibrated
from large_gui.core.choices import IntervalKind, Method
from large_gui.core.direction import Direction, direction_sha256
from large_gui.tasks.fits.saving import read_fit

WRITTEN = Path(__file__).parents[2] / "written_before" / "fit.json"
LINES = [Method.LEAST_SQUARES, Method.L1, Method.L2, Method.BOTH]
TEXT = st.text(st.characters(codec="utf-8", exclude_categories=["C", "Z"]), max_size=9)


@st.composite
def fits(draw: st.DrawFn) -> Fit:
    rng = np.random.default_rng(draw(st.integers(0, 2**32 - 1)))
    n = draw(st.integers(2, 9))
    d, y = rng.standard_normal(n), 40 + 9 * rng.standard_normal(n)
    ends = draw(st.sampled_from([(-np.inf, np.inf), (0.0, 120.0), (-1.5, np.inf)]))
    line = fit(d, y, draw(st.sampled_from(LINES)), ends)
    normal = rng.standard_normal(5)
    direction = Direction(draw(TEXT), normal / np.linalg.norm(normal), flipped=draw(st.booleans()))
    texts = [draw(TEXT) for _ in range(7)]
    return Fit(
        line, direction, *texts[:3], n, float(d.min()), float(d.max()), *texts[3:5], *ends,
        program=texts[5], date=texts[6],
    )  # fmt: skip


@given(fits())
def test_it_comes_back_to_the_last_bit(one: Fit) -> None:
    text = json.dumps(one.as_json(), allow_nan=False)
    again = Fit.from_json(json.loads(text))
    assert json.dumps(again.as_json(), allow_nan=False) == text
    d = np.linspace(-3, 3, 7)
    assert (again.calibration.predict(d) == one.calibration.predict(d)).all()
    for before, after in zip(one.calibration.interval(d), again.calibration.interval(d)):
        np.testing.assert_array_equal(before, after)
    assert again.direction.normal.tobytes() == one.direction.normal.tobytes()


@pytest.mark.parametrize(
    ("method", "interval"),
    [(m, i) for m in Method for i in IntervalKind if (m, i) != (Method.ORDINAL, IntervalKind.CONFORMAL)],
)
def test_every_kind_of_calibration_is_held(method: str, interval: str) -> None:
    rng = np.random.default_rng(3)
    d = np.sort(rng.standard_normal(40))
    y = np.clip(np.round(2 + d + 0.5 * rng.standard_normal(40)), 0, 4)
    kind = calibrated(d, y, d, CalibrationOptions(method=method, interval=interval), (0.0, 4.0))
    one = Fit(kind, Direction("age", np.eye(3)[0]), "m", "M", "k", 40, float(d[0]), float(d[-1]))
    again = Fit.from_json(json.loads(json.dumps(one.as_json(), allow_nan=False)))
    assert type(again.calibration) is type(kind)
    many = np.linspace(-4, 4, 50)
    for before, after in (
        (kind.predict(many), again.calibration.predict(many)),
        *zip(kind.interval(many), again.calibration.interval(many)),
    ):
        np.testing.assert_array_equal(before, after)


JSON = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(max_size=3),
    lambda inner: st.lists(inner, max_size=2) | st.dictionaries(st.text(max_size=3), inner, max_size=2),
    max_leaves=3,
)


@given(fits(), st.data())
def test_whatever_is_changed_is_read_or_refused_in_words(one: Fit, data: st.DataObject) -> None:
    form: Any = one.as_json()
    place = data.draw(st.sampled_from([form, *(part for part in form.values() if isinstance(part, dict))]))
    place[data.draw(st.sampled_from(sorted(place)))] = data.draw(JSON)
    try:
        Fit.from_json(form)
    except ValueError as error:
        assert str(error)


def test_one_of_version_1_is_read() -> None:
    one = read_fit(WRITTEN)
    assert (one.model, one.key) == ("faces", "6c2f9f43a841074f")
    assert one.title == "Human faces (StyleGAN2-FFHQ latent space)"
    assert (one.value, one.unit, one.low, one.high, one.labels) == ("age", "years", 0, 120, 20)
    assert (one.program, one.date) == ("0.1.0", "2026-11-26T00:36:06+00:00")
    assert one.direction.spelled == "-age" and one.direction.normal.dtype == np.float32
    assert direction_sha256(one.direction).startswith("40309c173b0ec320")
    d = np.array([one.nearest, 0.0, one.farthest])
    assert one.calibration.predict(d) == pytest.approx([59.64665043, 29.80151583, 0.0], abs=1e-7)
    low, high = one.calibration.interval(d)
    assert low == pytest.approx([50.53753457, 21.2231424, 0.0], abs=1e-7)
    assert high == pytest.approx([68.75576629, 38.37988925, 5.96508913], abs=1e-7)
