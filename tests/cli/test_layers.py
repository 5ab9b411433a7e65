"""Which layers ``sort`` and ``evaluate`` count, by what weights, and the table of their distances."""

from __future__ import annotations

import csv
import json
from pathlib import Path

import numpy as np
import pytest
import torch

from large_gui.cli.direction_argument import layer_numbers
from large_gui.cli.main import main
from large_gui.core.latent import S_SIZES_1024
from large_gui.models.kinds.gan import GanModel
from large_gui.models.library import open_model
from large_gui.nets.mobile_stylegan import MobileStyleGAN
from large_gui.nets.weights import save_weights
from large_gui.project.codes.cache import Inverted
from large_gui.project.images.read import hash_file
from large_gui.tasks.invert import open_cache
from tests.code_folders import SHAPES, CodeFolder, Codes, drawn, suffix, write

Say = pytest.CaptureFixture[str]
STARTS = np.cumsum((0, *S_SIZES_1024[:-1]))


def brought(tmp_path: Path, images: Path, space: str) -> tuple[Codes, np.ndarray]:
    """Import codes with one boundary, ``age``; return them and it."""
    folder = CodeFolder(tmp_path / "codes", images)
    codes, boundary = folder.fill(space), drawn(SHAPES[space], 99)
    folder.bring(write(tmp_path / f"age{suffix(space)}", boundary))
    return codes, boundary / np.linalg.norm(boundary.astype(np.float64))


def per_layer(code: np.ndarray, normal: np.ndarray) -> np.ndarray:
    product = code.astype(np.float64) * normal
    return np.add.reduceat(product, STARTS) if product.size == 9088 else product.reshape(-1, 512).sum(1)


def sort(folder: Path, out: Path, *more: object, model: str = "mine", direction: object = "age") -> int:
    asked = ["sort", folder, "--model", model, "--direction", direction, "--out", out, *more]
    return main([str(one) for one in asked])


def distances_in(table: Path) -> dict[str, float]:
    with table.open(encoding="utf-8", newline="") as file:
        return {row["path"]: float(row["distance"]) for row in csv.DictReader(file) if row["distance"]}


@pytest.mark.parametrize("space", ["w+", "s"])
def test_layers_weights_and_euclidean_distances(few_samples: Path, tmp_path: Path, space: str) -> None:
    codes, normal = brought(tmp_path, few_samples, space)
    along = {path: per_layer(code, normal) for path, code in codes.items()}
    layers = len(next(iter(along.values())))
    weights = np.arange(1.0, layers + 1)
    np.save(tmp_path / "weights.npy", weights)
    (tmp_path / "weights.csv").write_text("\n".join(map(str, weights)), "utf-8")
    (tmp_path / "weights.txt").write_text("; ".join(f"{w:.1f}".replace(".", ",") for w in weights), "utf-8")
    some = np.isin(np.arange(layers), (0, 3, 4, 5))
    asked = {
        "": lambda d: d.mean(), "--layers 4-6,1": lambda d: d[some].mean(), "--layers 9": lambda d: d[8],
        **{
            f"--weights {tmp_path}/weights.{kind}": lambda d: d @ weights / weights.sum()
            for kind in ("npy", "csv", "txt")
        },
        f"--weights {tmp_path}/weights.npy --layers 1,4-6": (
            lambda d: d[some] @ weights[some] / weights[some].sum()
        ),
        "--distances euclidean": lambda d: d.sum(), "--distances per-layer": lambda d: d.mean(),
    }  # fmt: skip
    out = tmp_path / "out.csv"
    for words, expected in asked.items():
        assert sort(few_samples, out, *words.split()) == 0
        found = distances_in(out)
        assert found == pytest.approx({path: expected(d) for path, d in along.items()}, abs=1e-4), words
        assert list(found) == sorted(found, key=lambda path: found[path])


@pytest.mark.parametrize("words", ["--layers 4-8", "--weights F/weights.npy", "--distances euclidean"])
@pytest.mark.parametrize("space", ["w+", "s"])
def test_a_fit_remembers_them(few_samples: Path, tmp_path: Path, space: str, words: str) -> None:
    codes, _ = brought(tmp_path, few_samples, space)
    np.save(tmp_path / "weights.npy", np.arange({"w+": 18, "s": 26}[space]))
    rows = [f"{path},{i}" for i, path in enumerate(codes)]
    (tmp_path / "labels.csv").write_text("path,value\n" + "\n".join(rows) + "\n", "utf-8")
    out, again, fit = tmp_path / "out.csv", tmp_path / "again.csv", tmp_path / "fit.json"
    asked = words.replace("F/", f"{tmp_path}/").split()
    assert sort(few_samples, out, *asked, "--labels", tmp_path / "labels.csv", "--fit-out", fit) == 0
    assert main(["predict", str(few_samples), "--fit", str(fit), "--out", str(again)]) == 0
    assert distances_in(again) == distances_in(out)


def test_a_w_code_has_one_layer(few_samples: Path, tmp_path: Path, capsys: Say) -> None:
    codes, normal = brought(tmp_path, few_samples, "w")
    out = tmp_path / "out.csv"
    for words in ("--layers 1", "--distances euclidean", ""):
        assert sort(few_samples, out, *words.split()) == 0
        expected = {path: float(code @ normal) for path, code in codes.items()}
        assert distances_in(out) == pytest.approx(expected, abs=1e-4)
    np.save(tmp_path / "one.npy", np.ones(1))
    for words, told in (("--layers 2", "no layer 2"), (f"--weights {tmp_path}/one.npy", "nothing to weigh")):
        capsys.readouterr()
        assert sort(few_samples, out, *words.split()) == 2
        assert told in capsys.readouterr().err


@pytest.mark.parametrize("kind", ["csv", "npz"])
def test_the_distances_of_every_layer_are_written(
    few_samples: Path, tmp_path: Path, capsys: Say, kind: str
) -> None:
    codes, normal = brought(tmp_path, few_samples, "s")
    out, layered = tmp_path / "out.csv", tmp_path / f"layers.{kind}"
    again = ("--layers", "4-8", "--per-layer", layered)
    assert sort(few_samples, out, *again) == 0
    assert str(layered) in capsys.readouterr().out
    if kind == "csv":
        with layered.open(encoding="utf-8", newline="") as file:
            head, *rows = csv.reader(file)
        assert head == ["path", *(f"layer_{i}" for i in range(1, 27))]
        paths, table = [row[0] for row in rows], np.array([row[1:] for row in rows], float)
    else:
        with np.load(layered) as file:
            paths, table = file["paths"].tolist(), file["distances"]
            assert (str(file["direction"]), str(file["model"])) == ("age", "mine")
    assert paths == list(distances_in(out)), "in the order of the table"
    np.testing.assert_allclose(table, [per_layer(codes[path], normal) for path in paths], atol=1e-3)
    assert sort(few_samples, out, *again) == 0, "it may write over what it wrote"
    layered.write_text("path,mine\n", "utf-8")
    assert sort(few_samples, out, *again) == 2
    assert "was not written by this program" in capsys.readouterr().err


def test_a_folder_is_measured_along_styles_of_its_codes(
    home: Path, few_samples: Path, tmp_path: Path, capsys: Say
) -> None:
    model = open_model("faces")
    assert isinstance(model, GanModel)
    model.pack.generator_file.parent.mkdir(parents=True)
    torch.manual_seed(0)
    save_weights(MobileStyleGAN().state_dict(), model.pack.generator_file)
    sizes = tuple(layer.width for layer in model.style_layers)
    normal = np.random.default_rng(0).standard_normal(sum(sizes))
    np.save(tmp_path / "smile.npy", normal)
    photos = sorted(few_samples.rglob("*.jpg"))
    codes = np.random.default_rng(1).standard_normal((len(photos), *model.shape)).astype(np.float32)
    with open_cache() as cache:
        found = {hash_file(photo): Inverted(code, 1.0) for photo, code in zip(photos, codes)}
        cache.put_many(model.key, found)
    out, layered = tmp_path / "out.csv", tmp_path / "layers.npz"
    direction = {"model": "faces", "direction": tmp_path / "smile.npy"}
    assert sort(few_samples, out, "--per-layer", layered, **direction) == 0
    styles = np.concatenate(model.styles(codes), 1) @ (normal / np.linalg.norm(normal)) / len(sizes)
    expected = {p.relative_to(few_samples).as_posix(): d for p, d in zip(photos, styles)}
    assert distances_in(out) == pytest.approx(expected, abs=1e-4)
    with np.load(layered) as file:
        assert file["distances"].shape == (len(photos), len(sizes))
    assert sort(few_samples, out, "--layers", "2-3", "--distances", "per-layer", **direction) == 0
    assert sort(few_samples, out, "--distances", "euclidean", **direction) == 0
    whole = {path: distance * len(sizes) for path, distance in expected.items()}
    assert distances_in(out) == pytest.approx(whole, abs=1e-3)
    model.pack.generator_file.unlink()
    capsys.readouterr()
    assert sort(few_samples, out, **direction) == 2
    assert "not on this machine" in capsys.readouterr().err


@pytest.mark.parametrize(
    ("words", "told"),
    [
        ("--layers 19", "age has no layer 19. It has layers 1 to 18, from coarse to fine."),
        ("--layers 4-8 --distances euclidean", "take all layers as one vector"),
        ("--weights F/weights.npy --distances euclidean", "take all layers as one vector"),
        ("--weights F/few.npy", "17 weights for the 18 layers of age"),
        ("--weights F/negative.npy", "negative.npy gives layer 3 the weight -1."),
        ("--weights F/missing.npy", "missing.npy gives layer 3 the weight nan."),
        ("--weights F/zero.npy", "gives no layer any weight"),
        ("--weights F/nowhere.npy", "There is no file"),
        ("--weights F/words.csv", "can't be read as weights of layers"),
        ("--weights F/empty.txt", "gives no layer any weight"),
        ("--weights F/photo.jpg", "photo.jpg can't be read as weights of layers"),
        ("--per-layer F/layers.png", "ends in neither .csv nor .npz"),
        ("--per-layer -", "ends in neither .csv nor .npz"),
        ("--per-layer F/weights.npz --weights F/weights.npz", "one of the files that are read"),
    ],
)
def test_what_can_not_be_is_told_before_anything_is_written(
    few_samples: Path, tmp_path: Path, capsys: Say, words: str, told: str
) -> None:
    brought(tmp_path, few_samples, "w+")
    ones = np.ones(18)
    for name, weights in (
        ("weights", ones), ("few", ones[:17]), ("zero", 0 * ones),
        ("negative", np.where(np.arange(18) == 2, -1, ones)),
        ("missing", np.where(np.arange(18) == 2, np.nan, ones)),
    ):  # fmt: skip
        np.save(tmp_path / f"{name}.npy", weights)
    (tmp_path / "words.csv").write_text("layer,weight\n1,2\n", "utf-8")
    (tmp_path / "empty.txt").write_text("\n", "utf-8")
    (tmp_path / "photo.jpg").write_bytes(next(few_samples.rglob("*.jpg")).read_bytes())
    (tmp_path / "weights.npz").write_bytes((tmp_path / "weights.npy").read_bytes())
    capsys.readouterr()
    out = tmp_path / "out.csv"
    assert sort(few_samples, out, *words.replace("F/", f"{tmp_path}/").split()) == 2
    error = capsys.readouterr().err
    assert told in error and "Traceback" not in error
    assert not out.exists()


@pytest.mark.parametrize("text", ["", "a", "4-", "-4", "0", "8-4", "1,,2", "1-2-3", "4.5", "1-99999", "²"])
def test_what_is_no_list_of_layers_is_told(text: str, capsys: Say) -> None:
    with pytest.raises(SystemExit):
        main(["sort", "F", "--direction", "age", "--out", "o.csv", f"--layers={text}"])
    assert "is not a list of layers such as 4-8 or 1-4,9" in capsys.readouterr().err


def test_layers_are_written_as_ranges_and_single_numbers() -> None:
    assert layer_numbers("1-4,9, 3") == (1, 2, 3, 4, 9)


def test_evaluate_takes_them_too(few_samples: Path, tmp_path: Path, capsys: Say) -> None:
    codes, _ = brought(tmp_path, few_samples, "w+")
    rows = [f"{path},{i}" for i, path in enumerate(codes)]
    (tmp_path / "labels.csv").write_text("path,value\n" + "\n".join(rows) + "\n", "utf-8")
    report = tmp_path / "report.json"
    asked = ["evaluate", few_samples, "--model", "mine", "--direction", "age", "--labels"]
    asked += [tmp_path / "labels.csv", "--shots", "2", "--repeats", "3", "--out", report]
    assert main([*map(str, asked), "--layers", "4-8"]) == 0 and report.exists()
    assert main([*map(str, asked), "--layers", "40"]) == 2
    assert main([*map(str, asked), "--central", "0.9"]) == 0
    assert json.loads(report.read_text("utf-8"))["n"] == len(codes) - 2, "the lowest and the highest"
    for share in ("0", "1.5", "nan", "half"):
        with pytest.raises(SystemExit):
            main([*map(str, asked), "--central", share])
        assert f"'{share}' is not a share such as 0.95" in capsys.readouterr().err
