"""The rival: a vision transformer as one writes it in PyTorch, with timm's structure and names, uneven widths allowed."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

from reference_vit import LAYER_NORM_EPSILON, Architecture, Block

ATTENTIONS = ("fused", "explicit")
OPTIMIZERS = ("fused", "foreach")


class Attention(nn.Module):
    def __init__(self, embedding: int, block: Block, scale: float, kind: str):
        super().__init__()
        self.heads, self.scale, self.kind = block.heads, scale, kind
        keys, values = block.heads * block.query_key, block.heads * block.value
        self.widths = [keys, keys, values]
        self.qkv = nn.Linear(embedding, 2 * keys + values)
        self.proj = nn.Linear(values, embedding)

    def forward(self, x: Tensor) -> Tensor:
        batch, tokens, _ = x.shape
        parts = self.qkv(x).split(self.widths, dim=-1)
        q, k, v = (part.view(batch, tokens, self.heads, -1).transpose(1, 2) for part in parts)
        if self.kind == "fused":
            x = F.scaled_dot_product_attention(q, k, v, scale=self.scale)
        else:
            x = (q * self.scale @ k.transpose(-2, -1)).softmax(dim=-1) @ v
        return self.proj(x.transpose(1, 2).reshape(batch, tokens, -1))


class Mlp(nn.Module):
    def __init__(self, embedding: int, hidden: int):
        super().__init__()
        self.fc1 = nn.Linear(embedding, hidden)
        self.fc2 = nn.Linear(hidden, embedding)

    def forward(self, x: Tensor) -> Tensor:
        return self.fc2(F.gelu(self.fc1(x)))


class TransformerBlock(nn.Module):
    def __init__(self, embedding: int, block: Block, scale: float, attention: str):
        super().__init__()
        self.norm1 = nn.LayerNorm(embedding, eps=LAYER_NORM_EPSILON)
        self.attn = Attention(embedding, block, scale, attention)
        self.norm2 = nn.LayerNorm(embedding, eps=LAYER_NORM_EPSILON)
        self.mlp = Mlp(embedding, block.mlp_hidden)

    def forward(self, x: Tensor) -> Tensor:
        x = x + self.attn(self.norm1(x))
        return x + self.mlp(self.norm2(x))


class PatchEmbed(nn.Module):
    def __init__(self, architecture: Architecture):
        super().__init__()
        patch = architecture.patch_size
        self.proj = nn.Conv2d(architecture.channels, architecture.embedding, patch, stride=patch)

    def forward(self, images: Tensor) -> Tensor:
        return self.proj(images).flatten(2).transpose(1, 2)


class VisionTransformer(nn.Module):
    """A model without distillation token; `attention` is one of ATTENTIONS."""

    def __init__(self, architecture: Architecture, attention: str = "fused"):
        super().__init__()
        e = architecture.embedding
        self.cls_token = nn.Parameter(torch.zeros(1, 1, e))
        self.pos_embed = nn.Parameter(torch.zeros(1, architecture.tokens, e))
        self.patch_embed = PatchEmbed(architecture)
        self.blocks = nn.Sequential(
            *(TransformerBlock(e, block, architecture.scale(block), attention) for block in architecture.blocks)
        )
        self.norm = nn.LayerNorm(e, eps=LAYER_NORM_EPSILON)
        self.head = nn.Linear(e, architecture.classes)
        nn.init.trunc_normal_(self.pos_embed, std=0.02)
        nn.init.normal_(self.cls_token, std=1e-6)
        for module in self.modules():
            if isinstance(module, nn.Linear):
                nn.init.trunc_normal_(module.weight, std=0.02)
                nn.init.zeros_(module.bias)
        shapes = {name: tuple(tensor.shape) for name, tensor in self.state_dict().items()}
        assert shapes == architecture.shapes(), "the model's tensors are not those of the architecture"

    def forward(self, images: Tensor) -> Tensor:
        x = self.patch_embed(images)
        x = torch.cat([self.cls_token.expand(len(x), -1, -1), x], dim=1) + self.pos_embed
        return self.head(self.norm(self.blocks(x))[:, 0])


def make_optimizer(model: nn.Module, kind: str, learning_rate: float) -> torch.optim.AdamW:
    """AdamW with weight decay on the weights of linear layers only; `kind` is one of OPTIMIZERS."""
    decayed = {name for name, p in model.named_parameters() if p.ndim >= 2 and name not in ("cls_token", "pos_embed")}
    groups = [
        {"params": [p for name, p in model.named_parameters() if name in decayed], "weight_decay": 0.05},
        {"params": [p for name, p in model.named_parameters() if name not in decayed], "weight_decay": 0.0},
    ]
    return torch.optim.AdamW(groups, lr=learning_rate, fused=kind == "fused", foreach=kind == "foreach")
