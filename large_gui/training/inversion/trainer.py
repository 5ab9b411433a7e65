"""Train an encoder on photographs, which it inverts through its frozen generator, and on generated images."""

from __future__ import annotations

from typing import Any

import torch
from torch import Tensor
from torch.optim.swa_utils import AveragedModel, update_bn

from large_gui.nets.encoders.lite import LiteEncoder
from large_gui.nets.generator import Generator, drawn_codes
from large_gui.training.checkpoint import Origin, Stateful
from large_gui.training.encoder import averaged, encoder_optimizer, half_precision, set_rate
from large_gui.training.gan.images import TrainingImages
from large_gui.training.generated import draw_codes
from large_gui.training.inversion.losses import (
    CodePrior,
    FeatureDistance,
    code_loss,
    delta_loss,
    pixel_loss,
)
from large_gui.training.inversion.settings import InversionTraining

_SETTLING = 24  # batches that the result's statistics are taken of
_DRAWN = 10_000  # codes of W that its mean and covariance are measured on


class Schedule:
    """How many steps a run has in all, and how many it has done.

    Parameters
    ----------
    fixed
        Whether the steps are those that were asked for, also for a run that was begun with others.
    """

    def __init__(self, steps: int, *, fixed: bool = False) -> None:
        self.steps, self.done, self._fixed = steps, 0, fixed

    def state_dict(self) -> dict[str, Any]:
        """Both numbers."""
        return {"steps": self.steps, "done": self.done}

    def load_state_dict(self, state: dict[str, Any], /) -> None:
        """Continue a run."""
        self.done = state["done"]
        if not self._fixed:
            self.steps = state["steps"]


class InversionTrainer:
    """The encoder, its average and its optimiser, one step at a time.

    Parameters
    ----------
    generator
        Ready for inference; its parameters take no gradients.
    photographs
        Of any side; they are compared at that of the generator's previews.
    fixed_steps
        Whether the settings' steps are kept by a run that was begun with others.

    Attributes
    ----------
    average
        The encoder with averaged weights, which `result` is made of.
    losses
        The parts of the last step's loss by name, without their weights.
    """

    def __init__(
        self, encoder: LiteEncoder, generator: Generator, perceptual: FeatureDistance,
        photographs: TrainingImages, settings: InversionTraining, device: str = "cpu", *,
        fixed_steps: bool = False,
    ) -> None:  # fmt: skip
        on_device: Any = {"device": device, "memory_format": torch.channels_last}
        self.encoder = encoder.to(**on_device).train()
        self.generator = generator.to(**on_device)
        self.perceptual = perceptual.to(**on_device)
        self.photographs, self.settings, self.device = photographs, settings, device
        self.prior = CodePrior(torch.from_numpy(drawn_codes(generator, _DRAWN, settings.seed))).to(device)
        self.average = AveragedModel(encoder, multi_avg_fn=averaged, use_buffers=True)
        self.optimizer = encoder_optimizer(encoder, settings.learning_rate)
        self.half = half_precision(device)
        self.schedule = Schedule(settings.steps, fixed=fixed_steps)
        self._origin = Origin(generator.mean_latent, "photographs")
        self.losses: dict[str, float] = {}

    def parts(self) -> dict[str, Stateful]:
        """Everything that the next step depends on; generated images depend on the step's number alone."""
        return {
            "origin": self._origin, "encoder": self.encoder, "average": self.average,
            "optimizer": self.optimizer, "photographs": self.photographs, "schedule": self.schedule,
        }  # fmt: skip

    def step(self) -> None:
        """Train on one batch of photographs and one of generated images."""
        settings, spread = self.settings, self.prior.spread
        views, photographs, codes = self._batch(self.schedule.done)
        with torch.autocast(self.device.partition(":")[0], self.half, enabled=self.half is not None):
            base, offsets = self.encoder.parts(views)
        base, offsets = base.float(), offsets.float()
        found = base[:, None] + offsets
        real, generated = found[: len(photographs)], found[len(photographs) :]
        losses = {
            "code": code_loss(generated, codes, spread),
            "delta": delta_loss(offsets[: len(photographs)], spread),
            "prior": self.prior(base[: len(photographs)]),
        }
        drawn_again = self.generator.preview(real)
        losses["pixels"] = pixel_loss(drawn_again, photographs)
        losses["perceptual"] = self.perceptual(drawn_again, photographs)
        loss = torch.stack([getattr(settings, name) * part for name, part in losses.items()]).sum()
        self.optimizer.zero_grad(set_to_none=True)
        loss.backward()  # type: ignore[no-untyped-call]
        torch.nn.utils.clip_grad_norm_(self.encoder.parameters(), 1.0)
        set_rate(self.optimizer, settings.learning_rate, self.schedule.done / self.schedule.steps)
        self.optimizer.step()
        self.average.update_parameters(self.encoder)
        self.schedule.done += 1
        self.losses = {name: float(part.detach()) for name, part in losses.items()}

    def result(self) -> LiteEncoder:
        """The encoder with averaged weights, and with the statistics that its norms have with these.

        Those that were kept while it learned lag behind, by hundreds of steps.
        """
        before = self.photographs.state_dict()
        encoder = self.average.module
        assert isinstance(encoder, LiteEncoder)
        update_bn((self._batch(self.schedule.done + i)[0] for i in range(_SETTLING)), encoder)
        self.photographs.load_state_dict(before)
        return encoder.eval()

    def _batch(self, step: int) -> tuple[Tensor, Tensor, Tensor]:
        """What the encoder reads in a step, photographs and then generated images; photographs; codes."""
        photographs = self.photographs.batch(self.settings.real)[0].to(self.device)
        photographs = resized(photographs, self.generator.preview_resolution)
        codes, drawn = self._drawn(step)
        return self._views(torch.cat([photographs, drawn])), photographs, codes

    def _drawn(self, step: int) -> tuple[Tensor, Tensor]:
        """Codes of a step ``(B, L, D)`` and their images, which depend on seed and step alone."""
        count, seed = self.settings.generated, self.settings.seed
        codes = draw_codes(self.generator, count, [seed, step])
        with torch.no_grad():
            return codes, self.generator.preview(codes).clamp(-1, 1)

    def _views(self, images: Tensor) -> Tensor:
        """Images as the encoder reads them."""
        aligned = resized(images, self.encoder.aligned_size)
        return self.encoder.middle(aligned).contiguous(memory_format=torch.channels_last)


def resized(images: Tensor, side: int) -> Tensor:
    """Images ``(B, 3, S, S)`` at another side, smoothed where they shrink; the same at their own."""
    if images.shape[-1] == side:
        return images
    return torch.nn.functional.interpolate(images, (side, side), mode="bilinear", antialias=True)
