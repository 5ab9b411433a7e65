"""The direction from one text to another, by a model that reads texts as well as images (CLIP)."""

from __future__ import annotations

from dataclasses import dataclass, replace
from pathlib import Path

import numpy as np
from numpy.typing import NDArray

from large_gui.core.direction import Direction
from large_gui.core.options import option
from large_gui.core.reporter import Reporter
from large_gui.core.words import count
from large_gui.directions.finder import Finder, Materials, Need
from large_gui.errors import InputError
from large_gui.models.texts import ReadsText

TEMPLATES = (
    "{}.",
    "a photo of {}.",
    "a picture of {}.",
    "an image of {}.",
    "a close-up photo of {}.",
    "a bright photo of {}.",
    "a dark photo of {}.",
    "a sharp photo of {}.",
    "a blurry photo of {}.",
    "a cropped photo of {}.",
    "a photo of {} from nearby.",
    "a plain photo with nothing but {}.",
)
_SAME = 1e-5  # length of the difference of two texts that say the same


@dataclass(frozen=True)
class Options:
    """What the text is compared with; the others matter only beside a generator."""

    neutral: str = option(
        "something", "the text that it is compared with, such as 'a face' for 'a smiling face'"
    )
    clip: str = option("", "the CLIP model that reads the texts; empty if the images are measured by one")
    images: int = option(
        20, "of a generator, at least, that tell what each channel of the styles does", low=1, high=10_000
    )
    change: float = option(
        5.0, "how far each channel is changed for that, in its standard deviations", low=0.01, high=100
    )
    fs3: str = option("", "a file fs3.npy of StyleCLIP for this generator, instead of measuring")
    cut_off: float = option(0.1, "channels that matter less are left out", low=0, high=1)
    channels: int = option(0, "take so many channels, those that matter most; 0 takes the cut-off", low=0)
    space: str = option(
        "s", "s: styles; w+: the rows of the code that change the styles so", choices=("s", "w+")
    )


def find(materials: Materials, options: Options, reporter: Reporter) -> list[Direction]:
    """The direction between two texts: in the codes of CLIP itself, or in the styles of a generator.

    Raises
    ------
    InputError
        When both texts say the same, one is missing, or no channel matters.
    ModelFileError
        When no model is given that reads texts, or the generator is not here.

    References
    ----------
    Patashnik et al., "StyleCLIP: text-driven manipulation of StyleGAN imagery", ICCV 2021, section 6.
    """
    assert materials.reads_text is not None, "the finder needs texts"
    if not options.neutral.strip():
        raise InputError("A text to compare with is missing.", hint="Say one with --neutral.")
    if options.fs3 and not options.clip:
        raise InputError(
            "What StyleCLIP measured is of a generator.", hint="Name the CLIP model beside it: --clip NAME."
        )
    if options.clip and materials.generator is None:
        raise InputError(
            "A CLIP model is named only beside a generator.",
            hint="Leave out --clip, or choose another --model.",
        )
    clip = materials.reads_text(options.clip)
    change = text_difference(clip, materials.text, options.neutral)
    target, neutral = materials.text.strip(), options.neutral.strip()
    how = f"by {clip.name} ({clip.key}), each in {len(TEMPLATES)} sentences"
    in_codes = Direction(
        materials.name, change, intercept_means="as much like the one text as like the other",
        negative=neutral, positive=target,
        provenance=f"'{target}' against '{neutral}': {how}",
    )  # fmt: skip
    return [_in_a_generator(in_codes, materials, options, clip, reporter) if options.clip else in_codes]


def _in_a_generator(
    in_codes: Direction, materials: Materials, options: Options, clip: ReadsText, reporter: Reporter
) -> Direction:
    """The direction in a generator's styles that changes the codes of its pictures in CLIP along another."""
    from large_gui.directions.channels import measured_channels, read_channels
    from large_gui.directions.style_directions import in_rows, in_styles

    assert materials.generator is not None
    generator = materials.generator()
    if options.fs3:
        channels = read_channels(generator, Path(options.fs3), len(in_codes.normal))
    else:
        channels = measured_channels(
            generator, clip, options.images, options.change, materials.folder, reporter
        )
    measured = count(channels.images, "generated image") if channels.images else "StyleCLIP's fs3.npy"
    relevance = channels.towards(in_codes.normal)
    kept = _kept(relevance, options)
    chosen = np.where(kept, relevance, 0)
    found = in_styles(channels, chosen) if options.space == "s" else in_rows(generator, channels, chosen)
    many = count(int(channels.measured.sum()), "channel")
    how = f"{in_codes.provenance}; {int(kept.sum()):,} of {many} by StyleCLIP, measured on {measured}"
    return replace(
        in_codes, normal=found.normal, intercept=found.intercept, intercept_means="the average image",
        layer_importance=found.layer_importance, layer_sizes=found.layer_sizes, provenance=how,
    )  # fmt: skip


def text_difference(clip: ReadsText, target: str, neutral: str) -> NDArray[np.float64]:
    """The unit vector ``(D,)`` from one text to another, each averaged over `TEMPLATES`.

    Raises
    ------
    InputError
        When both texts say the same, or one is too long.
    """
    prompts = [template.format(text.strip()) for text in (target, neutral) for template in TEMPLATES]
    codes = clip.text_codes(prompts).astype(np.float64).reshape(2, len(TEMPLATES), -1).mean(1)
    codes /= np.linalg.norm(codes, axis=1, keepdims=True)
    change = codes[0] - codes[1]
    length = np.linalg.norm(change)
    if not length > _SAME:
        raise InputError(
            f"{target.strip()!r} and {neutral.strip()!r} say the same.",
            hint="Compare it with another text: --neutral.",
        )
    return np.asarray(change / length)


def _kept(relevance: NDArray[np.float64], options: Options) -> NDArray[np.bool_]:
    """Which channels ``(C,)`` the direction has."""
    matters = np.abs(relevance)
    if options.channels:
        least = float(np.sort(matters)[-min(options.channels, len(matters))])
    else:
        least = options.cut_off
    kept = np.asarray((matters >= least) & (matters > 0))
    if not kept.any():
        raise InputError(
            f"No channel of the styles changes what the text says by {least:g} or more.",
            hint=f"The most that one does is {matters.max():.2g}. Lower --cut-off, or give --channels.",
        )
    return kept


FINDER = Finder(
    "text", "From a text",
    "The direction from one text to another, by a CLIP model that you added. Beside a generator it finds "
    "which channels of the styles make a picture more like the text. What they do is measured once, which "
    "takes hours without a graphics card, and kept.",
    frozenset({Need.TEXT, Need.CLIP}), find, Options,
)  # fmt: skip
