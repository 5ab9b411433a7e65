"""Prepare images for an encoder: crop round the largest face or to their centred square, or pad to a square.

FFHQ: Karras et al. 2019 (arXiv:1812.04948), appendix A. The frame is a square whose axes follow the line
between the eyes and the line from the eyes to the mouth; what lies outside the image is filled by reflection.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import TYPE_CHECKING, Protocol

import numpy as np
from numpy.typing import NDArray
from PIL import Image

from large_gui.core.choices import Flag
from large_gui.core.latent import Pixels

if TYPE_CHECKING:
    from large_gui.nets.mtcnn import Face, FaceDetector

Points = NDArray[np.float64]

# Median landmarks of 80 generated FFHQ faces, made symmetric, as shares of the frame.
TEMPLATE = np.array([[0.375, 0.468], [0.625, 0.468], [0.5, 0.617], [0.383, 0.737], [0.617, 0.737]])
_TEMPLATE_BOX = (0.18, 0.26, 0.82, 0.90)  # left, top, right, bottom of the face in the frame
_TEMPLATE_TOLERANCE = 0.035  # as a share of the frame, for the measure of `_frame_error`
_SURE_FACE = 0.9
_RIVAL = 0.1  # of the largest face's area: smaller faces are not what the image is about
_GREY = 127  # of the padding round an image; networks read it as zero
VIEW = 320  # pixels a side of a crop that a person looks at


@dataclass(frozen=True, eq=False)
class AlignedFace:
    """The aligned crop of an image and how it was found.

    Attributes
    ----------
    crop
        ``(S, S, 3)`` uint8.
    flags
        ``unaligned`` (no face: the centred square) or ``several-faces`` (the largest was taken).
    quad
        ``(4, 2)``: upper left, lower left, lower right, upper right corner in the image's pixels.
    """

    crop: Pixels
    flags: tuple[str, ...]
    quad: Points


def ffhq_quad(landmarks: Points) -> Points:
    """Corners of FFHQ's frame for landmarks ``(5, 2)``: eyes, nose, mouth corners."""
    eyes, mouth = landmarks[:2].mean(0), landmarks[3:].mean(0)
    eye_to_eye, eye_to_mouth = landmarks[1] - landmarks[0], mouth - eyes
    x = eye_to_eye - _quarter_turn(eye_to_mouth)
    length = max(np.hypot(*eye_to_eye) * 2.0, np.hypot(*eye_to_mouth) * 1.8)
    x *= length / max(np.hypot(*x), 1e-9)
    y = _quarter_turn(x)
    centre = eyes + 0.1 * eye_to_mouth
    return np.stack([centre - x - y, centre - x + y, centre + x + y, centre + x - y])


def _quarter_turn(v: Points) -> Points:
    return np.array([-v[1], v[0]])


class Aligner(Protocol):
    """Crops images to the frame that an encoder reads."""

    def align_batch(self, images: Sequence[Pixels]) -> list[AlignedFace]:
        """The crop of each image ``(H, W, 3)``."""


class SquareAligner:
    """Crops every image to its centred square."""

    def __init__(self, size: int) -> None:
        self.size = size

    def align_batch(self, images: Sequence[Pixels]) -> list[AlignedFace]:
        """The centred square of each image ``(H, W, 3)``."""
        return [centred_square(image, self.size) for image in images]


class PaddedAligner:
    """Pads every image to a square."""

    def __init__(self, size: int) -> None:
        self.size = size

    def align_batch(self, images: Sequence[Pixels]) -> list[AlignedFace]:
        """Each image ``(H, W, 3)`` as a whole in a grey square."""
        return [
            AlignedFace(padded_square(image, self.size), (), _square_round(*image.shape[:2]))
            for image in images
        ]


class FaceAligner:
    """Crops images round their largest face.

    Parameters
    ----------
    size
        Side of the crops in pixels.
    """

    def __init__(self, detector: FaceDetector, size: int) -> None:
        self.detector = detector
        self.size = size

    def align_batch(self, images: Sequence[Pixels]) -> list[AlignedFace]:
        """Align each image ``(H, W, 3)``; square images that are aligned already are only resized."""
        return [
            centred_square(image, self.size) if ready else self._find(image)
            for image, ready in zip(images, self._already_aligned(images))
        ]

    def _already_aligned(self, images: Sequence[Pixels]) -> NDArray[np.bool_]:
        """Whether O-Net finds a face just where FFHQ's frame has it: ``(B,)``."""
        from large_gui.nets.mtcnn import CROP_SIDE
        from large_gui.nets.pixels import stacked

        sides = np.array([image.shape[:2] for image in images]).reshape(-1, 2)
        result = (abs(np.diff(sides)[:, 0]) <= 0.02 * sides[:, 1]) & (sides[:, 1] >= CROP_SIDE)
        if not result.any():
            return result
        crops = []
        for i in np.flatnonzero(result).tolist():
            picture = Image.fromarray(images[i])
            left, top, right, bottom = _TEMPLATE_BOX
            box = (left * picture.width, top * picture.height, right * picture.width, bottom * picture.height)
            crop = picture.resize((CROP_SIDE, CROP_SIDE), Image.Resampling.BILINEAR, box, reducing_gap=2.0)
            crops.append(np.asarray(crop))
        score, points = self.detector.landmarks_at(stacked(crops))
        corner, span = np.array(_TEMPLATE_BOX[:2]), np.subtract(_TEMPLATE_BOX[2:], _TEMPLATE_BOX[:2])
        found = points.double().numpy() * span + corner
        result[result] = (score.numpy() > _SURE_FACE) & (_frame_error(found) < _TEMPLATE_TOLERANCE)
        return result

    def _find(self, image: Pixels) -> AlignedFace:
        faces = self.detector.detect([image], least=_RIVAL)[0]
        if not faces:
            return centred_square(image, self.size, (Flag.UNALIGNED,))
        largest = max(faces, key=lambda face: face.area)
        quad = ffhq_quad(self._refined(image, largest))
        flags = (Flag.SEVERAL_FACES,) if _rivals(faces, largest) else ()
        return AlignedFace(extract(image, quad, self.size), flags, quad)

    def _refined(self, image: Pixels, face: Face) -> Points:
        """Landmarks found a second time on the upright crop, where O-Net is most exact."""
        from large_gui.nets.mtcnn import CROP_SIDE
        from large_gui.nets.pixels import stacked

        quad = ffhq_quad(face.landmarks)
        left, top, right, bottom = _TEMPLATE_BOX
        across, down = quad[3] - quad[0], quad[1] - quad[0]
        corner = quad[0] + left * across + top * down
        across, down = (right - left) * across, (bottom - top) * down
        box = np.stack([corner, corner + down, corner + down + across, corner + across])
        crop = extract(image, box, CROP_SIDE)
        # Channels first, as in `FaceDetector`.
        score, points = self.detector.landmarks_at(stacked([crop]).contiguous())
        if float(score[0]) < _SURE_FACE:
            return face.landmarks
        shares = points[0].double().numpy()
        return np.asarray(corner + shares[:, :1] * across + shares[:, 1:] * down)


def centred_square(
    image: Pixels, size: int, flags: tuple[str, ...] = (), *,
    resample: Image.Resampling = Image.Resampling.BILINEAR,
) -> AlignedFace:  # fmt: skip
    """The centred square of an image, resized; a square image is used whole."""
    height, width = image.shape[:2]
    side = min(height, width)
    left, top = (width - side) / 2, (height - side) / 2
    picture = Image.fromarray(image)
    box = (left, top, left + side, top + side)
    crop = picture.resize((size, size), resample, box, reducing_gap=2.0)
    corners = np.array([[left, top], [left, top + side], [left + side, top + side], [left + side, top]])
    return AlignedFace(np.asarray(crop), flags, corners)


def padded_square(
    image: Pixels, size: int, *, resample: Image.Resampling = Image.Resampling.BILINEAR
) -> Pixels:
    """The whole image, resized to fit into a grey square ``(size, size, 3)``."""
    height, width = image.shape[:2]
    scale = size / max(height, width)
    fitted = max(1, round(width * scale)), max(1, round(height * scale))
    picture = Image.fromarray(image).resize(fitted, resample, reducing_gap=2.0)
    square = np.full((size, size, 3), _GREY, np.uint8)
    left, top = (size - fitted[0]) // 2, (size - fitted[1]) // 2
    square[top : top + fitted[1], left : left + fitted[0]] = np.asarray(picture)
    return square


def _square_round(height: int, width: int) -> Points:
    """Corners of the smallest square round a whole image that has its centre."""
    side = max(height, width)
    left, top = (width - side) / 2, (height - side) / 2
    return np.array([[left, top], [left, top + side], [left + side, top + side], [left + side, top]])


def _frame_error(landmarks: Points) -> Points:
    """Largest error of landmarks ``(B, 5, 2)`` against the template: eye centre, mouth centre or eye tilt."""
    eyes = landmarks[:, :2].mean(1) - TEMPLATE[:2].mean(0)
    mouth = landmarks[:, 3:].mean(1) - TEMPLATE[3:].mean(0)
    tilt = (landmarks[:, 1, 1] - landmarks[:, 0, 1])[:, None]
    return np.asarray(np.abs(np.concatenate([eyes, mouth / 2, tilt / 2], 1)).max(1))


def _rivals(faces: Sequence[Face], largest: Face) -> bool:
    """Whether the person might have meant another face, because it is large and certain enough."""
    return any(f is not largest and f.score > _SURE_FACE and f.area > _RIVAL * largest.area for f in faces)


def extract(image: Pixels, quad: Points, size: int) -> Pixels:
    """Draw the parallelogram ``quad`` of the image as ``(size, size, 3)``, reflected beyond the border."""
    span = float(np.hypot(*(quad[3] - quad[0])))
    shrink = max(1, int(span / (2 * size)))
    if shrink > 1:  # average first, because the transform samples without a filter
        image = np.asarray(Image.fromarray(image).reduce(shrink))
        quad = quad / shrink
    low = np.floor(quad.min(0)).astype(int) - 1
    high = np.ceil(quad.max(0)).astype(int) + 1
    columns = _reflected(low[0], high[0], image.shape[1])
    rows = _reflected(low[1], high[1], image.shape[0])
    window = Image.fromarray(image.take(rows, 0).take(columns, 1))
    corner, across, down = quad[0] - low, (quad[3] - quad[0]) / (2 * size), (quad[1] - quad[0]) / (2 * size)
    # Drawing at twice the size and halving that is the filter.
    coefficients = (across[0], down[0], corner[0], across[1], down[1], corner[1])
    drawn = window.transform(
        (2 * size, 2 * size), Image.Transform.AFFINE, coefficients, Image.Resampling.BILINEAR
    )
    return np.asarray(drawn.reduce(2))


def _reflected(low: int, high: int, length: int) -> NDArray[np.intp]:
    """Indices ``low .. high - 1`` folded back into ``0 .. length - 1`` by reflection."""
    index = np.mod(np.arange(low, high), 2 * length)
    return np.asarray(np.minimum(index, 2 * length - 1 - index), np.intp)
