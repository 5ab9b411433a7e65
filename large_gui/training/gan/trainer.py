"""Train StyleGAN2 with adaptive discriminator augmentation, one step at a time.

StyleGAN2: Karras et al. 2020 (arXiv:1912.04958). ADA: Karras et al. 2020 (arXiv:2006.06676). HSR: the second
paper. Written from the papers. A step is a generator's and a discriminator's, and every few steps a
regularisation of each in a pass of its own (lazy regularisation, StyleGAN2, appendix B).
"""

from __future__ import annotations

import copy
from collections.abc import Callable
from typing import Any

import torch
from torch import Tensor, nn

from large_gui.nets.discriminator import Discriminator
from large_gui.nets.stylegan2 import StyleGAN2
from large_gui.training.checkpoint import Stateful
from large_gui.training.gan.augmentation.ada import AdaControl, AdaPipe
from large_gui.training.gan.averages import Means, average_weights
from large_gui.training.gan.distributed import Team
from large_gui.training.gan.hsr.regularizer import SemanticRegularizer
from large_gui.training.gan.images import TrainingImages
from large_gui.training.gan.losses import discriminator_loss, generator_loss, path_lengths, r1_penalty
from large_gui.training.gan.settings import GanTraining

_BETAS, _EPSILON = (0.0, 0.99), 1e-8  # Adam's (StyleGAN2, appendix B)
_MEAN_W = 0.995  # decay of the mean of w a step (StyleGAN)
_LARGEST = 1e5  # of a gradient's numbers
_SMALLER = 2  # path length regularisation takes a batch smaller by this factor (StyleGAN2, appendix B)


class GanTrainer:
    """The networks of a training, their optimisers, and all that the next step depends on.

    Parameters
    ----------
    hsr
        The hierarchical semantic regularizer, or ``None`` to train without it.
    team
        The processes that train together; each takes a share of every batch.

    Attributes
    ----------
    average
        The generator with averaged weights, which is the result.
    means
        The means of losses since they were last taken.
    seen
        How many real images the discriminator was shown.
    """

    def __init__(
        self, settings: GanTraining, images: TrainingImages, hsr: SemanticRegularizer | None = None,
        device: str = "cpu", team: Team | None = None,
    ) -> None:  # fmt: skip
        self.settings, self.images, self.hsr, self.device = settings, images, hsr, device
        self.team = team or Team()
        self._share = self.team.share(settings.batch)
        torch.manual_seed(settings.seed)  # with and without HSR, a run begins with the same weights
        config = settings.generator_config(images.classes)
        on_device: Any = {"device": device, "memory_format": torch.channels_last}
        self.generator = StyleGAN2(config).to(**on_device).requires_grad_(False)
        self.discriminator = Discriminator(config).to(**on_device).requires_grad_(False)
        self.average = copy.deepcopy(self.generator).eval()
        self.augment = AdaPipe(settings.augmentation)
        self.ada = AdaControl(settings.augmentation)
        self.means = Means(self.team)
        self.path_mean = torch.zeros((), device=device)
        self.step_number = self.seen = 0
        self._half = device != "cpu" and config.fp16_resolutions > 0
        drawing = [*self.generator.parameters()]
        if hsr is not None:
            hsr.to(**on_device).requires_grad_(False)
            drawing += [*hsr.parameters()]
        for part in (self.generator, self.discriminator, self.average, *([hsr] if hsr else [])):
            self.team.align(part.state_dict().values())
        self._drawing, self._judging = drawing, [*self.discriminator.parameters()]
        path = settings.path_interval if settings.path_weight else 0
        self._drawing_optimizer = _adam(drawing, settings.learning_rate, path)
        self._judging_optimizer = _adam(self._judging, settings.learning_rate, settings.r1_interval)

    def step(self) -> None:
        """Train both networks on one batch."""
        settings = self.settings
        self.team.seed(settings.seed, self.step_number)
        real, labels = self.images.batch(settings.batch, self.team.rank, self.team.size)
        real = real.to(self.device, memory_format=torch.channels_last)
        labels = None if labels is None else labels.to(self.device)
        self._optimize(self._drawing_optimizer, self._drawing, self._generator_loss())
        if settings.path_weight and self.step_number % settings.path_interval == 0:
            self._optimize(self._drawing_optimizer, self._drawing, self._path_penalty)
        self._optimize(self._judging_optimizer, self._judging, lambda: self._discriminator_loss(real, labels))
        if self.step_number % settings.r1_interval == 0:
            self._optimize(self._judging_optimizer, self._judging, lambda: self._r1(real, labels))
        self.step_number += 1
        self.seen += settings.batch
        half_life = min(settings.ema_thousands * 1000, self.seen * settings.ema_rampup)
        average_weights(self.average, self.generator, 0.5 ** (settings.batch / max(half_life, 1e-8)))

    def _optimize(
        self, optimizer: torch.optim.Optimizer, parameters: list[nn.Parameter], loss: Callable[[], Tensor]
    ) -> None:
        """Take one step of one network; the other is constant meanwhile."""
        for parameter in parameters:
            parameter.requires_grad_(True)
        optimizer.zero_grad(set_to_none=True)
        loss().backward()  # type: ignore[no-untyped-call]
        for parameter in parameters:
            parameter.requires_grad_(False)
            if self._half and parameter.grad is not None:  # a step too large for half precision is not fatal
                torch.nan_to_num_(parameter.grad, 0.0, _LARGEST, -_LARGEST)
        self.team.merge(parameters)
        optimizer.step()

    def _generator_loss(self) -> Callable[[], Tensor]:
        hsr = self.hsr
        if hsr is None or self.step_number % hsr.options.interval:
            return self._adversarial_loss

        def loss() -> Tensor:
            features: dict[int, Tensor] = {}
            fake, labels, _ = self._drawn(self._share, features)
            distance = hsr(features, fake)
            self.means.add(hsr=distance)
            loss: Tensor = self._judged_loss(fake, labels) + hsr.options.lazy_weight * distance
            return loss

        return loss

    def _adversarial_loss(self) -> Tensor:
        fake, labels, _ = self._drawn(self._share)
        return self._judged_loss(fake, labels)

    def _judged_loss(self, fake: Tensor, labels: Tensor | None) -> Tensor:
        loss = generator_loss(self._judge(fake, labels))
        self.means.add(loss_g=loss)
        return loss

    def _path_penalty(self) -> Tensor:
        """Path length regularisation (StyleGAN2, Eq. 4); the mean length follows slowly."""
        fake, _, ws = self._drawn(max(1, self._share // _SMALLER))
        lengths = path_lengths(fake, ws, torch.randn_like(fake))
        mean = self.path_mean.lerp(self.team.mean(lengths.mean()), self.settings.path_decay)
        self.path_mean.copy_(mean)
        self.means.add(path_length=lengths)
        return (lengths - mean).square().mean() * self.settings.path_weight * self.settings.path_interval

    def _discriminator_loss(self, real: Tensor, labels: Tensor | None) -> Tensor:
        with torch.no_grad():
            fake, fake_labels, _ = self._drawn(len(real))
        on_fake, on_real = self._judge(fake, fake_labels), self._judge(real, labels)
        if self.settings.augment:
            self.ada.record(self.team.mean(on_real.sign().mean()), self.settings.batch)
        loss = discriminator_loss(on_real, on_fake)
        self.means.add(loss_d=loss, sign=on_real.sign())
        return loss

    def _r1(self, real: Tensor, labels: Tensor | None) -> Tensor:
        real = real.detach().requires_grad_(True)
        penalty = r1_penalty(self._judge(real, labels), real)
        self.means.add(r1=penalty)
        return penalty * (self.settings.gamma / 2 * self.settings.r1_interval)

    def _judge(self, images: Tensor, labels: Tensor | None) -> Tensor:
        """The discriminator's logits ``(B,)`` of augmented images."""
        if self.settings.augment:
            images = self.augment(images, self.ada.p)
        logits: Tensor = self.discriminator(images, labels)
        return logits

    def _drawn(
        self, count: int, features: dict[int, Tensor] | None = None
    ) -> tuple[Tensor, Tensor | None, Tensor]:
        """Images ``(B, 3, S, S)`` of new codes, their labels, and the W+ codes ``(B, L, D)``."""
        z = torch.randn(2 * count, self.settings.z_dim, device=self.device)
        labels = self.images.drawn_labels(count)
        labels = None if labels is None else labels.to(self.device)
        both = self.generator.mapping(z, None if labels is None else labels.repeat(2, 1))
        first, second = both[:count], both[count:]
        if torch.is_grad_enabled():
            mean = self.generator.mapping_network.w_avg
            mean.copy_(self.team.mean(first.mean(0)).lerp(mean, _MEAN_W))
        rows = self.generator.num_ws
        mixed = torch.rand(count, 1) < self.settings.style_mixing
        cut = torch.where(mixed, torch.randint(1, rows, (count, 1)), torch.tensor(rows))
        later = (torch.arange(rows) >= cut).to(self.device)  # (B, L): the rows of the second style
        ws = torch.where(later[:, :, None], second[:, None], first[:, None])
        styles = self.generator.styles(ws)
        return self.generator.image_of_styles(styles, "random", features), labels, ws

    def parts(self) -> dict[str, Stateful]:
        """All that the next step depends on, to save and to load; the state of chance is the caller's."""
        parts: dict[str, Stateful] = {
            "generator": self.generator, "discriminator": self.discriminator, "average": self.average,
            "drawing_optimizer": self._drawing_optimizer, "judging_optimizer": self._judging_optimizer,
            "images": self.images, "ada": self.ada, "means": self.means, "trainer": self,
        }  # fmt: skip
        if self.hsr is not None:
            parts["hsr"] = self.hsr
        return parts

    def state_dict(self) -> dict[str, Any]:
        """The counters and the mean path length."""
        return {"step": self.step_number, "seen": self.seen, "path_mean": self.path_mean}

    def load_state_dict(self, state: dict[str, Any], /) -> None:
        """Continue where another run was."""
        self.step_number, self.seen = int(state["step"]), int(state["seen"])
        self.path_mean.copy_(state["path_mean"])


def _adam(parameters: list[nn.Parameter], rate: float, interval: int) -> torch.optim.Adam:
    """Adam for a network that is regularised in every ``interval``-th step (StyleGAN2, appendix B)."""
    c = interval / (interval + 1) if interval else 1.0
    betas = (_BETAS[0] ** c, _BETAS[1] ** c)
    return torch.optim.Adam(parameters, lr=rate * c, betas=betas, eps=_EPSILON)
