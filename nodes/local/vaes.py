"""Another VAE for a model, from a folder of its own or from one file; VAEs that must compute in 32 bits."""

import functools
import tempfile
from collections.abc import Callable
from typing import Any

import torch
from diffusers import AutoencoderKL

from ajar.errors import UserError
from ajar.models import ModelEntry
from nodes.local.assembly import BROKEN, first_line
from nodes.local.folders import check_single
from nodes.local.headers import AGAIN, read_header


def read_vae(entry: ModelEntry, own: Any) -> Any:
    """A VAE in the precision of the model's ``own``, for the same latents. UserError if it does not fit."""
    assert entry.path is not None
    settings = {"dtype": own.dtype, "use_safetensors": True, "local_files_only": True}
    try:
        if entry.path.is_dir():
            check_single(entry.path)
            found: Any = AutoencoderKL.from_pretrained(entry.path, **settings)
        else:
            read_header(entry.path)
            with tempfile.TemporaryDirectory() as folder:  # what the file does not say is as in the model's own
                own.save_config(folder)
                found = AutoencoderKL.from_single_file(str(entry.path), config=folder, **settings)
    except BROKEN as error:
        raise UserError(f'The VAE "{entry.title}" could not be loaded: {first_line(error)}.', AGAIN) from error
    if found.config.latent_channels != own.config.latent_channels:
        raise UserError(
            f'The VAE "{entry.title}" was made for other models: it has {found.config.latent_channels} channels, '
            f"and this model paints {own.config.latent_channels}.",
            "Choose a VAE of the same family as the model.",
        )
    return widened(found) if getattr(own, WIDE, False) else found


WIDE = "_ajar_wide"


def widened(vae: Any) -> Any:
    """Let a VAE that overflows in 16 bits (SDXL's) compute in 32, whatever it is given.

    The pipelines would widen it for each call and narrow it again, which fails where its weights lie elsewhere.
    """
    if not getattr(vae.config, "force_upcast", False):
        return vae
    vae.to(torch.float32)
    vae.register_to_config(force_upcast=False)
    for name in ("encode", "decode"):
        setattr(vae, name, _widening(getattr(vae, name)))
    setattr(vae, WIDE, True)
    return vae


def _widening(work: Callable[..., Any]) -> Callable[..., Any]:
    @functools.wraps(work)
    def wide(given: Any, *arguments: Any, **named: Any) -> Any:
        return work(given.float(), *arguments, **named)

    return wide
