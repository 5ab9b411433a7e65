"""The models of this machine, for whoever shows, fetches, checks or removes them."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path

from large_gui.core.direction import Direction
from large_gui.core.reporter import Reporter
from large_gui.files import sha256_of
from large_gui.models.fetch import fetch_generator
from large_gui.models.library import model_names, model_of, open_model, open_pack, remove
from large_gui.models.model import Generates, Model, Refines
from large_gui.models.pack import CODES, ENCODER
from large_gui.models.published import Wheel, published_generator

__all__ = ["Model", "ModelCard", "model_card", "model_names", "open_model", "remove"]


@dataclass(frozen=True)
class ModelCard:
    """What a person may know of a model, and what can be done with it; nothing of it is loaded.

    Attributes
    ----------
    key
        Names what decides its codes.
    shape
        Rows L and width D of its codes.
    directions
        Those that it brings along, by name.
    strips
        Folder with a picture of each direction, ``<name>.webp``; it need not be there.
    imported
        Whether a person brought it, and it can be removed.
    measures
        Whether images can be measured with it.
    has_encoder, has_codes
        Whether it computes codes, or brought them along.
    generates, generator_is_here
        Whether it makes pictures of codes, and whether the network for it is on this machine.
    refines
        Whether it can bring a code nearer to its image, once the generator is here.
    fetched_from
        The package with its generator, where the program fetches it.
    """

    name: str
    title: str
    key: str
    shape: tuple[int, int]
    alignment: str
    directions: Mapping[str, Direction]
    folder: Path
    imported: bool
    licence: str
    generator_network: str
    generator_licence: str
    facts: tuple[tuple[str, str], ...]
    measures: bool
    has_encoder: bool
    has_codes: bool
    generates: bool
    generator_is_here: bool
    refines: bool
    fetched_from: Wheel | None

    @property
    def strips(self) -> Path:
        """Where the pictures of its directions lie."""
        return self.folder / "strips"

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
            return "The model's generator is missing: import the model again."
        return "The model's generator is not here: the Models page fetches it."


def model_card(name: str) -> ModelCard:
    """What is to be known of a model.

    Raises
    ------
    LargeError
        When it is not there or can't be read.
    """
    pack = open_pack(name)
    model, about = model_of(pack), pack.about
    generator = about.generator
    generates = isinstance(model, Generates) and generator is not None
    return ModelCard(
        name=name, title=about.title, key=model.key, shape=model.shape, alignment=about.alignment,
        directions=model.directions, folder=pack.folder, imported=pack.is_imported, licence=about.licence,
        generator_network=generator.network if generator is not None else "",
        generator_licence=generator.licence if generator is not None else "",
        facts=about.facts, measures=model.measures,
        has_encoder=ENCODER in about.files, has_codes=CODES in about.files, generates=generates,
        generator_is_here=isinstance(model, Generates) and model.generator_is_here,
        refines=isinstance(model, Refines) and model.can_refine, fetched_from=published_generator(pack),
    )  # fmt: skip


def licence_of_fetched(name: str) -> str:
    """The terms of the generator that `fetch` brings; empty where there is nothing to fetch."""
    pack = open_pack(name)
    generator = pack.about.generator
    return generator.licence if generator is not None and published_generator(pack) is not None else ""


def fetch(name: str, reporter: Reporter, file: Path | None = None) -> Path:
    """Bring the generator of a model onto this machine; see `large_gui.models.fetch.fetch_generator`."""
    return fetch_generator(open_pack(name), reporter, file)


def verify(name: str) -> list[tuple[str, bool, str]]:
    """Check every file of a model against its hash: name, whether it is good, and a remark."""
    pack = open_pack(name)
    results = []
    again = "import it again" if pack.is_imported else "install large-gui again"
    for file_name, expected in pack.about.files.items():
        file = pack.folder / file_name
        good = file.is_file() and sha256_of(file) == expected
        results.append((file_name, good, "" if good else f"missing or damaged: {again}"))
    if pack.is_imported:  # its generator, where it has one, is among the files
        return results
    generator, recorded = pack.generator_file, pack.generator_file.with_suffix(".sha256")
    if not generator.exists():
        results.append((generator.name, True, f"not fetched (optional): large-gui model fetch {name}"))
    else:
        good = recorded.exists() and sha256_of(generator) == recorded.read_text("utf-8").strip()
        results.append((generator.name, good, "" if good else "damaged: fetch it again"))
    return results
