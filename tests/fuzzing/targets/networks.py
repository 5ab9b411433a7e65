"""Files with tensors: pickles, torch's archives, safetensors, arrays, OpenVINO's networks."""

from __future__ import annotations

import pickle
from pathlib import Path

import numpy as np
import torch
from safetensors.torch import save_file

from large_gui.core.reporter import SilentReporter
from large_gui.nets.checkpoints.codes import read_code, read_codes
from large_gui.nets.checkpoints.reading.reader import metadata_of, read_checkpoint, read_safetensors
from large_gui.nets.checkpoints.recognise import recognise
from large_gui.nets.openvino_ir import read_ir
from large_gui.nets.stylegan2 import StyleGAN2Config
from large_gui.tasks.imports.inverted import read_inverted
from large_gui.tasks.imports.weights import read_weights
from tests.checkpoint_files import write_ada_pickle, write_tf_pickle
from tests.fuzzing.targets.target import Target, files_of, tried
from tests.small_models import ada_state, generator, rosinality_state, tensorflow_variables

_TINY = StyleGAN2Config((4, 4), z_dim=4, w_dim=4, mapping_widths=(4,))
_OPTIONS = {
    "z_dim": 4,
    "c_dim": 0,
    "w_dim": 4,
    "img_resolution": 8,
    "img_channels": 3,
    "mapping_kwargs": {"num_layers": 1},
    "synthesis_kwargs": {},
}
_PICKLES = ("x.pkl", "x.pickle")
_ARCHIVES = ("x.pt",)
_SAFETENSORS = ("x.safetensors",)
_ARRAYS = ("x.npy", "x.npz", "x.csv", "x.txt")
_IR = ("x.xml", "x.bin")
_SHA = "0123456789abcdef" * 4


def _write_pickle(folder: Path, number: int) -> None:
    network = generator(_TINY)
    match number:
        case 0:
            write_ada_pickle(folder / "x.pkl", ada_state(network), _OPTIONS, protocol=2)
        case 1:
            write_ada_pickle(folder / "x.pkl", ada_state(network), _OPTIONS, protocol=4)
        case 2:
            write_tf_pickle(folder / "x.pkl", tensorflow_variables(network), {"resolution": 8}, protocol=4)
        case 3:
            layers = {f"S{i}": np.ones((1, 3 + i), np.float32) for i in range(3)}
            (folder / "x.pickle").write_bytes(pickle.dumps(layers))
        case 4:
            torch.save({"w": torch.ones(2, 4)}, folder / "x.pkl", _use_new_zipfile_serialization=False)
        case _:
            many = [{"a": (1, 2.5, "x", b"y", None, True, {1, 2}, 2**70)}, np.float64(3), np.arange(4)[::2]]
            (folder / "x.pkl").write_bytes(pickle.dumps(many, 5))


def _write_archive(folder: Path, number: int) -> None:
    state = rosinality_state(generator(_TINY))
    content = [
        {"g_ema": state, "latent_avg": torch.zeros(4), "args": {"dataset_type": "ffhq_encode"}},
        {
            "state_dict": {f"decoder.{k}": v for k, v in state.items()}
            | {"encoder.input_layer.0.weight": torch.ones(2)}
        },
        [torch.ones(3, dtype=torch.bfloat16), torch.nn.Parameter(torch.ones(1, 4, 4)), torch.ones(4, 6).T],
    ]
    torch.save(content[number], folder / "x.pt")


def _write_safetensors(folder: Path, number: int) -> None:
    tensors = {"a": torch.ones(2, 3), "b": torch.ones(4, dtype=torch.bfloat16), "c": torch.tensor(1)}
    save_file(
        rosinality_state(generator(_TINY)) if number else tensors, folder / "x.safetensors", {"kind": "x"}
    )


def _write_arrays(folder: Path, number: int) -> None:
    match number:
        case 0:
            np.save(folder / "x.npy", np.ones((1, 14, 512), np.float32))
        case 1:
            np.save(folder / "x.npy", np.arange(4.0))
        case 2:
            np.savez(folder / "x.npz", w=np.ones((1, 18, 512), np.float16))
        case 3:
            np.savez(
                folder / "x.npz",
                paths=np.array(["a.jpg", "b.jpg"]),
                codes=np.ones((2, 1, 8), np.float32),
                inversion_error=np.array([0.5, np.nan], np.float32),
                flags=np.array(["", "no face;x"]),
                model=np.array("faces"),
                encoder=np.array("0123"),
                sha256=np.array([_SHA, _SHA[::-1]]),
            )
        case 4:
            (folder / "x.csv").write_text("1;2,5;3\n4;5;6\n")
        case _:
            np.savez_compressed(folder / "x.npz", a=np.ones(9), b=np.asfortranarray(np.ones((2, 3))))


def _write_ir(folder: Path, _number: int) -> None:
    weights = np.arange(8, dtype=np.float32).tobytes()
    (folder / "x.bin").write_bytes(weights)
    (folder / "x.xml").write_text(
        '<net name="x" version="10"><layers><layer id="0" name="in" type="Parameter"/>\n'
        '<layer id="1" name="w" type="Const">'
        '<data element_type="f32" shape="2,4" offset="0" size="32"/></layer>\n'
        '<layer id="2" name="n" type="Const">'
        '<data element_type="i64" shape="" offset="8" size="8"/></layer>\n'
        '<layer id="3" name="mul" type="MatMul"/></layers>\n'
        '<edges><edge from-layer="0" from-port="0" to-layer="3" to-port="0"/>\n'
        '<edge from-layer="1" from-port="0" to-layer="3" to-port="1"/></edges></net>\n'
    )


def _read_network(folder: Path, names: tuple[str, ...]) -> None:
    for file in files_of(folder, names):
        tried(recognise, file)
        tried(read_codes, file)


def _read_safetensors(folder: Path) -> None:
    for file in files_of(folder, _SAFETENSORS):
        tried(read_safetensors, file)
        tried(recognise, file)
        metadata_of(file)


def _read_arrays(folder: Path) -> None:
    for file in files_of(folder, _ARRAYS):
        tried(read_checkpoint, file)
        tried(read_code, file)
        tried(read_codes, file, width=4, rows=(2, 18), s_sizes=(3, 4))
        tried(read_weights, file)
        tried(read_inverted, file, None, SilentReporter())
        tried(read_inverted, file, folder, SilentReporter())


def _read_ir(folder: Path) -> None:
    parts = [(folder / name).read_bytes() if (folder / name).exists() else b"" for name in _IR]
    tried(read_ir, *parts)


TARGETS = (
    Target("pickles", _PICKLES, _write_pickle, lambda folder: _read_network(folder, _PICKLES), 6),
    Target("torch-archives", _ARCHIVES, _write_archive, lambda folder: _read_network(folder, _ARCHIVES), 3),
    Target("safetensors", _SAFETENSORS, _write_safetensors, _read_safetensors, 2),
    Target("arrays", _ARRAYS, _write_arrays, _read_arrays, 6),
    Target("openvino", _IR, _write_ir, _read_ir),
)
