"""The rows of resources/families against the installed libraries: real classes, and the names of their weights."""

import importlib
import itertools
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from nodes.local.folders import known_rows
from nodes.local.headers import Tensor
from nodes.local.recognise import find_mark

pytestmark = pytest.mark.filterwarnings("ignore::FutureWarning")  # of diffusers about its own parts

WAN: dict[str, Any] = {"num_layers": 1}
DEPTH: dict[str, Any] = {"num_layers": 1, "num_single_layers": 1}
KINDS: list[tuple[str, dict[str, Any], str, str]] = [
    ("FluxTransformer2DModel", {**DEPTH, "guidance_embeds": True}, "flux", "flux.1-dev"),
    ("FluxTransformer2DModel", DEPTH, "flux", "flux.1-schnell"),
    ("FluxTransformer2DModel", {**DEPTH, "guidance_embeds": True, "in_channels": 384}, "flux-fill", "flux.1-fill-dev"),
    ("Flux2Transformer2DModel", DEPTH, "flux2", "flux.2-dev"),
    ("Flux2Transformer2DModel", {**DEPTH, "num_attention_heads": 24, "joint_attention_dim": 7680,
                                 "guidance_embeds": False}, "flux2", "flux.2-klein-4b"),
    ("ZImageTransformer2DModel", {"n_layers": 1, "n_refiner_layers": 1}, "z-image", "z-image"),
    ("QwenImageTransformer2DModel", {"num_layers": 1}, "qwen-image", "qwen-image"),
    ("ChromaTransformer2DModel", DEPTH, "chroma", "chroma1-hd"),
    ("WanTransformer3DModel", WAN, "wan", "wan2.1-t2v-14b"),
    ("WanTransformer3DModel", {**WAN, "num_attention_heads": 12}, "wan", "wan2.1-t2v-1.3b"),
    ("WanTransformer3DModel", {**WAN, "num_attention_heads": 24, "in_channels": 48}, "wan", "wan2.2-ti2v-5b"),
    ("WanTransformer3DModel", {**WAN, "in_channels": 36}, "wan-i2v", "wan2.2-i2v-a14b"),
    ("WanTransformer3DModel", {**WAN, "in_channels": 36, "image_dim": 1280, "added_kv_proj_dim": 5120}, "wan-i2v",
     "wan2.1-i2v-14b"),
    ("LTXVideoTransformer3DModel", {"num_layers": 1}, "ltx", "ltx-video-2b"),
    ("LTX2VideoTransformer3DModel", {"num_layers": 1}, "ltx2", "ltx-2"),
    ("HunyuanVideoTransformer3DModel", DEPTH, "hunyuan-video", "hunyuanvideo"),
    ("CogVideoXTransformer3DModel", {"num_layers": 1}, "cogvideox", "cogvideox-2b"),
    ("SD3Transformer2DModel", {"num_layers": 38}, "sd3", "sd-3.5-large"),
]


@pytest.mark.parametrize(("name", "config", "kind", "base"), KINDS)
def test_what_diffusers_would_save_is_told(name: str, config: dict[str, Any], kind: str, base: str) -> None:
    diffusers, torch = pytest.importorskip("diffusers"), pytest.importorskip("torch")
    with torch.device("meta"):
        model = getattr(diffusers, name)(**config)
    names = {key: Tensor("BF16", tuple(weight.shape)) for key, weight in model.state_dict().items()}
    found = find_mark(names, "some.safetensors", known_rows().files)
    assert found is not None and (found.kind, found.base) == (kind, base)


def test_every_class_that_a_folder_may_name_is_one_of_the_libraries() -> None:
    diffusers, transformers = pytest.importorskip("diffusers"), pytest.importorskip("transformers")
    rows = known_rows()
    parts = {name for pipeline in rows.pipelines.values() for names in pipeline.parts.values() for name in names}
    older = ("TokenizerFast", "ProcessorFast", "FeatureExtractor")  # what folders of older versions name
    own = {name for name in parts if "." in name}
    known = set(dir(diffusers)) | set(dir(transformers))
    assert {name for name in parts - own if not name.endswith(older)} | set(rows.folders) <= known
    assert set(rows.pipelines) <= set(dir(diffusers))
    place = Path(diffusers.__file__).parent / "pipelines"
    for name in own:
        folder, _, class_ = name.partition(".")
        assert any(f"class {class_}" in file.read_text("utf-8") for file in (place / folder).glob("*.py")), name


def test_every_architecture_of_spandrel_is_told_as_spandrel_tells_it() -> None:
    if not all(map(find_spec, ("torch", "spandrel", "safetensors"))):
        pytest.skip("enlarging needs the extras local and upscale")
    upscalers = importlib.import_module("nodes.local.upscalers")  # which stands in for what spandrel lacks
    supports = list(upscalers.spandrel.MAIN_REGISTRY.architectures("detection"))
    told = 0
    for support in supports:
        for names in _alternatives(support.architecture._detect):
            header = dict.fromkeys(names, Tensor("F32", (1,)))
            theirs = next(one.architecture for one in supports if one.architecture.detect(header))
            ours = find_mark(header, "x.safetensors", known_rows().files)
            assert ours is not None, support.architecture.id
            told += 1
            if theirs.id != "LaMa":
                assert (ours.kind in ("upscale", "face"), ours.family) == (True, theirs.id.lower()), names
            else:
                assert ours.why
    assert told >= 42


def _alternatives(condition: Any) -> list[list[str]]:
    """The sets of names of which each is enough for an architecture to be detected."""
    if isinstance(condition, str):
        return [[condition]]
    found = [_alternatives(key) for key in condition._keys]
    if condition._kind == "any":
        return [names for names_of in found for names in names_of]
    return [[name for names in chosen for name in names] for chosen in itertools.product(*found)]
