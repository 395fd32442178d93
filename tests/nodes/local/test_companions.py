"""What a lone file does not bring is found in a stated order, enters its revision, or is named with where to put it."""

from dataclasses import replace
from pathlib import Path

import pytest

from ajar.errors import UserError
from ajar.models import ModelEntry
from nodes.local.catalogue import RESOURCES, Shelf
from tests.nodes.local import original_names as real
from tests.nodes.local.model_files import write_file, write_flux_folder, write_gguf


def shelf(*folders: Path, comfy: tuple[Path, ...] = ()) -> Shelf:
    return Shelf(folders, tokenizers=lambda: comfy)


@pytest.fixture
def parts(tmp_path: Path) -> Path:
    """A ComfyUI-like folder of the parts that FLUX.1 and Wan borrow."""
    folder = tmp_path / "comfy"
    write_file(folder / "vae" / "ae.safetensors", real.vae(16), "F32")
    write_file(folder / "text_encoders" / "clip_l.safetensors", real.clip(768), "F16")
    write_file(folder / "text_encoders" / "t5xxl_fp8_e4m3fn.safetensors", real.T5, "F8_E4M3")
    write_file(folder / "diffusion_models" / "flux1-dev.safetensors", real.flux(), "BF16")
    return folder


def found(entry: ModelEntry, folder: Path) -> dict[str, str]:
    """The borrowed parts, by path below the folder or below resources."""
    def told(path: Path) -> str:
        return path.relative_to(folder if path.is_relative_to(folder) else RESOURCES).as_posix()

    return {name: told(path) for name, path in entry.parts.items()}


def test_a_lone_transformer_borrows_files_and_ajars_own_tokenizers(parts: Path) -> None:
    entry = shelf(parts).find("flux", "flux1-dev")
    assert (entry.form, entry.part, entry.licence) == ("part", "transformer", "flux-1-dev-non-commercial")
    assert found(entry, parts) == {
        "text_encoder": "text_encoders/clip_l.safetensors",
        "text_encoder_2": "text_encoders/t5xxl_fp8_e4m3fn.safetensors",
        "vae": "vae/ae.safetensors", "tokenizer": "tokenizers/clip", "tokenizer_2": "tokenizers/t5",
    }
    assert entry.base is not None and entry.base.name == "flux.1-dev"
    sizes = [file.stat().st_size for file in entry.files if file.is_relative_to(parts)]
    assert len(sizes) == 4 and entry.bytes is not None and entry.bytes >= sum(sizes)


def test_a_gguf_borrows_the_same_and_has_a_name_of_its_own(parts: Path) -> None:
    write_gguf(parts / "unet" / "flux1-dev.gguf", real.flux(), "flux", "F16")
    ids = [entry.id for entry in shelf(parts).entries() if entry.kind == "flux" and entry.path]
    assert sorted(ids) == ["builtin", "flux1-dev", "flux1-dev.gguf"]
    entry = shelf(parts).find("flux", "flux1-dev.gguf")
    assert (entry.form, entry.id) == ("gguf", "flux1-dev.gguf")
    assert found(entry, parts) == found(shelf(parts).find("flux", "flux1-dev"), parts)


def test_the_usual_name_goes_before_others_and_sixteen_bits_before_eight(parts: Path) -> None:
    write_file(parts / "text_encoders" / "another-t5.safetensors", real.T5, "F16")
    assert shelf(parts).find("flux", "flux1-dev").parts["text_encoder_2"].name == "another-t5.safetensors"
    write_file(parts / "text_encoders" / "t5xxl_fp16.safetensors", real.T5, "F16")
    write_file(parts / "vae" / "aa-merged.safetensors", real.vae(16), "BF16")
    entry = shelf(parts).find("flux", "flux1-dev")
    assert (entry.parts["text_encoder_2"].name, entry.parts["vae"].name) == ("t5xxl_fp16.safetensors", "ae.safetensors")


def test_an_installed_folder_of_the_family_goes_before_files(parts: Path) -> None:
    write_flux_folder(parts / "diffusers" / "FLUX.1-dev")
    entry = shelf(parts).find("flux", "flux1-dev")
    assert found(entry, parts) == {
        "text_encoder": "diffusers/FLUX.1-dev/text_encoder", "text_encoder_2": "diffusers/FLUX.1-dev/text_encoder_2",
        "vae": "diffusers/FLUX.1-dev/vae", "tokenizer": "tokenizers/clip", "tokenizer_2": "tokenizers/t5",
    }


def test_another_family_lends_the_part_that_is_the_same(parts: Path) -> None:
    write_flux_folder(parts / "diffusers" / "FLUX.1-dev")
    write_file(parts / "diffusion_models" / "Chroma1-HD.safetensors", real.CHROMA, "BF16")
    entry = shelf(parts).find("chroma", "Chroma1-HD")
    assert entry.parts["text_encoder"] == parts / "diffusers" / "FLUX.1-dev" / "text_encoder_2"


def test_a_folder_that_could_run_code_lends_nothing(parts: Path) -> None:
    folder = write_flux_folder(parts / "diffusers" / "FLUX.1-dev")
    (folder / "vae" / "config.json").write_text('{"auto_map": {"AutoModel": "evil.Model"}}')
    assert found(shelf(parts).find("flux", "flux1-dev"), parts)["vae"] == "vae/ae.safetensors"


def test_what_is_missing_is_named_with_its_file_and_place(parts: Path) -> None:
    (parts / "vae" / "ae.safetensors").unlink()
    (parts / "text_encoders" / "clip_l.safetensors").unlink()
    with pytest.raises(UserError, match="without its CLIP-L text encoder and its FLUX.1 VAE") as caught:
        shelf(parts).find("flux", "flux1-dev")
    for said in ("clip_l.safetensors", "ae.safetensors", str(parts), "https://"):
        assert said in caught.value.hint
    assert any(entry.id == "flux1-dev" for entry in shelf(parts).entries())  # listed all the same


def test_a_file_that_is_there_but_packed_is_told_with_what_is_missing(parts: Path) -> None:
    (parts / "text_encoders" / "t5xxl_fp8_e4m3fn.safetensors").unlink()
    scaled = {**real.T5, "scaled_fp8": (2,)}
    write_file(parts / "text_encoders" / "t5xxl_fp8_e4m3fn_scaled.safetensors", scaled, "F8_E4M3")
    with pytest.raises(UserError, match="without its T5-XXL") as caught:
        shelf(parts).find("flux", "flux1-dev")
    assert '"t5xxl_fp8_e4m3fn_scaled.safetensors" is in fp8 with scales' in caught.value.hint


def test_a_whole_checkpoint_needs_nothing_else(tmp_path: Path) -> None:
    tensors = {
        **real.under("model.diffusion_model.", real.unet()), **real.under("first_stage_model.", real.vae(4)),
        **real.under("cond_stage_model.transformer.", real.clip(768)),
    }
    write_file(tmp_path / "v1-5-pruned-emaonly.safetensors", tensors, "F16")
    entry = shelf(tmp_path).find("sd15", "v1-5-pruned-emaonly")
    assert (entry.form, entry.licence, set(entry.parts)) == ("checkpoint", "openrail-m", {"tokenizer"})
    assert entry.parts["tokenizer"] == RESOURCES / "tokenizers" / "clip"


def test_a_checkpoint_without_text_encoders_borrows_them(tmp_path: Path) -> None:
    tensors = {**real.under("model.diffusion_model.", real.unet_xl()), **real.under("first_stage_model.", real.vae(4))}
    write_file(tmp_path / "bare.safetensors", tensors, "F16")
    with pytest.raises(UserError, match="CLIP-L text encoder and its CLIP-G"):
        shelf(tmp_path).find("sdxl", "bare")
    write_file(tmp_path / "clip_l.safetensors", real.clip(768), "F16")
    write_file(tmp_path / "clip_g.safetensors", real.clip(1280), "F16")
    entry = shelf(tmp_path).find("sdxl", "bare")
    assert set(entry.parts) == {"text_encoder", "text_encoder_2", "tokenizer", "tokenizer_2"}


def test_sd3_works_without_its_third_text_encoder(tmp_path: Path) -> None:
    write_file(tmp_path / "sd3.5_medium.safetensors", real.sd3(24, dual=True), "BF16")
    for name, shapes in (("clip_l", real.clip(768)), ("clip_g", real.clip(1280)), ("sd3_vae", real.vae(16))):
        write_file(tmp_path / f"{name}.safetensors", shapes, "F16")
    assert "text_encoder_3" not in shelf(tmp_path).find("sd3", "sd3.5_medium").parts
    write_file(tmp_path / "t5xxl_fp16.safetensors", real.T5, "F16")
    assert "text_encoder_3" in shelf(tmp_path).find("sd3", "sd3.5_medium").parts


@pytest.fixture
def experts(tmp_path: Path) -> Path:
    write_file(tmp_path / "wan_2.1_vae.safetensors", real.wan_vae(16), "BF16")
    write_file(tmp_path / "umt5_xxl_fp16.safetensors", real.UMT5, "F16")
    write_file(tmp_path / "wan2.2_t2v_high_noise_14B_fp16.safetensors", real.wan(5120), "F16")
    (tmp_path / "tokens" / "umt5_tokenizer").mkdir(parents=True)
    return tmp_path


def test_the_experts_of_wan_find_each_other(experts: Path) -> None:
    high, low = (experts / f"wan2.2_t2v_{noise}_noise_14B_fp16.safetensors" for noise in ("high", "low"))
    with pytest.raises(UserError, match="second expert"):
        shelf(experts).find("wan", high.stem)
    write_file(low, real.wan(5120), "F16")
    write_file(experts / "other" / "a_low_noise_thing.safetensors", real.wan(5120), "F16")
    with pytest.raises(UserError, match="without its UMT5 tokenizer"):
        shelf(experts).find("wan", high.stem)
    own = tokenized(shelf(experts), experts)
    first, second = own.find("wan", high.stem), own.find("wan", low.stem)
    assert (first.part, first.parts["transformer_2"]) == ("transformer", low)
    assert (second.part, second.parts["transformer"]) == ("transformer_2", high)
    assert first.settings and first.family == second.family == "wan-2.2-14b"


def tokenized(own: Shelf, experts: Path) -> Shelf:
    """With a folder of tokenizers that ComfyUI would have."""
    supply = own.rows.supplies["umt5-tokenizer"]
    supplies = {**own.rows.supplies, "umt5-tokenizer": replace(supply, comfy=("umt5_tokenizer",))}
    own.rows = replace(own.rows, supplies=supplies)
    own._tokenizers = lambda: [experts / "tokens" / "umt5_tokenizer"]
    return own


def test_snapshots_of_the_hubs_cache_go_by_the_models_name(tmp_path: Path) -> None:
    write_flux_folder(tmp_path / "models--black-forest-labs--FLUX.1-schnell" / "snapshots" / "741f7c3")
    entry = shelf(tmp_path).find("flux", "FLUX.1-schnell")
    assert entry.licence == "apache-2.0" and entry.path is not None and entry.path.name == "741f7c3"


def test_a_part_is_named_as_what_it_is_where_a_model_is_wanted(parts: Path) -> None:
    with pytest.raises(UserError, match="not a Flux model, but a VAE"):
        shelf(parts).find("flux", "ae")
