"""Codes of images and directions are told apart, and each is imported as what it is."""

from __future__ import annotations

from pathlib import Path

import numpy as np
import pytest
import torch

from large_gui.core.reporter import SilentReporter
from large_gui.errors import InputError, ModelFileError
from large_gui.models.library import open_model
from large_gui.nets.checkpoints.codes import read_codes
from large_gui.project.images.read import hash_file
from large_gui.project.images.scan import scan
from large_gui.tasks.imports.codes import import_codes
from large_gui.tasks.imports.directions import read_directions
from tests.code_folders import CodeFolder, drawn

WIDTH, LAYERS = 16, 6
RANDOM = np.random.default_rng(0)


@pytest.mark.parametrize("dtype", [torch.bfloat16, torch.float16, torch.float64])
def test_directions_of_every_precision(tmp_path: Path, dtype: torch.dtype) -> None:
    normal = torch.from_numpy(RANDOM.normal(size=WIDTH)).to(dtype)
    torch.save(normal, tmp_path / "age.pt")
    (direction,) = read_directions(tmp_path / "age.pt", WIDTH, LAYERS)
    expected = normal.double().numpy()
    np.testing.assert_allclose(direction.normal, expected / np.linalg.norm(expected), atol=1e-6)


@pytest.mark.parametrize("kind", ["tensor", "npy"])
def test_complex_numbers_are_no_directions(tmp_path: Path, kind: str) -> None:
    array = RANDOM.normal(size=WIDTH) + 1j
    file = tmp_path / ("age.pt" if kind == "tensor" else "age.npy")
    torch.save(torch.from_numpy(array), file) if kind == "tensor" else np.save(file, array)
    with pytest.raises(InputError):
        read_directions(file, WIDTH, LAYERS)


def test_codes_are_not_taken_for_directions(tmp_path: Path) -> None:
    np.savez(tmp_path / "projected_w.npz", w=RANDOM.normal(size=(1, LAYERS, WIDTH)))
    (tmp_path / "renamed.npz").write_bytes((tmp_path / "projected_w.npz").read_bytes())
    torch.save(torch.randn(50, LAYERS, WIDTH), tmp_path / "latents.pt")
    torch.save({"a.jpg": torch.randn(LAYERS, WIDTH)}, tmp_path / "named.pt")
    for name in ("projected_w.npz", "renamed.npz", "latents.pt", "named.pt"):
        with pytest.raises(InputError, match="codes of images, not directions") as caught:
            read_directions(tmp_path / name, WIDTH, LAYERS)
        assert "import-codes" in caught.value.hint


@pytest.mark.parametrize("shape", [(80, 1, WIDTH), (80, WIDTH)])
@pytest.mark.parametrize("kind", ["npz", "pt", "bare"])
def test_components_of_ganspace_are_directions(tmp_path: Path, shape: tuple[int, ...], kind: str) -> None:
    components = RANDOM.normal(size=shape).astype(np.float32)
    deviations, mean = np.ones(80, np.float32), np.zeros((1, WIDTH), np.float32)
    if kind == "npz":
        file = tmp_path / "stylegan2-ffhq.npz"
        np.savez_compressed(
            file, act_comp=components, act_mean=mean, act_stdev=deviations, lat_comp=components,
            lat_mean=mean, lat_stdev=deviations, var_ratio=deviations,
        )  # fmt: skip
    elif kind == "pt":
        file = tmp_path / "ffhq_pca.pt"
        torch.save({"comp": torch.from_numpy(components), "mean": torch.from_numpy(mean)}, file)
    else:
        np.save(file := tmp_path / "component.npy", components)
    found = read_directions(file, WIDTH, LAYERS)
    assert [d.name for d in found] == [f"component_{i}" for i in range(1, 81)]
    assert found[7].normal.shape == (WIDTH,)


def kept(folder: CodeFolder, reporter: SilentReporter) -> dict[str, np.ndarray]:
    """What the pack holds, by the image's path."""
    import_codes(folder.path, folder.images, [], "mine", reporter)
    codes = open_model("mine").codes
    return {p.stem: codes[sha] for p in folder.photos if (sha := hash_file(p)) in codes}


def test_projections_belong_to_the_image_of_their_folder(code_folder: CodeFolder) -> None:
    expected = {}
    for i, photo in enumerate(code_folder.photos[:4]):
        (code_folder.path / photo.stem).mkdir(parents=True)
        expected[photo.stem] = drawn((18, 512), i)
        np.savez(code_folder.path / photo.stem / "projected_w.npz", w=expected[photo.stem][None])
    found = kept(code_folder, SilentReporter())
    assert found.keys() == expected.keys()
    assert all(np.array_equal(found[name], code) for name, code in expected.items())


@pytest.mark.parametrize("leading", [False, True])
def test_latents_by_the_name_of_their_image(code_folder: CodeFolder, leading: bool) -> None:
    code_folder.path.mkdir()
    codes = {photo.name: drawn((18, 512), i) for i, photo in enumerate(code_folder.photos[:5])}
    content = {name: torch.from_numpy(code[None] if leading else code) for name, code in codes.items()}
    torch.save(content, code_folder.path / "latents.pt")
    found = kept(code_folder, SilentReporter())
    assert len(found) == 5
    assert all(np.array_equal(found[Path(name).stem], code) for name, code in codes.items())


@pytest.mark.parametrize("shape", [(18, 512), (1, 512), (512,)])
def test_stacked_latents_are_given_in_order_and_it_is_said(
    code_folder: CodeFolder, shape: tuple[int, ...]
) -> None:
    code_folder.path.mkdir()
    paths = scan(code_folder.images).paths
    stack = np.stack([drawn(shape, i) for i in range(len(paths))])
    torch.save(torch.from_numpy(stack), code_folder.path / "latents.pt")
    reporter = SilentReporter()
    found = kept(code_folder, reporter)
    for path, code in zip(paths, stack):
        np.testing.assert_array_equal(found[path.stem], code.reshape(-1, 512))
    assert "in order of name" in reporter.warnings[0]


def test_a_stack_for_other_images_is_refused(code_folder: CodeFolder) -> None:
    code_folder.path.mkdir()
    torch.save(torch.randn(50, 18, 512), code_folder.path / "latents.pt")
    with pytest.raises(InputError, match="There are no codes") as caught:
        kept(code_folder, SilentReporter())
    assert "50 codes without names" in caught.value.hint


@pytest.mark.parametrize("content", [{"a.jpg": torch.randn(3)}, {1: torch.randn(512)}, {"a": "text"}, {}])
def test_other_dicts_hold_no_codes(tmp_path: Path, content: object) -> None:
    torch.save(content, tmp_path / "x.pt")
    with pytest.raises(ModelFileError, match="no latent code"):
        read_codes(tmp_path / "x.pt")


def test_an_archive_that_unpacks_without_end_is_refused(tmp_path: Path) -> None:
    np.savez_compressed(tmp_path / "a.npz", w=np.zeros(60 << 20, np.uint8))
    with pytest.raises(ModelFileError, match="more numbers"):
        read_codes(tmp_path / "a.npz")
