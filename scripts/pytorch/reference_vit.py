"""An independent PyTorch reference of the heterogeneous vision transformer, for parity checks.

Written from the architecture's definition and from timm's tensor names and layouts, not from the Swift engine:

    patch_embed.proj.weight   (E, C, P, P)      cls_token, dist_token   (1, 1, E)
    pos_embed                 (1, T, E)         T = prefix tokens + patches
    blocks.i.attn.qkv.weight  (2 H QK + H V, E) rows: all q head by head, then all k, then all v
    blocks.i.attn.proj.weight (E, H V)
    blocks.i.mlp.fc1.weight   (M, E)            blocks.i.mlp.fc2.weight (E, M)
    head.weight               (classes, E)      head_dist.weight        (classes, E)

Every function works in the precision of the tensors that it is given.
"""

from __future__ import annotations

import json
from dataclasses import dataclass

import torch
import torch.nn.functional as F
from torch import Tensor

SCHEMA = "nvit.architecture/1"
LAYER_NORM_EPSILON = 1e-6


@dataclass(frozen=True)
class Block:
    heads: int
    query_key: int
    value: int
    mlp_hidden: int


@dataclass(frozen=True)
class Architecture:
    """The JSON form of an architecture, `nvit.architecture/1`."""

    image_size: int
    channels: int
    patch_size: int
    classes: int
    distillation_token: bool
    embedding: int
    attention_scale: float | str  # "inverse_sqrt" or a factor
    blocks: tuple[Block, ...]

    @classmethod
    def from_json(cls, text: str) -> "Architecture":
        fields = json.loads(text)
        schema = fields.pop("schema")
        if schema != SCHEMA:
            raise ValueError(f'schema is "{schema}", expected "{SCHEMA}"')
        fields["blocks"] = tuple(Block(**block) for block in fields["blocks"])
        return cls(**fields)

    def to_json(self) -> str:
        """The canonical form: one line, keys sorted."""
        fields = {"schema": SCHEMA, **vars(self), "blocks": [vars(block) for block in self.blocks]}
        return json.dumps(fields, sort_keys=True, separators=(",", ":"))

    @property
    def prefix_tokens(self) -> int:
        return 2 if self.distillation_token else 1

    @property
    def tokens(self) -> int:
        return self.prefix_tokens + (self.image_size // self.patch_size) ** 2

    def scale(self, block: Block) -> float:
        """The factor that multiplies attention logits."""
        if self.attention_scale == "inverse_sqrt":
            return block.query_key**-0.5
        return float(self.attention_scale)

    def shapes(self) -> dict[str, tuple[int, ...]]:
        """Name and shape of every tensor, in timm's order."""
        e = self.embedding
        shapes: dict[str, tuple[int, ...]] = {"cls_token": (1, 1, e)}
        if self.distillation_token:
            shapes["dist_token"] = (1, 1, e)
        shapes["pos_embed"] = (1, self.tokens, e)

        def linear(name: str, inputs: int, outputs: int) -> None:
            shapes[f"{name}.weight"] = (outputs, inputs)
            shapes[f"{name}.bias"] = (outputs,)

        def norm(name: str) -> None:
            shapes[f"{name}.weight"] = (e,)
            shapes[f"{name}.bias"] = (e,)

        shapes["patch_embed.proj.weight"] = (e, self.channels, self.patch_size, self.patch_size)
        shapes["patch_embed.proj.bias"] = (e,)
        for i, block in enumerate(self.blocks):
            keys, values = block.heads * block.query_key, block.heads * block.value
            norm(f"blocks.{i}.norm1")
            linear(f"blocks.{i}.attn.qkv", e, 2 * keys + values)
            linear(f"blocks.{i}.attn.proj", values, e)
            norm(f"blocks.{i}.norm2")
            linear(f"blocks.{i}.mlp.fc1", e, block.mlp_hidden)
            linear(f"blocks.{i}.mlp.fc2", block.mlp_hidden, e)
        norm("norm")
        linear("head", e, self.classes)
        if self.distillation_token:
            linear("head_dist", e, self.classes)
        return shapes


def forward(architecture: Architecture, weights: dict[str, Tensor], images: Tensor) -> tuple[Tensor, Tensor | None]:
    """Logits (B, classes) of the class head and, with a distillation token, of the distillation head."""
    batch, e = images.shape[0], architecture.embedding

    def linear(name: str, x: Tensor) -> Tensor:
        return F.linear(x, weights[f"{name}.weight"], weights[f"{name}.bias"])

    def norm(name: str, x: Tensor) -> Tensor:
        return F.layer_norm(x, (e,), weights[f"{name}.weight"], weights[f"{name}.bias"], LAYER_NORM_EPSILON)

    def attention(name: str, block: Block, scale: float, x: Tensor) -> Tensor:
        def by_head(part: Tensor, width: int) -> Tensor:  # (B, T, H * width) -> (B, H, T, width)
            return part.unflatten(-1, (block.heads, width)).transpose(1, 2)

        keys, values = block.heads * block.query_key, block.heads * block.value
        q, k, v = linear(f"{name}.qkv", x).split([keys, keys, values], dim=-1)
        q, k, v = by_head(q, block.query_key), by_head(k, block.query_key), by_head(v, block.value)
        probabilities = (scale * (q @ k.transpose(-2, -1))).softmax(dim=-1)
        return linear(f"{name}.proj", (probabilities @ v).transpose(1, 2).flatten(2))

    patches = F.conv2d(
        images, weights["patch_embed.proj.weight"], weights["patch_embed.proj.bias"], stride=architecture.patch_size
    )
    prefix = [weights["cls_token"]] + ([weights["dist_token"]] if architecture.distillation_token else [])
    x = torch.cat([token.expand(batch, 1, e) for token in prefix] + [patches.flatten(2).transpose(1, 2)], dim=1)
    x = x + weights["pos_embed"]
    for i, block in enumerate(architecture.blocks):
        x = x + attention(f"blocks.{i}.attn", block, architecture.scale(block), norm(f"blocks.{i}.norm1", x))
        hidden = F.gelu(linear(f"blocks.{i}.mlp.fc1", norm(f"blocks.{i}.norm2", x)), approximate="none")
        x = x + linear(f"blocks.{i}.mlp.fc2", hidden)
    x = norm("norm", x)
    return linear("head", x[:, 0]), linear("head_dist", x[:, 1]) if architecture.distillation_token else None


def inference_logits(architecture: Architecture, weights: dict[str, Tensor], images: Tensor) -> Tensor:
    """The logits that a prediction is made from: the mean of both heads where there are two."""
    class_logits, dist_logits = forward(architecture, weights, images)
    return class_logits if dist_logits is None else (class_logits + dist_logits) / 2


def cross_entropy(logits: Tensor, targets: Tensor) -> Tensor:
    """Batch mean of the cross entropy with target distributions (B, classes) or class numbers (B)."""
    return F.cross_entropy(logits, targets, reduction="mean")


def tempered_divergence(teacher: Tensor, student: Tensor, temperature: float) -> Tensor:
    """T^2 KL(softmax(teacher / T) || softmax(student / T)), the batch mean."""
    divergence = F.kl_div(
        F.log_softmax(student / temperature, dim=-1),
        F.log_softmax(teacher / temperature, dim=-1),
        reduction="batchmean",
        log_target=True,
    )
    return temperature**2 * divergence
