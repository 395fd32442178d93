"""What a model needs and how it fits, with the real sizes of real models: their files are holes."""

import json
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from ajar.errors import UserError
from ajar.fits import GB, Fit
from ajar.models import ModelEntry, read_toml
from ajar.plain import Offload, Precision, Size, Tuning
from nodes.local.estimates import BESIDES, WORK, Job, as_tuned, estimate
from nodes.local.fitting import judge
from nodes.local.memory import Need, Room, fit, ladder, tiles
from tests.nodes.local.model_files import write_file, write_gguf

FLUX: dict[str, Any] = {
    "size": "1024x1024", "multiple": 16, "sequence": 512, "precision": "bfloat16", "guidance": 3.5,
}
TRANSFORMER = {
    "_class_name": "FluxTransformer2DModel", "num_attention_heads": 24, "attention_head_dim": 128, "in_channels": 64,
}
VAE = {"_class_name": "AutoencoderKL", "block_out_channels": [128, 256, 512, 512], "sample_size": 1024}
BLOCKS = {f"transformer_blocks.{number}.attn.weight": (340, 1_000_000) for number in range(19)} | {
    f"single_transformer_blocks.{number}.attn.weight": (141, 1_000_000) for number in range(38)
} | {"x_embedder.weight": (3072, 64)}


def entry_at(path: Path, **more: Any) -> ModelEntry:
    return ModelEntry("flux", "FLUX.1 [dev]", "flux", "flux.1", True, "x", path, "", "", None, FLUX, **more)


@pytest.fixture(scope="module")
def flux(tmp_path_factory: pytest.TempPathFactory) -> ModelEntry:
    """A folder with the weights of FLUX.1 [dev] in bfloat16: 34 GB that take no room."""
    folder = tmp_path_factory.mktemp("models") / "flux"
    parts = {
        "transformer": (TRANSFORMER, BLOCKS), "vae": (VAE, {"decoder.conv.weight": (84, 1_000_000)}),
        "text_encoder": ({"hidden_size": 768}, {"text_model.weight": (123, 1_000_000)}),
        "text_encoder_2": ({"d_model": 4096}, {f"block.{number}.weight": (198, 1_000_000) for number in range(24)}),
    }
    for name, (config, tensors) in parts.items():
        write_file(folder / name / "model.safetensors", tensors, "BF16")
        (folder / name / "config.json").write_text(json.dumps(config))
    index = {"_class_name": "FluxPipeline", **{name: ["library", "class"] for name in parts}}
    (folder / "model_index.json").write_text(json.dumps(index))
    return entry_at(folder)


def card(size: float, *, ram: float = 64) -> Room:
    return Room("cuda:0", "Card", int(size * GB), int(size * GB), int(ram * GB), int(ram * GB))


def judged(entry: ModelEntry, room: Room, **arguments: Any) -> Fit:
    found = judge(entry, arguments, room)
    assert found is not None
    return found


def test_the_largest_card_takes_all_and_smaller_ones_take_parts_and_blocks(flux: ModelEntry) -> None:
    lines = {size: judged(flux, card(size)).line for size in (48, 24, 12)}
    assert lines[48] == "33.0 GB of 48.0 GB free: all of it on the card"
    assert lines[24] == "one part at a time: the largest, the transformer, needs 22.5 GB of 24.0 GB free"
    assert lines[12] == "a few blocks at a time: 1.9 GB of 12.0 GB free, and the rest waits in main memory"


def test_without_main_memory_the_rest_waits_on_the_disk(flux: ModelEntry) -> None:
    found = judged(flux, card(12, ram=16))
    assert found.strategy == "disk" and found.ok and "on the disk, which is slow" in found.line


def test_a_processor_and_apple_have_one_memory(flux: ModelEntry) -> None:
    assert ladder("cpu") == ladder("mps") == ("resident", "disk")
    small = replace(card(24), device="cpu")
    found = judged(flux, small)
    assert found.strategy == "disk" and "disk" in found.line
    assert judged(flux, replace(card(64), device="mps")).line.endswith("all of it in memory")


def test_advice_names_what_would_make_it_fit_with_numbers(flux: ModelEntry, tmp_path: Path) -> None:
    shapes = {name: (shape[0], 999_936) for name, shape in BLOCKS.items()}
    file = write_gguf(tmp_path / "flux-q4.gguf", shapes, quant="Q4_K")
    assert flux.path is not None
    lends = {name: flux.path / name for name in ("vae", "text_encoder", "text_encoder_2")}
    packed = replace(entry_at(file, form="gguf", part="transformer", base=flux.path, parts=lends), id="flux-q4")
    found = judge(flux, {"tuning": Tuning()}, card(24), [packed])
    assert found is not None and found.ok
    assert found.advice[0].startswith('Use "flux-q4": ') and "all of it at once" in found.advice[0]
    assert any(line.startswith("Set the precision to fp8: ") for line in found.advice)


def test_a_forced_way_that_does_not_fit_says_so_and_offers_another(flux: ModelEntry) -> None:
    found = judged(flux, card(24), tuning=Tuning(offload="resident"))
    assert found.ok is False
    assert found.line == "does not fit: all of it at once it needs 33.0 GB, but 24.0 GB are free on the card"
    assert found.advice[0].startswith("Set offload to auto: 22.5 GB, one part at a time")


def test_nothing_helps_on_a_tiny_card_and_that_is_said(flux: ModelEntry) -> None:
    found = judged(flux, card(0.5))
    assert found.ok is False and found.line.startswith("does not fit: even with its weights on the disk it needs ")
    [advice] = found.advice
    assert advice.endswith(" are missing), or use a hosted model, which needs none here.")


def test_what_is_not_known_is_not_claimed(flux: ModelEntry) -> None:
    found = judged(flux, Room("cuda:0", "Card"))
    assert found.ok is None and "how much is free on the card is not known" in found.line
    assert flux.path is not None
    strange = Need({"transformer": 10 * GB}, {"transformer": 5 * GB}, sure=False)
    assert fit(strange, card(24)).line.startswith("about 15.0 GB of 24.0 GB free")


def test_larger_pictures_and_more_bits_need_more(flux: ModelEntry) -> None:
    def work(side: int, precision: Precision = "auto") -> int:
        return sum(estimate(flux, Job(side, side), precision).work.values())

    assert work(512) < work(1024) < work(1216)
    small, full = estimate(flux, Job(1024, 1024), "fp8"), estimate(flux, Job(1024, 1024), "float32")
    assert small.parts["transformer"] * 4 == pytest.approx(full.parts["transformer"], rel=1e-3)
    assert small.parts["text_encoder_2"] * 2 == full.parts["text_encoder_2"]  # only what denoises is packed


def test_what_is_too_sensitive_for_fp8_is_counted_in_full(tmp_path: Path) -> None:
    names = {"transformer_blocks.0.attn.weight": (3000, 1000), "transformer_blocks.0.norm1.linear.weight": (1000, 1000)}
    entry = entry_at(write_file(tmp_path / "flux.safetensors", names, "BF16"), form="part", part="transformer")
    assert estimate(entry, Job(64, 64), "fp8").parts["transformer"] == pytest.approx(3_000_000 + 2_000_000)


def test_the_work_is_that_of_the_traced_class(flux: ModelEntry) -> None:
    need = estimate(flux, Job(1024, 1024))
    # 4096 tokens of the picture and 512 of the words, each with 3072 numbers of two bytes, 17.4 times at once.
    assert need.work["transformer"] == pytest.approx(BESIDES["cuda"] * 17.4 * (4096 + 512) * 3072 * 2, rel=0.001)
    # Decoded in one piece: 128 channels for each pixel, six times at once, and the picture itself.
    assert need.work["vae"] == pytest.approx(BESIDES["cuda"] * (6 * 128 + 3) * 1024 * 1024 * 2, rel=0.001)


def test_tiles_are_decided_by_the_size_alone(flux: ModelEntry) -> None:
    assert not tiles(1024, 1024) and not tiles(1216, 832) and tiles(2048, 1024) and tiles(64, 64, frames=5)
    whole, tiled = (estimate(flux, Job(*size)).work["vae"] for size in ((1216, 1216), (2048, 2048)))
    assert tiled < whole * 1.1  # four times the pixels, in tiles of 1024


def test_a_processor_computes_half_precision_in_full(flux: ModelEntry) -> None:
    half = replace(flux, settings={**FLUX, "precision": "float16"})
    room = Room("cpu", "", 128 * GB, 128 * GB, 128 * GB, 128 * GB)
    assert judged(half, room).needed > 1.9 * judged(half, card(128)).needed


def test_every_row_of_work_can_be_reckoned_and_names_its_source() -> None:
    rows = read_toml(WORK)
    assert rows["checked"] and rows["source"]
    for row in rows["denoiser"] + rows["decoder"]:
        assert row["class"] and row["width"] and row["copies"] + row.get("per_frame", 0) > 0
        assert "tile" in row or row in rows["denoiser"]


def test_a_gguf_file_stays_as_it_is_stored(tmp_path: Path, flux: ModelEntry) -> None:
    file = write_gguf(tmp_path / "q8.gguf", {"double_blocks.0.weight": (1000, 3200)}, quant="Q8_0")
    entry = entry_at(file, form="gguf", part="transformer", base=flux.path)
    need = estimate(entry, Job(64, 64))
    assert need.parts["transformer"] == 1000 * 3200 // 32 * 34
    assert need.work["transformer"] > 1000 * 3200 * 2  # one layer is widened while it computes


@pytest.mark.parametrize(("wanted", "device", "precision", "kept"), [
    ("auto", "cuda:0", "bfloat16", ""), ("float32", "cpu", "float32", ""), ("float16", "cpu", "float32", ""),
    ("fp8", "cpu", "bfloat16", "fp8"), ("nf4", "cuda:1", "bfloat16", "nf4"),
])
def test_a_tuning_decides_how_weights_are_read(
    flux: ModelEntry, wanted: Precision, device: str, precision: str, kept: str
) -> None:
    settings = as_tuned(flux, Tuning(precision=wanted), device).settings
    assert (settings["precision"], settings["kept"]) == (precision, kept)


def test_what_a_device_or_a_file_can_not_do_is_refused(flux: ModelEntry) -> None:
    with pytest.raises(UserError, match="nf4 needs an NVIDIA card"):
        as_tuned(flux, Tuning(precision="nf4"), "cpu")
    with pytest.raises(UserError, match="quantised already"):
        as_tuned(replace(flux, form="gguf"), Tuning(precision="fp8"), "cuda:0")
    with pytest.raises(UserError, match="one file with all parts"):
        as_tuned(replace(flux, form="checkpoint"), Tuning(precision="int8"), "cuda:0")


@pytest.mark.parametrize("offload", ["parts", "blocks", "disk"])
def test_a_way_that_was_asked_for_is_taken(flux: ModelEntry, offload: Offload) -> None:
    assert judged(flux, card(80), tuning=Tuning(offload=offload)).strategy == offload


def test_a_size_that_is_wired_is_taken_to_be_the_models_own(flux: ModelEntry) -> None:
    assert judged(flux, card(80), size=None) == judged(flux, card(80), size=Size(1024, 1024))
