"""What models need: the estimate against a trace of the real classes and against what a process really takes; and how
long a model takes to load, to be swapped for another, and to be placed anew.
"""

import contextlib
import ctypes
import gc
import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from ajar.fits import Strategy
from ajar.models import ModelEntry
from nodes.local.estimates import BESIDES, Job, estimate
from tests.benchmarks.figures import Figure, best

FLUX: dict[str, Any] = {
    "patch_size": 1, "in_channels": 64, "num_layers": 2, "num_single_layers": 4, "attention_head_dim": 128,
    "num_attention_heads": 24, "joint_attention_dim": 4096, "pooled_projection_dim": 768, "guidance_embeds": True,
    "axes_dims_rope": (16, 56, 56),
}
SDXL: dict[str, Any] = {
    "cross_attention_dim": 2048, "attention_head_dim": (5, 10, 20), "block_out_channels": (320, 640, 1280),
    "down_block_types": ("DownBlock2D", "CrossAttnDownBlock2D", "CrossAttnDownBlock2D"),
    "up_block_types": ("CrossAttnUpBlock2D", "CrossAttnUpBlock2D", "UpBlock2D"),
    "transformer_layers_per_block": (1, 2, 10), "use_linear_projection": True, "addition_embed_type": "text_time",
    "addition_time_embed_dim": 256, "projection_class_embeddings_input_dim": 2816,
}
WAN: dict[str, Any] = {"num_attention_heads": 40, "attention_head_dim": 128, "ffn_dim": 13824, "num_layers": 2}
VAE: dict[str, Any] = {
    "latent_channels": 16, "block_out_channels": (128, 256, 512, 512), "layers_per_block": 2, "sample_size": 1024,
    "down_block_types": ("DownEncoderBlock2D",) * 4, "up_block_types": ("UpDecoderBlock2D",) * 4,
    "use_quant_conv": False, "use_post_quant_conv": False,
}
SETTINGS: dict[str, Any] = {
    "size": "1024x1024", "multiple": 16, "sequence": 512, "precision": "bfloat16", "guidance": 3.5,
}


def figures() -> Iterator[Figure]:
    yield from _traced()
    yield from _measured()
    yield from _switching()


def _traced() -> Iterator[Figure]:
    """The rows of work.toml against a fresh trace, at a size that they were not made from."""
    from tests.benchmarks.tracing import build, empty, traced

    flux = build("FluxTransformer2DModel", **FLUX)
    tokens = 80 * 56
    found = traced(flux, lambda: flux(
        hidden_states=empty(1, tokens, 64), encoder_hidden_states=empty(1, 512, 4096), guidance=empty(1),
        pooled_projections=empty(1, 768), timestep=empty(1), img_ids=empty(tokens, 3), txt_ids=empty(512, 3)))
    yield _ratio("FLUX.1 transformer, 1280x896", _work(FLUX, "FluxTransformer2DModel", Job(1280, 896)), found)
    unet = build("UNet2DConditionModel", **SDXL)
    found = traced(unet, lambda: unet(
        empty(2, 4, 112, 144), empty(2), empty(2, 77, 2048),
        added_cond_kwargs={"text_embeds": empty(2, 1280), "time_ids": empty(2, 6)}))
    yield _ratio("SDXL UNet, 1152x896", _work(SDXL, "UNet2DConditionModel", Job(1152, 896), "unet"), found)
    wan = build("WanTransformer3DModel", **WAN)
    found = traced(wan, lambda: wan(
        hidden_states=empty(1, 16, 13, 60, 104), timestep=empty(1), encoder_hidden_states=empty(1, 512, 4096)))
    yield _ratio("Wan 14B transformer, 832x480, 49 frames", _work(WAN, "WanTransformer3DModel", Job(832, 480, 49)),
                 found)
    vae = build("AutoencoderKL", **VAE)
    found = traced(vae, lambda: vae.decode(empty(1, 16, 112, 160)))
    yield _ratio("FLUX.1 decoder, 1280x896", _work(FLUX, "FluxTransformer2DModel", Job(1280, 896), part="vae"), found)


def _ratio(name: str, ours: float, found: float) -> Figure:
    off = abs(ours - found) / found
    return Figure(f"{name}: estimate off the trace", off, "", 0.1, f"{ours / 2**20:.0f} of {found / 2**20:.0f} MB")


def _work(settings: dict[str, Any], name: str, job: Job, kind: str = "transformer", part: str = "") -> int:
    """What the app reckons for a model of this class, from a folder with its configuration."""
    with tempfile.TemporaryDirectory() as root:
        need = estimate(_entry(Path(root), {kind: {"_class_name": name, **settings}}), job)
        return int(need.work[part or kind] / BESIDES["cuda"])  # a trace sees tensors only


def _entry(folder: Path, configs: dict[str, Any]) -> ModelEntry:
    from tests.nodes.local.model_files import write_file

    parts = {**configs, "vae": {"_class_name": "AutoencoderKL", **VAE}}
    for name, config in parts.items():
        write_file(folder / name / "model.safetensors", {"blocks.0.weight": (8, 8)}, "BF16")
        (folder / name / "config.json").write_text(json.dumps(config))
    (folder / "model_index.json").write_text(json.dumps({name: ["diffusers", "class"] for name in parts}))
    return ModelEntry("x", "x", "flux", "x", True, "x", folder, "", "", None, SETTINGS)


# --- what a process takes ---------------------------------------------------------------------------------------------

def _measured() -> Iterator[Figure]:
    """A Flux pipeline of middle size in a process of its own: its peak against the estimate."""
    if not Path("/proc/self/clear_refs").exists():
        return
    with tempfile.TemporaryDirectory() as root:
        found = subprocess.run([sys.executable, "-m", "tests.benchmarks.memory", root], capture_output=True, text=True,
                               check=True, env={**os.environ, "OMP_NUM_THREADS": "1", "HF_HUB_OFFLINE": "1"})
    for line in found.stdout.splitlines():
        if line.startswith("{"):
            row = json.loads(line)
            note = f"{row['ours'] / 2**20:.0f} MB reckoned, {row['taken'] / 2**20:.0f} MB taken"
            yield Figure(row["name"], row["ours"] / row["taken"], "x taken", None, note)


def _take(root: Path) -> None:
    """In the child: load, then call at several sizes, and print what was taken at the highest point."""
    import torch

    from nodes.local.catalogue import Shelf
    from tests.nodes.local.tiny import write_flux

    write_middle(write_flux(root / "models" / "middle"))
    entry = Shelf([root / "models"]).find("flux", "middle")
    import diffusers

    torch.set_num_threads(1)
    before = _status("VmRSS")
    pipe: Any = diffusers.DiffusionPipeline.from_pretrained(entry.path, dtype=torch.float32, local_files_only=True)
    pipe.set_progress_bar_config(disable=True)
    for parameter in (weight for part in pipe.components.values() if isinstance(part, torch.nn.Module)
                      for weight in part.parameters()):
        parameter.data = parameter.data.clone()  # out of the mapped file, into memory of its own
    _tell("weights of a middle Flux: estimate over taken", estimate(entry, Job(64, 64), "float32", "cpu").weights,
          _status("VmRSS") - before)

    def call(side: int) -> None:
        pipe("ab", height=side, width=side, num_inference_steps=1, max_sequence_length=16, output_type="latent",
             generator=torch.Generator("cpu").manual_seed(1))

    call(64)
    for side in (512, 1024):
        need = estimate(entry, Job(side, side), "float32", "cpu")
        _tell(f"transformer at {side}: estimate over taken", need.work["transformer"], _peak(lambda: call(side)))  # noqa: B023
        latent = torch.zeros(1, 16, side // 8, side // 8)
        with torch.no_grad():
            _tell(f"decoder at {side}: estimate over taken", need.work["vae"],
                  _peak(lambda: pipe.vae.decode(latent)))  # noqa: B023


def write_middle(folder: Path) -> None:
    """Put a transformer and a decoder of a size that can be measured into a tiny Flux folder."""
    import diffusers
    import torch
    from diffusers import AutoencoderKL, FluxTransformer2DModel

    diffusers.utils.logging.disable_progress_bar()
    torch.manual_seed(0)
    FluxTransformer2DModel(
        patch_size=1, in_channels=64, num_layers=2, num_single_layers=4, attention_head_dim=64, num_attention_heads=12,
        joint_attention_dim=32, pooled_projection_dim=32, axes_dims_rope=(8, 28, 28),
    ).save_pretrained(folder / "transformer")
    AutoencoderKL(**{**VAE, "block_out_channels": (32, 64, 64, 64)}).save_pretrained(folder / "vae")


def _tell(name: str, ours: int, taken: int) -> None:
    print(json.dumps({"name": name, "ours": ours, "taken": max(taken, 1)}), flush=True)


def _peak(call: Any) -> int:
    """Bytes that the process took more at the highest point of a call."""
    gc.collect()
    with contextlib.suppress(AttributeError, OSError):
        ctypes.CDLL(None).malloc_trim(0)  # what was freed before is not taken anew
    Path("/proc/self/clear_refs").write_text("5")  # the peak begins anew
    before = _status("VmRSS")
    call()
    return _status("VmHWM") - before


def _status(name: str) -> int:
    for line in Path("/proc/self/status").read_text().splitlines():
        if line.startswith(name + ":"):
            return int(line.split()[1]) * 1024
    return 0


# --- how long a model takes to come ---------------------------------------------------------------------------------

def _switching() -> Iterator[Figure]:
    from nodes.local.catalogue import Shelf
    from nodes.local.gpu import Device
    from nodes.local.placing import lift, place
    from tests.nodes.local.tiny import write_flux

    def quiet(done: float, note: str, preview: Any) -> None:
        """Nobody listens."""

    with tempfile.TemporaryDirectory() as root:
        folder = Path(root)
        for name in ("one", "two"):
            write_middle(write_flux(folder / "models" / name))
        device = Device("cpu", Shelf([folder / "models"]), folder)
        size = sum(file.stat().st_size for file in (folder / "models" / "one").rglob("*.safetensors"))
        device.load("builtin", kind="flux", loras=None, report=quiet)  # the libraries are imported now

        def load(name: str) -> Any:
            return device.load(name, kind="flux", loras=None, report=quiet)

        started = time.perf_counter()
        load("one")
        first = time.perf_counter() - started
        copied = best(lambda: [file.read_bytes() for file in (folder / "models" / "two").rglob("*.safetensors")], 2)

        def switch() -> None:
            device._drop(len(device._kept))
            load("two")

        yield Figure("a model loaded", first, "s", None, f"{size / 1e6:.0f} MB of weights")
        yield Figure("another model in its place", best(switch, 3), "s", None, f"its files read alone: {copied:.2f} s")
        yield Figure("a model that is still warm", best(lambda: load("two"), 5) * 1e3, "ms", 20)
        pipe = load("two").pipe
        strategies: tuple[Strategy, ...] = ("blocks", "disk", "resident")
        for strategy in strategies:
            place_it = best(lambda: place(pipe, "cpu", strategy, folder), 2)  # noqa: B023
            yield Figure(f"placed anew: {strategy}", place_it, "s")
        lift(pipe)


if __name__ == "__main__":
    _take(Path(sys.argv[1]))
