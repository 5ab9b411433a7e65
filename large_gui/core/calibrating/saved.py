"""Fits as JSON objects: `Fitted.as_json` writes each kind, and `read_calibration` reads any of them."""

from __future__ import annotations

from large_gui.core import forms
from large_gui.core.calibrating.calibration import Calibration
from large_gui.core.calibrating.conformal import Conformal
from large_gui.core.calibrating.cumulative import CumulativeLogits
from large_gui.core.calibrating.fitted import Fitted
from large_gui.core.calibrating.monotone import Curve


def read_calibration(form: object) -> Fitted:
    """Read a fit of any kind, in this version or an earlier one.

    Raises
    ------
    ValueError
        When the form is no fit, or no fit could have its figures. The message says which.
    """
    kind = forms.document(form, "a calibration").get("kind")
    if kind == "calibration curve":
        return Curve.from_json(form)
    if kind == "calibration of grades":
        return CumulativeLogits.from_json(form)
    if kind == "conformal calibration":
        return Conformal.from_json(form)
    return Calibration.from_json(form)
