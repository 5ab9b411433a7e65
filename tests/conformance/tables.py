"""Finds the conformance data that are no network's: a description and the arrays beside it."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from numpy.typing import NDArray

from tests.conformance.cases import FOLDER


@dataclass(frozen=True)
class Table:
    """One ``.json``, and the ``.npz`` of its folder that holds the arrays it lists."""

    file: Path

    @cached_property
    def about(self) -> dict[str, Any]:
        return json.loads(self.file.read_text("utf-8"))

    @cached_property
    def arrays(self) -> dict[str, NDArray[Any]]:
        listed = {name: tuple(shape) for name, shape in self.about["arrays"].items()}
        for file in [self.file.with_suffix(".npz"), *sorted(self.file.parent.glob("*.npz"))]:
            if file.is_file():
                with np.load(file) as stored:
                    arrays = dict(stored)
                if all(name in arrays and arrays[name].shape == shape for name, shape in listed.items()):
                    return arrays
        raise AssertionError(f"no .npz beside {self.file.name} holds its arrays")


def tables(family: str, *keys: str) -> pytest.MarkDecorator:
    """Parametrise a test by every description of a family that has the keys."""
    return pytest.mark.parametrize("table", [pytest.param(t, id=t.file.stem) for t in _tables(family, keys)])


def rows(family: str, key: str, describe: Callable[[Any], str]) -> pytest.MarkDecorator:
    """Parametrise a test by every description and every entry of a list or dict in it."""
    found = [
        pytest.param(table, entry, id=f"{table.file.stem}: {describe(entry)}")
        for table in _tables(family, (key,))
        for entry in _entries(table.about[key])
    ]
    return pytest.mark.parametrize(("table", "entry"), found)


def _entries(of: list[Any] | dict[str, Any]) -> list[Any]:
    return list(of.items()) if isinstance(of, dict) else of


def _tables(family: str, keys: tuple[str, ...]) -> list[Table]:
    tables = [Table(file) for file in sorted((FOLDER / family).glob("*.json"))]
    found = [table for table in tables if {"arrays", *keys} <= table.about.keys()]
    assert found, f"no data of this kind in {FOLDER / family}"
    return found
