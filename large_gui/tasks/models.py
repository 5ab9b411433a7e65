"""Describe, fetch, check and remove the models on this machine."""

from __future__ import annotations

from collections.abc import Callable, Mapping
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from pathlib import Path

from large_gui.core.direction import Direction
from large_gui.core.reporter import Reporter
from large_gui.errors import LargeError
from large_gui.files import sha256_of
from large_gui.models.fetching.fetch import fetch_generator
from large_gui.models.fetching.published import Wheel, published_generator
from large_gui.models.library import model_names, model_of, open_model, open_pack, remove
from large_gui.models.model import Generates, Model, Refines
from large_gui.models.pack import CODES, ENCODER
from large_gui.models.texts import ReadsText

_READS = {  # by alignment: the name of what is read of an image, and the same as part of a sentence
    "FFHQ": ("Aligned crop", "aligned as in FFHQ, round the largest face"),
    "square": ("Centred square", "cropped to their centred square"),
    "padded": ("Whole image, padded", "padded to a square"),
}
__all__ = ["Model", "ModelCard", "model_card", "model_names", "open_model", "remove"]


@dataclass(frozen=True)
class ModelCard:
    """A summary of a model and of what can be done with it; no network is loaded for it.

    Attributes
    ----------
    kind
        The name under which its kind of model is registered.
    key
        Identifies everything that decides its codes.
    shape
        Rows L and width D of its codes.
    directions
        The directions in its pack, then those that a person keeps for it, by name.
    kept
        The names of those that a person keeps for it.
    strips
        Folder with a picture of each direction, ``<name>.webp``; it may be missing.
    imported
        Whether a person imported it, so that it can be removed.
    measures
        Whether images can be measured with it.
    has_encoder, has_codes
        Whether it computes codes, and whether its pack has a table of codes.
    encoder_network
        What its encoder is, in words; empty if nothing is known of it.
    generates, generator_is_here
        Whether it makes pictures of codes, and whether the network for that is on this machine.
    exports
        Whether its generator is of a kind that other programs read, once it is here.
    refines
        Whether it can refine codes, once the generator is here.
    reads_text
        Whether it reads texts as well as images.
    fetched_from
        The package with its generator, if the program fetches it.
    source
        Name of the file that it was imported from; empty if that is not known.
    trained_here
        Whether it was made of a training of this program.
    replaces
        Keys of its earlier versions, as its pack says.
    samples
        A folder of sample images that came with it; ``None`` without one.
    generator_file
        The file of its generator, which may not exist.
    """

    name: str
    title: str
    kind: str
    key: str
    shape: tuple[int, int]
    alignment: str
    directions: Mapping[str, Direction]
    kept: frozenset[str]
    folder: Path
    imported: bool
    licence: str
    generator_network: str
    generator_licence: str
    facts: tuple[tuple[str, str], ...]
    measures: bool
    has_encoder: bool
    has_codes: bool
    encoder_network: str
    generates: bool
    generator_is_here: bool
    exports: bool
    refines: bool
    reads_text: bool
    fetched_from: Wheel | None
    source: str
    trained_here: bool
    replaces: tuple[str, ...]
    samples: Path | None
    generator_file: Path

    @property
    def strips(self) -> Path:
        """The folder with the pictures of its directions."""
        return self.folder / "strips"

    @property
    def reads(self) -> str:
        """The name of what it reads of an image."""
        return _READS[self.alignment][0]

    @property
    def prepares(self) -> str:
        """What is done to images before they are read, as part of a sentence."""
        return _READS[self.alignment][1]

    @property
    def size(self) -> int:
        """How many bytes its files take on the disk, with its generator if that is here."""
        files = {file for file in self.folder.rglob("*") if file.is_file()} | {self.generator_file}
        return sum(file.stat().st_size for file in files if file.is_file())

    @property
    def since(self) -> date:
        """The day since which it is on this machine as it is now."""
        return date.fromtimestamp(self.folder.stat().st_mtime)

    @property
    def encoder_is_here(self) -> bool:
        """Whether the file of its encoder is there now."""
        return (self.folder / ENCODER).is_file()

    @property
    def again(self) -> str:
        """What to do if a file of it is missing."""
        return _again(self.imported)

    @property
    def can_draw(self) -> bool:
        """Whether pictures of codes can be made now."""
        return self.generates and self.generator_is_here

    @property
    def why_no_pictures(self) -> str:
        """Why no pictures of codes can be made now, for a person; empty when they can."""
        if not self.generates:
            return "This model makes no pictures."
        if self.generator_is_here:
            return ""
        if self.fetched_from is None:
            return f"The model's generator is missing: {self.again}."
        return "The model's generator is not here: the Models page fetches it."


def _again(imported: bool) -> str:
    return "import it again" if imported else "install large-gui again"


def model_card(name: str) -> ModelCard:
    """Make the card of a model.

    Raises
    ------
    LargeError
        When there is no such model or it can't be read.
    """
    pack = open_pack(name)
    model, about = model_of(pack), pack.about
    generator = about.generator
    generates = isinstance(model, Generates) and generator is not None
    return ModelCard(
        name=name, title=about.title, kind=about.kind, key=model.key, shape=model.shape,
        alignment=about.alignment,
        directions=model.directions, kept=frozenset(model.directions) - pack.directions.keys(),
        folder=pack.folder, imported=pack.is_imported, licence=about.licence,
        generator_network=generator.network if generator is not None else "",
        generator_licence=generator.licence if generator is not None else "",
        facts=about.facts, measures=model.measures,
        has_encoder=ENCODER in about.files, has_codes=CODES in about.files,
        encoder_network=about.encoder.network if about.encoder is not None else "", generates=generates,
        generator_is_here=isinstance(model, Generates) and model.generator_is_here,
        exports=generates and generator is not None and generator.config is not None,
        refines=isinstance(model, Refines) and model.can_refine,
        reads_text=isinstance(model, ReadsText), fetched_from=published_generator(pack),
        source=str(about.source.get("file", "")), trained_here="run" in about.source,
        replaces=about.replaces,
        samples=pack.samples, generator_file=pack.generator_file,
    )  # fmt: skip


def model_with_key(key: str, first: str = "") -> Model | None:
    """The model on this machine that gives the codes of a key, whatever it is called; ``None`` without one.

    Parameters
    ----------
    first
        The name under which it is looked for first.
    """
    return _first_model(lambda model: model.key == key, first)


def model_in_place_of(key: str, first: str = "") -> Model | None:
    """The model on this machine that says that it replaces the one of a key; ``None`` without one.

    Parameters
    ----------
    first
        The name under which it is looked for first.
    """
    return _first_model(lambda model: key in model.pack.about.replaces, first)


def _first_model(is_meant: Callable[[Model], bool], first: str) -> Model | None:
    for name in sorted(model_names(), key=lambda name: name != first):
        with suppress(LargeError):  # a model that can't be read is not the one
            model = open_model(name)
            if is_meant(model):
                return model
    return None


def licence_of_fetched(name: str) -> str:
    """The licence of the generator that `fetch` downloads; empty if there is nothing to fetch."""
    pack = open_pack(name)
    generator = pack.about.generator
    return generator.licence if generator is not None and published_generator(pack) is not None else ""


def fetch(name: str, reporter: Reporter, file: Path | None = None) -> Path:
    """Download the generator of a model with `large_gui.models.fetching.fetch.fetch_generator`."""
    return fetch_generator(open_pack(name), reporter, file)


def verify(name: str) -> list[tuple[str, bool, str]]:
    """Check every file of a model against its hash; return its name, whether it is good, and a remark."""
    pack = open_pack(name)
    results = []
    again = _again(pack.is_imported)
    for file_name, expected in pack.about.files.items():
        file = pack.folder / file_name
        good = file.is_file() and sha256_of(file) == expected
        results.append((file_name, good, "" if good else f"missing or damaged: {again}"))
    if published_generator(pack) is None:  # its generator, if it has one, is one of its files
        return results
    generator, recorded = pack.generator_file, pack.generator_file.with_suffix(".sha256")
    if not generator.exists():
        results.append((generator.name, True, f"not fetched (optional): large-gui model fetch {name}"))
    else:
        good = recorded.exists() and sha256_of(generator) == recorded.read_text("utf-8").strip()
        results.append((generator.name, good, "" if good else "damaged: fetch it again"))
    return results
