"""A glimpse of a Flux picture while it is painted, for a small part of the time that painting takes."""

import time
from typing import Any

import numpy as np
import torch

from ajar.values import Image, Size

SHARE = 0.03
"""The part of the painting time that previews may take."""
SWATCHES = 16
SWATCH = 16
"""A picture of 16 x 16 patches of 16 pixels, from which the colours of a latent are learned."""


class Previews:
    """Estimates the finished picture from two steps that follow each other."""

    def __init__(self, pipe: Any, size: Size, count: int) -> None:
        self.steps = 0
        self._pipe = pipe
        self._size = size
        self._count = count
        self._before: Any = None
        self._started = time.perf_counter()
        self._spent = 0.0
        self._cost = 0.0

    def see(self, step: int, latents: Any) -> Image | None:
        """The picture as it will probably be; None at the ends, or when previews would take too much time."""
        self.steps = step + 1
        before, self._before = self._before, latents
        elapsed = time.perf_counter() - self._started
        if before is None or self.steps >= self._count or self._spent + self._cost > SHARE * elapsed:
            return None
        started = time.perf_counter()
        with torch.no_grad():
            image = self._image(self._finished(step, before, latents))
        self._cost = time.perf_counter() - started
        self._spent += self._cost
        return image

    def _finished(self, step: int, before: Any, latents: Any) -> Any:
        """The end of the straight line that the last step began: a rectified flow runs along one."""
        sigmas = self._pipe.scheduler.sigmas
        last, now = float(sigmas[step]), float(sigmas[step + 1])
        end = latents.float() - now * (latents.float() - before.float()) / (now - last)
        return self._pipe._unpack_latents(end, self._size.height, self._size.width, self._pipe.vae_scale_factor)

    def _image(self, latents: Any) -> Image:
        vae = self._pipe.vae
        if type(vae).__name__ == "AutoencoderTiny":
            raw = (latents / vae.config.scaling_factor + vae.config.shift_factor).to(vae.dtype)
            shown = vae.decode(raw, return_dict=False)[0][0].permute(1, 2, 0) / 2 + 0.5
        else:
            # A full decoder costs as much as a step; a linear map of each latent pixel shows enough.
            shown = _with_one(latents[0].permute(1, 2, 0)) @ _colours(self._pipe).to(latents)
        pixels = shown.clamp(0, 1).mul(255).round().byte().cpu().numpy()
        return Image.of(np.ascontiguousarray(pixels))


def _with_one(latents: Any) -> Any:
    return torch.cat([latents, torch.ones_like(latents[..., :1])], dim=-1)


def _colours(pipe: Any) -> Any:
    """The linear map from a latent pixel to red, green and blue, learned once for a pipeline by encoding swatches."""
    found = getattr(pipe, "_ajar_colours", None)
    if found is None:
        vae = pipe.vae
        dice = torch.Generator("cpu").manual_seed(0)
        swatches = torch.rand((1, 3, SWATCHES, SWATCHES), generator=dice)
        scale = pipe.vae_scale_factor
        picture = swatches.repeat_interleave(SWATCH, 2).repeat_interleave(SWATCH, 3) * 2 - 1
        raw = vae.encode(picture.to(pipe._execution_device, vae.dtype)).latent_dist.mode().float().cpu()
        latents = (raw - vae.config.shift_factor) * vae.config.scaling_factor
        seen = torch.nn.functional.avg_pool2d(picture / 2 + 0.5, scale)
        known = _with_one(latents[0].permute(1, 2, 0)).reshape(-1, latents.shape[1] + 1)
        found = torch.linalg.lstsq(known, seen[0].permute(1, 2, 0).reshape(-1, 3)).solution
        pipe._ajar_colours = found
    return found
