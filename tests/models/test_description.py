"""What a pack says of itself: written, read back, of earlier versions, and refused when it is newer."""

from __future__ import annotations

import json
from dataclasses import replace
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from large_gui.errors import ModelFileError
from large_gui.folders import resources_folder
from large_gui.models.description import (
    NetworkDescription,
    PackDescription,
    read_description,
    write_description,
)
from large_gui.models.library import model_of, open_pack
from tests.packs import about, write_pack

words = st.text(st.characters(codec="utf-8", categories=("L", "N", "P", "S", "Zs")), max_size=20)
values = st.one_of(st.integers(-9, 9), st.floats(-1, 1), words, st.none(), st.lists(st.integers(0, 9)))
configs = st.none() | st.dictionaries(words, values, max_size=4)
networks = st.none() | st.builds(NetworkDescription, words, words, configs)
descriptions = st.builds(
    PackDescription, words, words, st.tuples(st.integers(1, 1024), st.integers(1, 1 << 24)),
    st.sampled_from(["FFHQ", "square"]), words, st.just({}), networks, networks,
    st.lists(st.tuples(words, words), max_size=3).map(tuple), st.dictionaries(words, values, max_size=3),
    st.dictionaries(words, words, max_size=2),
    st.lists(st.from_regex(r"[0-9a-f]{16}", fullmatch=True), max_size=2).map(tuple),
)  # fmt: skip


@given(described=descriptions)
@settings(suppress_health_check=[HealthCheck.function_scoped_fixture], max_examples=50)
def test_what_is_written_is_read_back(described: PackDescription, tmp_path: Path) -> None:
    printed = [described.title, described.kind, described.licence, *sum(described.facts, ())]
    write_description(tmp_path, described)
    if all(text.isprintable() for text in printed):
        assert read_description(tmp_path) == _printable(described)


def _printable(described: PackDescription) -> PackDescription:
    """Texts that are shown are brought to one printable line when they are read."""
    from large_gui.core.words import printable

    def network(one: NetworkDescription | None) -> NetworkDescription | None:
        return one and replace(one, network=printable(one.network), licence=printable(one.licence))

    source = {name: printable(text) for name, text in described.source.items()}
    return replace(
        described, generator=network(described.generator), encoder=network(described.encoder), source=source
    )


def test_the_files_are_named_with_their_hashes(tmp_path: Path) -> None:
    (tmp_path / "a.safetensors").write_bytes(b"a")
    (tmp_path / "picture.png").write_bytes(b"b")
    write_description(tmp_path, PackDescription("A", "gan", (1, 2)))
    assert list(read_description(tmp_path).files) == ["a.safetensors"]


def test_a_file_of_version_1_is_read_as_the_same_model() -> None:
    folder = write_pack("old", about(generator={"network": "StyleGAN2", "licence": "MIT", "config": {}}))
    old = read_description(folder)
    assert (old.kind, old.shape, old.alignment) == ("gan", (2, 3), "square")
    key = model_of(open_pack("old")).key
    write_description(folder, old)
    now = json.loads((folder / "pack.json").read_text("utf-8"))
    assert now["version"] == 2 and "num_ws" not in now
    assert replace(read_description(folder), files=old.files) == old
    assert model_of(open_pack("old")).key == key


def test_what_a_model_replaces_is_no_part_of_its_key() -> None:
    folder = write_pack("new", about())
    described, key = read_description(folder), model_of(open_pack("new")).key
    write_description(folder, described)
    plain = (folder / "pack.json").read_text("utf-8")
    assert "replaces" not in plain
    write_description(folder, replace(described, replaces=(key,)))
    assert read_description(folder).replaces == (key,) and model_of(open_pack("new")).key == key


def test_a_table_of_codes_of_version_1() -> None:
    write_pack("codes", about(files={"codes.safetensors": "0" * 64}))
    described = open_pack("codes").about
    assert (described.kind, described.generator) == ("codes", None)


@pytest.mark.parametrize(
    ("change", "why"),
    [
        ({"version": 3}, "a newer version of this program wrote it"),
        ({"version": "2"}, "'version'"),
        ({"version": 2, "kind": 3, "shape": [2, 3]}, "'kind'"),
        ({"version": 2, "kind": "gan", "shape": [1]}, "'shape'"),
        ({"version": 2, "kind": "gan", "shape": [0, 3]}, "'shape'"),
        ({"version": 2, "kind": "gan", "shape": [1, 2], "options": {"a": {}}}, "configuration"),
        ({"replaces": "0123456789abcdef"}, "'replaces' is not a list of keys"),
        ({"replaces": [17]}, "'replaces' is not a list of keys"),
        ({"replaces": ["0123456789abcdeF"]}, "'replaces' is not a list of keys"),
    ],
)
def test_what_can_not_be_right_is_refused(change: dict[str, object], why: str) -> None:
    folder = write_pack("wrong", about(**change))
    with pytest.raises(ModelFileError, match=why):
        read_description(folder)


def test_the_pack_that_came_with_the_program_is_of_this_version() -> None:
    assert json.loads((resources_folder() / "faces" / "pack.json").read_text("utf-8"))["version"] == 2
