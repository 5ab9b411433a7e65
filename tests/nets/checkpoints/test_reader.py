"""Every kind of checkpoint is read, whatever its name is, and holds what was written."""

import argparse
import pickle
from collections import OrderedDict
from pathlib import Path
from typing import Any

import numpy as np
import pytest
import torch
from hypothesis import assume, given
from hypothesis import strategies as st
from hypothesis.extra import numpy as arrays
from safetensors.torch import save_file
from torch import Tensor, nn

from large_gui.errors import ModelFileError
from large_gui.nets.checkpoints.reading.legacy import _MAGIC as LEGACY_MAGIC
from large_gui.nets.checkpoints.reading.reader import read_checkpoint
from large_gui.nets.checkpoints.reading.unpickler import Stub
from tests.checkpoint_files import PersistentObject, write_ada_pickle, write_pickle, write_tf_pickle

DTYPES = [
    torch.float64, torch.float32, torch.float16, torch.bfloat16, torch.int64, torch.int32, torch.int16,
    torch.int8, torch.uint8, torch.bool, torch.complex64, torch.complex128, torch.float8_e4m3fn, torch.uint16,
]  # fmt: skip
WRITERS = {
    "zip": lambda content, file: torch.save(content, file),
    "zip, protocol 4": lambda content, file: torch.save(content, file, pickle_protocol=4),
    "legacy": lambda content, file: torch.save(content, file, _use_new_zipfile_serialization=False),
    "legacy, protocol 4": lambda content, file: torch.save(
        content, file, pickle_protocol=4, _use_new_zipfile_serialization=False
    ),
    **{f"pickle {p}": lambda content, file, p=p: write_pickle(file, content, p) for p in (2, 3, 4, 5)},
}
CONFIG = {
    "z_dim": 8, "c_dim": 0, "w_dim": 8, "img_resolution": 8, "img_channels": 3,
    "mapping_kwargs": {"num_layers": 1},
    "synthesis_kwargs": {"channel_base": 64, "channel_max": 4, "num_fp16_res": 1, "conv_clamp": 256},
}  # fmt: skip


def ada_state() -> dict[str, Tensor]:
    """Tensors of a very small generator, with the names of stylegan2-ada-pytorch."""
    shapes: dict[str, tuple[int, ...]] = {
        "mapping.w_avg": (8,), "mapping.fc0.weight": (8, 8), "mapping.fc0.bias": (8,),
        "synthesis.b4.resample_filter": (4, 4), "synthesis.b4.const": (4, 4, 4),
    }  # fmt: skip
    for layer in ("b4.conv1", "b8.conv0", "b8.conv1", "b4.torgb", "b8.torgb"):
        out = 3 if "torgb" in layer else 4
        side = int(layer[1])
        name = f"synthesis.{layer}"
        shapes |= {f"{name}.weight": (out, 4, 3, 3), f"{name}.bias": (out,)}
        shapes |= {f"{name}.affine.weight": (4, 8), f"{name}.affine.bias": (4,)}
        if "conv" in layer:
            shapes |= {f"{name}.noise_strength": (), f"{name}.noise_const": (side, side)}
    generator = torch.Generator().manual_seed(0)
    return {name: torch.randn(shape, generator=generator) for name, shape in shapes.items()}


def same(read: Any, written: Any) -> bool:
    """Whether two values are equal, with the same types and element types all the way down."""
    if isinstance(written, Tensor):
        read_bytes, written_bytes = (
            t.contiguous().flatten().view(torch.uint8) for t in (read, written.detach())
        )
        return read.dtype == written.dtype and read.shape == written.shape and read_bytes.equal(written_bytes)
    if isinstance(written, np.ndarray):
        return read.dtype == written.dtype and bool(
            np.array_equal(read, written, equal_nan=read.dtype.kind in "fc")
        )
    if isinstance(written, dict):
        return list(read) == list(written) and all(same(read[key], written[key]) for key in written)
    if isinstance(written, list | tuple):
        return len(read) == len(written) and all(map(same, read, written))
    return type(read) is type(written) and bool(read == written)


@pytest.mark.parametrize("writer", WRITERS)
@pytest.mark.parametrize("dtype", DTYPES, ids=str)
def test_tensors_of_every_type(tmp_path: Path, writer: str, dtype: torch.dtype) -> None:
    tensor = torch.arange(24).to(dtype).reshape(2, 3, 4)
    WRITERS[writer]({"x": tensor}, tmp_path / "x.pt")
    assert same(read_checkpoint(tmp_path / "x.pt"), {"x": tensor})


@pytest.mark.parametrize("writer", WRITERS)
def test_what_checkpoints_hold(tmp_path: Path, writer: str) -> None:
    network = nn.Sequential(nn.Conv2d(2, 3, 1), nn.BatchNorm2d(3))
    optimizer = torch.optim.Adam(network.parameters())
    network(torch.ones(1, 2, 2, 2)).sum().backward()
    optimizer.step()
    content = {
        "g_ema": OrderedDict(network.state_dict()),
        "g_optim": optimizer.state_dict(),
        "parameter": nn.Parameter(torch.ones(2, 2)),
        "latent_avg": torch.zeros(0, 512),
        "opts": {"output_size": 1024, "lr": 1e-4, "big": 2**70, "negative": -5, "none": None, "yes": True},
        "text": "Größe \N{GRINNING FACE}",
        "bytes": bytes(range(256)) * 3,
        "tuple": (1, (2, 3), [4], ()),
        "set": {1, 2, 3},
        "complex": 1 + 2j,
        "scalar": np.float64(2.5),
        "array": np.arange(6, dtype=np.float32).reshape(2, 3),
        "columns": np.asfortranarray(np.arange(6.0).reshape(2, 3)),
        "swapped": np.arange(6, dtype=">i4"),
        "names": np.array(["young", "old"]),
        "no rows": np.zeros((0, 3), np.float16),
        "no bytes": b"",
    }
    WRITERS[writer](content, tmp_path / "x.pt")
    read = read_checkpoint(tmp_path / "x.pt")
    assert isinstance(read, dict)
    assert same(read, content)
    assert all(a.flags.writeable and a.flags.aligned for a in read.values() if isinstance(a, np.ndarray))


@pytest.mark.parametrize("writer", WRITERS)
def test_values_that_become_simpler_ones(tmp_path: Path, writer: str) -> None:
    content = {
        "args": argparse.Namespace(size=64, path="faces"),
        "shape": torch.Size([1, 2]),
        "device": torch.device("cuda:0"),
        "dtype": torch.float16,
        "numpy dtype": np.dtype("<f4"),
        "layer": nn.ModuleList([nn.Identity()]),
    }
    WRITERS[writer](content, tmp_path / "x.pt")
    read = read_checkpoint(tmp_path / "x.pt")
    assert isinstance(read, dict)
    assert read["args"] == Stub("argparse.Namespace", {"size": 64, "path": "faces"})
    assert (read["shape"], read["device"], read["dtype"]) == ((1, 2), "cuda:0", "torch.float16")
    assert read["numpy dtype"] == "float32"
    assert read["layer"].kind == "torch.nn.modules.container.ModuleList"
    assert read["layer"].state["_modules"]["0"].kind == "torch.nn.modules.linear.Identity"


@pytest.mark.parametrize("writer", WRITERS)
def test_views_of_one_storage(tmp_path: Path, writer: str) -> None:
    base = torch.arange(48.0).reshape(6, 8)
    content = [base, base[2:5, 1::3], base.T, base[5, 7], base[6:]]
    WRITERS[writer](content, tmp_path / "x.pt")
    read = read_checkpoint(tmp_path / "x.pt")
    assert isinstance(read, list)
    assert same(read, content)
    if not writer.startswith("pickle"):
        assert read[0].untyped_storage().data_ptr() == read[1].untyped_storage().data_ptr()


def test_tensors_can_be_written_to(tmp_path: Path) -> None:
    torch.save(torch.zeros(3), tmp_path / "x.pt")
    before = (tmp_path / "x.pt").read_bytes()
    tensor = read_checkpoint(tmp_path / "x.pt")
    assert isinstance(tensor, Tensor)
    tensor += 1
    assert tensor.tolist() == [1, 1, 1]
    assert (tmp_path / "x.pt").read_bytes() == before


@pytest.mark.parametrize("protocol", [2, 3, 4, 5])
def test_snapshots_of_stylegan2_ada(tmp_path: Path, protocol: int) -> None:
    state = ada_state()
    read = read_checkpoint(write_ada_pickle(tmp_path / "x.pkl", state, CONFIG, protocol=protocol))
    assert isinstance(read, dict)
    assert list(read) == ["training_set_kwargs", "G", "D", "G_ema", "augment_pipe"]
    assert type(read["training_set_kwargs"]) is dict

    def flat(module: Stub, prefix: str = "") -> dict[str, Tensor]:
        assert "module_src" not in module.state
        own = {**module.state["_parameters"], **module.state["_buffers"]}
        found = {prefix + name: tensor for name, tensor in own.items()}
        for name, child in module.state["_modules"].items():
            found |= flat(child, f"{prefix}{name}.")
        return found

    root = read["G_ema"]
    found = flat(root)
    assert root.kind == "Generator"
    assert root.state["_init_kwargs"] == CONFIG
    assert sorted(found) == sorted(state)
    assert all(same(found[name], tensor) for name, tensor in state.items())
    block = root.state["_modules"]["synthesis"].state["_modules"]["b8"]
    assert (block.kind, block.state["use_fp16"]) == ("SynthesisBlock", True)
    assert type(block.state["_modules"]["conv0"].state["act_gain"]) is np.float64


def test_persistent_objects_of_other_networks(tmp_path: Path) -> None:
    layer = PersistentObject("FourierFeatures", {"gain": 1.5, "_modules": {}}, "raise SystemExit")
    read = read_checkpoint(write_pickle(tmp_path / "x.pkl", {"G": layer, "again": layer}))
    assert isinstance(read, dict)
    assert read["G"] == Stub("FourierFeatures", {"gain": 1.5, "_modules": {}})
    assert read["again"] is read["G"]


@pytest.mark.parametrize("protocol", [2, 3, 4, 5])
def test_snapshots_of_tensorflow(tmp_path: Path, protocol: int) -> None:
    variables = [
        ("dlatent_avg", np.arange(4, dtype=np.float32)),
        ("synthesis/4x4/Const/const", np.ones((1, 2, 4, 4), np.float32)),
        ("mapping/Dense0/weight", np.eye(4, dtype=np.float32)),
    ]
    file = write_tf_pickle(tmp_path / "x.pkl", variables, {"resolution": 8}, protocol=protocol)
    read = read_checkpoint(file)
    assert isinstance(read, tuple)
    averaged = read[2]
    assert averaged.kind == "dnnlib.tflib.network.Network"
    assert averaged.state["static_kwargs"] == {"resolution": 8}
    assert same(averaged.state["variables"], variables[:1])
    components = averaged.state["components"]
    assert same(components["synthesis"].state["variables"], [("4x4/Const/const", variables[1][1])])
    assert same(components["mapping"].state["variables"], [("Dense0/weight", variables[2][1])])


def test_pickles_of_python_2(tmp_path: Path) -> None:
    # [numpy.array([1.0, 2.0], "f4"), "caf\xe9"], as Python 2 pickles it with protocol 2.
    numbers = np.array([1, 2], np.float32)
    (tmp_path / "x.pkl").write_bytes(
        b"\x80\x02]q\x00(cnumpy.core.multiarray\n_reconstruct\nq\x01cnumpy\nndarray\nq\x02K\x00\x85U\x01b\x87R"
        b"(K\x01K\x02\x85cnumpy\ndtype\nU\x02f4K\x00K\x01\x87R(K\x03U\x01<NNNJ\xff\xff\xff\xffJ\xff\xff\xff\xff"
        b"K\x00tb\x89U\x08" + numbers.tobytes() + b"tbU\x04caf\xe9e."
    )
    assert same(read_checkpoint(tmp_path / "x.pkl"), [numbers, "café"])


def test_numpy_1_names(tmp_path: Path) -> None:
    content = [np.arange(3.0), np.float32(2)]
    data = pickle.dumps(content, 2).replace(b"numpy._core", b"numpy.core")
    (tmp_path / "x.pkl").write_bytes(data)
    assert same(read_checkpoint(tmp_path / "x.pkl"), content)


def test_safetensors(tmp_path: Path) -> None:
    content = {"a.weight": torch.arange(6.0).reshape(2, 3), "b": torch.ones(2, dtype=torch.bfloat16)}
    save_file(content, tmp_path / "x.pt", metadata={"format": "pt"})
    read = read_checkpoint(tmp_path / "x.pt")
    assert isinstance(read, dict)
    assert same(dict(sorted(read.items())), content)


@given(
    array=arrays.arrays(
        st.sampled_from(["<f4", ">f8", "<i2", "|b1", "|u1", "<c8", "<U3"]),
        arrays.array_shapes(min_dims=0, max_dims=4, min_side=0, max_side=4),
    ),
    columns=st.booleans(),
    protocol=st.integers(2, 5),
)
def test_any_array_comes_back(
    tmp_path_factory: pytest.TempPathFactory, array: Any, columns: bool, protocol: int
) -> None:
    file = tmp_path_factory.mktemp("arrays") / "x"
    array = np.asfortranarray(array) if columns else array
    with file.open("wb") as handle:
        np.save(handle, array)
    assert same(read_checkpoint(file), array)
    file.write_bytes(pickle.dumps({"x": array}, protocol))
    assert same(read_checkpoint(file), {"x": array})


@given(
    content=st.recursive(
        st.none()
        | st.booleans()
        | st.integers(-(2**100), 2**100)
        | st.floats(allow_nan=False)
        | st.text()
        | st.binary(),
        lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner) | st.tuples(inner, inner),
        max_leaves=20,
    ),
    protocol=st.integers(2, 5),
)
def test_any_plain_data_comes_back(
    tmp_path_factory: pytest.TempPathFactory, content: Any, protocol: int
) -> None:
    assume(content != LEGACY_MAGIC)
    file = tmp_path_factory.mktemp("plain") / "x"
    file.write_bytes(pickle.dumps(content, protocol))
    assert same(read_checkpoint(file), content)


@pytest.mark.parametrize("protocol", range(2, 6))
def test_the_magic_number_of_another_format_may_stand_in_data(tmp_path: Path, protocol: int) -> None:
    file = tmp_path / "x"
    file.write_bytes(pickle.dumps([LEGACY_MAGIC], protocol))
    assert read_checkpoint(file) == [LEGACY_MAGIC]
    file.write_bytes(pickle.dumps(LEGACY_MAGIC, protocol))
    with pytest.raises(ModelFileError, match="ends too early"):
        read_checkpoint(file)


def test_a_missing_file(tmp_path: Path) -> None:
    with pytest.raises(ModelFileError, match=r"x\.pt can't be read"):
        read_checkpoint(tmp_path / "x.pt")
