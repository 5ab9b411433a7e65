"""Have an encoder's mean code tell, linearly, what annotators see in an image.

A code that is only near the true one loses what changes few pixels, such as age. A linear read-out of the
mean code is a distance along a direction, so what it can tell, directions can measure.
"""

from __future__ import annotations

import torch
from torch import Tensor, nn
from torch.nn import functional as F

from large_gui.training.generated import Pairs

_PENALTY = 0.1  # of the ridge regression that read-outs begin with, in variances of a code's dimension


class ReadOuts(nn.Module):
    """A linear map from the mean code ``(B, D)`` to K scores, which is learned beside the encoder.

    Parameters
    ----------
    pairs
        True codes and scores, each score of mean 0 and variance 1: the map begins as their ridge regression.
    mean_latent
        ``(D,)``: the code that counts as 0.
    weights
        How much each score counts ``(K,)``.
    """

    weights: Tensor
    mean_latent: Tensor

    def __init__(self, pairs: Pairs, mean_latent: Tensor, weights: Tensor) -> None:
        super().__init__()
        codes = pairs.codes.float().mean(1) - mean_latent.cpu()
        self.register_buffer("weights", weights)
        self.register_buffer("mean_latent", mean_latent.detach().clone())
        self.linear = nn.Linear(codes.shape[1], len(weights))
        gram = codes.T @ codes
        gram.diagonal().add_(_PENALTY * gram.diagonal().mean())
        with torch.no_grad():
            self.linear.weight.copy_(torch.linalg.solve(gram, codes.T @ pairs.scores).T)
            self.linear.bias.zero_()

    def forward(self, codes: Tensor) -> Tensor:
        """Scores ``(B, K)`` of mean codes."""
        return self.linear(codes - self.mean_latent)  # type: ignore[no-any-return]

    def loss(self, codes: Tensor, scores: Tensor) -> Tensor:
        """The smooth L1 error of each score, weighted and summed."""
        errors = F.smooth_l1_loss(self(codes), scores, reduction="none").mean(0)
        return errors @ self.weights
