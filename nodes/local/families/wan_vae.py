"""Wan's decoder a few frames at a time: the same numbers as decoding all at once, without holding the film twice."""

from collections.abc import Iterator
from typing import Any

import torch
from diffusers.models.autoencoders.autoencoder_kl_wan import unpatchify


@torch.no_grad()
def decoded(pipe: Any, latents: Any) -> Iterator[Any]:
    """The film that latents (1 x channels x frames x height x width, as the scheduler leaves them) stand for.

    In pieces of 3 x frames x height x width of numbers -1..1: one frame, then four at a time. It can be left at any
    piece, and begun again.
    """
    vae = pipe.vae
    hook = getattr(vae, "_hf_hook", None)
    if hook is not None and hasattr(hook, "pre_forward"):  # it waits elsewhere; decode() would have fetched it
        hook.pre_forward(vae)
    raw = _as_encoded(vae, latents)
    try:
        yield from _in_tiles(vae, raw) if _is_large(vae, raw) else _whole(vae, raw)
    finally:
        vae.clear_cache()
        pipe.maybe_free_model_hooks()


def _as_encoded(vae: Any, latents: Any) -> Any:
    """Latents as the VAE encodes to, where it works."""
    device = getattr(getattr(vae, "_hf_hook", None), "execution_device", None) or latents.device
    raw = latents.to(device, vae.dtype)
    shape = (1, vae.config.z_dim, 1, 1, 1)
    mean = torch.tensor(vae.config.latents_mean).view(shape).to(raw)
    inverse = 1.0 / torch.tensor(vae.config.latents_std).view(shape).to(raw)
    return raw / inverse + mean


def _is_large(vae: Any, raw: Any) -> bool:
    high, wide = _tile(vae)
    return bool(vae.use_tiling and (raw.shape[-2] > high or raw.shape[-1] > wide))


def _tile(vae: Any) -> tuple[int, int]:
    edge = vae.spatial_compression_ratio
    return vae.tile_sample_min_height // edge, vae.tile_sample_min_width // edge


def _whole(vae: Any, raw: Any) -> Iterator[Any]:
    vae.clear_cache()
    ready = vae.post_quant_conv(raw)
    for frame in range(raw.shape[2]):
        yield _finished(vae, _decoded(vae, ready[:, :, frame : frame + 1], frame))


def _decoded(vae: Any, latent: Any, frame: int) -> Any:
    """One latent frame: the decoder remembers the ones before."""
    vae._conv_idx = [0]
    return vae.decoder(latent, feat_cache=vae._feat_map, feat_idx=vae._conv_idx, first_chunk=frame == 0)


def _finished(vae: Any, piece: Any) -> Any:
    if vae.config.patch_size is not None:
        piece = unpatchify(piece, patch_size=vae.config.patch_size)
    return piece.clamp(-1, 1)[0]


def _in_tiles(vae: Any, raw: Any) -> Iterator[Any]:
    """Each tile through the whole film, as the decoder's memory of one is large; then frame by frame together.

    The tiles wait in main memory: they are the film once, and a little more where they overlap.
    """
    edge, patch = vae.spatial_compression_ratio, vae.config.patch_size or 1
    high, wide = _tile(vae)
    step = (vae.tile_sample_stride_height, vae.tile_sample_stride_width)
    rows = []
    for top in range(0, raw.shape[-2], step[0] // edge):
        row = []
        for left in range(0, raw.shape[-1], step[1] // edge):
            vae.clear_cache()
            tile = raw[..., top : top + high, left : left + wide]
            row.append([_decoded(vae, vae.post_quant_conv(tile[:, :, frame : frame + 1]), frame).cpu()
                        for frame in range(raw.shape[2])])
        rows.append(row)
    size = [side * edge // patch for side in raw.shape[-2:]]
    fresh = step[0] // patch, step[1] // patch
    for frame in range(raw.shape[2]):
        tiles = [[tile[frame] for tile in row] for row in rows]
        for row in rows:
            for tile in row:
                tile[frame] = None
        yield _finished(vae, _joined(vae, tiles, fresh, patch)[..., : size[0], : size[1]])


def _joined(vae: Any, tiles: list[list[Any]], step: tuple[int, int], patch: int) -> Any:
    """Tiles beside and below each other, each fading into the next."""
    down = vae.tile_sample_min_height // patch - step[0]
    across = vae.tile_sample_min_width // patch - step[1]
    rows = []
    for number, row in enumerate(tiles):
        shown = []
        for at, tile in enumerate(row):
            if number:
                tile = vae.blend_v(tiles[number - 1][at], tile, down)
            if at:
                tile = vae.blend_h(row[at - 1], tile, across)
            shown.append(tile[..., : step[0], : step[1]])
        rows.append(torch.cat(shown, dim=-1))
    return torch.cat(rows, dim=-2)
