"""Files that would run code, exhaust the machine, or are broken: one sentence each, nothing else."""

import builtins
import pickle
import re
import tracemalloc
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from safetensors.torch import save

from large_gui.errors import ModelFileError
from large_gui.nets.checkpoints.reading.reader import read_checkpoint
from tests.checkpoint_files import MARKING_SOURCE, was_executed, write_ada_pickle, write_tf_pickle
from tests.nets.checkpoints.hostile_files import BROKEN, CALLS, OTHER_FILES, RUNS_CODE
from tests.nets.checkpoints.instructions import (
    FOUR,
    call,
    mention,
    npy,
    pickled,
    push,
    saved,
    storage,
    torch_zip,
)
from tests.nets.checkpoints.test_reader import CONFIG, ada_state


def whole_files(folder: Path) -> list[bytes]:
    content = {"g_ema": {"a": torch.arange(6.0), "b": torch.ones(2, 2)}, "args": [1, "x", 2.5]}
    arrays = {"w": np.arange(4.0), "s": np.float32(2)}
    files = [saved(content), saved(content, new=False), save({"a": torch.ones(3)}), npy("(4,)")]
    files += [pickle.dumps(arrays, protocol) for protocol in (2, 5)]
    small = {name: tensor for name, tensor in ada_state().items() if "fc0" in name}
    files.append(write_ada_pickle(folder / "x", small, CONFIG).read_bytes())
    variables = [("dlatent_avg", np.arange(4, dtype=np.float32))]
    files.append(write_tf_pickle(folder / "x", variables, {}).read_bytes())
    return files


WHOLE = range(8)


def refusal(folder: Path, content: bytes) -> ModelFileError:
    """The error that a file with this content gets."""
    file = folder / "model.pt"
    file.write_bytes(content)
    with pytest.raises(ModelFileError) as caught:
        read_checkpoint(file)
    assert re.fullmatch(r"[^\n\x00-\x1f]{10,200}", caught.value.sentence)
    assert caught.value.hint
    return caught.value


@pytest.mark.parametrize("name", CALLS)
def test_no_name_but_the_known_is_called(tmp_path: Path, name: str) -> None:
    error = refusal(tmp_path, pickled(call(name, *CALLS[name])))
    assert error.sentence.startswith("This file would run code (")
    assert ascii(name.replace(":", "."))[1:-1] in error.sentence
    assert "safetensors" in error.hint


@pytest.mark.parametrize("case", RUNS_CODE)
def test_no_way_of_calling_works(tmp_path: Path, case: str) -> None:
    assert refusal(tmp_path, RUNS_CODE[case]).sentence.startswith("This file would run code (")


@pytest.mark.parametrize("case", BROKEN)
def test_broken_files_are_refused(tmp_path: Path, case: str) -> None:
    tracemalloc.start()
    try:
        error = refusal(tmp_path, BROKEN[case])
        assert tracemalloc.get_traced_memory()[1] < 30 * len(BROKEN[case]) + 300 * 2**20
    finally:
        tracemalloc.stop()
    assert "run code" not in error.sentence


@pytest.mark.parametrize("case", OTHER_FILES)
def test_other_files_are_named(tmp_path: Path, case: str) -> None:
    content, words = OTHER_FILES[case]
    assert words in refusal(tmp_path, content).sentence


def test_a_folder(tmp_path: Path) -> None:
    with pytest.raises(ModelFileError, match="is a folder"):
        read_checkpoint(tmp_path)


def test_a_large_memo_index_costs_nothing(tmp_path: Path) -> None:
    (tmp_path / "x").write_bytes(pickled(push(5), b"r\xff\xff\xff\xff", b"j\xff\xff\xff\xff", b"\x86"))
    tracemalloc.start()
    try:
        assert read_checkpoint(tmp_path / "x") == (5, 5)
        assert tracemalloc.get_traced_memory()[1] < 2**20
    finally:
        tracemalloc.stop()


def test_attributes_of_a_state_stay_data(tmp_path: Path) -> None:
    names = ("__class__", "__setstate__", "__reduce__", "__dict__", "kind", "state")
    state = dict.fromkeys(names, "x")
    (tmp_path / "x").write_bytes(pickled(call("argparse:Namespace"), push(state), b"b"))
    read: Any = read_checkpoint(tmp_path / "x")
    assert (read.kind, read.state) == ("argparse.Namespace", state)


@pytest.mark.parametrize("which", WHOLE)
def test_cut_off_files_are_refused(tmp_path: Path, which: int) -> None:
    content = whole_files(tmp_path)[which]
    for end in {1, 2, 5, 20, *range(len(content) // 10, len(content), len(content) // 10), len(content) - 1}:
        refusal(tmp_path, content[:end])


@settings(max_examples=150)
@given(data=st.data(), which=st.sampled_from(WHOLE))
def test_changed_files_are_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, data: st.DataObject, which: int
) -> None:
    folder = tmp_path_factory.mktemp("changed")
    content = bytearray(whole_files(folder)[which])
    places = st.integers(0, len(content) - 1)
    for place, value in data.draw(st.lists(st.tuples(places, st.integers(0, 255)), max_size=4)):
        content[place] = value
    start, length = data.draw(st.tuples(places, st.integers(0, 20)))
    del content[start : start + length]
    (folder / "x").write_bytes(content)
    try:
        read_checkpoint(folder / "x")
    except ModelFileError as error:
        assert error.sentence


@settings(max_examples=300)
@given(
    st.lists(
        st.sampled_from(
            [
                push(1), push("a"), push(b"b"), push(2.5), b"(", b")", b"]", b"}", b"\x8f", b"N", b"\x88",
                b"q\x01", b"q\x02", b"h\x01", b"h\x02", b"a", b"e", b"s", b"u", b"t", b"\x85", b"\x86",
                b"b", b"R", b"\x81", b"\x92", b"0", b"1", b"2", b"\x90", b"\x91", b"Q", storage(4),
                mention("argparse:Namespace"), mention("collections:OrderedDict"), mention("numpy:dtype"),
                mention("torch._utils:_rebuild_tensor_v2"), mention("numpy._core.multiarray:_reconstruct"),
                mention("builtins:set"), mention("torch:Size"), mention("numpy._core.multiarray:scalar"),
                mention("torch_utils.persistence:_reconstruct_persistent_obj"),
                push((0, (4,), (1,), False, {})),
            ]
        ),
        max_size=40,
    )
)  # fmt: skip
def test_any_instructions_are_read_or_refused(
    tmp_path_factory: pytest.TempPathFactory, instructions: list[bytes]
) -> None:
    file = tmp_path_factory.mktemp("instructions") / "x"
    file.write_bytes(torch_zip(pickled(*instructions), data_0=FOUR))
    try:
        repr(read_checkpoint(file))
    except ModelFileError as error:
        assert error.sentence


def test_the_mark_works() -> None:
    exec(MARKING_SOURCE, {"builtins": builtins})
    assert was_executed()
    assert not was_executed()
