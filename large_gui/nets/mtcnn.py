"""MTCNN face detector: faces and their five landmarks from a cascade of three small networks.

Zhang et al., "Joint Face Detection and Alignment Using Multitask Cascaded Convolutional
Networks", 2016 (arXiv:1604.02878). P-Net proposes boxes on an image pyramid, R-Net rejects most of
them, O-Net makes the rest exact and finds the landmarks. The weights are those of facenet-pytorch
2.6.0 (MIT). Coordinates are continuous: pixel i spans [i, i + 1).
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass

import numpy as np
import torch
from PIL import Image
from torch import Tensor, nn
from torch.nn import functional as F

from large_gui.core.latent import Pixels
from large_gui.nets.detecting.boxes import Points, moved, square, suppress
from large_gui.nets.detecting.pyramid import Pyramid, Size, halved
from large_gui.nets.pixels import stacked

CROP_SIDE = 48  # pixels a side of the crops that O-Net reads
Known = dict[tuple[float, ...], tuple[list[float], float]]  # what R-Net made of a box: another, and its score

_CERTAIN = 0.9  # a face with this score hides no smaller one that counts
_FOUND = 0.85  # of a window's side: faces as small as this are found in the window
_MIRRORED = [1, 0, 2, 4, 3]  # index of each landmark in the mirrored image


@dataclass(frozen=True, eq=False)
class Face:
    """One face, in pixel coordinates of the image it was found in.

    Attributes
    ----------
    box
        ``(4,)``: left, top, right, bottom; may reach outside of the image.
    score
        Probability of being a face.
    landmarks
        ``(5, 2)``: left eye, right eye, nose, left and right mouth corner (left in the image).
    """

    box: Points
    score: float
    landmarks: Points

    @property
    def area(self) -> float:
        """Area of the box in pixels."""
        return float((self.box[2] - self.box[0]) * (self.box[3] - self.box[1]))


def _conv(inputs: int, outputs: int, kernel: int = 3) -> list[nn.Module]:
    return [nn.Conv2d(inputs, outputs, kernel), nn.PReLU(outputs)]


class _Pool(nn.Module):
    """``nn.MaxPool2d(kernel, 2, ceil_mode=True)`` by whole rows and columns, which is eight times as fast."""

    def __init__(self, kernel: int) -> None:
        super().__init__()
        self.kernel = kernel

    def forward(self, x: Tensor) -> Tensor:
        if x.is_mkldnn:
            return F.max_pool2d(x, self.kernel, 2, ceil_mode=True)
        height, width = (-(-(side - self.kernel) // 2) + 1 for side in x.shape[2:])
        beyond = [2 * (out - 1) + self.kernel - side for out, side in zip((width, height), x.shape[:1:-1])]
        if any(beyond):
            x = F.pad(x, (0, beyond[0], 0, beyond[1]), value=float("-inf"))
        rows = x[:, :, : 2 * height - 1 : 2]
        for i in range(1, self.kernel):
            rows = torch.maximum(rows, x[:, :, i : i + 2 * height - 1 : 2])
        found = rows[..., : 2 * width - 1 : 2]
        for i in range(1, self.kernel):
            found = torch.maximum(found, rows[..., i : i + 2 * width - 1 : 2])
        return found


class _Flatten(nn.Module):
    """``nn.Flatten``, which takes maps as `_blocked` lays them out as well."""

    def forward(self, x: Tensor) -> Tensor:
        return (x.to_dense() if x.is_mkldnn else x).flatten(1)


def _blocked(x: Tensor) -> Tensor:
    """The same maps as oneDNN lays them out, so that no layer has to: many small maps take half the time."""
    blocks = x.is_cpu and torch.backends.mkldnn.is_available()  # type: ignore[no-untyped-call]
    return x.to_mkldnn() if blocks else x


class ProposalNet(nn.Module):
    """P-Net, ``(1, 3, H, W)`` -> face probability ``(1, h, w)`` and box offsets ``(1, 4, h, w)``.

    Parameters
    ----------
    beyond
        Rows and columns after the first layer that lie outside of what is looked at, for the pooling.
    """

    def __init__(self) -> None:
        super().__init__()
        self.features = nn.Sequential(*_conv(3, 10), _Pool(2), *_conv(10, 16), *_conv(16, 32))
        self.score = nn.Conv2d(32, 2, 1)
        self.offsets = nn.Conv2d(32, 4, 1)

    def forward(self, x: Tensor, beyond: Sequence[tuple[slice, slice]] = ()) -> tuple[Tensor, Tensor]:
        for i, layer in enumerate(self.features):
            x = layer(x)
            if i == 1:
                for rows, columns in beyond:
                    x[..., rows, columns] = float("-inf")
        return self.score(x).softmax(1)[:, 1], self.offsets(x)


class RefinementNet(nn.Module):
    """R-Net, ``(B, 3, 24, 24)`` -> face probability ``(B,)`` and box offsets ``(B, 4)``."""

    def __init__(self) -> None:
        super().__init__()
        self.features = nn.Sequential(
            *_conv(3, 28), _Pool(3), *_conv(28, 48), _Pool(3), *_conv(48, 64, 2),
            _Flatten(), nn.Linear(576, 128), nn.PReLU(128),
        )  # fmt: skip
        self.score = nn.Linear(128, 2)
        self.offsets = nn.Linear(128, 4)

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor]:
        x = self.features(_blocked(x))
        return self.score(x).softmax(1)[:, 1], self.offsets(x)


class OutputNet(nn.Module):
    """O-Net, ``(B, 3, 48, 48)`` -> probability ``(B,)``, offsets ``(B, 4)``, landmarks ``(B, 5, 2)``."""

    def __init__(self) -> None:
        super().__init__()
        self.features = nn.Sequential(
            *_conv(3, 32), _Pool(3), *_conv(32, 64), _Pool(3), *_conv(64, 64), _Pool(2),
            *_conv(64, 128, 2), _Flatten(), nn.Linear(1152, 256), nn.PReLU(256),
        )  # fmt: skip
        self.score = nn.Linear(256, 2)
        self.offsets = nn.Linear(256, 4)
        self.landmarks = nn.Linear(256, 10)

    def forward(self, x: Tensor) -> tuple[Tensor, Tensor, Tensor]:
        x = self.features(_blocked(x))
        points = self.landmarks(x).unflatten(1, (2, 5)).transpose(1, 2)  # five x, then five y
        return self.score(x).softmax(1)[:, 1], self.offsets(x), points


class FaceDetector(nn.Module):
    """The whole cascade of the three networks.

    Parameters
    ----------
    long_side
        Larger images are first shrunk to this many pixels on the long side, which bounds the cost.
    min_face
        Smallest face to find, as a share of the short side (but at least 20 pixels).
    thresholds
        Least face probability to pass P-, R- and O-Net.
    """

    def __init__(
        self,
        long_side: int = 480,
        min_face: float = 0.06,
        thresholds: tuple[float, float, float] = (0.6, 0.7, 0.8),
    ) -> None:
        super().__init__()
        self.long_side = long_side
        self.min_face = min_face
        self.thresholds = thresholds
        self.pnet = ProposalNet()
        self.rnet = RefinementNet()
        self.onet = OutputNet()

    @torch.inference_mode()
    def detect(self, images: Sequence[Pixels], least: float = 0.0) -> list[list[Face]]:
        """Find the faces of every image, most certain first.

        Parameters
        ----------
        images
            RGB ``(H, W, 3)``, any sizes.
        least
            Faces whose area is a smaller share than this of the largest face's need not be found.
        """
        return [self._detect(image, least) for image in images]

    @torch.inference_mode()
    def landmarks_at(self, crops: Tensor) -> tuple[Tensor, Tensor]:
        """Landmarks of faces whose boxes are known: O-Net alone, on the crops and their mirror images.

        Parameters
        ----------
        crops
            RGB 0..255, ``(B, 3, 48, 48)``.

        Returns
        -------
        Face probability ``(B,)`` and landmarks ``(B, 5, 2)`` as shares of the crop, means of both views.
        """
        x = self._normalise(crops)
        score, _, points = self.onet(torch.cat([x, x.flip(-1)]))
        points, mirrored = points.chunk(2)
        mirrored = mirrored[:, _MIRRORED] * points.new_tensor([-1, 1]) + points.new_tensor([1, 0])
        return score.view(2, -1).mean(0), (points + mirrored) / 2

    def _normalise(self, pixels: Tensor) -> Tensor:
        return pixels.to(self.pnet.score.weight).sub_(127.5).div_(128)

    def _detect(self, pixels: Pixels, least: float) -> list[Face]:
        shrink = min(1.0, self.long_side / max(pixels.shape[:2]))
        height, width = (max(1, round(side * shrink)) for side in pixels.shape[:2])
        image = Image.fromarray(pixels)
        if shrink < 1:
            image = image.resize((width, height), Image.Resampling.BILINEAR, reducing_gap=2.0)
        faces = self._cascade(image, least)
        if not faces:
            # A face that fills the image is only proposed if there is some space around it.
            border = round(0.4 * min(height, width))
            padded = np.pad(np.asarray(image), ((border, border), (border, border), (0, 0)), "edge")
            faces = [
                Face(face.box - border, face.score, face.landmarks - border)
                for face in self._cascade(Image.fromarray(padded), least)
            ]
        scale = np.array([pixels.shape[1] / width, pixels.shape[0] / height])
        return [Face(face.box * np.tile(scale, 2), face.score, face.landmarks * scale) for face in faces]

    def _cascade(self, image: Image.Image, least: float) -> list[Face]:
        smallest = max(20.0, self.min_face * min(image.size))
        sizes = halved(*image.size, 12 / smallest)  # P-Net looks at windows of 12 pixels
        boxes, scores = np.zeros((0, 4)), np.zeros(0)
        known: Known = {}
        faces: list[Face] = []
        end = len(sizes)
        for start in (3, 1, 0) if least else (0,):
            found = self._proposals(image, sizes[start:end])
            boxes, scores = np.concatenate([found[0], boxes]), np.concatenate([found[1], scores])
            likely, end = self._likely(image, boxes, scores, known), start
            enough = (_FOUND * smallest) ** 2 * 2**start  # area of a face found for sure, of those looked for
            if start and not (least * np.prod(likely[0][:, 2:] - likely[0][:, :2], 1) >= enough).any():
                continue
            faces = self._faces(image, *likely)
            if any(face.score > _CERTAIN and least * face.area >= enough for face in faces):
                break
        return faces

    def _likely(
        self, image: Image.Image, boxes: Points, scores: Points, known: Known, most: int = 200
    ) -> tuple[Points, Points]:
        """Which of P-Net's boxes ``(N, 4)`` R-Net takes for faces, moved, and scores; fills what is known."""
        boxes = square(boxes[suppress(boxes, scores, 0.7)[:most]])
        keys = [tuple(box) for box in boxes.tolist()]
        new = [i for i, key in enumerate(keys) if key not in known]
        if new:
            score, offsets = self.rnet(self._crops(image, boxes[new], 24))
            there = moved(boxes[new], offsets.double().cpu().numpy()).tolist()
            known.update(zip([keys[i] for i in new], zip(there, score.tolist())))
        good = [known[key] for key in keys if known[key][1] > self.thresholds[1]]
        return np.array([box for box, _ in good]).reshape(-1, 4), np.array([score for _, score in good])

    def _faces(self, image: Image.Image, boxes: Points, scores: Points) -> list[Face]:
        """Which boxes ``(N, 4)`` O-Net takes for faces."""
        boxes = square(boxes[suppress(boxes, scores, 0.7)])
        if not len(boxes):
            return []
        score, offsets, points = self.onet(self._crops(image, boxes, CROP_SIDE))
        scores = score.double().cpu().numpy()
        corner, size = boxes[:, None, :2], boxes[:, None, 2:] - boxes[:, None, :2]
        landmarks = corner + points.double().cpu().numpy() * size
        boxes = moved(boxes, offsets.double().cpu().numpy())
        good = np.flatnonzero(scores > self.thresholds[2])
        good = good[suppress(boxes[good], scores[good], 0.5, of_smaller=True)]
        return [Face(boxes[i], float(scores[i]), landmarks[i]) for i in good]

    def _proposals(self, image: Image.Image, sizes: Sequence[Size], most: int = 200) -> tuple[Points, Points]:
        """Boxes ``(N, 4)`` that P-Net takes for faces in the image at these sizes, and scores ``(N,)``."""
        if not sizes:
            return np.zeros((0, 4)), np.zeros(0)
        pyramid = Pyramid(sizes)
        # Channels first: one picture laid out channels last would be rounded otherwise.
        picture = self._normalise(stacked([pyramid.drawn(image)]).contiguous())
        score, offsets = self.pnet(picture, pyramid.beyond())
        found = score[0].double().cpu().numpy(), offsets[0].double().cpu().numpy().transpose(1, 2, 0)
        proposals = []
        for size, place in zip(sizes, pyramid.windows()):
            scores, offsets_here = (part[place] for part in found)
            rows, columns = np.nonzero(scores > self.thresholds[0])
            corner = np.stack([columns, rows], 1) * 2.0  # P-Net's stride
            ratio = np.array(image.size) / size
            boxes, scores = np.hstack([corner * ratio, (corner + 12) * ratio]), scores[rows, columns]
            kept = suppress(boxes, scores, 0.5)[:most]
            proposals.append((moved(boxes[kept], offsets_here[rows[kept], columns[kept]]), scores[kept]))
        return np.concatenate([boxes for boxes, _ in proposals]), np.concatenate(
            [one for _, one in proposals]
        )

    def _crops(self, image: Image.Image, boxes: Points, side: int) -> Tensor:
        """Normalised crops ``(N, 3, side, side)``, black outside of the image."""
        column = Image.new("RGB", (side, side * len(boxes)))  # one picture is read faster than many
        for i, box in enumerate(boxes.astype(int).tolist()):
            crop = image.crop(tuple(box)).resize((side, side), Image.Resampling.BILINEAR)
            column.paste(crop, (0, i * side))
        return self._normalise(stacked(np.asarray(column).reshape(-1, side, side, 3)))
