"""A generator that is exported is the same network in the formats of other programs."""

from __future__ import annotations

import json
from pathlib import Path
from typing import BinaryIO

import pytest
import torch

from large_gui.cli.main import main
from large_gui.core.reporter import SilentReporter
from large_gui.errors import InputError, ModelFileError
from large_gui.models.library import open_model
from large_gui.nets.checkpoints.own import ada_state
from large_gui.nets.checkpoints.reading.reader import read_checkpoint
from large_gui.nets.checkpoints.rosinality import is_of_their_widths, to_rosinality
from large_gui.nets.stylegan2 import StyleGAN2, StyleGAN2Config
from large_gui.tasks.exports import generator as exports
from large_gui.tasks.exports.generator import export_generator
from large_gui.tasks.imports.model import ImportOptions, import_model
from tests import small_models

DATA = Path(__file__).parents[2] / "conformance" / "data"
CONFIGS = {
    "4 px": StyleGAN2Config((5,), z_dim=12, w_dim=12, mapping_widths=(12, 12)),
    "8 px, clamped": StyleGAN2Config((8, 6), 12, 12, (12, 12), clamp=2.0, fp16_resolutions=1),
    "32 px": small_models.CONFIG,
    "16 px, fast mapping": StyleGAN2Config(
        (8, 8, 4), z_dim=7, w_dim=9, mapping_widths=(9,), mapping_rate=0.05
    ),
}


def again(name: str, file: Path, **options: object) -> StyleGAN2:
    """The generator of a model after it was exported to a file and imported from there."""
    export_generator(name, file, SilentReporter())
    import_model(file, ImportOptions("again", replace=True, **options), SilentReporter())  # type: ignore[arg-type]
    network = open_model("again").generator()  # type: ignore[attr-defined]
    assert isinstance(network, StyleGAN2)
    return network


def close(a: StyleGAN2, b: StyleGAN2, tolerance: float) -> None:
    z = torch.randn(3, a.z_dim, generator=torch.Generator().manual_seed(0))
    torch.testing.assert_close(a(a.mapping(z)), b(b.mapping(z)), atol=tolerance, rtol=0)
    torch.testing.assert_close(a.mean_latent, b.mean_latent, atol=tolerance, rtol=0)


@pytest.mark.parametrize("config", CONFIGS.values(), ids=CONFIGS)
def test_it_comes_back_as_it_was(config: StyleGAN2Config, tmp_path: Path) -> None:
    small_models.generator_pack("mine", config)
    original = small_models.generator(config)
    back = again("mine", tmp_path / "a.safetensors")
    assert back.config == config
    close(original, back, 0)
    close(original, again("mine", tmp_path / "a.pt", clamp=config.clamp), 1e-5)


def test_classes_are_kept_where_there_is_a_place_for_them(tmp_path: Path) -> None:
    config = small_models.CONDITIONAL
    small_models.generator_pack("mine", config)
    back = again("mine", tmp_path / "a.safetensors")
    assert back.config == config
    close(small_models.generator(config), back, 0)
    with pytest.raises(InputError, match=r"3 classes.*as \.safetensors"):
        export_generator("mine", tmp_path / "a.pt", SilentReporter())
    assert not (tmp_path / "a.pt").exists()


@pytest.mark.parametrize(("crop", "alignment"), [("faces", "FFHQ"), ("padded", "padded"), ("", "square")])
def test_how_images_are_prepared_is_kept(crop: str, alignment: str, tmp_path: Path) -> None:
    state = small_models.ada_state(small_models.generator())
    torch.save(state, tmp_path / "a.pt")
    import_model(tmp_path / "a.pt", ImportOptions("mine", crop), SilentReporter())
    again("mine", tmp_path / "b.safetensors")
    assert open_model("again").pack.about.alignment == alignment


@pytest.mark.parametrize("licence", ["CC BY-NC 4.0", "nur für uns", ""])
def test_the_licence_is_kept(licence: str, tmp_path: Path) -> None:
    torch.save(small_models.ada_state(small_models.generator()), tmp_path / "a.pt")
    import_model(tmp_path / "a.pt", ImportOptions("mine", licence=licence), SilentReporter())
    again("mine", tmp_path / "b.safetensors")
    about = open_model("again").pack.about
    assert about.licence == (licence or "not said") and about.generator is not None
    assert about.generator.licence == about.licence
    again("mine", tmp_path / "c.safetensors", licence="another")
    assert open_model("again").pack.about.licence == "another"


def test_names_and_shapes_are_those_of_the_other_programs() -> None:
    described = json.loads((DATA / "nvidia_ada" / "uncond64.json").read_text("utf-8"))["state_dict"]
    config = StyleGAN2Config((128, 128, 128, 64, 32))
    with torch.device("meta"):
        ours = {name: list(tensor.shape) for name, tensor in ada_state(StyleGAN2(config)).items()}
    assert ours == {one["name"]: one["shape"] for one in described}
    network = small_models.generator()
    ours, theirs = to_rosinality(network), small_models.rosinality_state(network)
    state = ours["g_ema"]
    assert isinstance(state, dict) and state.keys() == theirs.keys()
    for name, tensor in state.items():
        torch.testing.assert_close(tensor, theirs[name], msg=name)


@pytest.mark.parametrize(
    ("channels", "can"),
    [
        ((512,) * 5, True), ((512,) * 4 + (256,), True), ((512,) * 5 + (256, 128), True), ((512,) * 3, True),
        ((512,) * 4 + (200,), False), ((64,) * 4, False), ((512,) * 5 + (128,), False),
    ],
)  # fmt: skip
def test_which_widths_the_other_program_builds(channels: tuple[int, ...], can: bool) -> None:
    assert is_of_their_widths(StyleGAN2Config(channels)) is can
    assert not is_of_their_widths(StyleGAN2Config(channels, z_dim=64))


def test_what_the_format_can_not_say_is_told(tmp_path: Path) -> None:
    small_models.generator_pack("mine", CONFIGS["8 px, clamped"])
    reporter = SilentReporter()
    export_generator("mine", tmp_path / "a.pt", reporter)
    assert "--clamp 2" in reporter.warnings[0] and "channel_multiplier" in reporter.warnings[1]


def test_the_command(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    small_models.generator_pack("mine")
    file = tmp_path / "mine.safetensors"
    command = ["model", "export", "mine", "--to", str(file)]
    assert main(command) == 0
    assert "32 x 32" in capsys.readouterr().out
    file.write_bytes(b"mine")
    assert main(command) == 2
    assert "is there already" in capsys.readouterr().err and file.read_bytes() == b"mine"
    assert main([*command, "--force"]) == 0
    assert isinstance(read_checkpoint(file), dict)
    capsys.readouterr()
    assert main(["model", "import", str(file), "--name", "again", "--licence", "MIT", "--json"]) == 0
    told = json.loads(capsys.readouterr().out)
    assert told["name"] == "again" and told["generates"] and told["problem"] is None
    assert ["licence", "MIT"] in told["facts"] and Path(told["files"]["sheet"]).exists()
    assert told["files"]["inversion"] is None


@pytest.mark.parametrize(
    ("name", "file", "sentence"),
    [
        ("faces", "a.pt", r"'faces' is no StyleGAN2 \(MobileStyleGAN"),
        ("features", "a.pt", "'features' makes no pictures"),
        ("mine", "a.pkl", r"Let it end with one of: \.safetensors, \.pt"),
        ("mine", "no/a.pt", "no folder"),
        ("nobody", "a.pt", "no model called 'nobody'"),
        ("mine", "{pack}/generator.safetensors", "the program's own data"),
    ],
)
def test_refusals(name: str, file: str, sentence: str, tmp_path: Path) -> None:
    pack = small_models.generator_pack("mine").pack
    before = pack.generator_file.read_bytes()
    with pytest.raises((InputError, ModelFileError), match=sentence):
        export_generator(name, tmp_path / file.format(pack=pack.folder), SilentReporter(), force=True)
    assert pack.generator_file.read_bytes() == before


def test_a_full_disk_leaves_nothing(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    small_models.generator_pack("mine")

    def full(_: object, file: BinaryIO) -> None:
        file.write(b"half")
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(torch, "save", full)
    with pytest.raises(InputError, match="room on the disk"):
        exports.export_generator("mine", tmp_path / "a.pt", SilentReporter())
    assert not list(tmp_path.iterdir())


def test_a_header_that_lies_is_refused(tmp_path: Path) -> None:
    from large_gui.nets.weights import save_weights

    network = small_models.generator()
    other = small_models.CONDITIONAL.as_json()
    for text in (json.dumps(other), "[", "{}", "[" * 100_000, json.dumps({**other, "clamp": "wide"})):
        save_weights(ada_state(network), tmp_path / "a.safetensors", {"large_gui.stylegan2": text})
        with pytest.raises(ModelFileError, match="header and its tensors"):
            import_model(tmp_path / "a.safetensors", ImportOptions("mine"), SilentReporter())
