#!/usr/bin/env python3
"""Checks that a uniform model of nvit is a timm model.

    check_timm.py WEIGHTS.safetensors

Loads the file into timm's VisionTransformer, or VisionTransformerDistilled where there is a distillation token, with
every name and shape required to match; compares timm's logits with those of reference_vit.py, head by head; saves
timm's state again and compares it with the file, byte for byte. Exit status 1 if anything differs.
"""

from __future__ import annotations

import argparse
import sys
import tempfile
from pathlib import Path

import torch
from safetensors import safe_open
from safetensors.torch import load_file, save_file

from reference_vit import Architecture, forward, inference_logits

try:
    import torchvision  # noqa: F401
except RuntimeError:
    # timm imports torchvision, whose compiled operators do not load beside a PyTorch built for another device; its
    # Python part then only misses these two declarations. Nothing here calls them.
    boxes = torch.library.Library("torchvision", "FRAGMENT")
    for operator in ("nms", "qnms"):
        boxes.define(f"{operator}(Tensor dets, Tensor scores, float iou_threshold) -> Tensor")

from timm.models.deit import VisionTransformerDistilled  # noqa: E402
from timm.models.vision_transformer import VisionTransformer  # noqa: E402

# Both sides compute in float64 (unit roundoff 1.1e-16); sums of some thousand terms through tens of layers stay
# far below this.
TOLERANCE = 1e-10


def read(path: Path) -> tuple[Architecture, dict[str, torch.Tensor]]:
    with safe_open(path, framework="pt") as file:
        metadata = file.metadata() or {}
    if "architecture" not in metadata:
        sys.exit(f"{path}: no `architecture` in the metadata; expected a weights file of nvit")
    return Architecture.from_json(metadata["architecture"]), load_file(path)


def timm_model(architecture: Architecture) -> VisionTransformer:
    """timm's model of the same shape; exits where timm cannot express the architecture."""
    block, e = architecture.blocks[0], architecture.embedding
    if len(set(architecture.blocks)) > 1:
        sys.exit("timm needs equal blocks; this model's blocks differ")
    if not block.heads * block.query_key == block.heads * block.value == e:
        sys.exit(f"timm needs H QK = H V = E; found H {block.heads}, QK {block.query_key}, V {block.value}, E {e}")
    if architecture.scale(block) != block.query_key**-0.5:
        sys.exit(f"timm scales attention by QK^-0.5; this model by {architecture.attention_scale}")
    kind = VisionTransformerDistilled if architecture.distillation_token else VisionTransformer
    # timm takes the MLP's width as int(E * ratio); half a unit more keeps the product from falling below the width.
    return kind(
        img_size=architecture.image_size,
        patch_size=architecture.patch_size,
        in_chans=architecture.channels,
        num_classes=architecture.classes,
        embed_dim=e,
        depth=len(architecture.blocks),
        num_heads=block.heads,
        mlp_ratio=(block.mlp_hidden + 0.5) / e,
        qkv_bias=True,
    )


@torch.no_grad()
def logit_differences(
    architecture: Architecture, weights: dict[str, torch.Tensor], model: VisionTransformer
) -> dict[str, float]:
    """Largest difference, relative to the largest logit, by output."""
    generator = torch.Generator().manual_seed(1)
    size = architecture.image_size
    images = torch.randn(4, architecture.channels, size, size, generator=generator, dtype=torch.float64)
    exact = {name: tensor.double() for name, tensor in weights.items()}
    model = model.double().eval()
    pairs = {"inference logits": (model(images), inference_logits(architecture, exact, images))}
    if architecture.distillation_token:
        model.set_distilled_training(True)
        model.train()  # dropout and stochastic depth are zero
        pairs.update(zip(("class head", "distillation head"), zip(model(images), forward(architecture, exact, images))))
    return {name: ((a - b).abs().max() / b.abs().max()).item() for name, (a, b) in pairs.items()}


def main() -> None:
    parser = argparse.ArgumentParser(description="Check that a uniform model of nvit is a timm model.")
    parser.add_argument("weights", type=Path, help="a safetensors file written by nvit")
    path = parser.parse_args().weights
    architecture, weights = read(path)

    model = timm_model(architecture)
    model.load_state_dict(weights, strict=True)
    print(f"{path}: {len(weights)} tensors load into timm's {type(model).__name__}")

    with tempfile.TemporaryDirectory() as folder:
        saved = Path(folder) / "timm.safetensors"
        save_file(model.state_dict(), saved)
        back = load_file(saved)
    changed = [
        name
        for name in sorted(weights.keys() | back.keys())
        if name not in weights
        or name not in back
        or weights[name].dtype != back[name].dtype
        or weights[name].shape != back[name].shape
        or weights[name].numpy().tobytes() != back[name].numpy().tobytes()
    ]
    print("saved by timm: " + (f"CHANGED {', '.join(changed)}" if changed else "every tensor unchanged"))

    differences = logit_differences(architecture, weights, model)
    for name, difference in differences.items():
        print(f"{name}: relative difference {difference:.1e} (allowed {TOLERANCE:.0e})")
    # Written so that a difference that is not a number fails as well.
    if changed or not all(difference <= TOLERANCE for difference in differences.values()):
        sys.exit(1)


if __name__ == "__main__":
    main()
