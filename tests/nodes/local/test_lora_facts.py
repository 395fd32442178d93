"""A LoRA tells by its header for which models it was made, in the ways of all programs that write them."""

import base64
import json
from pathlib import Path

import pytest

from ajar.models import ModelEntry
from nodes.local.catalogue import Shelf
from nodes.local.folders import known_rows
from nodes.local.lora_facts import LoraFacts, fits, lora_facts, thumbnail
from tests.nodes.local import original_names as real
from tests.nodes.local.model_files import Shapes, write_file, write_flux_folder

KOHYA, PEFT = (".lora_down.weight", ".lora_up.weight"), (".lora_A.weight", ".lora_B.weight")


def pair(layer: str, inside: int, outside: int, ends: tuple[str, str] = PEFT, rank: int = 16) -> Shapes:
    """The two halves of one layer."""
    return {layer + ends[0]: (rank, inside), layer + ends[1]: (outside, rank)}


def facts(path: Path) -> LoraFacts:
    return lora_facts(path, known_rows())


@pytest.mark.parametrize(("tensors", "style", "family"), [
    (pair("lora_unet_double_blocks_0_img_attn_qkv", 3072, 9216, KOHYA), "kohya", "flux.1"),
    (pair("transformer.single_transformer_blocks.0.attn.to_q", 3072, 3072), "diffusers", "flux.1"),
    (pair("diffusion_model.single_blocks.0.linear1", 3072, 21504), "comfy", "flux.1"),
    (pair("double_blocks.0.processor.qkv_lora1", 3072, 9216, (".down.weight", ".up.weight")), "xlabs", "flux.1"),
    (pair("diffusion_model.single_blocks.0.linear1", 3072, 27648), "comfy", "flux.2-klein-4b"),
    (pair("transformer.single_transformer_blocks.0.attn.to_qkv_mlp_proj", 6144, 55296), "diffusers", "flux.2-dev"),
    (pair("diffusion_model.double_blocks.0.img_attn.qkv", 4096, 12288), "comfy", "flux.2-klein-9b"),
    (pair("lora_unet_down_blocks_1_attentions_0_transformer_blocks_0_attn2_to_k", 2048, 640, KOHYA), "kohya", "sdxl"),
    (pair("unet.down_blocks.2.attentions.0.transformer_blocks.9.attn1.to_q", 1280, 1280), "diffusers", "sdxl"),
    (pair("lora_unet_input_blocks_4_1_transformer_blocks_1_attn1_to_q", 640, 640, KOHYA), "kohya", "sdxl"),
    (pair("lora_unet_down_blocks_0_attentions_0_transformer_blocks_0_attn2_to_k", 768, 320, KOHYA), "kohya", "sd-1.5"),
    (pair("unet.mid_block.attentions.0.transformer_blocks.0.attn2.processor.to_k_lora", 768, 1280,
          (".down.weight", ".up.weight")), "diffusers", "sd-1.5"),
    (pair("lora_unet_down_blocks_0_attentions_0_transformer_blocks_0_attn2_to_k", 1024, 320, KOHYA), "kohya", "sd-2"),
    (pair("transformer.transformer_blocks.0.attn.add_q_proj", 2432, 2432), "diffusers", "sd-3.5-large"),
    (pair("lora_unet_joint_blocks_0_x_block_attn_qkv", 1536, 4608, KOHYA), "kohya", "sd-3.5-medium"),
    (pair("diffusion_model.layers.0.attention.to_q", 3840, 3840), "comfy", "z-image"),
    (pair("transformer.transformer_blocks.0.img_mlp.net.0.proj", 3072, 12288), "diffusers", "qwen-image"),
    (pair("transformer_blocks.59.attn.to_q", 3072, 3072), "diffusers", "qwen-image"),
    (pair("diffusion_model.blocks.0.self_attn.q", 1536, 1536), "comfy", "wan-1.3b"),
    (pair("lora_unet_blocks_0_cross_attn_k", 5120, 5120, KOHYA), "kohya", "wan-14b"),
    (pair("transformer.blocks.0.attn1.to_q", 3072, 3072), "diffusers", "wan-5b"),
    (pair("diffusion_model.transformer_blocks.0.attn2.to_k", 2048, 2048), "comfy", "ltx-2b"),
    (pair("transformer.transformer_blocks.0.attn1.to_q", 1920, 1920), "diffusers", "cogvideox-2b"),
    ({**pair("lora_unet_double_blocks_19_img_attn_qkv", 3072, 9216, KOHYA),
      **pair("lora_unet_double_blocks_0_img_mlp_fc1", 3072, 12288, KOHYA)}, "kohya", "hunyuan-video"),
    (pair("lora_te_text_model_encoder_layers_0_mlp_fc1", 768, 3072, KOHYA), "kohya", "unknown"),
    (pair("transformer.transformer_blocks.0.attn.to_q", 32, 32), "diffusers", "unknown"),
])
def test_the_family_is_told_by_names_and_sizes(tmp_path: Path, tensors: Shapes, style: str, family: str) -> None:
    found = facts(write_file(tmp_path / "some.safetensors", tensors, "BF16"))
    assert (found.style, found.family, found.form, found.rank) == (style, family, "LoRA", 16)


@pytest.mark.parametrize(("ends", "form"), [
    ((".hada_w1_a", ".hada_w1_b"), "LoHa"), ((".lokr_w1", ".lokr_w2"), "LoKr"),
    ((".dora_scale", ".lora_up.weight"), "DoRA"),
])
def test_forms_that_are_no_lora_are_told(tmp_path: Path, ends: tuple[str, str], form: str) -> None:
    path = write_file(tmp_path / "x.safetensors", pair("lora_unet_double_blocks_0_img_attn_qkv", 3072, 9216, ends))
    assert facts(path).form == form
    [entry] = [entry for entry in Shelf([tmp_path]).entries() if entry.path == path]
    assert entry.part == form


def test_title_words_scale_and_picture(tmp_path: Path) -> None:
    tags = {"10_ohwx lighthouse": {"night": 3, "sea": 9}, "5_ohwx lighthouse": {"night": 1}}
    about = {"ss_output_name": "Night lights", "ss_network_alpha": "8.0", "ss_tag_frequency": json.dumps(tags)}
    layers = pair("lora_unet_double_blocks_0_img_attn_qkv", 3072, 9216, KOHYA)
    path = write_file(tmp_path / "lights-high.safetensors", layers, "BF16", about)
    found = facts(path)
    assert (found.title, found.alpha, found.noise, found.picture) == ("Night lights", 8.0, "high", None)
    assert found.words == ("ohwx lighthouse", "sea", "night")
    (tmp_path / "lights-high.preview.png").write_bytes(b"picture")
    (tmp_path / "lights-high.civitai.info").write_text('{"trainedWords": ["ohwx, by night", "lamp"]}')
    found = facts(path)
    assert found.words == ("ohwx", "by night", "lamp") and found.picture == tmp_path / "lights-high.preview.png"
    assert thumbnail(path) == b"picture"


def test_the_scale_in_the_file_and_the_picture_in_its_text(tmp_path: Path) -> None:
    layers = {**pair("lora_unet_blocks_0_self_attn_q", 5120, 5120, KOHYA), "lora_unet_blocks_0_self_attn_q.alpha": ()}
    about = {"modelspec.title": "Style", "modelspec.trigger_phrase": "in my style", "modelspec.thumbnail":
             "data:image/jpeg;base64," + base64.b64encode(b"jpeg").decode()}
    path = write_file(tmp_path / "style.safetensors", layers, "F16", about)
    raw = bytearray(path.read_bytes())
    raw[-2:] = b"\x00\x44"  # 4.0 as float16
    path.write_bytes(raw)
    found = facts(path)
    assert (found.title, found.alpha, found.words) == ("Style", 4.0, ("in my style",))
    assert thumbnail(path) == b"jpeg"


@pytest.mark.parametrize("text", ["{", "[]", '{"a": 1}', '{"1_x": {"t": "many"}}', "[" * 100_000])
def test_damaged_words_are_none(tmp_path: Path, text: str) -> None:
    layers = pair("lora_unet_double_blocks_0_img_attn_qkv", 3072, 9216, KOHYA)
    about = dict.fromkeys(("ss_tag_frequency", "lora_adapter_metadata", "modelspec.thumbnail"), text)
    path = write_file(tmp_path / "x.safetensors", layers, "BF16", {**about, "ss_network_alpha": "much"})
    (tmp_path / "x.json").write_text(text)
    found = facts(path)
    assert found.words in ((), ("x",)) and found.alpha is None and thumbnail(path) is None


@pytest.fixture
def shelf(tmp_path: Path) -> Shelf:
    write_flux_folder(tmp_path / "FLUX.1-dev")
    kinds = {"fluxy": pair("lora_unet_double_blocks_0_img_attn_qkv", 3072, 9216, KOHYA),
             "xl": pair("lora_unet_down_blocks_1_attentions_0_transformer_blocks_0_attn2_to_k", 2048, 640, KOHYA),
             "odd": pair("transformer.transformer_blocks.0.attn.to_q", 32, 32),
             "other": pair("lora_unet_double_blocks_0_img_attn_qkv", 3072, 9216, (".hada_w1_a", ".hada_w1_b"))}
    for name, layers in kinds.items():
        write_file(tmp_path / f"{name}.safetensors", layers, "BF16")
    return Shelf([tmp_path])


def test_a_lora_for_other_models_is_one_sentence_and_an_unknown_one_is_let_through(shelf: Shelf) -> None:
    assert shelf.find("lora", "xl").family == "sdxl"
    assert shelf.misfit("flux", "FLUX.1-dev", "fluxy") is None
    assert shelf.misfit("flux", "FLUX.1-dev", "odd") is None
    said = shelf.misfit("flux", "FLUX.1-dev", "xl")
    assert said == 'The LoRA "xl" was made for SDXL, and "FLUX.1 [dev]" is another kind of model.'
    assert shelf.misfit("flux", "FLUX.1-dev", "other") == '"other" has the form LoHa, which Ajar can\'t use here.'


def test_wan_loras_fit_by_size(tmp_path: Path) -> None:
    rows = known_rows()

    def entry(kind: str, family: str) -> ModelEntry:
        return ModelEntry(family, family, kind, family, True, "unknown", None, "", "", None)

    fourteen = entry("lora", "wan-14b")
    for size in ("2.1-14b", "2.2-14b", "2.2-i2v-14b"):
        assert fits(fourteen, entry("wan", f"wan-{size}"), rows) is None
    assert fits(fourteen, entry("wan", "wan-2.1-1.3b"), rows) and fits(fourteen, entry("wan", "wan-2.2-5b"), rows)
    families = {row.family for row in rows.files} | {row.family for row in rows.models} | {
        row.family for row in rows.generic.values()} | {"sd-2", "lumina-2"}
    assert {family for mark in rows.loras for family in mark.fits} <= families


def test_real_names_of_models_are_no_loras(tmp_path: Path) -> None:
    write_file(tmp_path / "model.safetensors", real.flux(), "BF16")
    assert [entry.kind for entry in Shelf([tmp_path]).entries() if entry.path and not entry.id.startswith("builtin")
            ] == ["flux"]
