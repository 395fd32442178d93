"""Starting from a film: its frames as latents with noise, and a scheduler that begins late. For every model of words.

diffusers has a pipeline for this that knows one expert and the VAE of 2.1; this gives the same numbers, and serves
two experts and the VAE of 2.2 too.
"""

from collections.abc import Sequence
from typing import Any

import PIL.Image
import torch


def taken(steps: int, strength: float) -> int:
    """How many of the steps are taken: with little strength only the last ones, at least one."""
    return max(1, min(int(steps * strength), steps))


def begin_late(scheduler: Any, skipped: int) -> None:
    """Leave the first steps out. A pipeline asks for the times, and then says that it begins with the first of them.

    Between the two only the rest is there to be asked for; afterwards all are, as solvers count from the end.
    """
    spread, begin = scheduler.set_timesteps, scheduler.set_begin_index
    whole: list[Any] = []

    def set_timesteps(*arguments: Any, **named: Any) -> None:
        spread(*arguments, **named)
        whole[:] = [scheduler.timesteps]
        scheduler.timesteps = scheduler.timesteps[skipped * scheduler.order :]

    def set_begin_index(begin_index: int = 0) -> None:
        scheduler.timesteps = whole[0]
        begin(begin_index + skipped * scheduler.order)

    scheduler.set_timesteps, scheduler.set_begin_index = set_timesteps, set_begin_index


def encoded(pipe: Any, frames: Sequence[PIL.Image.Image]) -> Any:
    """Frames as latents of 1 x channels x frames x height x width, as the scheduler sees them."""
    width, height = frames[0].size
    film = pipe.video_processor.preprocess_video(list(frames), height=height, width=width)
    with torch.no_grad():
        found = pipe.vae.encode(film.to(pipe._execution_device, pipe.vae.dtype)).latent_dist.mode()
    pipe.maybe_free_model_hooks()
    shape, config = (1, -1, 1, 1, 1), pipe.vae.config
    mean, inverse = torch.tensor(config.latents_mean).view(shape), 1.0 / torch.tensor(config.latents_std).view(shape)
    return (found.float().cpu() - mean) * inverse


def noised(scheduler: Any, latents: Any, steps: int, skipped: int, seed: int) -> Any:
    """Latents with as much noise as there is left after the first steps."""
    scheduler.set_timesteps(steps)
    at = scheduler.timesteps[skipped * scheduler.order :][:1]
    noise = torch.randn(latents.shape, generator=torch.Generator("cpu").manual_seed(seed))
    if hasattr(scheduler, "add_noise"):
        return scheduler.add_noise(latents, noise, at)
    return scheduler.scale_noise(latents, at, noise)
