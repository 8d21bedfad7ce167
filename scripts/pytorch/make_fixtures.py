#!/usr/bin/env python3
"""Makes the PyTorch fixtures that the Swift engine is compared with.

    make_fixtures.py [--seed N] [--to FOLDER]

Writes plain.safetensors and distilled.safetensors. Inputs are drawn, rounded to float32 and stored; everything that
is computed from them is computed in float64 and stored as float32. Metadata: `architecture` (canonical JSON) and
`recipe` (JSON). Tensors:

    weights/NAME            initial weights, timm's names
    images                  (B, C, H, W)
    targets                 (B, classes) distributions, smoothed and mixed
    teacher_logits          (B, classes); teacher_logits_dist beside it in the distilled model
    hard_teacher_logits     (B, classes) of a second teacher
    logits                  (B, classes); logits_dist beside it in the distilled model
    loss/CASE               (1)
    gradient/CASE/NAME      gradient of that loss
    trajectory/NAME         weights after the recipe's steps on the first case, the same batch in every step
    ema/NAME                moving average of the weights after these steps, which warms up
    trajectory_losses       (steps) loss before each step
    trajectory_norms        (steps) gradient norm before clipping
    trajectory_rates        (steps) learning rate
"""

from __future__ import annotations

import argparse
import json
import math
from pathlib import Path
from typing import Callable

import numpy as np
import torch
from safetensors.numpy import save
from torch import Tensor

from reference_vit import Architecture, Block, cross_entropy, forward, tempered_divergence

BATCH = 6
BLOCKS = (Block(2, 5, 7, 33), Block(4, 8, 6, 48), Block(1, 12, 16, 17))

# Key biases have no gradient: softmax does not see them. Adam with epsilon 1e-8 would turn the rounding noise of a
# float32 engine into steps of the size of the learning rate (0.4% of the tensor after ten steps, PyTorch's own float32
# included), so epsilon is large enough here to keep noise of 1e-9 small, and to show whether it is in the right place.
RECIPE = {
    "steps": 10,
    "warmup_steps": 3,
    "learning_rate": 2e-3,
    "minimum_learning_rate": 1e-5,
    "weight_decay": 0.05,
    "beta1": 0.9,
    "beta2": 0.999,
    "epsilon": 1e-5,
    "gradient_clip": 1.0,
    "ema_decay": 0.45,
    "hard_distillation": {"weight": 0.5},
    "soft_distillation": {"weight": 0.3, "temperature": 3.0},
    "full_model_kl": {"temperature": 3.0},
    "two_teachers": {"hard_weight": 0.4, "full_model_weight": 1.7, "temperature": 2.0},
}

Weights = dict[str, Tensor]
Loss = Callable[[Tensor, "Tensor | None"], Tensor]


def model(distilled: bool) -> Architecture:
    """Odd, unequal widths, so that no kernel sees a multiple of its vector length."""
    return Architecture(
        image_size=12,
        channels=2,
        patch_size=4,
        classes=5,
        distillation_token=distilled,
        embedding=20,
        attention_scale=0.125 if distilled else "inverse_sqrt",
        blocks=BLOCKS,
    )


def draw_weights(architecture: Architecture, generator: np.random.Generator) -> dict[str, np.ndarray]:
    """Nothing is zero or one, biases and norms included, so that a tensor left out of the sum shows."""
    weights = {}
    for name, shape in architecture.shapes().items():
        is_norm_weight = ".norm" in f".{name}" and name.endswith(".weight")
        deviation = 0.3 if name.endswith("attn.qkv.weight") else 0.15
        weights[name] = (float(is_norm_weight) + deviation * generator.standard_normal(shape)).astype(np.float32)
    return weights


def draw_targets(classes: int, generator: np.random.Generator) -> np.ndarray:
    """Labels smoothed by 0.1 and mixed 0.7 : 0.3 with those of the reversed batch."""
    smooth = 0.9 * np.eye(classes)[generator.integers(classes, size=BATCH)] + 0.1 / classes
    return (0.7 * smooth + 0.3 * smooth[::-1]).astype(np.float32)


def losses(architecture: Architecture, given: dict[str, Tensor]) -> dict[str, Loss]:
    """The loss cases by name; the first is the one that the trajectory trains on."""
    targets, teacher = given["targets"], given["teacher_logits"]
    hard = RECIPE["hard_distillation"]["weight"]
    soft, soft_temperature = RECIPE["soft_distillation"]["weight"], RECIPE["soft_distillation"]["temperature"]
    full_temperature = RECIPE["full_model_kl"]["temperature"]
    two = RECIPE["two_teachers"]
    hard_choice = given["hard_teacher_logits"].argmax(dim=-1)

    def both_classes(classes: Tensor, taught: Tensor) -> Tensor:
        share = two["hard_weight"]
        return (1 - share) * cross_entropy(classes, targets) + share * cross_entropy(taught, hard_choice)

    def soft_distillation(student: Tensor, classes: Tensor) -> Tensor:
        divergence = tempered_divergence(teacher, student, soft_temperature)
        return (1 - soft) * cross_entropy(classes, targets) + soft * divergence

    if not architecture.distillation_token:
        return {
            "soft_targets": lambda logits, _: cross_entropy(logits, targets),
            "soft_distillation": lambda logits, _: soft_distillation(logits, logits),
            "full_model_kl": lambda logits, _: tempered_divergence(teacher, logits, full_temperature),
            "two_teachers": lambda logits, _: both_classes(logits, logits)
            + two["full_model_weight"] * tempered_divergence(teacher, logits, two["temperature"]),
        }
    choice, teacher_dist = teacher.argmax(dim=-1), given["teacher_logits_dist"]
    return {
        "hard_distillation": lambda logits, dist: (1 - hard) * cross_entropy(logits, targets)
        + hard * cross_entropy(dist, choice),
        "soft_distillation": lambda logits, dist: soft_distillation(dist, logits),
        "full_model_kl": lambda logits, dist: tempered_divergence(teacher, logits, full_temperature)
        + tempered_divergence(teacher_dist, dist, full_temperature),
        "two_teachers": lambda logits, dist: both_classes(logits, dist)
        + two["full_model_weight"]
        * (
            tempered_divergence(teacher, logits, two["temperature"])
            + tempered_divergence(teacher_dist, dist, two["temperature"])
        )
        / 2,
    }


def learning_rate(step: int) -> float:
    peak, floor, warmup = RECIPE["learning_rate"], RECIPE["minimum_learning_rate"], RECIPE["warmup_steps"]
    if step < warmup:
        return peak * (step + 1) / warmup
    progress = (step - warmup) / (RECIPE["steps"] - warmup)
    return floor + (peak - floor) * 0.5 * (1 + math.cos(math.pi * progress))


def decays(name: str, tensor: Tensor) -> bool:
    return tensor.ndim >= 2 and name not in ("cls_token", "dist_token", "pos_embed")


def train(architecture: Architecture, initial: Weights, images: Tensor, loss: Loss) -> dict[str, Tensor]:
    """The trajectory: `steps` steps of clipped AdamW on one batch, with an average of the weights."""
    weights = {name: tensor.clone().requires_grad_() for name, tensor in initial.items()}
    # The weights after each step, and what share of the average each of them has.
    seen, shares = [], []
    groups = [
        {
            "params": [tensor for name, tensor in weights.items() if decays(name, tensor) == wanted],
            "weight_decay": RECIPE["weight_decay"] if wanted else 0.0,
        }
        for wanted in (True, False)
    ]
    optimizer = torch.optim.AdamW(groups, betas=(RECIPE["beta1"], RECIPE["beta2"]), eps=RECIPE["epsilon"])
    records = {"trajectory_losses": [], "trajectory_norms": [], "trajectory_rates": []}
    for step in range(RECIPE["steps"]):
        rate = learning_rate(step)
        for group in optimizer.param_groups:
            group["lr"] = rate
        optimizer.zero_grad()
        value = loss(*forward(architecture, weights, images))
        value.backward()
        norm = torch.nn.utils.clip_grad_norm_(weights.values(), RECIPE["gradient_clip"])
        optimizer.step()
        seen.append({name: tensor.detach().clone() for name, tensor in weights.items()})
        decay = min(RECIPE["ema_decay"], step / (step + 9))
        shares = [decay * share for share in shares] + [1 - decay]
        for name, figure in zip(records, (value.item(), norm.item(), rate)):
            records[name].append(figure)
    return {
        **{f"trajectory/{name}": tensor.detach() for name, tensor in weights.items()},
        **{
            f"ema/{name}": sum(share * step[name] for share, step in zip(shares, seen))
            for name in weights
        },
        **{name: torch.tensor(figures, dtype=torch.float64) for name, figures in records.items()},
    }


def make(architecture: Architecture, seed: int) -> dict[str, np.ndarray]:
    generator = np.random.default_rng([seed, int(architecture.distillation_token)])
    size, classes = architecture.image_size, architecture.classes
    drawn = draw_weights(architecture, generator)
    given = {
        "images": generator.standard_normal((BATCH, architecture.channels, size, size)).astype(np.float32),
        "targets": draw_targets(classes, generator),
        "teacher_logits": (2 * generator.standard_normal((BATCH, classes))).astype(np.float32),
    }
    if architecture.distillation_token:
        given["teacher_logits_dist"] = (2 * generator.standard_normal((BATCH, classes))).astype(np.float32)
    given["hard_teacher_logits"] = (2 * generator.standard_normal((BATCH, classes))).astype(np.float32)

    inputs = {name: torch.from_numpy(array).double() for name, array in given.items()}
    initial = {name: torch.from_numpy(array).double() for name, array in drawn.items()}
    weights = {name: tensor.clone().requires_grad_() for name, tensor in initial.items()}
    logits, logits_dist = forward(architecture, weights, inputs["images"])
    results = {"logits": logits.detach()}
    if logits_dist is not None:
        results["logits_dist"] = logits_dist.detach()
    cases = losses(architecture, inputs)
    for case, loss in cases.items():
        value = loss(logits, logits_dist)
        results[f"loss/{case}"] = value.detach().reshape(1)
        gradients = torch.autograd.grad(value, list(weights.values()), retain_graph=True, materialize_grads=True)
        results.update({f"gradient/{case}/{name}": gradient for name, gradient in zip(weights, gradients)})
    results.update(train(architecture, initial, inputs["images"], next(iter(cases.values()))))

    return {
        **{f"weights/{name}": array for name, array in drawn.items()},
        **given,
        **{name: np.ascontiguousarray(tensor.numpy(), dtype=np.float32) for name, tensor in results.items()},
    }


def with_sorted_metadata(file: bytes) -> bytes:
    """The same file with its metadata in order; the package writes it in a random one, and fixtures are compared."""
    end = 8 + int.from_bytes(file[:8], "little")
    header = json.loads(file[8:end])
    header["__metadata__"] = dict(sorted(header["__metadata__"].items()))
    text = json.dumps(header, separators=(",", ":"), ensure_ascii=False).encode()
    text += b" " * (-len(text) % 8)
    return len(text).to_bytes(8, "little") + text + file[end:]


def main() -> None:
    parser = argparse.ArgumentParser(description="Make the PyTorch fixtures of the parity tests.")
    parser.add_argument("--seed", type=int, default=1, help="seed of everything that is drawn (default: 1)")
    default = Path(__file__).resolve().parents[2] / "Tests" / "ViTTrainingTests" / "Fixtures"
    parser.add_argument("--to", type=Path, default=default, help="folder to write into (default: the committed one)")
    arguments = parser.parse_args()
    arguments.to.mkdir(parents=True, exist_ok=True)
    torch.set_num_threads(1)
    for distilled in (False, True):
        architecture = model(distilled)
        path = arguments.to / ("distilled.safetensors" if distilled else "plain.safetensors")
        metadata = {"architecture": architecture.to_json(), "recipe": json.dumps(RECIPE, sort_keys=True)}
        path.write_bytes(with_sorted_metadata(save(make(architecture, arguments.seed), metadata)))
        print(f"{path}: {path.stat().st_size} bytes")


if __name__ == "__main__":
    main()
