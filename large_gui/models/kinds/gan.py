"""A StyleGAN with its encoder, as a model: it aligns and inverts images, and makes pictures of codes."""

from __future__ import annotations

import hashlib
import json
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from large_gui.core.choices import OWN_MODEL, Flag
from large_gui.core.latent import LatentSpace, Pixels
from large_gui.core.reporter import Reporter
from large_gui.errors import ModelFileError
from large_gui.folders import resources_folder
from large_gui.models.description import PackDescription, read_description
from large_gui.models.model import Frame, Model, Picture, Refusal
from large_gui.models.pack import DETECTOR, ENCODER, GENERATOR, STATISTICS, Pack

if TYPE_CHECKING:
    from torch import Tensor
    from torch.nn import Module

    from large_gui.models.encoding import Inversion
    from large_gui.models.optimize import Optimized
    from large_gui.models.preparation import Aligner
    from large_gui.nets.encoder import InversionEncoder
    from large_gui.nets.generator import Generator, StyleLayer
    from large_gui.nets.mtcnn import FaceDetector

PREPARATION = 1  # increased when images are read or cropped in another way, so that codes are computed again


class GanModel(Model):
    """The model of a StyleGAN pack; its networks are loaded when they are needed.

    Parameters
    ----------
    by_images
        Whether to judge each code by the reconstructed image instead of by the code alone; this needs the
        generator.
    """

    doing = "Inverting"
    prepares_side_by_side = True
    in_half = True

    def __init__(self, pack: Pack, *, by_images: bool = False) -> None:
        super().__init__(pack)
        self._by_images = by_images
        self._encoding: Inversion | None = None
        self._aligners: dict[int, Aligner] = {}

    @cached_property
    def key(self) -> str:
        """A hash of the files that decide a code and of the way they are used.

        What the first packs had (faces cut out by the pack's own detector, the program's own encoder, the
        first preparation) adds nothing to it, so that codes in older caches are still found.
        """
        about, files = self.pack.about, self.pack.about.files
        parts = [files.get(name, "") for name in (ENCODER, DETECTOR, STATISTICS)]
        if not self.aligns_faces:
            parts.append(f"alignment={about.alignment}")
        elif DETECTOR not in files:  # it uses the program's own
            parts.append(f"detector={read_description(_pack_with_detector()).files[DETECTOR]}")
        config = about.encoder.config if about.encoder is not None else None
        if config is not None:
            parts.append(f"encoder={json.dumps(config, sort_keys=True)}")
            if config.get("in_channels") == 6:  # the encoder also reads what the generator makes of its codes
                generator_config = about.generator.config if about.generator is not None else None
                parts.append(f"generator={files.get(GENERATOR, '')}")
                parts.append(json.dumps(generator_config, sort_keys=True))
        if PREPARATION > 1:
            parts.append(f"preparation={PREPARATION}")
        key = hashlib.sha256("".join(parts).encode()).hexdigest()[:16]
        return f"{key}+images" if self._by_images else key

    @property
    def aligns_faces(self) -> bool:
        """Whether images are cropped round the largest face."""
        return self.pack.about.alignment == "FFHQ"

    # Measuring images

    @property
    def measures(self) -> bool:
        """Whether it has an encoder, which it needs to measure images."""
        return ENCODER in self.pack.about.files

    @property
    def device(self) -> str:
        """What the encoder runs on; it changes to the CPU if the graphics card has too little memory."""
        return self._encoding.reads_on if self._encoding is not None else "cpu"

    def start(self, device: str, reporter: Reporter) -> None:
        """Load the encoder, and the generator if codes are judged by reconstructed images."""
        from large_gui.models.encoding import Inversion, pick_reader
        from large_gui.nets.memory import keep_freed_memory

        if self._encoding is not None:
            return
        keep_freed_memory()
        encoder, chosen = self.encoder(), pick_reader(device)
        self.aligner(encoder.aligned_size)
        generator = self.generator() if self._by_images else None
        self._encoding = Inversion(encoder, self.pack.statistics, chosen, reporter, generator)

    @contextmanager
    def side_by_side(self) -> Iterator[int]:
        """One batch per core on a CPU; a graphics card takes one after the other."""
        from large_gui.models.encoding import parallel_batches

        with parallel_batches(self._started.device) as batches:
            yield batches

    def prepare(self, pictures: Sequence[Picture]) -> list[Frame | Refusal]:
        """Align the images, to ``(S, S, 3)`` uint8 as the encoder reads them."""
        aligner = self.aligner(self._started.encoder.aligned_size)
        faces = aligner.align_batch([picture.pixels for picture in pictures if picture.pixels is not None])
        return [Frame(face.crop, face.flags) for face in faces]

    def frames_of_drawn(self, pictures: Sequence[Pixels]) -> list[Frame]:
        """Pictures that its generator drew, as the encoder reads them; they are aligned already."""
        from large_gui.models.preparation import centred_square

        size = self._started.encoder.aligned_size
        return [Frame(centred_square(picture, size).crop) for picture in pictures]

    def embed(self, frames: Sequence[Frame]) -> NDArray[np.float32]:
        """Invert aligned images."""
        return self._started.encode(_tensor(frames))

    def quality(self, frames: Sequence[Frame], codes: NDArray[np.float32]) -> NDArray[np.float64]:
        """How far the codes lie from those of generated images, or the images from their reconstructions."""
        return self._started.error(lambda: _tensor(frames), codes)

    def view(self, pixels: Pixels) -> tuple[Pixels, tuple[str, ...]]:
        """The aligned crop, larger than the encoder reads it."""
        from large_gui.models.preparation import VIEW

        (face,) = self.aligner(VIEW).align_batch([pixels])
        return face.crop, face.flags

    def shows_face(self, pixels: Pixels) -> bool:
        """Whether there is a face in an image; one that crops no faces says no."""
        return self.aligns_faces and Flag.UNALIGNED not in self.view(pixels)[1]

    @property
    def _started(self) -> Inversion:
        assert self._encoding is not None, "the model was not started"
        return self._encoding

    # Optional capabilities

    @property
    def generator_is_here(self) -> bool:
        """Whether its generator is on this machine."""
        return self.pack.generator_file.exists()

    def judged_by_images(self) -> GanModel:
        """The same model, which judges a code by the reconstructed image."""
        return GanModel(self.pack, by_images=True)

    @cached_property
    def style_layers(self) -> list[StyleLayer]:
        """The layers of S, the coarsest first, those that make the image of features among them."""
        about = self.pack.about.generator
        if about is None:
            return []
        from large_gui.nets import mobile_stylegan
        from large_gui.nets.stylegan2 import StyleGAN2Config

        with checked_against_pack(self.pack.generator_file):
            if about.config is None:
                return mobile_stylegan.style_layers()
            return StyleGAN2Config.from_json(about.config).style_layers

    def styles(self, codes: NDArray[np.float32]) -> list[NDArray[np.float32]]:
        """Styles of codes ``(B, L, D)``: one ``(B, width)`` for each of `style_layers`."""
        import torch

        with torch.inference_mode():
            rows = torch.from_numpy(codes).double()
            return [affine(rows[:, row]).float().numpy() for row, affine in self._affines]

    @cached_property
    def _affines(self) -> list[tuple[int, Module]]:
        """The layers that make styles alone, so that the generator needs not be kept.

        In double precision a style does not depend on the other codes of its batch.
        """
        generator = self.generator()
        return [(layer.row, generator.affine(layer).double()) for layer in generator.style_layers]

    @property
    def can_refine(self) -> bool:
        """Whether it has an encoder, whose code refining starts from."""
        return self.measures

    def refine(
        self, frame: Frame, start: NDArray[np.float32], space: LatentSpace, steps: int, reporter: Reporter
    ) -> Optimized:
        """Optimise the code ``(L, D)`` of an aligned image; the model must be started."""
        import torch

        from large_gui.models.optimize import optimize

        generator = self.generator().to(self._started.device)
        return optimize(
            generator, self._started.encoder, _tensor([frame]), torch.from_numpy(start), reporter,
            space=space, steps=steps,
        )  # fmt: skip

    # Its networks

    def encoder(self) -> InversionEncoder:
        """The inversion encoder, ready for inference (float32, on the CPU).

        Raises
        ------
        ModelFileError
            When the pack has none.
        """
        if not self.measures:
            raise ModelFileError(
                f"The model {self.name!r} has no encoder, so it can't read images.",
                hint=f"Run `large-gui train encoder --model {self.name} --out FOLDER`.",
            )
        return load_encoder(self.pack.folder / ENCODER, self.pack.about, self.generator)

    def generator(self) -> Generator:
        """Load the generator.

        Raises
        ------
        ModelFileError
            When it is not on this machine.
        """
        if not self.generator_is_here:
            again = "Install large-gui again." if GENERATOR in self.pack.about.files else ""
            raise ModelFileError(
                f"The generator of {self.name!r} is not on this machine.",
                hint=again or f"Run `large-gui model fetch {self.name}`.",
            )
        return load_generator(self.pack.generator_file, self.pack.about)

    def face_detector(self) -> FaceDetector:
        """The face detector for alignment; imported packs use the one that came with the program."""
        from large_gui.nets.mtcnn import FaceDetector
        from large_gui.nets.weights import load_weights

        folder = self.pack.folder if DETECTOR in self.pack.about.files else _pack_with_detector()
        detector = FaceDetector()
        detector.load_state_dict(load_weights(folder / DETECTOR))
        return detector.eval().requires_grad_(False)

    def aligner(self, size: int) -> Aligner:
        """The aligner that crops or pads images to ``size`` pixels a side."""
        from large_gui.models.preparation import FaceAligner, PaddedAligner, SquareAligner

        if size not in self._aligners:
            self._aligners[size] = (
                FaceAligner(self.face_detector(), size) if self.aligns_faces
                else PaddedAligner(size) if self.pack.about.alignment == "padded" else SquareAligner(size)
            )  # fmt: skip
        return self._aligners[size]


def load_generator(file: Path, about: PackDescription) -> Generator:
    """Load a generator: a StyleGAN2 if the pack gives its configuration, otherwise MobileStyleGAN."""
    from large_gui.nets.mobile_stylegan import MobileStyleGAN
    from large_gui.nets.stylegan2 import StyleGAN2, StyleGAN2Config
    from large_gui.nets.weights import assembled, load_weights

    weights = load_weights(file)
    config = about.generator.config if about.generator is not None else None
    with checked_against_pack(file):
        if config is None:
            return assembled(MobileStyleGAN, weights)
        return assembled(lambda: StyleGAN2(StyleGAN2Config.from_json(config)), weights)


def load_encoder(file: Path, about: PackDescription, generator: Callable[[], Generator]) -> InversionEncoder:
    """Load an encoder: one of pSp's family if the pack gives its configuration, otherwise a `LiteEncoder`.

    Parameters
    ----------
    generator
        Returns the generator; it is called only if the encoder also reads what the generator makes of its
        codes.
    """
    import torch

    from large_gui.nets.encoders.lite import LITE, LiteEncoder, LiteEncoderConfig
    from large_gui.nets.encoders.style_inversion import StyleEncoderConfig, StyleInversion
    from large_gui.nets.weights import assembled, load_weights

    described, weights = about.encoder.config if about.encoder is not None else None, load_weights(file)
    encoder: LiteEncoder | StyleInversion
    with checked_against_pack(file):
        if described is None or described.get("kind") == LITE:
            lite = LiteEncoderConfig.from_json(described)
            encoder = assembled(lambda: LiteEncoder(*about.shape, config=lite), weights)
        else:
            config = StyleEncoderConfig.from_json(described)
            feedback_generator = generator() if config.in_channels == 6 else None
            encoder = assembled(lambda: StyleInversion(config, feedback_generator), weights)
    return encoder.to(memory_format=torch.channels_last)  # type: ignore[call-overload, no-any-return]


@contextmanager
def checked_against_pack(file: Path) -> Iterator[None]:
    """Raise `ModelFileError` if weights don't fit the network that the pack describes."""
    try:
        yield
    except (TypeError, ValueError, KeyError, IndexError, RuntimeError) as error:
        raise ModelFileError(
            f"The network in {file.name} is not the one that its model describes.",
            hint="Import or install the model again.",
            detail=repr(error),
        ) from error


def _pack_with_detector() -> Path:
    """The folder of the pack whose face detector imported packs use."""
    return resources_folder() / OWN_MODEL


def _tensor(frames: Sequence[Frame]) -> Tensor:
    """Aligned images as the encoder reads them: ``(B, 3, S, S)`` in -1..1."""
    from large_gui.nets.pixels import to_tensor

    return to_tensor([frame.content.astype(np.uint8, copy=False) for frame in frames])
