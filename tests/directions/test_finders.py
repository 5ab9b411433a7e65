"""Finders: the ones that there are, and one of somebody else's in the same place."""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from large_gui.core.choices import Flag
from large_gui.core.direction import Direction
from large_gui.core.finding_record import FindingRecord
from large_gui.core.options import option, options_of
from large_gui.core.reporter import Reporter, SilentReporter
from large_gui.directions import components, svm
from large_gui.directions.finder import Finder, Materials, Need
from large_gui.directions.finders import FINDERS, finder_named, register
from large_gui.errors import InputError, ModelFileError
from large_gui.models.library import open_model
from large_gui.models.model import Model
from large_gui.project.codes.cache import CodeCache, Inverted
from large_gui.tasks.finding.find import Search, find_among, weighed
from tests.packs import about, write_pack

RANDOM = np.random.default_rng(0)
CODES = RANDOM.normal(size=(12, 2, 3)).astype(np.float32)
SHA = [f"{i:064}" for i in range(12)]


class Told(SilentReporter):
    """Keeps warnings."""

    def __init__(self) -> None:
        self.warnings: list[str] = []

    def warn(self, message: str) -> None:
        self.warnings.append(message)


@dataclass(frozen=True)
class Echo:
    """Options of a finder of somebody else's."""

    rows: int = option(1, "how many", low=1, high=3)


@pytest.fixture
def heard(monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Materials]]:
    """What a registered finder is given, which needs everything but the weights."""
    given: list[Materials] = []

    def find(materials: Materials, options: Echo, reporter: Reporter) -> list[Direction]:
        given.append(materials)
        return [Direction(f"{materials.name}_{i}", np.eye(3)[i]) for i in range(options.rows)]

    monkeypatch.setattr("large_gui.directions.finders.FINDERS", dict(FINDERS))
    needs = frozenset({Need.VALUES, Need.SAMPLES, Need.TEXT})
    register(Finder("echo", "Echo", "It echoes.", needs, find, Echo, 4))
    yield given


@pytest.fixture
def small(home: Path) -> Model:
    """A model without a network here."""
    write_pack("small", about(files={"directions.json": "0" * 64, "encoder.safetensors": "0" * 64}))
    return open_model("small")


@pytest.fixture
def cache(small: Model, tmp_path: Path) -> Iterator[CodeCache]:
    with CodeCache(tmp_path / "codes.sqlite") as cache:
        cache.put_many(small.key, {sha: Inverted(code, 0.0, ()) for sha, code in zip(SHA, CODES)})
        yield cache


def find(search: Search, model: Model, cache: CodeCache, said: Any = (), sha: Any = SHA) -> list[Direction]:
    return find_among(search, model, sha, said, cache, SilentReporter())


@pytest.mark.parametrize("finder", FINDERS.values(), ids=list(FINDERS))
def test_every_finder_can_be_offered(finder: Finder) -> None:
    assert finder_named(finder.name) is finder
    assert finder.title and finder.about.endswith(".") and finder.needs and finder.fewest >= 1
    assert all(one.about for one in options_of(finder.options))
    finder.options()


def test_one_that_is_not_there_is_told() -> None:
    with pytest.raises(InputError, match="no finder 'wisdom'") as caught:
        finder_named("wisdom")
    assert "svm, ridge" in caught.value.hint


def test_a_finder_of_others_gets_what_it_needs(
    heard: list[Materials], small: Model, cache: CodeCache
) -> None:
    said = [1.5, -2, 3, 4, 5]
    found = find(Search("echo", Echo(2), "-long beard", "a beard"), small, cache, said, SHA[:5])
    assert [direction.name for direction in found] == ["long_beard_0", "long_beard_1"]
    assert [direction.found_by for direction in found] == ["echo", "echo"]
    (given,) = heard
    assert given.text == "a beard" and list(given.values) == said
    np.testing.assert_array_equal(given.codes, CODES[:5])
    assert given.samples.shape == (5, 2, 3), "the generator is not here: the images are the samples"
    assert given.generator is None, "it did not ask for the weights"
    assert not len(given.tags), "nor for tags"


@pytest.mark.parametrize(
    ("search", "said", "why"),
    [
        (Search("echo", Echo(1), text=" "), [1.0] * 5, "needs words"),
        (Search("echo", Echo(4), text="x"), [1.0] * 5, "can't be 4"),
        (Search("echo", Echo(1), text="x"), [1.0] * 3, "3 images with a value are too few"),
        (Search("echo", Echo(1), text="x"), [1.0], "1 image with a value is too few"),
        (Search("svm", svm.Options()), [1, 1, 0, 0, 0], "2 images with it and 3 without"),
    ],
)
def test_what_will_not_do_is_told(
    heard: list[Materials], small: Model, cache: CodeCache, search: Search, said: list[float], why: str
) -> None:
    with pytest.raises(InputError, match=why) as caught:
        find(search, small, cache, said, SHA[: len(said)])
    assert caught.value.hint and not heard


def test_a_generator_that_is_not_here_is_told_first(small: Model, cache: CodeCache) -> None:
    with pytest.raises(ModelFileError) as caught:
        find(Search("components", components.Options(), layers=True), small, cache)
    assert caught.value.hint
    with pytest.raises(ModelFileError):
        weighed([Direction("x", np.eye(3)[0])], small, SilentReporter())


def test_images_without_a_face_take_no_part(small: Model, cache: CodeCache) -> None:
    cache.put_many(small.key, {SHA[0]: Inverted(CODES[0], 0.0, (Flag.UNALIGNED,))})
    told = Told()
    said = [1.0] * 4 + [0.0] * 4
    search = Search("svm", svm.Options(), "beard")
    (found,) = find_among(search, small, SHA[:8], said, cache, told)
    assert found.name == "beard" and "3 images with it and 4 without" in found.provenance
    assert told.warnings == ["1 image without a face is left out."]


def test_nothing_is_learned_from_copies(small: Model, cache: CodeCache) -> None:
    told = Told()
    shas, said = [*SHA[:8], SHA[0], SHA[7]], [1.0] * 4 + [0.0] * 4 + [1.0, 0.0]
    (found,) = find_among(Search("svm", svm.Options(), "beard"), small, shas, said, cache, told)
    assert "4 images with it and 4 without" in found.provenance
    assert told.warnings == ["2 copies of other images are left out."]


def test_components_of_images_are_named_and_no_more_than_there_can_be(small: Model, cache: CodeCache) -> None:
    search = Search("components", components.Options(100), "mine")
    found = find(search, small, cache, sha=[SHA[0], "", *SHA[:3]])
    assert [direction.name for direction in found] == ["mine_1", "mine_2"]
    with pytest.raises(InputError, match="2 codes are too few") as caught:
        find(search, small, cache, sha=SHA[:2])
    assert "at least 3" in caught.value.hint
    cache.put_many(small.key, {SHA[1]: Inverted(CODES[0], 0.0, ())})
    with pytest.raises(InputError, match="2 different codes are too few"):
        find(search, small, cache, sha=SHA[:3])
    with pytest.raises(InputError, match="can't draw samples"):
        find(search, small, cache, sha=[""])


def test_samples_are_counted_where_a_finder_needs_nothing_else(
    heard: list[Materials], small: Model, cache: CodeCache
) -> None:
    def never(*_: object) -> list[Direction]:
        raise AssertionError

    register(Finder("many", "Many", "It takes many.", frozenset({Need.SAMPLES}), never, Echo, 13))
    with pytest.raises(InputError, match="12 codes are too few"):
        find(Search("many", Echo()), small, cache)


def test_one_that_needs_tags_and_values_is_refused(
    heard: list[Materials], small: Model, cache: CodeCache
) -> None:
    def never(*_: object) -> list[Direction]:
        raise AssertionError

    register(Finder("both", "Both", "It takes both.", frozenset({Need.TAGS, Need.VALUES}), never, Echo, 1))
    with pytest.raises(InputError, match="needs tags and values, and both can't be given"):
        find(Search("both", Echo()), small, cache, [1.0, 0.0], SHA[:2])


def test_codes_are_read_a_piece_at_a_time(
    heard: list[Materials], small: Model, cache: CodeCache, monkeypatch: pytest.MonkeyPatch
) -> None:
    asked: list[int] = []
    read = cache.get_many

    def counted(sha256: list[str], key: str) -> Any:
        asked.append(len(sha256))
        return read(sha256, key)

    monkeypatch.setattr(cache, "get_many", counted)
    monkeypatch.setattr("large_gui.tasks.finding.find._PIECE", 5)
    find(Search("echo", Echo(), text="x"), small, cache, [1.0] * 12)
    assert max(asked) == 5
    np.testing.assert_array_equal(heard[0].codes, CODES)


def test_images_that_are_given_are_the_samples_even_where_some_could_be_drawn(
    heard: list[Materials], small: Model, cache: CodeCache, monkeypatch: pytest.MonkeyPatch
) -> None:
    given: list[Materials] = []

    def find_samples(materials: Materials, *_: object) -> list[Direction]:
        given.append(materials)
        return []

    register(Finder("own", "Own", "It needs samples.", frozenset({Need.SAMPLES}), find_samples, Echo, 3))
    monkeypatch.setattr(type(small), "generator_is_here", property(lambda _: True))
    monkeypatch.setattr(type(small), "generator", lambda _: None)
    monkeypatch.setattr("large_gui.nets.generator.drawn_codes", lambda *_: np.zeros((99, 3), np.float32))
    for sha in (SHA, []):
        find(Search("own", Echo()), small, cache, sha=sha)
    assert [len(materials.samples) for materials in given] == [12, 99]
    find(Search("echo", Echo(), text="x"), small, cache, [1.0] * 5, SHA[:5])
    assert len(heard[-1].samples) == 99, "these images are there for their values"


@given(st.lists(st.sampled_from([0.0, 1.0])))
def test_tags_are_counted_of_each_kind(said: list[float]) -> None:
    enough = min(said.count(0.0), said.count(1.0)) >= svm.FINDER.fewest
    if enough:
        svm.FINDER.check(said)
    else:
        with pytest.raises(InputError, match="too few"):
            svm.FINDER.check(said)


def test_layers_of_a_learned_direction_are_not_weighed(small: Model) -> None:
    learned = Direction("x", np.eye(3)[0], record=FindingRecord(held_out={SHA[0]: 0.5}))
    with pytest.raises(InputError, match="was learned from images"):
        weighed([learned], small, SilentReporter())
