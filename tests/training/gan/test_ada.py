"""Adaptive discriminator augmentation against direct arithmetic on pixels, and its strength's arithmetic."""

import math

import numpy as np
import pytest
import torch
from hypothesis import given, settings
from hypothesis import strategies as st
from scipy.spatial.transform import Rotation
from torch import Tensor

from large_gui.training.gan.augmentation import ada, warping
from large_gui.training.gan.augmentation.ada import LIMIT, AdaControl, AdaPipe
from large_gui.training.gan.augmentation.options import AdaOptions

ONLY_BLITS = AdaOptions(geometry=False, colour=False)
ONLY_GEOMETRY = AdaOptions(blit=False, colour=False)
ONLY_COLOURS = AdaOptions(blit=False, geometry=False)


def some_images(n: int = 3, channels: int = 3, side: int = 8, **kind: torch.dtype) -> Tensor:
    return torch.rand(n, channels, side, side, generator=torch.Generator().manual_seed(0)).to(**kind) * 2 - 1


def one(value: float) -> Tensor:
    return torch.tensor([value])


def blitted_directly(image: np.ndarray, mirror: bool, quarter: int, x: int, y: int) -> np.ndarray:
    image = image[:, :, ::-1] if mirror else image
    image = np.rot90(image, quarter, (1, 2))
    room = image.shape[1] - 1
    padded = np.pad(image, ((0, 0), (room, room), (room, room)), mode="reflect")
    return padded[:, room - y :, room - x :][:, : image.shape[1], : image.shape[2]]


@given(st.booleans(), st.integers(0, 3), st.integers(-3, 3), st.integers(-3, 3), st.integers(4, 9))
def test_mirrors_quarter_turns_and_whole_translations_copy_pixels(
    mirror: bool, quarter: int, x: int, y: int, side: int
) -> None:
    image = some_images(1, side=side)
    move = (
        ada.translation(torch.tensor([[x, y]]))
        @ ada.rotation(one(-math.pi / 2 * quarter))
        @ ada.scaling(one(-1.0 if mirror else 1.0), one(1.0))
    )

    moved = warping.move_whole_pixels(image, move)

    np.testing.assert_array_equal(moved[0], blitted_directly(image[0].numpy(), mirror, quarter, x, y))


def test_a_warp_that_moves_nothing_changes_nothing() -> None:
    images = some_images(side=9)
    moved = warping.warp(images, torch.eye(3).repeat(3, 1, 1))
    torch.testing.assert_close(moved, images, atol=1e-5, rtol=0)


def test_a_warp_by_whole_pixels_copies_them_away_from_the_border() -> None:
    images = some_images(1, side=20)
    move = ada.translation(torch.tensor([[3.0, -2.0]]))
    inside = (..., slice(6, -6), slice(6, -6))
    copied = warping.move_whole_pixels(images, move)
    torch.testing.assert_close(warping.warp(images, move)[inside], copied[inside], atol=1e-5, rtol=0)


@settings(deadline=None)
@given(
    st.floats(-math.pi, math.pi), st.floats(0.8, 1.3), st.floats(0.8, 1.3), st.floats(-3, 3), st.floats(-3, 3)
)
def test_a_warp_shows_a_smooth_picture_at_its_moved_positions(
    angle: float, wide: float, high: float, x: float, y: float
) -> None:
    """A pixel at G u shows what was at u: a plane wave shows the wave of the position moved back."""
    height, width = 32, 40
    move = (
        ada.translation(torch.tensor([[x, y]])) @ ada.rotation(one(angle)) @ ada.scaling(one(wide), one(high))
    )
    row, column = np.mgrid[:height, :width]
    positions = np.stack((column - (width - 1) / 2, row - (height - 1) / 2, np.ones_like(row)))

    def wave(at: np.ndarray) -> np.ndarray:
        return np.sin(0.35 * at[0] - 0.2 * at[1])

    back = np.einsum("ij,jhw->ihw", np.linalg.inv(move[0].numpy()), positions)
    inside = (abs(back[0]) < width / 2 - 5) & (abs(back[1]) < height / 2 - 5)

    moved = warping.warp(torch.tensor(wave(positions)).float()[None, None], move)[0, 0].numpy()

    np.testing.assert_allclose(moved[inside], wave(back)[inside], atol=0.03)


def test_a_warp_that_shrinks_does_not_alias() -> None:
    checkers = (torch.arange(32)[:, None] + torch.arange(32)) % 2 * 2.0 - 1
    small = warping.warp(checkers[None, None], ada.scaling(one(0.5), one(0.5)))
    assert small[0, 0, 12:-12, 12:-12].abs().max() < 0.05


def test_beyond_the_border_a_warp_shows_the_reflection() -> None:
    """Of a picture that has no contrast across the border, which the reflection continues smoothly."""
    row, column = torch.meshgrid(torch.arange(16.0), torch.arange(16.0), indexing="ij")
    image = (torch.cos(math.pi * column / 15) + torch.cos(2 * math.pi * row / 15))[None, None]
    far = ada.translation(torch.tensor([[37.0, -22.0]]))
    copied = warping.move_whole_pixels(image, far)
    torch.testing.assert_close(warping.warp(image, far), copied, atol=0.01, rtol=0)


def test_large_images_are_filtered_to_the_same(monkeypatch: pytest.MonkeyPatch) -> None:
    images, moves = some_images(2, side=16), ada.rotation(torch.tensor([0.3, 2.0]))
    dense = warping.warp(images, moves)
    monkeypatch.setattr(warping, "_DENSE", 8)
    torch.testing.assert_close(warping.warp(images, moves), dense, atol=1e-5, rtol=0)


def test_the_wavelet_is_orthogonal_to_its_shifts_and_has_six_vanishing_moments() -> None:
    taps = np.array(warping.SYM6)
    for shift in range(6):
        product = taps[2 * shift :] @ taps[: len(taps) - 2 * shift]
        assert product == pytest.approx(float(shift == 0), abs=1e-10)
    highpass = taps * (-1.0) ** np.arange(12)
    for moment in range(6):
        assert highpass @ (np.arange(12) / 12) ** moment == pytest.approx(0, abs=1e-9)


def coloured(images: Tensor, matrix: Tensor) -> np.ndarray:
    return ada.recolour(images, matrix.expand(len(images), 4, 4)).numpy()


def test_colours_change_as_their_formulas_say() -> None:
    images = some_images()
    pixels = images.numpy()
    luma = pixels.mean(1, keepdims=True)
    turn = Rotation.from_rotvec(0.7 * np.ones(3) / math.sqrt(3)).as_matrix()

    close = {"atol": 1e-5, "rtol": 0}
    np.testing.assert_allclose(coloured(images, ada.brightening(one(0.3))), pixels + 0.3, **close)
    np.testing.assert_allclose(coloured(images, ada.contrasting(one(1.4))), pixels * 1.4, **close)
    np.testing.assert_allclose(coloured(images, ada.luma_flip(one(1))), pixels - 2 * luma, **close)
    np.testing.assert_allclose(coloured(images, ada.luma_flip(one(0))), pixels, **close)
    turned = np.einsum("ij,bjhw->bihw", turn, pixels)
    np.testing.assert_allclose(coloured(images, ada.hue_turn(one(0.7))), turned, **close)
    saturated = luma + 0.4 * (pixels - luma)
    np.testing.assert_allclose(coloured(images, ada.saturating(one(0.4))), saturated, **close)


def test_a_grey_image_changes_as_its_three_equal_channels_do() -> None:
    grey = some_images(4, channels=1)
    torch.manual_seed(3)
    matrices = ada.draw_colours(4, 1.0)
    three = ada.recolour(grey.expand(-1, 3, -1, -1), matrices).mean(1, keepdim=True)
    torch.testing.assert_close(ada.recolour(grey, matrices), three)


def test_at_no_strength_the_images_are_the_very_same_and_nothing_is_drawn() -> None:
    images, before = some_images(), torch.get_rng_state()
    assert AdaPipe()(images, 0.0) is images
    assert torch.equal(torch.get_rng_state(), before)


@pytest.mark.parametrize("channels", [1, 3])
def test_the_second_derivative_is_that_of_finite_differences(channels: int) -> None:
    images = some_images(3, channels, dtype=torch.float64).requires_grad_(True)

    def augmented(x: Tensor) -> Tensor:
        torch.manual_seed(1)
        return AdaPipe()(x, torch.tensor(0.8)).square()  # squared, or there would be no second derivative

    assert torch.autograd.gradcheck(augmented, (images,), fast_mode=True)
    assert torch.autograd.gradgradcheck(augmented, (images,), fast_mode=True)


def test_each_transformation_falls_on_the_share_p_of_images() -> None:
    torch.manual_seed(0)
    n, p = 20_000, 0.3
    error = 4 * 0.5 / math.sqrt(n)  # at least four standard errors
    blits = ada.draw_blits(n, p, 64, 64)
    moves, warped = ada.draw_geometry(n, p, 64, 64)
    colours = ada.draw_colours(n, p)

    def share(chosen: Tensor) -> float:
        return chosen.float().mean().item()

    assert share(torch.linalg.det(blits) < 0) == pytest.approx(p / 2, abs=error)
    assert share(blits[:, 0, 1] != 0) == pytest.approx(p / 2, abs=error)
    assert share(blits[:, 0, 2] != 0) == pytest.approx(p * (1 - 1 / 16), abs=error)
    assert share(moves[:, 0, 1] != 0) == pytest.approx(p, abs=error)  # turned before, after or both
    assert share(moves[:, 0, 2] != 0) == pytest.approx(p, abs=error)
    assert share(warped) == pytest.approx(1 - (1 - p) ** 4, abs=error)
    assert share(colours[:, 0, 3] != 0) == pytest.approx(p, abs=error)
    untouched = (colours == torch.eye(4)).flatten(1).all(1)
    assert share(untouched) == pytest.approx((1 - p) ** 4 * (1 - p / 2), abs=error)


def test_the_drawn_amounts_are_spread_as_in_the_paper() -> None:
    torch.manual_seed(0)
    n = 20_000
    blits, (moves, _) = ada.draw_blits(n, 1.0, 64, 32), ada.draw_geometry(n, 1.0, 64, 32)
    assert blits[:, 0, 2].abs().max() == 8 and blits[:, 1, 2].abs().max() == 4  # an eighth of the side
    scale = torch.linalg.det(moves).log2() / 2  # the geometric mean of both axes' scales
    assert scale.std().item() == pytest.approx(0.2, rel=0.03)
    stretch = torch.linalg.svdvals(moves[:, :2, :2])
    ratio = (stretch[:, 0] / stretch[:, 1]).log2() / 2  # the size of the drawn one
    assert ratio.square().mean().sqrt().item() == pytest.approx(0.2, rel=0.03)
    assert moves[:, :2, 2].std(0).tolist() == pytest.approx([8, 4], rel=0.03)


@pytest.mark.parametrize("options", [ONLY_BLITS, ONLY_GEOMETRY, ONLY_COLOURS, AdaOptions()])
def test_the_same_state_of_chance_gives_the_same_augmentation(options: AdaOptions) -> None:
    images, pipe = some_images(8), AdaPipe(options)
    torch.manual_seed(5)
    pipe(images, 0.6)
    state = torch.get_rng_state()
    once = pipe(images, 0.6)
    another = pipe(images, 0.6)
    torch.set_rng_state(state)
    again = pipe(images, 0.6)

    assert torch.equal(once, again)
    assert not torch.equal(once, another)
    assert not torch.equal(once, images)


@pytest.mark.parametrize("options", [ONLY_BLITS, ONLY_GEOMETRY])
def test_images_that_no_transformation_falls_on_stay_exactly_as_they_are(options: AdaOptions) -> None:
    torch.manual_seed(2)
    images = some_images(64)
    same = (AdaPipe(options)(images, 0.2) == images).flatten(1).all(1)
    assert 0 < same.sum() < 64


def test_half_precision_around_it_makes_no_difference() -> None:
    images = some_images()
    torch.manual_seed(1)
    wide = AdaPipe()(images, 0.8)
    torch.manual_seed(1)
    with torch.autocast("cpu", torch.bfloat16):
        narrow = AdaPipe()(images, 0.8)
    assert torch.equal(wide, narrow)
    torch.manual_seed(1)
    assert AdaPipe()(images.bfloat16(), 0.8).dtype == torch.bfloat16


def test_the_strength_rises_while_the_discriminator_is_too_sure_and_falls_again() -> None:
    control = AdaControl(AdaOptions(rise=1000))
    sure, unsure = torch.tensor(1.0), torch.tensor(0.0)
    for _ in range(3):
        control.record(sure, 10)
    assert control.p == 0
    control.record(sure, 10)
    assert (control.p, control.sign) == (pytest.approx(0.04), 1)  # 40 images of 1000
    for _ in range(4):
        control.record(unsure, 10)
    assert (control.p, control.sign) == (pytest.approx(0), 0)
    for _ in range(4):
        control.record(unsure, 10)
    assert control.p == 0


def test_the_strength_stays_at_the_aim_and_below_the_limit() -> None:
    control = AdaControl(AdaOptions(target=1.0, rise=1000))
    control.p = 0.5
    for _ in range(4):
        control.record(torch.tensor(1.0), 10)
    assert control.p == 0.5
    control = AdaControl(AdaOptions(rise=1000))
    for _ in range(4 * 100):
        control.record(torch.tensor(1.0), 10)
    assert control.p == LIMIT


def test_the_strength_continues_from_a_saved_state() -> None:
    whole, begun = AdaControl(AdaOptions(rise=1000)), AdaControl(AdaOptions(rise=1000))
    signs = torch.rand(14, generator=torch.Generator().manual_seed(1)) * 2 - 0.8
    for sign in signs[:6]:
        begun.record(sign, 10)
    resumed = AdaControl(AdaOptions(rise=1000))
    resumed.load_state_dict(begun.state_dict())
    for sign in signs:
        whole.record(sign, 10)
    for sign in signs[6:]:
        resumed.record(sign, 10)
    assert resumed.state_dict() == whole.state_dict()
