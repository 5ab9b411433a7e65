"""Agreement with torch-fidelity, a library that others measure with; skipped without it."""

from __future__ import annotations

import sys
from pathlib import Path
from types import ModuleType

import pytest
import torch
from torch import nn

from large_gui.errors import ModelFileError
from large_gui.metrics.feature_network import InceptionOfFid
from large_gui.metrics.frechet import Moments, frechet_distance, frechet_name
from large_gui.metrics.kid import unbiased_mmd
from large_gui.metrics.precision_recall import precision_recall
from large_gui.nets.backbones.extra import extra
from tests.metrics.test_frechet import drawn

pytestmark = pytest.mark.slow


def fidelity(module: str) -> ModuleType:
    """A module of torch-fidelity."""
    try:
        return extra(f"torch_fidelity.{module}", "fid")
    except ModelFileError as error:
        pytest.skip(f"compares with torch-fidelity: {error}")


def test_frechet_distances() -> None:
    real, generated = drawn(400, 40, 1), drawn(300, 40, 2, shift=0.2)
    fid = fidelity("metric_fid")
    theirs = fid.fid_statistics_to_metric(
        fid.fid_features_to_statistics(torch.from_numpy(real)),
        fid.fid_features_to_statistics(torch.from_numpy(generated)),
        False,
    )
    ours = frechet_distance(Moments.of(real), Moments.of(generated))
    assert ours == pytest.approx(next(iter(theirs.values())), rel=1e-3)


def test_kernel_distances() -> None:
    real, generated = drawn(300, 24, 1), drawn(300, 24, 2, shift=0.3)
    theirs = fidelity("metric_kid").kid_features_to_metric(
        torch.from_numpy(real), torch.from_numpy(generated), kid_subsets=2, kid_subset_size=300, verbose=False
    )
    assert unbiased_mmd(real, generated) == pytest.approx(
        theirs["kernel_inception_distance_mean"], rel=1e-3
    )  # a subset of all images is all images


def test_precision_and_recall() -> None:
    real, generated = drawn(300, 8, 1), drawn(300, 8, 2, shift=1)
    theirs = fidelity("metric_prc").prc_features_to_metric(
        torch.from_numpy(generated), torch.from_numpy(real), prc_neighborhood=3, prc_batch_size=100,
        save_cpu_ram=False, verbose=False,
    )  # fmt: skip
    precision, recall = precision_recall(real, generated)
    assert 0 < precision < 1
    assert precision == pytest.approx(theirs["precision"], abs=1e-3)
    assert recall == pytest.approx(theirs["recall"], abs=1e-3)


class TestInception:
    """FID's network, here with random weights, from a file that a person names."""

    @pytest.fixture
    def random(self, monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> tuple[nn.Module, Path]:
        module = fidelity("feature_extractor_inceptionv3")
        with monkeypatch.context() as patched:
            patched.setattr(module, "load_state_dict_from_url", lambda *_, **__: {})
            patched.setattr(module.FeatureExtractorInceptionV3, "load_state_dict", lambda *_: None)
            network = module.FeatureExtractorInceptionV3("inception-v3-compat", ["2048"])
        torch.save(network.state_dict(), tmp_path / "inception.pth")
        return network, tmp_path / "inception.pth"

    def test_it_is_theirs_and_a_figure_of_it_is_fid(self, random: tuple[nn.Module, Path]) -> None:
        theirs, file = random
        ours = InceptionOfFid(file).eval()
        images = torch.randint(0, 256, (2, 3, 32, 32), dtype=torch.uint8)
        with torch.inference_mode():
            torch.testing.assert_close(ours.features(images), theirs(images)[0])
        assert frechet_name(ours) == "FID"

    def test_files_of_something_else_are_refused(self, tmp_path: Path) -> None:
        fidelity("feature_extractor_inceptionv3")
        for content in ({"a": torch.zeros(2)}, [torch.zeros(2)]):
            torch.save(content, tmp_path / "other.pth")
            with pytest.raises(ModelFileError, match=r"other\.pth does not hold the weights of FID"):
                InceptionOfFid(tmp_path / "other.pth")


def test_without_torch_fidelity_a_sentence_says_what_to_install(
    monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    for name in [name for name in sys.modules if name.partition(".")[0] == "torch_fidelity"]:
        monkeypatch.delitem(sys.modules, name)
    monkeypatch.setitem(sys.modules, "torch_fidelity", None)
    torch.save({"weight": torch.zeros(1)}, tmp_path / "inception.pth")
    with pytest.raises(ModelFileError, match=r"FID needs torch_fidelity.*large-gui\[fid\]"):
        InceptionOfFid(tmp_path / "inception.pth")
