"""Another VAE for a model: from a folder of its own or from one file."""

import tempfile
from typing import Any

from diffusers import AutoencoderKL

from ajar.errors import UserError
from ajar.models import ModelEntry
from nodes.local.assembly import BROKEN, first_line
from nodes.local.folders import config_of
from nodes.local.headers import AGAIN, read_header


def read_vae(entry: ModelEntry, own: Any) -> Any:
    """A VAE in the precision of the model's ``own``, for the same latents. UserError if it does not fit."""
    assert entry.path is not None
    settings = {"dtype": own.dtype, "use_safetensors": True, "local_files_only": True}
    try:
        if entry.path.is_dir():
            config_of(entry.path.parent, entry.path.name)  # refused here if it could bring in code
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
    return found
