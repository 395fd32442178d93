"""A glimpse of a picture or film while it is made, at next to no cost: a linear map fitted to each model's own VAE."""

from collections.abc import Callable
from typing import Any

import numpy as np
import torch

from ajar.values import Image

SWATCHES = 16
"""A picture of so many patches each way, from which the colours of a latent are learned."""
ENLARGED = 4
"""How many preview pixels there are to a latent pixel, which stands for 8 or more pixels of the picture."""
LARGEST = 512
"""Pixels a side that a preview has at most."""
CLEAR = 4
"""Channels of a picture that says how much can be seen through it: red, green, blue, and that."""
FLAT = {"AutoencoderKLQwenImage21"}
"""VAEs that want frames though their layers read pixels only."""
Unpack = Callable[[Any], Any]
"""Latents as the scheduler holds them, to channels x height x width or channels x frames x height x width."""


class Previews:
    """Estimates what is being made from two steps that follow each other."""

    def __init__(self, pipe: Any, count: int, unpack: Unpack) -> None:
        self.steps = 0
        """How many have been seen."""
        self._pipe = pipe
        self._count = count
        self._unpack = unpack
        self._before: Any = None

    def see(self, latents: Any) -> Image | None:
        """The picture as it will probably be, small and soft; None at the two ends."""
        self.steps += 1
        before, self._before = self._before, latents
        if getattr(self._pipe.scheduler, "step_index", None) == 1:
            before = None  # the first step of another segment
        if before is None or self.steps >= self._count:
            return None
        with torch.no_grad():
            latent = self._unpack(finished(self._pipe.scheduler, before, latents)).float()
            if latent.ndim == 4:
                latent = latent[:, latent.shape[1] // 2]  # the middle of the film
            colours = colours_of(self._pipe, latent.shape[0])
            if colours is None:
                return None
            # Decoding costs as much as a step; a linear map of each latent pixel shows enough.
            pixels = (_with_one(latent.permute(1, 2, 0)) @ colours.to(latent)).permute(2, 0, 1)
            larger = max(1, min(ENLARGED, LARGEST // max(pixels.shape[1:])))
            shown = torch.nn.functional.interpolate(pixels[None], scale_factor=larger, mode="bilinear")[0]
            array = shown.permute(1, 2, 0).clamp(0, 1).mul(255).round().byte().cpu().numpy()
        return Image.of(np.ascontiguousarray(array))


def finished(scheduler: Any, before: Any, now: Any) -> Any:
    """The end of the straight line that the last step began. Where that is not known: the latents as they are."""
    sigmas, index = getattr(scheduler, "sigmas", None), getattr(scheduler, "step_index", None)
    if sigmas is None or index is None or not 0 < index < len(sigmas):
        return now.float()
    last, at = float(sigmas[index - 1]), float(sigmas[index])
    if last == at:
        return now.float()
    before, now = before.float(), now.float()
    if _shrinks(scheduler):  # these keep the sum of picture and noise at one; along a straight line it grows
        before, now = before * (1 + last**2) ** 0.5, now * (1 + at**2) ** 0.5
    return now - at * (now - before) / (at - last)


def _shrinks(scheduler: Any) -> bool:
    if getattr(scheduler.config, "prediction_type", "") == "flow_prediction" or "Flow" in type(scheduler).__name__:
        return False
    return hasattr(scheduler, "_sigma_to_alpha_sigma_t")


def colours_of(pipe: Any, channels: int) -> Any:
    """The linear map from a latent pixel to red, green and blue, learned once for a VAE by encoding swatches."""
    vae = getattr(pipe, "vae", None)
    if vae is None:
        return None
    found = getattr(vae, "_ajar_colours", None)
    if found is None:
        found = _learned(pipe, vae)
        vae._ajar_colours = found
    return found if found.shape[0] == channels + 1 else None


def _learned(pipe: Any, vae: Any) -> Any:
    edge = _shrinking(pipe, vae)
    swatches = torch.rand((1, 3, SWATCHES, SWATCHES), generator=torch.Generator("cpu").manual_seed(0))
    picture = swatches.repeat_interleave(2 * edge, 2).repeat_interleave(2 * edge, 3)
    film = type(vae).__name__ in FLAT or "temporal" in str(type(vae).__name__).lower() or _is_film(vae)
    given = picture * 2 - 1
    if getattr(vae.config, "in_channels", 3) == CLEAR:
        given = torch.cat([given, torch.ones_like(given[:, :1])], dim=1)
    encoded = vae.encode((given[:, :, None] if film else given).to(pipe._execution_device, vae.dtype))
    raw = encoded.latents if hasattr(encoded, "latents") else encoded.latent_dist.mode()
    raw = raw.float().cpu()
    latents = normalised(vae, raw[:, :, 0] if film else raw)
    seen = torch.nn.functional.interpolate(picture, size=latents.shape[-2:], mode="area")
    known = _with_one(latents[0].permute(1, 2, 0)).reshape(-1, latents.shape[1] + 1)
    return torch.linalg.lstsq(known, seen[0].permute(1, 2, 0).reshape(-1, 3)).solution


def normalised(vae: Any, raw: Any) -> Any:
    """Latents of channels x height x width as the scheduler sees them, from what the VAE encodes to."""
    config = vae.config
    says = config if hasattr(config, "latents_mean") else vae
    mean, std = (getattr(says, name, None) for name in ("latents_mean", "latents_std"))
    if mean is not None and std is not None:
        shape = (1, -1) + (1,) * (raw.ndim - 2)
        mean, std = (torch.as_tensor(found).float().cpu().view(shape) for found in (mean, std))
        raw = (raw - mean) / std
        return raw * (getattr(config, "scaling_factor", None) or 1.0)
    return (raw - (getattr(config, "shift_factor", None) or 0.0)) * (getattr(config, "scaling_factor", None) or 1.0)


def _is_film(vae: Any) -> bool:
    """Whether its first layer reads frames as well as pixels."""
    first = next((weight for name, weight in vae.named_parameters() if name.endswith("weight") and weight.ndim >= 4),
                 None)
    return first is not None and first.ndim == 5


def _shrinking(pipe: Any, vae: Any) -> int:
    """Pixels to a latent pixel, each way."""
    for name in ("vae_scale_factor", "vae_scale_factor_spatial", "vae_spatial_compression_ratio"):
        found = getattr(pipe, name, None)
        if isinstance(found, int) and found > 1:
            return found
    return int(getattr(vae, "spatial_compression_ratio", 8))


def _with_one(latents: Any) -> Any:
    return torch.cat([latents, torch.ones_like(latents[..., :1])], dim=-1)
