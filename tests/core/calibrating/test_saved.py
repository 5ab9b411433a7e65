"""Fits of every kind as JSON."""

import json
import math
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from large_gui.core.calibrating.calibration import Calibration, fit
from large_gui.core.calibrating.fitted import Fitted
from large_gui.core.calibrating.options import CalibrationOptions, calibrated
from large_gui.core.calibrating.saved import read_calibration
from large_gui.core.calibrating.sentences import fitted_by, how_far_to_trust, what_was_found

KINDS = [
    *(
        CalibrationOptions(method=m)
        for m in ("least-squares", "L1", "L2", "both", "isotonic", "spline", "ordinal")
    ),
    *(CalibrationOptions(method=m, interval="conformal") for m in ("L2", "isotonic", "spline")),
    CalibrationOptions(level=0.8, spread=3.0),
]
IDS = [f"{o.method}-{o.interval}-{o.level:g}" for o in KINDS]


def fitted(options: CalibrationOptions, n: int = 30) -> Fitted:
    rng = np.random.default_rng(0)
    d = rng.standard_normal(n)
    return calibrated(d, np.round(3 + 2 * d + rng.standard_normal(n)).clip(0, 6), d, options, (0.0, 6.0))


@pytest.mark.parametrize("options", KINDS, ids=IDS)
def test_every_kind_comes_back_to_the_last_bit(options: CalibrationOptions) -> None:
    one, d = fitted(options), np.linspace(-3, 3, 50)
    again = read_calibration(json.loads(json.dumps(one.as_json(), allow_nan=False)))
    assert repr(again) == repr(one)  # equal but for NaN, which is not equal to itself
    np.testing.assert_array_equal(again.predict(d), one.predict(d))
    np.testing.assert_array_equal(again.interval(d), one.interval(d))
    assert (again.level, again.width, again.formula) == (one.level, one.width, one.formula)


@pytest.mark.parametrize("options", KINDS, ids=IDS)
def test_every_kind_has_its_sentences(options: CalibrationOptions) -> None:
    one = fitted(options)
    told = " ".join([fitted_by(one), what_was_found(one, " kg"), *how_far_to_trust(one, " kg")])
    assert f"intervals are of {100 * options.level:g} %" in told and "nan" not in told
    assert ("jackknife+" in told) == (options.interval == "conformal")
    assert ("least-squares line" in told) == (options.method in ("isotonic", "spline", "ordinal"))
    prior = options.interval == "student" and options.method != "ordinal"
    assert ("prior that counts as" in told) == prior


def test_the_first_version_knew_no_prior_and_no_level() -> None:
    old = {
        "kind": "calibration", "version": 1, "method": "least-squares", "n": 4, "a": 2.0, "b": 1.0, "r2": 0.9,
        "residual_std": 0.5, "loo_mae": 0.6, "mean_distance": 0.1, "spread": 3.0, "low": None, "high": 120.0,
    }  # fmt: skip
    line = read_calibration(old)
    assert isinstance(line, Calibration) and line.level == 0.9 and line.prior.strength == 0
    from scipy import stats

    (low,), (high,) = line.interval([0.1])
    assert (high - low) / 2 == pytest.approx(stats.t.ppf(0.95, 2) * 0.5 * math.sqrt(1.25))
    assert line.as_json()["version"] == 2


WRONG: list[tuple[CalibrationOptions, dict[str, Any], str]] = [
    (KINDS[0], {"level": 1.0}, "'level'"),
    (KINDS[0], {"prior_strength": -1}, "'prior_strength'"),
    (KINDS[0], {"prior_source": 3}, "'prior_source'"),
    (KINDS[4], {"at": [1.0, 1.0], "values": [0.0, 1.0]}, "knots"),
    (KINDS[4], {"at": [0.0, 1.0, 2.0], "values": [0.0, 2.0, 1.0]}, "neither rise nor fall"),
    (KINDS[4], {"method": "L1"}, "can't be fitted by"),
    (KINDS[5], {"low": 7.0}, "between 7 and 6"),
    (KINDS[5], {"version": 2}, "not known"),
    (KINDS[6], {"cuts": [1.0]}, "belong together"),
    (KINDS[6], {"grades": [3.0, 2.0], "cuts": [0.0]}, "don't rise"),
    (KINDS[6], {"slope": None}, "'slope'"),
    (KINDS[7], {"errors": [1.0]}, "one for each label"),
    (KINDS[7], {"group": [99] * 30}, "not there"),
    (KINDS[7], {"without": 3}, "lists"),
    (KINDS[7], {"of": {"kind": "calibration of grades"}}, "not a calibration"),
]


@pytest.mark.parametrize(("options", "change", "why"), WRONG)
def test_what_is_no_fit_is_refused_in_words(
    options: CalibrationOptions, change: dict[str, Any], why: str
) -> None:
    with pytest.raises(ValueError, match=why):
        read_calibration(fitted(options).as_json() | change)


@pytest.mark.parametrize("options", KINDS, ids=IDS)
def test_nothing_may_be_missing(options: CalibrationOptions) -> None:
    form = fitted(options).as_json()
    for key in form:
        with pytest.raises(ValueError, match=r"."):
            read_calibration({name: value for name, value in form.items() if name != key})


JSON = st.recursive(
    st.none() | st.booleans() | st.floats() | st.integers(-3, 30) | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=4) | st.dictionaries(st.text(max_size=5), inner, max_size=3),
    max_leaves=5,
)


@given(st.sampled_from(KINDS), st.data(), JSON)
def test_any_other_json_is_refused_or_read(
    options: CalibrationOptions, data: st.DataObject, value: Any
) -> None:
    form = FORMS[options]
    key = data.draw(st.sampled_from(sorted(form)))
    try:
        read_calibration({**form, key: value})
    except ValueError as error:
        assert str(error)


FORMS = {options: fitted(options).as_json() for options in KINDS}


def test_what_is_no_table_is_refused() -> None:
    for value in (None, [], "calibration", 3, {}):
        with pytest.raises(ValueError, match=r"table|not a calibration"):
            read_calibration(value)
    assert read_calibration(fit([0, 1, 2], [0, 1, 3]).as_json()).n == 3
