"""The list of all names that a checkpoint's pickle may mention, and the plain data to use for each."""

from __future__ import annotations

from functools import partial

from large_gui.nets.checkpoints.reading.arrays import array_names
from large_gui.nets.checkpoints.reading.legacy import read_nested
from large_gui.nets.checkpoints.reading.pickled import Known, Names, by_name, plain_key
from large_gui.nets.checkpoints.reading.refusals import Budget, damaged, shown
from large_gui.nets.checkpoints.reading.tensors import tensor_names
from large_gui.nets.checkpoints.reading.unpickler import Stub

_NVIDIA_OBJECT = "torch_utils.persistence._reconstruct_persistent_obj"
_DICTS = ("collections.OrderedDict", "collections.Counter", "dnnlib.util.EasyDict", "dnnlib.EasyDict")
_LAYERS = {
    "container": ("Sequential", "ModuleList", "ModuleDict", "ParameterList", "ParameterDict"),
    "linear": ("Linear", "Identity"),
    "conv": ("Conv1d", "Conv2d", "Conv3d", "ConvTranspose2d"),
    "batchnorm": ("BatchNorm1d", "BatchNorm2d"),
    "normalization": ("GroupNorm", "LayerNorm"),
    "instancenorm": ("InstanceNorm2d",),
    "activation": ("ReLU", "ReLU6", "LeakyReLU", "PReLU", "GELU", "SiLU", "Sigmoid", "Tanh", "Softplus"),
    "pooling": ("AvgPool2d", "MaxPool2d", "AdaptiveAvgPool2d"),
    "upsampling": ("Upsample",),
    "padding": ("ReflectionPad2d", "ZeroPad2d"),
    "dropout": ("Dropout", "Dropout2d"),
    "sparse": ("Embedding",),
}
_OBJECTS = (
    "argparse.Namespace",
    "dnnlib.tflib.network.Network",
    "tfutil.Network",
    *(f"torch.nn.modules.{module}.{name}" for module, names in _LAYERS.items() for name in names),
)


def checkpoint_names(budget: Budget) -> Names:
    """The complete list of names, for one file with its budget."""
    known = [
        Known(_NVIDIA_OBJECT, _nvidia_object),
        Known("torch.storage._load_from_bytes", partial(read_nested, budget=budget)),
        *(Known(name, partial(_dict, budget)) for name in _DICTS),
        *(Known(name, partial(_object, name)) for name in _OBJECTS),
    ]
    for builtins in ("builtins", "__builtin__"):
        known += [
            Known(f"{builtins}.set", partial(_set, budget)),
            Known(f"{builtins}.frozenset", partial(_set, budget)),
            Known(f"{builtins}.complex", _complex),
            Known(f"{builtins}.bytes", _bytes),
            Known(f"{builtins}.bytearray", _bytes),
        ]
    return {**by_name(known), **array_names(budget), **tensor_names()}


def _nvidia_object(meta: object) -> Stub:
    """An object of NVIDIA's networks; the source text that comes with it is dropped."""
    if not isinstance(meta, dict) or meta.get("type") != "class":
        raise damaged("an object that is no class instance")
    kind, state = meta.get("class_name"), meta.get("state")
    if not isinstance(kind, str) or not isinstance(state, dict | None):
        raise damaged(f"the class {shown(kind)} with the state {type(state).__name__}")
    return Stub(kind, state if state is not None else {})


def _object(kind: str) -> Stub:
    return Stub(kind)


def _dict(budget: Budget, items: object = ()) -> dict[object, object]:
    if not isinstance(items, tuple | list | dict):
        raise damaged(f"a dict made of a {type(items).__name__}")
    budget.step(len(items))
    if isinstance(items, dict):
        return items.copy()
    return {plain_key(key): value for key, value in items}


def _set(budget: Budget, items: object = ()) -> set[object]:
    if not isinstance(items, tuple | list | set):
        raise damaged(f"a set made of a {type(items).__name__}")
    budget.step(len(items))
    return set(map(plain_key, items))


def _bytes(data: object = b"") -> bytes | memoryview:
    if not isinstance(data, bytes | memoryview):
        raise damaged(f"bytes made of a {type(data).__name__}")
    return data


def _complex(real: object, imaginary: object) -> complex:
    if not (isinstance(real, float) and isinstance(imaginary, float)):
        raise damaged("a complex number of no numbers")
    return complex(real, imaginary)
