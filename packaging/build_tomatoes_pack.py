"""Build the tomatoes pack: what a generator of tomatoes and its encoder make possible, and what was measured.

    python packaging/choose_tomatoes.py TOMATOES
    python packaging/build_tomatoes_pack.py MODEL RUN TOMATOES [--trained-on TABLE] [--figure NAME VALUE]

``MODEL`` is the folder of a model that was made of a run of ``large-gui train gan`` and given an encoder.
``RUN`` is the folder of that run, of which the card tells. ``TOMATOES`` is a folder of FGrade's photographs
with ``labels.csv``. Codes of photographs are kept in the user's cache: a build that was stopped goes on.

Nothing is learned here from the photographs that ``choose_tomatoes.py`` keeps back: the model card's figures
are theirs. All files of ``resources/tomatoes`` are written anew, but for the samples and the licence.
"""

from __future__ import annotations

import argparse
import csv
import json
from collections.abc import Sequence
from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
import torch
from choose_tomatoes import held_out, read_grades, thumbnails, twins
from numpy.typing import NDArray
from safetensors.numpy import save_file
from scipy.stats import spearmanr
from tomatoes_card import Figures, Training, write_card

from large_gui.core.direction import Direction
from large_gui.core.distance import distances
from large_gui.core.latent import Pixels
from large_gui.core.principal import components
from large_gui.core.reporter import Reporter, SilentReporter
from large_gui.directions.layer_importance import layer_importance
from large_gui.directions.ridge import Ridge, fit_ridge
from large_gui.engine.engine import run as run_engine
from large_gui.engine.stages import Embedded
from large_gui.folders import resources_folder
from large_gui.models.description import (
    NetworkDescription,
    PackDescription,
    read_description,
    write_description,
)
from large_gui.models.kinds.gan import GanModel
from large_gui.models.library import open_model
from large_gui.models.model import Model
from large_gui.models.pack import ENCODER, GENERATOR, STATISTICS, Pack
from large_gui.models.quality import mahalanobis, reconstruction_distance
from large_gui.models.strips import draw_strip, small_webp
from large_gui.models.writing import write_pack_directions, write_statistics
from large_gui.nets.generator import drawn_codes
from large_gui.nets.memory import keep_freed_memory
from large_gui.nets.pixels import to_pixels, to_tensor
from large_gui.nets.weights import in_bytes, load_weights, save_weights
from large_gui.project.images.manifest import Manifest
from large_gui.project.images.read import read_image
from large_gui.tasks.imports.generator_pack import sample_sheet
from large_gui.tasks.invert import open_cache

LICENCE = "Apache-2.0; trained on photographs of FGrade (MIT)"
BUDGET = 8_000_000  # bytes of the whole folder
COMPONENTS: dict[int, tuple[str, str, str]] = {
    # number of a principal component: name, negative and positive end, as its strip shows
    1: ("flatness", "tall", "flat"),
    2: ("yellowness", "red", "yellow"),
    3: ("dullness", "bright red", "brownish"),
    4: ("darkness", "orange", "dark red"),
    5: ("height", "low", "high"),
}
DRAWN, STATED = 10_000, 1_000  # codes; images that statistics are measured on
STRIP_SEED = 9  # of the strips' code
TRUNCATION = 0.5  # of the image in a strip
COMPARED = 256  # held-out photographs that are drawn again and compared


@dataclass(frozen=True, eq=False)
class Photographs:
    """Photographs with their grades ``(N,)``, and which of them nothing is learned from."""

    folder: Path
    names: list[str]
    grades: NDArray[np.float64]
    out: NDArray[np.bool_]

    def codes(self, model: Model, reporter: Reporter) -> NDArray[np.float32]:
        """Their codes ``(N, L, D)``."""
        found: dict[str, NDArray[np.float32]] = {}
        manifest = Manifest(self.folder, self.names, [])
        with open_cache() as cache:
            for batch in run_engine(manifest, model, cache, reporter):
                for item in batch:
                    if not isinstance(item, Embedded):
                        raise SystemExit(f"{item.path} can't be read: {item.why}")
                    found[item.path] = item.inverted.code
                print(f"{model.name}: {len(found)} of {len(self.names)}", flush=True)
        return np.stack([found[name] for name in self.names])


def main() -> None:
    """Build the pack and say how large it is."""
    arguments = parsed()
    keep_freed_memory()
    reporter = SilentReporter()
    folder = resources_folder() / "tomatoes"
    folder.mkdir(exist_ok=True)
    grades = read_grades(arguments.tomatoes)
    names = list(grades)
    photographs = Photographs(arguments.tomatoes, names, np.array(list(grades.values())), held_out(names))
    training = read_training(arguments, photographs)
    given = Pack(arguments.model)
    about = described(given.about)
    lost = write_networks(folder, given, about, arguments.bytes)
    generator = GanModel(Pack(folder)).generator()
    sample_sheet(generator, reporter).save(folder / "sheet.webp", quality=80, method=6)
    write_statistics(folder, generator, GanModel(Pack(folder)).encoder(), reporter, STATED)
    write_description(folder, about)
    model = GanModel(Pack(folder))
    codes = photographs.codes(model, reporter)
    fresh = freshness(model, codes, photographs, reporter)
    drawn = drawn_codes(generator, DRAWN)
    directions = [fresh, *named_components(drawn)]
    write_pack_directions(folder, [rounded(one) for one in directions])
    write_strips(folder, model, drawn, directions)
    drawing = redrawn(model, codes, photographs)
    of_photographs(folder, model, codes, photographs)
    write_description(folder, about)
    figures = measured(GanModel(Pack(folder)), codes, photographs, reporter)
    write_card(folder, replace(figures, **drawing, **lost), directions, about, training)
    size = sum(file.stat().st_size for file in folder.rglob("*") if file.is_file())
    print(f"{folder}: {size / 1e6:.2f} MB of {BUDGET / 1e6:.0f}")
    if size > BUDGET:
        raise SystemExit("That is too large: keep the generator in bytes too (--bytes encoder generator).")


def parsed() -> argparse.Namespace:
    """The arguments of the command line."""
    parser = argparse.ArgumentParser(description=(__doc__ or "").split("\n")[0])
    for name in ("model", "run", "tomatoes"):
        parser.add_argument(name, type=Path)
    parser.add_argument("--bytes", nargs="*", choices=("encoder", "generator"), default=["encoder"])
    parser.add_argument("--trained-on", type=Path, help="table with a column path (default: RUN/images.json)")
    parser.add_argument("--thousands", type=int, help="images shown (default: as the model or the run says)")
    parser.add_argument("--figure", nargs=2, metavar=("NAME", "VALUE"), help="default: that of RUN/best.json")
    return parser.parse_args()


def read_training(arguments: argparse.Namespace, photographs: Photographs) -> Training:
    """What is told of the training."""
    best = json.loads((arguments.run / "best.json").read_text("utf-8"))
    if arguments.trained_on is not None:
        with arguments.trained_on.open(encoding="utf-8", newline="") as file:
            paths = {row["path"] for row in csv.DictReader(file)}
    else:
        paths = set(json.loads((arguments.run / "images.json").read_text("utf-8"))["paths"])
    out = {name for name, kept_back in zip(photographs.names, photographs.out, strict=True) if kept_back}
    snapshot = Path(read_description(arguments.model).source.get("snapshot", "")).stem
    told = int(snapshot) if snapshot.isdecimal() else best["images"] // 1000
    figure = arguments.figure
    if figure is None and best["metric"] is not None:
        figure = best["metric_name"], best["metric"]
    return Training(
        len(paths), len(paths & out), arguments.thousands or told,
        "" if figure is None else f"Its {figure[0]} was {float(figure[1]):.4g} then. ",
    )  # fmt: skip


def described(given: PackDescription) -> PackDescription:
    """The description of the pack, of that of the model."""
    assert given.generator is not None and given.encoder is not None, "it has both networks"
    assert given.generator.config is not None, "it is a StyleGAN2"
    network = f"StyleGAN2, {4 << (len(given.generator.config['channels']) - 1)} px"
    return PackDescription(
        f"Tomatoes ({network})", "gan", given.shape, given.alignment, LICENCE,
        generator=NetworkDescription(network, LICENCE, given.generator.config),
        encoder=NetworkDescription(given.encoder.network, LICENCE, given.encoder.config),
    )  # fmt: skip


def write_networks(
    folder: Path, given: Pack, about: PackDescription, small_ones: Sequence[str]
) -> dict[str, float]:
    """Write both networks, small; return how much codes and pictures differ from those of the large ones."""
    whole = {name: load_weights(given.folder / name) for name in (ENCODER, GENERATOR)}
    halved = {name: {k: t.half() if t.is_floating_point() else t for k, t in state.items()}
              for name, state in whole.items()}  # fmt: skip
    results = []
    for small in (False, True):
        for name, state in whole.items():
            in_byte = small and name.split(".")[0] in small_ones
            save_weights((in_bytes(state) if in_byte else halved[name]) if small else state, folder / name)
        write_description(folder, about)
        model = GanModel(Pack(folder))
        generator, encoder = model.generator(), model.encoder()
        ws = torch.from_numpy(drawn_codes(generator, 32))
        with torch.inference_mode():
            pictures = generator.preview(ws).clamp(-1, 1)
            size = (encoder.aligned_size,) * 2
            frames = torch.nn.functional.interpolate(
                results[0][0] if results else pictures, size, mode="bilinear", antialias=True
            )
            results.append((pictures, encoder.read(frames).mean(1)))
    (pictures, codes), (small_pictures, small_codes) = results
    spread = (codes - codes.mean(0)).square().sum(1).mean()
    return {
        "lost_codes": float((small_codes - codes).square().sum(1).mean() / spread),
        "lost_pictures": float((small_pictures - pictures).square().mean().sqrt() * 127.5),
    }


def freshness(
    model: GanModel, codes: NDArray[np.float32], photographs: Photographs, reporter: Reporter
) -> Direction:
    """The direction of the grades, by ridge regression of codes that are collapsed by layer importance."""
    learned = ~photographs.out
    grades = photographs.grades[learned]
    plain = unit("freshness", fit_ridge(codes[learned].mean(1), grades), grades)
    weights = layer_importance(model.generator(), {"freshness": plain}, reporter)["freshness"]
    collapsed = np.einsum("nld,l->nd", codes[learned].astype(np.float64), weights)
    found = unit("freshness", fit_ridge(collapsed, grades), grades)
    return replace(
        found, layer_importance=weights.astype(np.float32), negative="fresh", positive="rotten",
        intercept_means=f"the mean grade, {grades.mean():.3g} of 0 to 9",
        provenance=f"ridge regression of the grades of {learned.sum():,} photographs of FGrade",
    )  # fmt: skip


def unit(name: str, ridge: Ridge, values: NDArray[np.float64]) -> Direction:
    """The direction of a ridge regression; distance 0 is the mean of the values."""
    length = float(np.linalg.norm(ridge.weights))
    if not length:
        raise SystemExit("The codes say nothing of the grades: the encoder can't be used.")
    return Direction(name, ridge.weights / length, (ridge.constant - float(values.mean())) / length)


def named_components(drawn: NDArray[np.float32]) -> list[Direction]:
    """The principal components of W, with the names of those that were looked at."""
    found = []
    for number, direction in enumerate(components(drawn), 1):
        name, negative, positive = COMPONENTS.get(number, (direction.name, "less", "more"))
        found.append(replace(direction, name=name, negative=negative, positive=positive))
    return found


def rounded(direction: Direction) -> Direction:
    """The direction with as many digits as matter, so that its file is small."""
    layers = direction.layer_importance
    return replace(
        direction, normal=direction.normal.round(6).astype(np.float32),
        intercept=round(float(direction.intercept), 5),
        layer_importance=None if layers is None else np.round(layers, 5).astype(np.float32),
    )  # fmt: skip


def write_strips(
    folder: Path, model: GanModel, drawn: NDArray[np.float32], directions: Sequence[Direction]
) -> None:
    """Draw a strip for each direction, and take away those of directions that are no more."""
    generator = model.generator()
    start = drawn.mean(0) + TRUNCATION * (drawn[STRIP_SEED] - drawn.mean(0))
    strips = folder / "strips"
    strips.mkdir(exist_ok=True)
    for old in strips.glob("*.webp"):
        old.unlink()
    for direction in directions:
        data = small_webp(draw_strip(generator, start, drawn, direction))
        (strips / f"{direction.name}.webp").write_bytes(data)


def prepared(model: GanModel, folder: Path, names: Sequence[str]) -> torch.Tensor:
    """Photographs as the encoder reads them, ``(N, 3, S, S)`` in -1..1."""
    pictures: list[Pixels] = [read_image(folder / name) for name in names]
    aligner = model.aligner(model.encoder().aligned_size)
    return to_tensor([face.crop for face in aligner.align_batch(pictures)])


def redrawn(model: GanModel, codes: NDArray[np.float32], photographs: Photographs) -> dict[str, float]:
    """How far held-out photographs are from what is drawn of their codes, in levels of 0 to 255."""
    chosen = np.flatnonzero(photographs.out)[:COMPARED]
    generator = model.generator()
    frames = prepared(model, photographs.folder, [photographs.names[i] for i in chosen])
    size = (generator.preview_resolution,) * 2
    real = torch.nn.functional.interpolate(frames, size, mode="bilinear", antialias=True)
    with torch.inference_mode():
        drawn = torch.cat([generator.preview(torch.from_numpy(codes[i][None])) for i in chosen])
    real_pixels, drawn_pixels = (to_pixels(x).astype(np.float64) for x in (real, drawn))
    return {
        "redrawn": float(np.sqrt(np.square(real_pixels - drawn_pixels).mean())),
        "mean_picture": float(np.sqrt(np.square(real_pixels - real_pixels.mean(0)).mean())),
    }


def of_photographs(
    folder: Path, model: GanModel, codes: NDArray[np.float32], photographs: Photographs
) -> None:
    """Take the photographs that are learned from for the good images that inversion errors are told by."""
    learned = np.flatnonzero(~photographs.out)
    encoder, steps = model.encoder(), np.linspace(0, 100, 101)
    some = learned[:: max(1, len(learned) // COMPARED)]
    frames = prepared(model, photographs.folder, [photographs.names[i] for i in some])
    errors = reconstruction_distance(frames, torch.from_numpy(codes[some]), model.generator(), encoder)
    far = mahalanobis(codes[learned], model.pack.statistics)
    save_file(
        {
            "mean": model.pack.statistics.mean, "axes": model.pack.statistics.axes,
            "code_quantiles": np.percentile(far, steps).astype(np.float32),
            "image_quantiles": np.percentile(errors, steps).astype(np.float32),
        },
        folder / STATISTICS,
    )  # fmt: skip


def measured(
    model: GanModel, codes: NDArray[np.float32], photographs: Photographs, reporter: Reporter
) -> Figures:
    """Spearman's correlations with the grades of photographs that nothing was learned from."""
    out, grades = photographs.out, photographs.grades
    direction = model.pack.directions["freshness"]
    plain = fit_ridge(codes[~out].mean(1), grades[~out])
    features = photographs.codes(open_model("features"), reporter).mean(1)
    theirs = fit_ridge(features[~out], grades[~out])
    aged, twin = grades[out] > 0, twins(thumbnails(photographs.folder, photographs.names), out)
    parts = {"all": aged | True, "aged": aged, "alone": ~twin}

    def ranks(ranked: NDArray[np.float64]) -> list[float]:
        return [float(spearmanr(ranked[some], grades[out][some]).statistic) for some in parts.values()]

    errors = np.interp(
        mahalanobis(codes[out], model.pack.statistics), model.pack.statistics.code_quantiles,
        np.linspace(0, 100, 101),
    )  # fmt: skip
    return Figures(
        learned=int((~out).sum()), parts=[int(some.sum()) for some in parts.values()],
        weighted=ranks(distances(codes[out], direction)), plain=ranks(plain.predict(codes[out].mean(1))),
        features=ranks(theirs.predict(features[out])), far=float((errors > 99).mean()),
    )  # fmt: skip


if __name__ == "__main__":
    main()
