"""Measure the error of an inversion, as a percentile of the errors of good images."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from numpy.typing import NDArray

from large_gui.core.latent import Codes
from large_gui.models.pack import CodeStatistics

if TYPE_CHECKING:
    from torch import Tensor

    from large_gui.nets.encoder import InversionEncoder
    from large_gui.nets.generator import Generator


def code_error(codes: Codes, statistics: CodeStatistics) -> NDArray[np.float64]:
    """Percentile of the Mahalanobis distance of codes ``(N, L, D)`` to those of generated images.

    Returns
    -------
    ``(N,)``, 0 to 100. Fewer than one good image in a hundred is beyond 99.
    """
    return _percentile(mahalanobis(codes, statistics), statistics.code_quantiles)


def mahalanobis(codes: Codes, statistics: CodeStatistics) -> NDArray[np.float64]:
    """Root mean square of the whitened mean codes: ``(N,)``, about 1 for generated images.

    In double precision the digits that are written do not depend on the other codes of a batch.
    """
    white = (codes.mean(1, dtype=np.float64) - statistics.mean) @ statistics.axes.T.astype(np.float64)
    return np.asarray(np.sqrt(np.square(white).mean(1)))


def image_error(
    aligned: Tensor,
    codes: Tensor,
    generator: Generator,
    encoder: InversionEncoder,
    statistics: CodeStatistics,
) -> NDArray[np.float64]:
    """Percentile of the feature distance between images and their reconstructions.

    Parameters
    ----------
    aligned
        ``(B, 3, S, S)`` in -1..1.
    codes
        ``(B, L, D)``.
    """
    return _percentile(
        reconstruction_distance(aligned, codes, generator, encoder), statistics.image_quantiles
    )


def reconstruction_distance(
    aligned: Tensor, codes: Tensor, generator: Generator, encoder: InversionEncoder
) -> NDArray[np.float64]:
    """Root mean square difference of the encoder's features between image and reconstruction: ``(B,)``.

    Images, codes and both networks must be on one device.
    """
    import torch
    from torch.nn import functional as F

    with torch.inference_mode():
        previews = torch.cat([generator.preview(c[None]).clamp(-1, 1) for c in codes])
        previews = F.interpolate(previews, aligned.shape[-2:], mode="bilinear", antialias=True)
        mine, theirs = (encoder.describe(x) for x in (aligned, previews))
        return (mine - theirs).square().mean(1).sqrt().double().cpu().numpy()


def _percentile(values: NDArray[np.float64], quantiles: NDArray[np.float32]) -> NDArray[np.float64]:
    return np.asarray(np.interp(values, quantiles, np.linspace(0, 100, len(quantiles))))
