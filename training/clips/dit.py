"""The film transformer: a small WanTransformer3DModel that makes films from words, and from a first picture.

As in Wan 2.2 TI2V every latent frame has its own time, so that a first frame that is given has none to go.
"""

from __future__ import annotations

import time
from collections.abc import Callable
from pathlib import Path
from typing import Any

import torch
import torch.nn.functional as F
from diffusers import WanTransformer3DModel
from torch import Tensor, nn

from training.clips.drawing import SIDE
from training.clips.text import WIDTH
from training.clips.vae import CHANNELS
from training.progress import Average, Optimisers, Progress, load_checkpoint, save_checkpoint

BATCH = 32
HEADS, HEAD = 4, 32
PATCHES = SIDE // 16
NO_CAPTION = 0.1
"""How often a caption is emptied, which is what makes guidance work."""
SAVE_EVERY_SECONDS = 120

Layer = Callable[[Any, Tensor, Tensor, Tensor, Tensor, Tensor], Tensor]


def new_transformer() -> Any:
    """An untrained transformer whose blocks and output are silent at first."""
    model: Any = WanTransformer3DModel(
        patch_size=(1, 2, 2),
        num_attention_heads=HEADS,
        attention_head_dim=HEAD,
        in_channels=CHANNELS,
        out_channels=CHANNELS,
        text_dim=WIDTH,
        freq_dim=64,
        ffn_dim=512,
        num_layers=6,
        cross_attn_norm=True,
        qk_norm="rms_norm_across_heads",
        rope_max_seq_len=64,
    )
    for name, weight in model.named_parameters():
        if "time_proj" in name or "proj_out" in name or name.endswith("bias") or "scale_shift_table" in name:
            nn.init.zeros_(weight)
        elif weight.ndim == 2:
            nn.init.xavier_uniform_(weight)
        if "attn2.to_out" in name:
            nn.init.zeros_(weight)
    return model


def _normed(x: Tensor) -> Tensor:
    return F.layer_norm(x, x.shape[-1:], eps=1e-6)


def _heads(x: Tensor) -> Tensor:
    return x.unflatten(-1, (HEADS, HEAD)).transpose(1, 2)


def _turned(x: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
    first, second = x.unflatten(-1, (-1, 2)).unbind(-1)
    return torch.stack((first * cos - second * sin, first * sin + second * cos), -1).flatten(-2)


def _attended(part: Any, x: Tensor, seen: Tensor, turns: tuple[Tensor, Tensor] | None) -> Tensor:
    q, k, v = _heads(part.norm_q(part.to_q(x))), _heads(part.norm_k(part.to_k(seen))), _heads(part.to_v(seen))
    if turns is not None:
        q, k = _turned(q, *turns), _turned(k, *turns)
    weights = ((q * HEAD**-0.5) @ k.mT).float().softmax(-1)
    out: Tensor = part.to_out[0]((weights.to(v.dtype) @ v).transpose(1, 2).flatten(2))
    return out


def _layer(block: Any, h: Tensor, moods: Tensor, seen: Tensor, cos: Tensor, sin: Tensor) -> Tensor:
    """One block; h is (clip, frame, place, number), moods say how each frame is shifted, scaled and gated."""
    frames = h.shape[1]
    shift, scale, gate, shift2, scale2, gate2 = (block.scale_shift_table + moods).unbind(-2)
    own = (_normed(h) * (1 + scale) + shift).flatten(1, 2)
    h = h + _attended(block.attn1, own, own, (cos, sin)).unflatten(1, (frames, -1)) * gate
    asked = block.norm2(h).flatten(1, 2)
    h = h + _attended(block.attn2, asked, seen, None).unflatten(1, (frames, -1))
    out: Tensor = h + block.ffn(_normed(h) * (1 + scale2) + shift2) * gate2
    return out


def velocity(model: Any, x: Tensor, times: Tensor, words: Tensor, layer: Layer = _layer) -> Tensor:
    """What the transformer answers for latents at these times (clip, frame), 0 clean to 1 noise.

    The published forward with a time for each token gives the same, but computes it anew for every token of a frame;
    here frames keep an axis of their own (clip, frame, place, number), so that it is computed once and broadcast.
    """
    clips, frames = times.shape
    embedder = model.condition_embedder
    cos, sin = (part[0, :, 0].to(x.dtype) for part in model.rope(x))
    cos, sin = cos[:, 0::2].contiguous(), sin[:, 1::2].contiguous()
    time_ = embedder.time_embedder(embedder.timesteps_proj(1000 * times.flatten())).view(clips, frames, 1, -1).float()
    moods = embedder.time_proj(F.silu(time_)).float().unflatten(-1, (6, -1))
    seen = embedder.text_embedder(words)
    h = model.patch_embedding(x).flatten(3).permute(0, 2, 3, 1).float()
    for block in model.blocks:
        h = layer(block, h, moods, seen, cos, sin)
    shift, scale = (model.scale_shift_table + time_).unbind(-2)
    out = model.proj_out(_normed(h) * (1 + scale[:, :, None]) + shift[:, :, None])
    tiles = out.view(clips, frames, PATCHES, PATCHES, 2, 2, CHANNELS).permute(0, 6, 1, 2, 4, 3, 5)
    return tiles.reshape(x.shape)


def loss_of(model: Any, clean: Tensor, noise: Tensor, times: Tensor, words: Tensor, layer: Layer = _layer) -> Tensor:
    """Mean squared error of the velocity; the second half of the clips is given its first frame."""
    given = len(clean) // 2
    at = times[:, None].repeat(1, clean.shape[2])
    at[given:, 0] = 0
    share = at[:, None, :, None, None]
    error = (velocity(model, clean + share * (noise - clean), at, words, layer).float() - (noise - clean)).square()
    return (error[:given].sum() + error[given:, :, 1:].sum()) / (error[:given].numel() + error[given:, :, 1:].numel())


def _is_inner(name: str, weight: nn.Parameter) -> bool:
    return name.startswith("blocks") and weight.ndim == 2


def train(latents: Tensor, words: Tensor, nothing: Tensor, work: Path, minutes: float) -> Any:
    """Train for the given minutes, or go on; `words` are the captions' outputs, `nothing` those of no caption."""
    torch.manual_seed(1)
    model, progress = new_transformer(), Progress(minutes)
    optimisers = Optimisers(model, _is_inner, muon_rate=0.015, adam_rate=2e-3)
    average = Average(model, keep=0.998)
    held = load_checkpoint(work / "dit.pt", model, optimisers, progress)
    average.weights = held.get("average", average.weights)
    # One block is compiled, and serves all: the whole would take minutes.
    layer = torch.compile(_layer, dynamic=False)
    saved = time.monotonic()
    while not progress.done:
        chosen = torch.randint(0, len(latents), (BATCH,))
        clean = latents[chosen].float()
        # Every other batch favours the noisy part of the path, where it is decided what is seen.
        times = torch.sigmoid(torch.randn(BATCH) + 0.6) if progress.step % 2 else torch.rand(BATCH)
        said = torch.where(torch.rand(BATCH, 1, 1) < NO_CAPTION, nothing, words[chosen])
        with torch.autocast("cpu", torch.bfloat16):
            loss = loss_of(model, clean, torch.randn_like(clean), times, said, layer)
        optimisers.update(loss, progress.rate(hold=0.4))
        progress.note(loss.item(), BATCH)
        average.follow(model, progress.step)
        if time.monotonic() - saved > SAVE_EVERY_SECONDS or progress.done:
            save_checkpoint(work / "dit.pt", model, optimisers, progress, average=average.weights)
            saved = time.monotonic()
    model.load_state_dict(average.weights)
    return model.eval()


def averaged(work: Path) -> Any:
    """The transformer with the averaged weights of the newest checkpoint."""
    model = new_transformer()
    model.load_state_dict(torch.load(work / "dit.pt", weights_only=True)["average"])
    return model.eval()
