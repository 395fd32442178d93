"""The forward pass of FluxTransformer2DModel written out over its own weights, for training on a CPU.

The same sums as the class makes, in an order that one core with bfloat16 does
three to four times faster: queries, keys and values of a stream in one product,
all modulations in another, rotary pairs laid out in halves, attention spelt out so
that the compiler joins its small steps. A test compares it with the class.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import torch
import torch.nn.functional as F
from torch import Tensor

Weights = dict[str, Tensor]


@dataclass(frozen=True)
class Frame:
    """What every block needs besides its weights: sizes, precision and where the tokens are."""

    heads: int
    width: int
    doubles: int
    singles: int
    kind: torch.dtype
    cos: Tensor
    sin: Tensor
    rows: Tensor
    """The order of a matrix's rows that brings each head's rotary pairs into two halves."""
    order: Tensor
    """The same order within one head."""


def frame(model: Any, words: int, places: Tensor, kind: torch.dtype = torch.bfloat16) -> Frame:
    """The frame of a FluxTransformer2DModel for so many words and for patches at `places` (patch, 3)."""
    settings = model.config
    heads, each = settings.num_attention_heads, settings.attention_head_dim
    order = torch.cat([torch.arange(0, each, 2), torch.arange(1, each, 2)])
    rows = (torch.arange(heads)[:, None] * each + order).flatten()
    turns = model.pos_embed(torch.cat([torch.zeros(words, 3), places]))
    cos, sin = (turn[None, :, None, ::2].to(kind).contiguous() for turn in turns)
    return Frame(heads, heads * each, settings.num_layers, settings.num_single_layers, kind, cos, sin, rows, order)


def _linear(at: Frame, own: Weights, name: str, x: Tensor) -> Tensor:
    return F.linear(x, own[f"{name}.weight"].to(at.kind), own[f"{name}.bias"].to(at.kind))


def _gelu(x: Tensor) -> Tensor:
    """The tanh form of GELU; a logistic function, which is what it comes to, is the faster one to compute."""
    wide = x.float()
    return (wide * torch.sigmoid(wide * (1.5957691216 + 0.0713548163 * wide * wide))).to(x.dtype)


def _normed(at: Frame, x: Tensor, shift: Tensor, scale: Tensor) -> Tensor:
    return (F.layer_norm(x.float(), (at.width,), eps=1e-6) * (1 + scale) + shift).to(at.kind)


def _rms(at: Frame, x: Tensor, scale: Tensor) -> Tensor:
    wide = x.float()
    return (wide * torch.rsqrt(wide.square().mean(-1, keepdim=True) + 1e-6) * scale).to(at.kind)


def _queries(at: Frame, own: Weights, names: tuple[str, ...], x: Tensor) -> tuple[Tensor, ...]:
    """Normed queries and keys with their pairs in halves, and values, as (batch, token, head, width).

    `names` are those of the query, key and value products and of the two norms.
    """
    q, k, v = (own[f"attn.{name}.weight"] for name in names[:3])
    bq, bk, bv = (own[f"attn.{name}.bias"] for name in names[:3])
    weight, bias = torch.cat([q[at.rows], k[at.rows], v]), torch.cat([bq[at.rows], bk[at.rows], bv])
    out = F.linear(x, weight.to(at.kind), bias.to(at.kind))
    parts = [part.unflatten(-1, (at.heads, -1)) for part in out.chunk(3, -1)]
    scales = [own[f"attn.{norm}.weight"][at.order] for norm in names[3:]]
    return _rms(at, parts[0], scales[0]), _rms(at, parts[1], scales[1]), parts[2]


def _turned(at: Frame, x: Tensor) -> Tensor:
    one, two = x.chunk(2, -1)
    return torch.cat([one * at.cos - two * at.sin, two * at.cos + one * at.sin], -1)


def _attended(at: Frame, q: Tensor, k: Tensor, v: Tensor) -> Tensor:
    """Attention over all tokens, as (batch, token, width)."""
    q, k = _turned(at, q).transpose(1, 2), _turned(at, k).transpose(1, 2)
    scores = (q @ k.transpose(-1, -2)).float() * (at.width // at.heads) ** -0.5
    mixed = scores.softmax(-1).to(at.kind) @ v.transpose(1, 2)
    return mixed.transpose(1, 2).flatten(2)


def _feed(at: Frame, own: Weights, name: str, x: Tensor) -> Tensor:
    return _linear(at, own, f"{name}.net.2", _gelu(_linear(at, own, f"{name}.net.0.proj", x)))


PICTURE = ("to_q", "to_k", "to_v", "norm_q", "norm_k")
TEXT = ("add_q_proj", "add_k_proj", "add_v_proj", "norm_added_q", "norm_added_k")


def double_block(
    at: Frame, own: Weights, x: Tensor, words: Tensor, mods: Tensor, word_mods: Tensor
) -> tuple[Tensor, Tensor]:
    """One block of two streams; `mods` are (batch, 1, 6 x width)."""
    m, w = mods.chunk(6, -1), word_mods.chunk(6, -1)
    qkv = _queries(at, own, PICTURE, _normed(at, x, m[0], m[1]))
    added = _queries(at, own, TEXT, _normed(at, words, w[0], w[1]))
    mixed = _attended(at, *(torch.cat(pair, 1) for pair in zip(added, qkv, strict=True)))
    count = words.shape[1]
    words = words + w[2] * _linear(at, own, "attn.to_add_out", mixed[:, :count])
    x = x + m[2] * _linear(at, own, "attn.to_out.0", mixed[:, count:])
    x = x + m[5] * _feed(at, own, "ff", _normed(at, x, m[3], m[4]))
    words = words + w[5] * _feed(at, own, "ff_context", _normed(at, words, w[3], w[4]))
    return x, words


def single_block(at: Frame, own: Weights, both: Tensor, mods: Tensor) -> Tensor:
    """One block of the joined stream; `mods` are (batch, 1, 3 x width)."""
    shift, scale, gate = mods.chunk(3, -1)
    x = _normed(at, both, shift, scale)
    mixed = _attended(at, *_queries(at, own, PICTURE, x))
    wide = _gelu(_linear(at, own, "proj_mlp", x))
    return both + gate * _linear(at, own, "proj_out", torch.cat([mixed, wide], -1))


class Pass:
    """The forward pass; `weights` are those of the model by their names."""

    def __init__(self, at: Frame, weights: Weights, compiled: bool = True) -> None:
        self.at, self.weights = at, weights
        self.double: Callable[..., tuple[Tensor, Tensor]] = _compiled(double_block) if compiled else double_block
        self.single: Callable[..., Tensor] = _compiled(single_block) if compiled else single_block
        self.norms = [
            *(f"transformer_blocks.{n}.{norm}" for n in range(at.doubles) for norm in ("norm1", "norm1_context")),
            *(f"single_transformer_blocks.{n}.norm" for n in range(at.singles)),
            "norm_out",
        ]

    def _of(self, block: str) -> Weights:
        """The weights of one block by their names within it, without those of its modulation."""
        return {
            name.removeprefix(f"{block}."): weight
            for name, weight in self.weights.items()
            if name.startswith(f"{block}.") and ".linear." not in name
        }

    def _modulations(self, temb: Tensor) -> list[Tensor]:
        """What every norm of every block adds and multiplies, in one product."""
        weights = [self.weights[f"{name}.linear.weight"] for name in self.norms]
        biases = [self.weights[f"{name}.linear.bias"] for name in self.norms]
        kind = self.at.kind
        out = F.linear(F.silu(temb), torch.cat(weights).to(kind), torch.cat(biases).to(kind))
        return [part.contiguous() for part in out[:, None].split([len(bias) for bias in biases], -1)]

    def _embedded(self, name: str, x: Tensor) -> Tensor:
        inner = F.silu(_linear(self.at, self.weights, f"{name}.linear_1", x.to(self.at.kind)))
        return _linear(self.at, self.weights, f"{name}.linear_2", inner)

    def __call__(self, mixed: Tensor, waves: Tensor, pooled: Tensor, words: Tensor) -> tuple[Tensor, Tensor]:
        """The velocity of each patch, and the patches as the double blocks leave them.

        `waves` is the time as the model's `time_proj` spells it, (batch, 256).
        """
        at, weights = self.at, self.weights
        temb = self._embedded("time_text_embed.timestep_embedder", waves)
        mods = self._modulations(temb + self._embedded("time_text_embed.text_embedder", pooled))
        x = _linear(at, weights, "x_embedder", mixed.to(at.kind))
        words = _linear(at, weights, "context_embedder", words.to(at.kind))
        for n in range(at.doubles):
            x, words = self.double(at, self._of(f"transformer_blocks.{n}"), x, words, mods[2 * n], mods[2 * n + 1])
        half_way = x
        both = torch.cat([words, x], 1)
        for n in range(at.singles):
            both = self.single(at, self._of(f"single_transformer_blocks.{n}"), both, mods[2 * at.doubles + n])
        scale, shift = mods[-1].chunk(2, -1)
        last = _normed(at, both[:, words.shape[1] :], shift, scale)
        return _linear(at, weights, "proj_out", last).float(), half_way


def _compiled(block: Any) -> Any:
    return torch.compile(block, dynamic=False)
