"""The settings of a training of an encoder on photographs and generated images, with the papers' symbols."""

from __future__ import annotations

from dataclasses import dataclass


@dataclass(frozen=True)
class InversionTraining:
    """How an encoder is trained on photographs, through the frozen generator, and on generated images.

    Attributes
    ----------
    steps
        Optimiser steps in all; the learning rate falls along a half cosine over them.
    real, generated
        Photographs and generated images in a step.
    learning_rate
        Peak learning rate of the new layers; the pretrained backbone gets half of it.
    code
        Weight of the squared error of the codes of generated images, relative to the variance of W. It says
        where codes should lie; the papers, which train large encoders for days, have photographs alone.
    pixels
        Weight of the squared difference of photograph and reconstruction (pSp, Eq. 1: lambda_1 = 1).
    perceptual
        Weight of the perceptual distance between them (pSp, Eq. 2: lambda_2 = 0.8).
    delta
        Weight of the offsets of layers from the base code (e4e 5.2, L_d-reg), relative to the variance of W.
    prior
        Weight of the squared Mahalanobis distance of the base code in W, per dimension. It has the place of
        e4e's discriminator of codes (e4e 5.2, L_adv), and of pSp's Eq. 3, which draws codes to the mean alike
        in all directions.
    seed
        Of generated images, of the order of photographs and of new layers.

    References
    ----------
    pSp: Richardson et al. 2021 (arXiv:2008.00951). e4e: Tov et al. 2021 (arXiv:2102.02766).
    """

    steps: int
    real: int = 16
    generated: int = 16
    learning_rate: float = 1.5e-3
    code: float = 0.5
    pixels: float = 1.0
    perceptual: float = 0.8
    delta: float = 0.1
    prior: float = 0.01
    seed: int = 0
