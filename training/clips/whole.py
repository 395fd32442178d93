"""Wan's autoencoder over a whole clip at once: the same numbers as frame by frame, several times faster.

The published code walks through a clip in pieces and keeps what each convolution has seen before. For clips of a
few frames that is not needed: only the steps between frame rates treat the first frame apart, so only they are
written anew here.
"""

from __future__ import annotations

from types import MethodType
from typing import Any

import torch
from diffusers.models.autoencoders.autoencoder_kl_wan import WanResample, patchify, unpatchify
from torch import Tensor


def whole(vae: Any) -> Any:
    """The same autoencoder, whose encoder and decoder now take clips as one piece. It is changed in place."""
    for part in vae.modules():
        if isinstance(part, WanResample):
            part.forward = MethodType(_resampled, part)
    return vae


def _resampled(part: Any, x: Tensor, feat_cache: Any = None, feat_idx: Any = None) -> Tensor:
    if part.mode == "upsample3d" and x.shape[2] > 1:
        x = torch.cat([x[:, :, :1], _doubled(part.time_conv(x[:, :, 1:]))], 2)
    clips, channels, frames, height, width = x.shape
    pictures = x.permute(0, 2, 1, 3, 4).reshape(clips * frames, channels, height, width)
    pictures = part.resample(pictures)
    x = pictures.view(clips, frames, *pictures.shape[1:]).permute(0, 2, 1, 3, 4)
    if part.mode == "downsample3d" and frames > 1:
        x = torch.cat([x[:, :, :1], part.time_conv(x)], 2)
    return x


def _doubled(x: Tensor) -> Tensor:
    """Channels twice as many as wanted become frames twice as many."""
    clips, channels, frames, height, width = x.shape
    pairs = x.view(clips, 2, channels // 2, frames, height, width)
    return torch.stack((pairs[:, 0], pairs[:, 1]), 3).reshape(clips, channels // 2, frames * 2, height, width)


def encoded(vae: Any, clips: Tensor) -> Tensor:
    """Clips (clip, 3, frame, row, column) from -1 to 1 as the middles of their latents."""
    return vae.quant_conv(vae.encoder(patchify(clips, vae.config.patch_size))).chunk(2, 1)[0]


def decoded(vae: Any, latents: Tensor) -> Tensor:
    """The clips that latents stand for; numbers may leave -1 to 1."""
    return unpatchify(vae.decoder(vae.post_quant_conv(latents)), vae.config.patch_size)
