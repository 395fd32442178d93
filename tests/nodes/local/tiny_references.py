"""Tiny reference adapters (IP-Adapter) for the models of ``tiny_sd``, and the encoders that look for them."""

from pathlib import Path
from typing import Any

SEES, PROJECTS = {"h": 24, "bigg": 40}, {"h": 20, "bigg": 28}
"""How wide the parts of a picture are in each encoder, and the picture as a whole."""
PARTS = 5
"""Words that an adapter of the form plus makes of a picture."""


def write_encoder(folder: Path, size: str = "h") -> Path:
    """A CLIP that looks at pictures, as a folder of its own."""
    import torch
    from transformers import CLIPVisionConfig, CLIPVisionModelWithProjection

    torch.manual_seed(9)
    config = CLIPVisionConfig(
        hidden_size=SEES[size], intermediate_size=32, num_hidden_layers=3, num_attention_heads=4, image_size=28,
        patch_size=14, projection_dim=PROJECTS[size], hidden_act="gelu",
    )
    CLIPVisionModelWithProjection(config).save_pretrained(folder)
    return folder


def write_adapter(path: Path, model: Path, form: str, *, seed: int = 0, size: str = "h") -> Path:
    """A random adapter for a folder of ``tiny_sd``: ``plain``, ``plus`` or ``full``, with its published names."""
    import torch
    from diffusers import UNet2DConditionModel
    from safetensors.torch import save_file

    torch.manual_seed(seed)
    unet: Any = UNet2DConditionModel.from_pretrained(model, subfolder="unet")
    words = unet.config.cross_attention_dim
    found: dict[str, Any] = {}

    def layer(name: str, outside: int, inside: int, *, bias: bool = False) -> None:
        found[f"{name}.weight"] = torch.randn(outside, inside) * inside**-0.5
        if bias:
            found[f"{name}.bias"] = torch.randn(outside) * 0.1

    def norm(name: str, wide: int) -> None:
        found.update({f"{name}.weight": torch.ones(wide), f"{name}.bias": torch.zeros(wide)})

    readers = [name for name in unet.attn_processors if name.endswith("attn2.processor")]
    for number, name in enumerate(readers):
        attention = unet.get_submodule(name.removesuffix(".processor"))
        for half in ("k", "v"):
            layer(f"ip_adapter.{2 * number + 1}.to_{half}_ip", attention.inner_dim, words)
    seen = SEES[size]
    if form == "plain":
        layer("image_proj.proj", 4 * words, PROJECTS[size], bias=True)
        norm("image_proj.norm", words)
    elif form == "full":
        layer("image_proj.proj.0", seen, seen, bias=True)
        layer("image_proj.proj.2", words, seen, bias=True)
        norm("image_proj.proj.3", words)
    else:
        wide = 64  # heads are of 64
        found["image_proj.latents"] = torch.randn(1, PARTS, wide)
        layer("image_proj.proj_in", wide, seen, bias=True)
        layer("image_proj.proj_out", words, wide, bias=True)
        norm("image_proj.norm_out", words)
        for number in range(4):  # as many as the library takes for given
            start = f"image_proj.layers.{number}"
            norm(f"{start}.0.norm1", wide)
            norm(f"{start}.0.norm2", wide)
            layer(f"{start}.0.to_q", wide, wide)
            layer(f"{start}.0.to_kv", 2 * wide, wide)
            layer(f"{start}.0.to_out", wide, wide)
            norm(f"{start}.1.0", wide)
            layer(f"{start}.1.1", 4 * wide, wide)
            layer(f"{start}.1.3", wide, 4 * wide)
    save_file(found, path)
    return path


def write_resources(resources: Path, encoders: dict[str, Path]) -> Path:
    """Let Ajar's resources know adapters and encoders of this size."""
    import shutil

    from tests.nodes.local.tiny_sd import G_WIDE, L_WIDE

    rows = resources / "families" / "ip_adapter.toml"
    text = rows.read_text("utf-8")
    for mark, tiny in (
        ('ip.weight" = [-1, 768]', L_WIDE), ('ip.weight" = [-1, 2048]', L_WIDE + G_WIDE),
        ('proj.weight" = [-1, 1024]', PROJECTS["h"]), ('proj.weight" = [-1, 1280]', PROJECTS["bigg"]),
        ("= [-1, 1280]", SEES["h"]),
    ):
        text = text.replace(mark, f"{mark.partition(', ')[0]}, {tiny}]")
    rows.write_text(text, "utf-8")
    parts = resources / "families" / "parts.toml"
    text = parts.read_text("utf-8")
    for wide, size in ((1280, "h"), (1664, "bigg")):
        text = text.replace(f"patch_embedding.weight\" = [{wide},", f"patch_embedding.weight\" = [{SEES[size]},")
    parts.write_text(text, "utf-8")
    for size, folder in encoders.items():
        base = resources / "bases" / f"ip-adapter-{size}" / "image_encoder"
        base.mkdir(parents=True)
        shutil.copy(folder / "config.json", base)
        (base.parent / "model_index.json").write_text("{}", "utf-8")
    return resources
