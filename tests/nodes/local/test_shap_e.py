"""Shap-E forms the bodies that diffusers forms, in a file of our own, and stops within a step and while it carves."""

from collections.abc import Callable
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ajar.errors import Cancelled, UserError
from ajar.solid import Solid, read_solid
from ajar.values import Image, Tuning
from ajar.wishes import Forming
from nodes.local.catalogue import Shelf
from nodes.local.gpu import Device
from tests.nodes.local.tiny import _clip

pytestmark = [pytest.mark.xdist_group("torch-2"), pytest.mark.filterwarnings("ignore:__array__:DeprecationWarning")]

Form = Callable[..., Solid]
WIDTH = 32
DETAIL = 20


def write_shap_e(folder: Path, *, sees: bool) -> Path:
    """A Shap-E folder for words or for pictures."""
    import diffusers
    import torch
    import transformers
    from diffusers.pipelines.shap_e.renderer import ShapERenderer

    torch.manual_seed(0)
    prior = diffusers.PriorTransformer(
        num_attention_heads=2, attention_head_dim=16, embedding_dim=WIDTH, num_embeddings=WIDTH, num_layers=1,
        embedding_proj_dim=WIDTH, time_embed_dim=64, clip_embed_dim=2 * WIDTH, additional_embeddings=0,
        time_embed_act_fn="gelu", norm_in_type="layer", encoder_hid_proj_type=None, added_emb_type=None,
        embedding_proj_norm_type="layer" if sees else None,
    )
    renderer = ShapERenderer(
        param_shapes=((8, 93), (8, 8), (8, 8), (8, 8)), d_latent=WIDTH, d_hidden=8, background=(1.0, 1.0, 1.0),
    )
    fill_tables(renderer.mesh_decoder)
    with torch.no_grad():  # or there would be no surface in it
        for layer in renderer.mlp.mlp:
            layer.bias.normal_(0, 0.5)
        for layer in renderer.mlp.mlp[4:]:
            layer.weight.normal_()
    more: dict[str, Any]
    if sees:
        vision = transformers.CLIPVisionConfig(
            hidden_size=WIDTH, intermediate_size=64, num_hidden_layers=2, num_attention_heads=2, image_size=32,
            patch_size=8,
        )
        processor = transformers.CLIPImageProcessorPil(
            size={"shortest_edge": 32}, crop_size={"height": 32, "width": 32}
        )
        more = {"image_encoder": transformers.CLIPVisionModel(vision), "image_processor": processor}
    else:
        tokens, text = _clip()
        config = text.config
        config.projection_dim = WIDTH
        more = {"tokenizer": tokens, "text_encoder": transformers.CLIPTextModelWithProjection(config)}
    kind = diffusers.ShapEImg2ImgPipeline if sees else diffusers.ShapEPipeline
    kind(
        prior=prior, shap_e_renderer=renderer, scheduler=diffusers.HeunDiscreteScheduler(
            beta_schedule="exp", num_train_timesteps=1024, prediction_type="sample", use_karras_sigmas=True,
            clip_sample=True,
        ), **more,
    ).save_pretrained(folder)
    return folder


def fill_tables(decoder: Any) -> None:
    """Which triangles a cube has, by which of its corners lie inside: tables that a published model brings along.

    Here all edges that cross the surface become one fan, which is rougher than what is published.
    """
    import torch

    two = (0, 1)
    edges = [(4 * z + 2 * y, 4 * z + 2 * y + 1) for z in two for y in two]
    edges += [(4 * z + x, 4 * z + x + 2) for z in two for x in two]
    edges += [(2 * y + x, 2 * y + x + 4) for y in two for x in two]
    for case in range(256):
        crossed = [at for at, (one, two_) in enumerate(edges) if (case >> one & 1) != (case >> two_ & 1)]
        for number in range(min(5, len(crossed) - 2)):
            decoder.cases[case, number] = torch.tensor([crossed[0], *crossed[number + 1 : number + 3]])
            decoder.masks[case, number] = True


@pytest.fixture(scope="module")
def room(tiny_models: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    assert tiny_models  # torch is there, and set up
    room = tmp_path_factory.mktemp("bodies")
    write_shap_e(room / "words", sees=False)
    write_shap_e(room / "eyes", sees=True)
    return room


@pytest.fixture(scope="module")
def form(room: Path) -> Form:
    device = Device("cpu", Shelf([room]))

    def form(model: str, report: Any = None, **changes: Any) -> Solid:
        shaper = device.load(model, kind="shap-e", loras=None, report=quiet)
        wanted = {"steps": 3, "seed": 5, "detail": DETAIL, **changes}
        return read_solid(shaper.form(Forming(**wanted), report or quiet).path)

    return form


@pytest.fixture(scope="module")
def photo() -> Image:
    return Image.of(np.random.default_rng(2).integers(0, 256, (40, 50, 3), np.uint8))


def quiet(done: float, note: str, preview: Any) -> None:
    pass


def direct(folder: Path, detail: int = DETAIL, **arguments: Any) -> Any:
    """The same call made on diffusers; with its own fineness by its own output."""
    import diffusers
    import torch

    pipe = diffusers.DiffusionPipeline.from_pretrained(folder)
    pipe.set_progress_bar_config(disable=True)
    noise = torch.Generator("cpu").manual_seed(5)
    call = {"num_inference_steps": 3, "guidance_scale": 4.0, "generator": noise, **arguments}
    if detail == 128:
        return pipe(**call, output_type="mesh").images[0]
    return pipe.shap_e_renderer.decode_to_mesh(pipe(**call, output_type="latent").images[0][None], "cpu", detail)


def same(mine: Solid, theirs: Any) -> bool:
    """Whether a body is that of diffusers, standing on its feet."""
    x, y, z = theirs.verts.numpy().T
    light = np.clip(np.stack([theirs.vertex_channels[name].numpy() for name in "RGB"], 1), 0, 1)
    return bool(
        len(mine.faces) > 20 and np.array_equal(mine.points, np.stack([x, z, -y], 1))
        and np.array_equal(mine.faces, theirs.faces.numpy()) and np.allclose(mine.colours**2.2, light, atol=1e-4)
    )


def test_words_become_the_body_that_diffusers_forms(room: Path, form: Form) -> None:
    mine = form("words", prompt="a red circle")
    assert same(mine, direct(room / "words", prompt="a red circle"))
    assert same(form("words", prompt="a red circle", guidance=2.0),
                direct(room / "words", prompt="a red circle", guidance_scale=2.0))
    other = form("words", prompt="a red circle", seed=6)
    assert other.points.shape != mine.points.shape or not np.array_equal(other.points, mine.points)


def test_a_picture_becomes_the_body_that_diffusers_forms(room: Path, form: Form, photo: Image) -> None:
    assert same(form("eyes", image=photo), direct(room / "eyes", image=photo.pil()))


def test_each_model_says_what_it_takes(form: Form, photo: Image) -> None:
    with pytest.raises(UserError, match="reads words only"):
        form("words", prompt="a circle", image=photo)
    with pytest.raises(UserError, match="what a picture shows"):
        form("eyes", prompt="a circle")
    with pytest.raises(UserError, match="empty"):
        form("words")


def test_weights_in_pieces_are_refused(room: Path) -> None:
    with pytest.raises(UserError, match="all weights of a part at once"):
        Device("cpu", Shelf([room])).load(
            "words", kind="shap-e", loras=None, report=quiet, tuning=Tuning(offload="disk")
        )


def test_steps_are_told_and_stopped_within_also_while_the_surface_is_found(form: Form) -> None:
    told: list[tuple[float, str]] = []
    before = form("words", prompt="a red circle", report=lambda done, note, preview: told.append((done, note)))
    notes = list(dict.fromkeys(note for _, note in told))
    assert notes == [*(f"step {number} of 5" for number in range(6)), "finding the surface"]
    shares = [done for done, _ in told]
    assert shares == sorted(shares) and shares[-1] <= 1
    for after in (1, len(told) // 3, len(told) - 1):
        left = iter(range(after))

        def report(*_: Any, left: Any = left) -> None:
            if next(left, None) is None:
                raise Cancelled

        with pytest.raises(Cancelled):
            form("words", prompt="a red circle", report=report)
    assert np.array_equal(form("words", prompt="a red circle").points, before.points)
