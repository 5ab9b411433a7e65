"""Which images of an open folder are shown, and in which order."""

from __future__ import annotations

from collections.abc import Mapping, Sequence

import numpy as np
from numpy.typing import NDArray

from large_gui.core.choices import Filter, Order, Shown
from large_gui.tasks.ordering import chosen_by, negative_residuals
from large_gui.tasks.session import Session

Tags = Mapping[str, Mapping[str, bool]]  # by name, then by path of the image


def ordered(
    session: Session, by: str = Order.DISTANCE, shown: Shown | None = None, *, reverse: bool = False,
    tags: Tags | None = None, members: Sequence[int] | None = None,
) -> NDArray[np.intp]:  # fmt: skip
    """Numbers of the images to show, in order; images without a figure come last, by name.

    Parameters
    ----------
    by
        One of `Order`.
    shown
        Which images; ``None`` for all.
    reverse
        Whether the highest figure comes first; images without one come last all the same.
    tags
        What is marked, where ``shown`` asks for tags.
    members
        Numbers of the images of the group that ``shown`` asks for.
    """
    shown = shown or Shown()
    numbers = session.by_distance() if by == Order.DISTANCE else session.numbers()
    if shown != Shown():
        numbers = numbers[_passing(session, shown, tags or {}, members)[numbers]]
    if by == Order.NAME:
        return numbers[::-1] if reverse else numbers
    if by == Order.DISTANCE:
        return _turned(numbers, session.ranked[numbers]) if reverse else numbers
    key = _figures(session, by)
    numbers = np.asarray(numbers[np.argsort(key[numbers], kind="stable")], np.intp)
    return _turned(numbers, np.isfinite(key[numbers])) if reverse else numbers


def counts(session: Session) -> dict[Filter, int]:
    """How many images each filter would show."""
    failed = [session.number[path] for path in session.failures]
    return {
        kind: int((chosen_by(kind, session.labels, session.flags, failed) & session.here).sum())
        for kind in Filter
    }


def _passing(session: Session, shown: Shown, tags: Tags, members: Sequence[int] | None) -> NDArray[np.bool_]:
    """Whether each image is shown, ``(N,)``."""
    passing = np.ones(len(session), bool)
    failed = [session.number[path] for path in session.failures]
    for kind in shown.kinds:
        passing &= chosen_by(kind, session.labels, session.flags, failed)
    for name, has in shown.tags:
        marked = [path for path, its in tags.get(name, {}).items() if its == has]
        passing &= _only(session, [session.number[path] for path in marked if path in session.number])
    if shown.group is not None:
        passing &= _only(session, members or ())
    if shown.within is not None:
        low, high = shown.within
        passing &= (session.distances >= low) & (session.distances <= high)
    if shown.name:
        sought = shown.name.casefold()
        passing &= np.fromiter((sought in path.casefold() for path in session.paths), bool, len(session))
    return passing


def _only(session: Session, numbers: Sequence[int]) -> NDArray[np.bool_]:
    only = np.zeros(len(session), bool)
    only[list(numbers)] = True
    return only


def _figures(session: Session, by: str) -> NDArray[np.float64]:
    """The figure that images are sorted by, lowest first, ``(N,)``; NaN for images without one."""
    if by == Order.INVERSION_ERROR:
        return -session.inversion_error
    if by == Order.RESIDUAL:
        return negative_residuals(session.judged(range(len(session))), session.labels, session.calibration)
    if by == Order.COMPARED:
        return np.array([session.compared.get(i, np.nan) for i in range(len(session))], np.float64)
    return session.predictions()


def _turned(numbers: NDArray[np.intp], known: NDArray[np.bool_]) -> NDArray[np.intp]:
    """The numbers that have a figure in the reverse order, the others behind them as they were."""
    return np.concatenate([numbers[known][::-1], numbers[~known]])
