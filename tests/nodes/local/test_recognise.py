"""A single file is told by its header alone: which model, which part, in which form; or one sentence why it is none."""

from pathlib import Path

import pytest

from ajar.errors import UserError
from nodes.local.folders import known_rows
from nodes.local.recognise import Told, recognise
from tests.nodes.local import original_names as real
from tests.nodes.local.model_files import Shapes, write_file, write_gguf


def told(path: Path) -> Told:
    return recognise(path, known_rows())


LONE: list[tuple[str, Shapes, str, str]] = [
    ("flux1-dev", real.flux(), "flux", "flux.1-dev"),
    ("flux1-schnell", real.flux(guided=False), "flux", "flux.1-schnell"),
    ("flux1-fill-dev", real.flux(384), "flux-fill", "flux.1-fill-dev"),
    ("flux1-depth-dev", real.flux(128), "flux-control", "flux.1-control-dev"),
    ("flux1-Kontext-dev", real.flux(), "flux-kontext", "flux.1-kontext-dev"),
    ("flux-2-klein-4b", real.flux2(3072, 7680), "flux2", "flux.2-klein-4b"),
    ("flux-2-klein-base-4b", real.flux2(3072, 7680), "flux2", "flux.2-klein-base-4b"),
    ("flux-2-klein-9b", real.flux2(4096, 12288), "flux2", "flux.2-klein-9b"),
    ("flux2_dev", real.flux2(6144, 15360, guided=True), "flux2", "flux.2-dev"),
    ("z_image_turbo", real.Z_IMAGE, "z-image", "z-image-turbo"),
    ("z_image", real.Z_IMAGE, "z-image", "z-image"),
    ("qwen_image", real.QWEN_IMAGE, "qwen-image", "qwen-image"),
    ("qwen_image_edit_2509", real.QWEN_IMAGE, "qwen-edit", "qwen-image-edit-plus"),
    ("qwen_image_edit_fp8_e4m3fn", real.QWEN_IMAGE, "qwen-edit", "qwen-image-edit"),
    ("Qwen-Image-Edit-2511-Q4_K_M", real.QWEN_IMAGE, "qwen-edit", "qwen-image-edit-2511"),
    ("Chroma1-HD", real.CHROMA, "chroma", "chroma1-hd"),
    ("wan2.1_t2v_1.3B", real.wan(1536), "wan", "wan2.1-t2v-1.3b"),
    ("wan2.1_t2v_14B", real.wan(5120), "wan", "wan2.1-t2v-14b"),
    ("wan2.2_t2v_high_noise_14B", real.wan(5120), "wan", "wan2.2-t2v-a14b"),
    ("wan2.1_i2v_480p_14B", real.wan(5120, 36, "img_emb.proj.1.weight"), "wan-i2v", "wan2.1-i2v-14b"),
    ("wan2.2_i2v_low_noise_14B", real.wan(5120, 36), "wan-i2v", "wan2.2-i2v-a14b"),
    ("wan2.2_ti2v_5B", real.wan(3072, 48), "wan", "wan2.2-ti2v-5b"),
    ("wan2.1_vace_1.3B", real.wan(1536, 16, "vace_blocks.0.after_proj.weight"), "wan-vace", "wan2.1-vace-1.3b"),
    ("animate", real.wan(5120, 36, "motion_encoder.dec.direction.weight"), "wan-animate", "wan2.2-animate-14b"),
    ("ltxv-2b", real.LTX, "ltx", "ltx-video-2b"),
    ("hunyuan", real.HUNYUAN, "hunyuan-video", "hunyuanvideo"),
    ("cog", real.COGVIDEO_5B, "cogvideox", "cogvideox-5b"),
    ("sd3.5_large", real.sd3(38), "sd3", "sd-3.5-large"),
    ("sd3.5_medium", real.sd3(24, dual=True), "sd3", "sd-3.5-medium"),
    ("sd3_medium", real.sd3(24), "sd3", "sd-3-medium"),
]


@pytest.mark.parametrize(("name", "shapes", "kind", "base"), LONE)
@pytest.mark.parametrize("prefix", ["", "model.diffusion_model.", "diffusion_model."])
def test_a_lone_transformer_is_told_by_its_names_and_shapes(
    tmp_path: Path, name: str, shapes: Shapes, kind: str, base: str, prefix: str
) -> None:
    found = told(write_file(tmp_path / f"{name}.safetensors", real.under(prefix, shapes), "F8_E4M3"))
    assert (found.kind, found.part, found.base, found.form) == (kind, "transformer", base, "part")
    assert found.written == "F8_E4M3"


@pytest.mark.parametrize(("name", "shapes", "kind", "base"), [row for row in LONE if "wan" not in row[0]][:12])
def test_the_same_in_gguf(tmp_path: Path, name: str, shapes: Shapes, kind: str, base: str) -> None:
    arch = {"z-image": "lumina2", "qwen-image": "qwen_image", "qwen-edit": "qwen_image"}.get(kind, "flux")
    found = told(write_gguf(tmp_path / f"{name}-Q4_K_S.gguf", shapes, arch, "F16"))
    assert (found.kind, found.base, found.form) == (kind, base, "gguf")


def test_wan_in_gguf_keeps_the_shape_that_gguf_cannot_say(tmp_path: Path) -> None:
    shapes = {**real.wan(5120), "patch_embedding.weight": (5120, 64)}
    facts = {"comfy.gguf.orig_shape.patch_embedding.weight": [5120, 16, 1, 2, 2]}
    assert told(write_gguf(tmp_path / "wan2.1-t2v-14b-Q8_0.gguf", shapes, "wan", "F16", facts)).base == "wan2.1-t2v-14b"


def test_kontext_and_dev_can_serve_as_each_other(tmp_path: Path) -> None:
    assert told(write_file(tmp_path / "mine.safetensors", real.flux(), "BF16")).also == ("flux-kontext",)
    assert told(write_file(tmp_path / "my-kontext.safetensors", real.flux(), "BF16")).also == ("flux",)
    assert told(write_file(tmp_path / "five.safetensors", real.wan(3072, 48), "BF16")).also == ("wan-i2v",)


CLIP_L = real.under("cond_stage_model.transformer.", real.clip(768))
XL_TEXT = {
    **real.under("conditioner.embedders.0.transformer.", real.clip(768)),
    "conditioner.embedders.1.model.positional_embedding": (77, 1280),
}
FLUX_TEXT = {
    **real.under("text_encoders.clip_l.transformer.", real.clip(768)),
    **real.under("text_encoders.t5xxl.transformer.", real.T5),
}


@pytest.mark.parametrize(("main", "rest", "kind", "base", "brings"), [
    (real.unet(), {**real.under("first_stage_model.", real.vae(4)), **CLIP_L}, "sd15", "sd-1.5", {"vae", "clip-l"}),
    (real.unet(channels=9), real.under("first_stage_model.", real.vae(4)), "sd15", "sd-1.5-inpainting", {"vae"}),
    (real.unet_xl(), {**real.under("first_stage_model.", real.vae(4)), **XL_TEXT}, "sdxl", "sdxl",
     {"vae", "clip-l", "clip-g"}),
    (real.unet_xl(9), {**real.under("first_stage_model.", real.vae(4)), **XL_TEXT}, "sdxl", "sdxl-inpainting",
     {"vae", "clip-l", "clip-g"}),
    (real.unet_xl(labels=2560), {"conditioner.embedders.0.model.ln_final.weight": (1280,)}, "sdxl-refiner",
     "sdxl-refiner", {"clip-g"}),
    (real.sd3(38), {**real.under("first_stage_model.", real.vae(16)), **FLUX_TEXT}, "sd3", "sd-3.5-large",
     {"vae", "clip-l", "t5-xxl"}),
    (real.flux(), {**real.under("vae.", real.vae(16)), **FLUX_TEXT}, "flux", "flux.1-dev", {"vae", "clip-l", "t5-xxl"}),
    (real.LTX, {"vae.decoder.conv_in.conv.weight": (1024, 128, 3, 3, 3)}, "ltx", "ltx-video-2b", {"vae"}),
])
def test_a_checkpoint_tells_what_it_brings(
    tmp_path: Path, main: Shapes, rest: Shapes, kind: str, base: str, brings: set[str]
) -> None:
    tensors = {**real.under("model.diffusion_model.", main), **rest}
    found = told(write_file(tmp_path / "whole.safetensors", tensors, "F16"))
    assert (found.kind, found.base, found.form, set(found.brings)) == (kind, base, "checkpoint", brings)


@pytest.mark.parametrize(("name", "shapes", "part"), [
    ("clip_l", real.clip(768), "clip-l"), ("clip_g", real.clip(1280), "clip-g"), ("t5xxl", real.T5, "t5-xxl"),
    ("umt5", real.UMT5, "umt5-xxl"), ("qwen_3_4b", real.QWEN3, "qwen3-4b"),
    ("qwen_2.5_vl_7b", real.QWEN_VL, "qwen2.5-vl-7b"),
    ("gemma", real.GEMMA, "gemma-3-12b"), ("ae", real.vae(16), "flux-vae"), ("sd3_vae", real.vae(16), "sd3-vae"),
    ("vae-ft-mse", real.vae(4), "sd-vae"), ("sdxl_vae", real.vae(4), "sdxl-vae"),
    ("flux2-vae", real.vae(32), "flux2-vae"),
    ("kl-f8", real.under("first_stage_model.", real.vae(4)), "sd-vae"),
    ("wan_2.1_vae", real.wan_vae(16), "wan-vae"), ("qwen_image_vae", real.wan_vae(16), "qwen-vae"),
    ("wan2.2_vae", real.wan_vae(48), "wan2.2-vae"),
])
def test_lone_vaes_and_text_encoders_are_told(tmp_path: Path, name: str, shapes: Shapes, part: str) -> None:
    found = told(write_file(tmp_path / f"{name}.safetensors", shapes, "F16"))
    assert found.part == part and found.form == "part" and found.kind in ("vae", "text-encoder")


@pytest.mark.parametrize(("shapes", "kind", "family"), [
    (real.under("control_model.", {
        "input_hint_block.0.weight": (16, 3, 3, 3), "zero_convs.0.0.weight": (320, 320, 1, 1),
        **{name: shape for name, shape in real.unet().items() if not name.startswith("out")},
    }), "control", "sd-1.5"),
    ({"controlnet_cond_embedding.conv_in.weight": (16, 3, 3, 3), "controlnet_down_blocks.0.weight": (320, 320, 1, 1),
      "add_embedding.linear_1.weight": (1280, 2816)}, "control", "sdxl"),
    ({"emb_params": (4, 768)}, "embedding", "sd-1.5"),
    ({"clip_l": (4, 768), "clip_g": (4, 1280)}, "embedding", "sdxl"),
    ({"model.0.weight": (64, 3, 3, 3), "model.1.sub.0.RDB1.conv1.0.weight": (32, 64, 3, 3)}, "upscale", "esrgan"),
    ({"body.0.weight": (64, 3, 3, 3), "body.1.weight": (64,)}, "upscale", "compact"),
    ({"toRGB.0.weight": (3, 512, 1, 1), "stylegan_decoder.style_mlp.1.weight": (512, 512)}, "face", "gfpgan"),
])
def test_control_models_new_words_and_enlargers_are_told(
    tmp_path: Path, shapes: Shapes, kind: str, family: str
) -> None:
    found = told(write_file(tmp_path / "one.safetensors", shapes, "F16"))
    assert (found.kind, found.family) == (kind, family)


@pytest.mark.parametrize("name", ["scale_weight", "weight_scale"])
def test_weights_in_fp8_with_one_number_beside_each_are_read(tmp_path: Path, name: str) -> None:
    more = {f"double_blocks.0.img_attn.qkv.{name}": (1,), "scaled_fp8": (2,)}
    found = told(write_file(tmp_path / "scaled.safetensors", {**real.flux(), **more}, "F8_E4M3"))
    assert (found.kind, found.form, found.written) == ("flux", "part", "F8_E4M3")


@pytest.mark.parametrize(("more", "said"), [
    ({"scaled_fp8": (2,)}, "ComfyUI's own form"),
    ({"double_blocks.0.img_attn.qkv.scale_weight": (64, 1)}, "ComfyUI's own form"),
    ({"double_blocks.0.img_attn.qkv.comfy_quant": (30,)}, "only ComfyUI reads"),
    ({"double_blocks.0.img_attn.qkv.weight_scale": (64, 4)}, "only ComfyUI reads"),
    ({"double_blocks.0.img_attn.qkv.weight.absmax": (1,)}, "for bitsandbytes"),
    ({"transformer_blocks.0.qkv_proj.qweight": (1,), "transformer_blocks.0.qkv_proj.wscales": (1,)}, "another program"),
])
def test_packed_files_are_refused_in_one_sentence(tmp_path: Path, more: Shapes, said: str) -> None:
    path = write_file(tmp_path / "packed.safetensors", {**real.flux(), **more}, "F8_E4M3")
    with pytest.raises(UserError, match=said) as caught:
        told(path)
    assert '"packed.safetensors"' in caught.value.message and "GGUF" in caught.value.hint


@pytest.mark.parametrize(("shapes", "said"), [
    ({"some.weight": (4,)}, "no model that Ajar knows"),
    ({"conv_first.weight": (8, 3, 3, 3)}, "no model that Ajar knows"),
    (real.unet(words=1024), "Stable Diffusion 2 model"),
    ({"model.model.1.bn_l.running_mean": (4,)}, "LaMa"),
])
def test_a_file_that_is_no_model_of_ours_says_what_it_is(tmp_path: Path, shapes: Shapes, said: str) -> None:
    with pytest.raises(UserError, match=said):
        told(write_file(tmp_path / "other.safetensors", shapes))


def test_gguf_in_a_way_that_nothing_here_reads_says_so(tmp_path: Path) -> None:
    shapes = dict.fromkeys(real.flux(), (32, 256))
    with pytest.raises(UserError, match="IQ1_S") as caught:
        told(write_gguf(tmp_path / "tiny.gguf", shapes, "flux", "IQ1_S"))
    assert "Q4_K" in caught.value.hint
    with pytest.raises(UserError, match='architecture "llama"'):
        told(write_gguf(tmp_path / "chat.gguf", {"token_embd.weight": (32, 32)}, "llama"))
