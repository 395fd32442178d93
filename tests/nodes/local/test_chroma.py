"""Chroma in every form and task: each paints what diffusers paints with the same weights."""

from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import numpy as np
import PIL.Image
import pytest

from ajar.errors import Cancelled, UserError
from ajar.painting import Painting
from ajar.values import Image, Lora, LoraPart, Mask, Size, Tuning
from nodes.local.catalogue import Shelf
from nodes.local.gpu import Device
from tests.nodes.local import tiny_chroma, tiny_flux

pytestmark = [
    pytest.mark.xdist_group("torch"),
    pytest.mark.filterwarnings("ignore:.*FluxPosEmbed:FutureWarning"),  # diffusers warns of its own ways
]

Paint = Callable[..., Any]
WORDS = "a red circle"


@pytest.fixture(scope="module")
def room(tiny_models: Path, tmp_path_factory: pytest.TempPathFactory) -> Iterator[Path]:
    """Models in all forms below ``models``, and resources for models of their size."""
    import diffusers.loaders.single_file_model as single
    import diffusers.loaders.single_file_utils as names

    assert tiny_models  # torch is there, and set up
    room = tmp_path_factory.mktemp("chroma")
    models = room / "models"
    folder = tiny_chroma.write_chroma(models / "hd")
    own = tiny_chroma.original(folder)
    tiny_flux.write_resources(room / "resources", {"chroma1-hd": folder})
    tiny_flux.save(models / "chroma-file.safetensors", own)
    tiny_flux.save_gguf(models / "chroma-Q8_0.gguf", own, "chroma", "Q8_0")
    tiny_flux.save(models / "peft.safetensors", tiny_flux.lora_weights("peft", blocks=1))
    tiny_flux.save(models / "kohya.safetensors", tiny_flux.lora_weights("kohya", blocks=1))
    row = single.SINGLE_FILE_LOADABLE_CLASSES["ChromaTransformer2DModel"]
    before = row["checkpoint_mapping_fn"]
    row["checkpoint_mapping_fn"] = tiny_flux.narrow(names.convert_chroma_transformer_checkpoint_to_diffusers)
    yield room
    row["checkpoint_mapping_fn"] = before


@pytest.fixture(scope="module")
def paint(room: Path) -> Paint:
    device = Device("cpu", Shelf([room / "models"], room / "resources"))

    def paint(
        model: str = "hd", lora: str = "", tuning: Tuning | None = None, report: Any = None, **changes: Any
    ) -> Any:
        worn = Lora((LoraPart(lora, 0.8),)) if lora else None
        painter = device.load(model, kind="chroma", loras=worn, report=quiet, tuning=tuning)
        wanted = {"prompt": WORDS, "size": Size(64, 64), "steps": 3, "seed": 5, "guidance": 3.0, **changes}
        return painter.paint(Painting(**wanted), report or quiet).array

    return paint


@pytest.fixture(scope="module")
def bare(room: Path) -> Any:
    """The folder as diffusers opens it."""
    import torch
    from diffusers import ChromaPipeline

    return ChromaPipeline.from_pretrained(room / "models" / "hd", dtype=torch.bfloat16)


@pytest.fixture(scope="module")
def photo() -> Image:
    return Image.of(np.random.default_rng(2).integers(0, 256, (64, 64, 3), np.uint8))


def quiet(done: float, note: str, preview: Any) -> None:
    pass


def direct(pipe: Any, **arguments: Any) -> Any:
    """The same call made on diffusers."""
    import torch

    pipe.set_progress_bar_config(disable=True)
    call = {"prompt": WORDS, "height": 64, "width": 64, "num_inference_steps": 3, "guidance_scale": 3.0,
            "max_sequence_length": 512, **arguments}
    found = pipe(**call, generator=torch.Generator("cpu").manual_seed(5), output_type="np").images[0]
    return (found * 255).round().astype(np.uint8)


@pytest.mark.parametrize("model", ["hd", "chroma-file"])
def test_a_folder_and_a_single_file_paint_what_diffusers_paints(paint: Paint, bare: Any, model: str) -> None:
    assert np.array_equal(paint(model, negative="blue"), direct(bare, negative_prompt="blue"))
    assert np.array_equal(paint(model, guidance=1.0), direct(bare, guidance_scale=1.0))
    with pytest.raises(UserError, match="changes nothing"):
        paint(model, guidance=1.0, negative="blue")


def test_a_gguf_file_paints_what_diffusers_paints_with_it(room: Path, paint: Paint) -> None:
    import torch
    from diffusers import ChromaPipeline, ChromaTransformer2DModel, GGUFQuantizationConfig

    folder = room / "models" / "hd"
    transformer = ChromaTransformer2DModel.from_single_file(
        str(room / "models" / "chroma-Q8_0.gguf"), config=str(folder), subfolder="transformer", dtype=torch.bfloat16,
        quantization_config=GGUFQuantizationConfig(compute_dtype=torch.bfloat16),
    )
    pipe = ChromaPipeline.from_pretrained(folder, transformer=transformer, dtype=torch.bfloat16)
    assert np.array_equal(paint("chroma-Q8_0"), direct(pipe))


@pytest.mark.parametrize("style", ["peft", "kohya"])
def test_loras_work_as_diffusers_reads_them(room: Path, paint: Paint, bare: Any, style: str) -> None:
    base, mine = paint(), paint(lora=style)
    bare.load_lora_weights(str(room / "models" / f"{style}.safetensors"), adapter_name="it")
    bare.set_adapters(["it"], [0.8])
    theirs = direct(bare)
    bare.unload_lora_weights()
    assert np.array_equal(mine, theirs)
    assert not np.array_equal(mine, base) and np.array_equal(paint(), base)


def test_a_picture_to_start_from_and_a_mask_are_painted_as_diffusers_does(
    paint: Paint, bare: Any, photo: Image
) -> None:
    from diffusers import ChromaImg2ImgPipeline, ChromaInpaintPipeline

    parts = bare.components
    theirs = direct(ChromaImg2ImgPipeline(**parts), image=photo.pil(), strength=0.7)
    assert np.array_equal(paint(image=photo, strength=0.7), theirs)
    soft = np.tile(np.clip((np.arange(64, dtype=np.float32) - 24) / 16, 0, 1), (64, 1))
    gray = PIL.Image.fromarray(np.round(soft * 255).astype(np.uint8), "L")
    bare.transformer.register_to_config(guidance_embeds=False)  # diffusers asks for it, and would stop without it
    pipe = ChromaInpaintPipeline(**parts)
    theirs = direct(pipe, image=photo.pil(), strength=0.9, mask_image=gray.point([0] + [255] * 255))
    mine = paint(image=photo, mask=Mask.of(soft), strength=0.9)
    assert np.array_equal(mine, np.array(PIL.Image.composite(PIL.Image.fromarray(theirs), photo.pil(), gray)))


def test_where_the_weights_lie_changes_no_pixel(paint: Paint) -> None:
    assert np.array_equal(paint(tuning=Tuning(offload="disk")), paint())


def test_steps_are_told_previewed_and_stopped_within(paint: Paint) -> None:
    told: list[tuple[float, str, Any]] = []
    paint()  # its words are read by now
    before = paint(steps=4, report=lambda *found: told.append(found))
    steps = [note for note in dict.fromkeys(note for _, note, _ in told) if note.startswith("step")]
    assert steps == [f"step {number} of 4" for number in range(5)]
    assert len([preview for _, _, preview in told if preview is not None]) == 2
    for after in (1, len(told) // 2, len(told) - 1):
        left = iter(range(after))

        def report(done: float, note: str, preview: Any, left: Any = left) -> None:
            if next(left, None) is None:
                raise Cancelled

        with pytest.raises(Cancelled):
            paint(steps=4, report=report)
    assert np.array_equal(paint(steps=4), before)
