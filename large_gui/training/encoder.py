"""Train an inversion encoder on images that its generator makes."""

from __future__ import annotations

import math
import time
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import torch
from torch import Tensor, nn
from torch.optim.swa_utils import AveragedModel, get_ema_multi_avg_fn

from large_gui.core.reporter import Reporter
from large_gui.core.words import count
from large_gui.errors import Cancelled, InputError
from large_gui.nets.encoders.lite import LiteEncoder
from large_gui.nets.pixels import scaled
from large_gui.training.augment import augment
from large_gui.training.checkpoint import Origin, Stateful, came_apart, load_run, save_run
from large_gui.training.generated import Batches, Pairs
from large_gui.training.read_outs import ReadOuts

_EMA_DECAY = 0.998
_HELD_OUT = 256
_EMPHASIS = 0.02  # more is unstable: these directions have a small share of the variance
_CHECKPOINT_SECONDS = 120.0


@dataclass(frozen=True, eq=False)
class EncoderTraining:
    """The settings of a training run.

    Attributes
    ----------
    steps
        Optimiser steps in all; the learning rate falls along a half cosine over them.
    batch
        Images per step.
    learning_rate
        Peak learning rate of the new layers; the pretrained backbone gets half of it.
    emphasis
        Unit directions ``(K, D)`` along which an error counts more, or ``None``.
    read_outs
        How much each score of the pairs counts ``(K,)`` that the mean code shall tell, or ``None``.
    fixed_statistics
        Whether normalisation keeps its statistics: for an encoder that was trained before.
    """

    steps: int
    batch: int = 64
    learning_rate: float = 1.5e-3
    emphasis: Tensor | None = None
    read_outs: Tensor | None = None
    fixed_statistics: bool = False


def fewest_images(batch: int) -> int:
    """How many images a run needs at least: the held-out images and one batch."""
    return _HELD_OUT + batch


def train_encoder(
    encoder: LiteEncoder,
    pairs: Pairs,
    plan: EncoderTraining,
    checkpoint: Path,
    reporter: Reporter,
    device: str = "cpu",
) -> tuple[LiteEncoder, dict[str, float]]:
    """Train until ``plan.steps``, continuing from ``checkpoint`` if there is one.

    A run that was stopped and continued ends exactly as one that was not stopped. It is saved every two
    minutes, at its end, and when the person stops it.

    The loss is the squared error of the codes relative to the variance of W, plus, along the directions of
    emphasis, the squared error of the mean code's distance relative to its variance, plus the errors of
    read-outs (`ReadOuts`). The result is the exponential moving average of the weights.

    Returns
    -------
    encoder, figures
        The figures are measured on held-out images: ``code_r2`` is the explained variance of the codes.
    """
    encoder = encoder.to(device).to(memory_format=torch.channels_last)  # type: ignore[call-overload]
    average = AveragedModel(encoder, multi_avg_fn=averaged, use_buffers=True)
    if len(pairs.images) < fewest_images(plan.batch):
        raise InputError(
            f"{len(pairs.images)} images are too few to train on.",
            hint=f"Generate at least {fewest_images(plan.batch)}; 10,000 make a good encoder.",
        )
    held_out, training = pairs[:_HELD_OUT], pairs[_HELD_OUT:]
    spread = (training.codes.float() - encoder.mean_latent.cpu()).square().sum(-1).mean().item()
    emphasis = None if plan.emphasis is None else plan.emphasis.to(device)
    batches = Batches(training, plan.batch)
    optimizer = encoder_optimizer(encoder, plan.learning_rate)
    parts: dict[str, Stateful] = {
        "origin": Origin(encoder.mean_latent, "generated images"), "encoder": encoder, "average": average,
        "optimizer": optimizer, "batches": batches,
    }  # fmt: skip
    read_outs = None
    if plan.read_outs is not None:
        read_outs = ReadOuts(training, encoder.mean_latent, plan.read_outs).to(device)
        optimizer.add_param_group({"params": list(read_outs.parameters()), "lr": plan.learning_rate})
        parts |= {"read_outs": read_outs}
    step = load_run(checkpoint, parts, device, reporter)
    half = half_precision(device)
    side, share = encoder.config.input_size, encoder.config.input_size / encoder.config.aligned_size
    saved_at = time.monotonic()
    encoder.train()
    if plan.fixed_statistics:
        for module in encoder.modules():
            module.train(not isinstance(module, nn.BatchNorm1d | nn.BatchNorm2d) and module.training)
    try:
        while step < plan.steps:
            images, codes, scores = next(batches)
            views = augment(images, side, share).to(device)
            views = views.contiguous(memory_format=torch.channels_last)
            codes = codes.to(device)
            with torch.autocast(device, half, enabled=half is not None):
                predicted = encoder(views)
            error = predicted.float() - codes
            loss = error.square().sum(-1).mean() / spread
            if emphasis is not None:
                along = error.mean(1) @ emphasis.T  # (B, K)
                target = codes.mean(1) @ emphasis.T
                loss = loss + _EMPHASIS * (along.square().mean(0) / target.var(0).clamp_min(1e-6)).mean()
            if read_outs is not None:
                loss = loss + read_outs.loss(predicted.float().mean(1), scores.to(device))
            if not math.isfinite(loss.item()):
                raise came_apart(count(step, "step"))
            optimizer.zero_grad(set_to_none=True)
            loss.backward()
            torch.nn.utils.clip_grad_norm_(encoder.parameters(), 1.0)
            set_rate(optimizer, plan.learning_rate, step / plan.steps)
            optimizer.step()
            average.update_parameters(encoder)
            step += 1
            reporter.progress(step, plan.steps, "Training the encoder", remark=f"error {loss.item():.3f}")
            if time.monotonic() - saved_at > _CHECKPOINT_SECONDS or step == plan.steps:
                save_run(checkpoint, step, parts, device)
                saved_at = time.monotonic()
            reporter.check_cancelled()
    except Cancelled:
        save_run(checkpoint, step, parts, device)
        raise
    result = average.module.eval()
    assert isinstance(result, LiteEncoder)
    return result, {"code_r2": _explained(result, held_out, spread, device)}


def _explained(encoder: LiteEncoder, pairs: Pairs, spread: float, device: str) -> float:
    """Share of the codes' variance that the encoder explains on images without augmentation."""
    with torch.inference_mode():
        aligned = torch.nn.functional.interpolate(
            scaled(pairs.images), (encoder.aligned_size,) * 2, mode="bilinear", antialias=True
        )
        error = encoder(encoder.middle(aligned).to(device)).cpu() - pairs.codes.float()
    return 1 - float(error.square().sum(-1).mean()) / spread


def encoder_optimizer(encoder: LiteEncoder, rate: float) -> torch.optim.Optimizer:
    """The optimiser of an encoder: its pretrained backbone has half the learning rate of its new layers."""
    backbone = list(encoder.backbone.parameters())
    known = {id(p) for p in backbone}
    new = [p for p in encoder.parameters() if id(p) not in known]
    groups = [{"params": backbone, "lr": rate / 2}, {"params": new, "lr": rate}]
    return torch.optim.AdamW(groups, weight_decay=0.02)


def set_rate(optimizer: torch.optim.Optimizer, rate: float, progress: float) -> None:
    """Set the learning rates: a short linear rise to ``rate``, then half a cosine down to 0."""
    factor = min(progress / 0.05, 0.5 + 0.5 * math.cos(math.pi * progress))
    backbone, *others = optimizer.param_groups
    backbone["lr"] = rate / 2 * factor
    for group in others:
        group["lr"] = rate * factor


def averaged(average: Any, current: Any, updates: Any) -> None:
    """Update the average; at first quickly, so that the random start has no weight after a short run."""
    so_far = float(updates)
    get_ema_multi_avg_fn(min(_EMA_DECAY, (1 + so_far) / (10 + so_far)))(average, current, updates)  # type: ignore[no-untyped-call]


def half_precision(device: str) -> torch.dtype | None:
    """The type that a device trains in beside float32, or ``None`` if it is no faster with one."""
    if device != "cpu":
        return torch.bfloat16
    capabilities: Mapping[str, Any] = getattr(torch.cpu, "get_capabilities", dict)()  # newer than torch 2.4
    return torch.bfloat16 if capabilities.get("avx512_bf16") else None
