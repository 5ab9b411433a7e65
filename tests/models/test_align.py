"""Faces are found wherever they are, framed as FFHQ frames them, and left alone where they are."""

from __future__ import annotations

import numpy as np
import pytest
from PIL import Image

from large_gui.models.kinds.gan import GanModel
from large_gui.models.preparation import TEMPLATE, AlignedFace, FaceAligner, ffhq_quad
from large_gui.nets.encoders.lite import ALIGNED_SIZE


@pytest.fixture(scope="module")
def aligner(pack: GanModel) -> FaceAligner:
    return FaceAligner(pack.face_detector(), ALIGNED_SIZE)


def paste(
    face: np.ndarray, scale: float, roll: float, rng: np.random.Generator
) -> tuple[np.ndarray, np.ndarray]:
    """A larger picture with the face in it, and the matrix (2, 3) from face shares to picture pixels."""
    width, height = 640, 480
    ramp = np.linspace(0, 1, width)[None, :, None] * np.linspace(0.3, 1, height)[:, None, None]
    picture = (ramp * rng.uniform(60, 220, 3)).astype(np.uint8)
    side = scale * height
    reach = side * (abs(np.cos(roll)) + abs(np.sin(roll))) / 2
    cx = rng.uniform(min(reach, width / 2), max(width - reach, width / 2))
    cy = rng.uniform(min(reach, height / 2), max(height - reach, height / 2))
    c, s = np.cos(roll) * side, np.sin(roll) * side
    to_picture = np.array([[c, -s, cx - (c - s) / 2], [s, c, cy - (s + c) / 2]])
    inverse = np.linalg.inv(np.vstack([to_picture, [0, 0, 1]]))[:2]
    size = face.shape[0]
    small = max(1, int(size / side))
    source = Image.fromarray(face).reduce(small)
    coefficients = (inverse * source.width).ravel()
    drawn = source.transform((width, height), Image.Transform.AFFINE, coefficients, Image.Resampling.BICUBIC)
    mask = Image.new("L", source.size, 255).transform(
        (width, height), Image.Transform.AFFINE, coefficients, Image.Resampling.BILINEAR
    )
    return np.asarray(Image.composite(drawn, Image.fromarray(picture), mask)), to_picture


def eyes_in_crop(face: AlignedFace, points: np.ndarray) -> np.ndarray:
    """Picture points (2, 2) as shares of the aligned crop."""
    across, down = face.quad[3] - face.quad[0], face.quad[1] - face.quad[0]
    return np.linalg.solve(np.stack([across, down], 1), (points - face.quad[0]).T).T


def test_pasted_faces_are_recovered(
    aligner: FaceAligner, sample_images: list[np.ndarray], capsys: pytest.CaptureFixture[str]
) -> None:
    rng = np.random.default_rng(3)
    errors = []
    for face in sample_images[:60]:
        # The truth: where the landmarks are in the face as it was generated, and FFHQ's frame of them.
        found = aligner.detector.detect([face])[0]
        landmarks = max(found, key=lambda f: f.area).landmarks / face.shape[0]
        frame = ffhq_quad(landmarks)
        truth = AlignedFace(np.zeros((1, 1, 3), np.uint8), (), frame)
        expected = eyes_in_crop(truth, landmarks[:2])
        picture, matrix = paste(face, rng.uniform(0.3, 1.0), np.radians(rng.uniform(-30, 30)), rng)
        recovered = aligner.align_batch([picture])[0]
        in_picture = landmarks[:2] @ matrix[:, :2].T + matrix[:, 2]
        errors.append(np.hypot(*(eyes_in_crop(recovered, in_picture) - expected).T).max())
    share = float(np.mean(np.array(errors) <= 0.04))
    with capsys.disabled():
        print(f"\neye centres within 4 %: {share:.1%} of {len(errors)}; median error {np.median(errors):.2%}")
    assert share >= 0.95


def test_aligned_crops_are_left_alone(aligner: FaceAligner, sample_images: list[np.ndarray]) -> None:
    faces = aligner.align_batch(sample_images[:40])
    alone = [np.array_equal(face.quad[0], [0, 0]) for face in faces]
    assert np.mean(alone) >= 0.95
    assert all(face.crop.shape == (ALIGNED_SIZE, ALIGNED_SIZE, 3) for face in faces)


def test_no_face_is_flagged(aligner: FaceAligner) -> None:
    ramp = np.tile(np.linspace(0, 255, 300).astype(np.uint8)[None, :, None], (200, 1, 3))
    face = aligner.align_batch([ramp])[0]
    assert face.flags == ("unaligned",)
    assert face.quad[0].tolist() == [50, 0]
    assert face.quad[2].tolist() == [250, 200]


def test_the_largest_of_several_faces(aligner: FaceAligner, sample_images: list[np.ndarray]) -> None:
    picture = np.full((400, 700, 3), 128, np.uint8)
    picture[50:370, 20:340] = sample_images[0]
    picture[100:280, 480:660] = np.asarray(Image.fromarray(sample_images[1]).resize((180, 180)))
    face = aligner.align_batch([picture])[0]
    assert "several-faces" in face.flags
    assert face.quad.mean(0)[0] < 350


def test_leaving_out_small_faces_changes_nothing_about_the_largest(
    aligner: FaceAligner, sample_images: list[np.ndarray]
) -> None:
    rng = np.random.default_rng(5)
    for face in sample_images[:8]:
        picture, _ = paste(face, rng.uniform(0.2, 1.0), 0.0, rng)
        every, large = aligner.detector.detect([picture])[0], aligner.detector.detect([picture], least=0.1)[0]
        largest = [max(found, key=lambda one: one.area) for found in (every, large)]
        assert largest[1].landmarks == pytest.approx(largest[0].landmarks, abs=0.01)


@pytest.mark.parametrize("shape", [(1, 1, 3), (1, 500, 3), (3, 2, 3), (47, 47, 3)])
def test_tiny_images_do_not_break(aligner: FaceAligner, shape: tuple[int, ...]) -> None:
    face = aligner.align_batch([np.zeros(shape, np.uint8)])[0]
    assert face.crop.shape == (ALIGNED_SIZE, ALIGNED_SIZE, 3)


def test_the_frame_of_the_template_is_upright() -> None:
    quad = ffhq_quad(TEMPLATE)
    assert quad[0][1] == pytest.approx(quad[3][1], abs=1e-6)
    assert quad.mean(0) == pytest.approx([0.5, 0.5], abs=0.02)
    assert np.ptp(quad, 0) == pytest.approx([1, 1], abs=0.15)
