"""What a file of a reference adapter is told to be: for which models, and which encoder looks for it."""

import pytest

from nodes.local.folders import known_rows
from nodes.local.headers import Tensor
from nodes.local.recognise import find_mark

PLUS = {"image_proj.latents": (1, 16, 768), "image_proj.norm_out.weight": (768,)}


@pytest.mark.parametrize(("found", "words", "family", "base"), [
    ({"image_proj.proj.weight": (3072, 1024), "image_proj.norm.weight": (768,)}, 768, "sd-1.5", "ip-adapter-h"),
    ({"image_proj.proj.weight": (3072, 1280), "image_proj.norm.weight": (768,)}, 768, "sd-1.5", "ip-adapter-bigg"),
    ({"image_proj.proj.weight": (8192, 1024), "image_proj.norm.weight": (2048,)}, 2048, "sdxl", "ip-adapter-h"),
    ({"image_proj.proj.weight": (8192, 1280), "image_proj.norm.weight": (2048,)}, 2048, "sdxl", "ip-adapter-bigg"),
    ({**PLUS, "image_proj.proj_in.weight": (768, 1280)}, 768, "sd-1.5", "ip-adapter-h"),
    ({**PLUS, "image_proj.proj_in.weight": (1280, 1280)}, 2048, "sdxl", "ip-adapter-h"),
    ({"image_proj.proj.0.weight": (1280, 1280), "image_proj.proj.3.weight": (768,)}, 768, "sd-1.5", "ip-adapter-h"),
])
def test_published_adapters_are_told_by_their_shapes(
    found: dict[str, tuple[int, ...]], words: int, family: str, base: str
) -> None:
    shapes = {**found, "ip_adapter.1.to_k_ip.weight": (320, words)}
    mark = find_mark({name: Tensor("F16", shape) for name, shape in shapes.items()}, "file", known_rows().files)
    assert mark is not None and (mark.kind, mark.family, mark.base) == ("ip-adapter", family, base)


@pytest.mark.parametrize("shapes", [
    {"image_proj.proj.0.weight": (8, 512), "image_proj.proj.2.weight": (3072, 8), "image_proj.norm.weight": (768,)},
    {"image_proj.perceiver_resampler.proj_in.weight": (768, 1280), "image_proj.norm.weight": (768,)},
    {"image_proj.proj.weight": (4096, 1024), "image_proj.norm.weight": (1024,)},
])
def test_adapters_that_do_not_run_are_known_and_refused(shapes: dict[str, tuple[int, ...]]) -> None:
    shapes = {**shapes, "ip_adapter.1.to_k_ip.weight": (320, shapes["image_proj.norm.weight"][0])}
    mark = find_mark({name: Tensor("F16", shape) for name, shape in shapes.items()}, "file", known_rows().files)
    assert mark is not None and not mark.kind and "IP-Adapter" in mark.why
