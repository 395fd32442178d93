"""Depth and poses, seen by tiny models of the real classes."""

from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ajar.errors import Cancelled, UserError
from ajar.values import Image, Size
from nodes.local.catalogue import Shelf
from nodes.local.gpu import Device

pytestmark = pytest.mark.xdist_group("torch")


def quiet(done: float, note: str, preview: Any) -> None:
    pass


@pytest.fixture(scope="module")
def models(tiny_models: Path, tmp_path_factory: pytest.TempPathFactory) -> Path:
    assert tiny_models
    import torch
    import transformers as of

    folder = tmp_path_factory.mktemp("guides")
    torch.manual_seed(0)
    dino = of.Dinov2Config(
        image_size=28, patch_size=14, hidden_size=32, num_hidden_layers=2, num_attention_heads=4,
        out_features=["stage1", "stage2"], reshape_hidden_states=False, apply_layernorm=True,
    )
    of.DepthAnythingForDepthEstimation(of.DepthAnythingConfig(
        backbone_config=dino, reassemble_hidden_size=32, reassemble_factors=[2, 1], neck_hidden_sizes=[8, 8],
        fusion_hidden_size=8, head_in_index=-1,
    )).save_pretrained(folder / "near")
    vit = of.VitPoseBackboneConfig(
        image_size=[256, 192], patch_size=[16, 16], hidden_size=32, num_hidden_layers=2, num_attention_heads=4,
        out_features=["stage2"], out_indices=[2],
    )
    labels = {str(number): str(number) for number in range(17)}
    of.VitPoseForPoseEstimation(of.VitPoseConfig(
        backbone_config=vit, use_simple_decoder=True, scale_factor=4, id2label=labels,
    )).save_pretrained(folder / "stance")
    return folder


@pytest.fixture(scope="module")
def device(models: Path) -> Device:
    return Device("cpu", Shelf([models]))


def picture(width: int = 90, height: int = 60) -> Image:
    return Image.of(np.random.default_rng(0).integers(0, 255, (height, width, 3), dtype=np.uint8))


def test_depth_is_what_the_model_says_from_black_to_white(device: Device, models: Path) -> None:
    import cv2
    import torch
    import transformers

    found = device.load("near", kind="depth", loras=None, report=quiet).depth(picture(), quiet)
    assert found.size == Size(90, 60) and found.channels == 3
    assert found.array.min() == 0 and found.array.max() == 255
    processor = transformers.DPTImageProcessorPil(
        size={"height": 518, "width": 518}, keep_aspect_ratio=True, ensure_multiple_of=14, resample=3,
        image_mean=[0.485, 0.456, 0.406], image_std=[0.229, 0.224, 0.225],
    )
    model: Any = transformers.DepthAnythingForDepthEstimation.from_pretrained(models / "near")
    with torch.no_grad():
        near = model.eval()(**processor(picture().pil(), return_tensors="pt")).predicted_depth[0].numpy()
    sized = cv2.resize(near, (90, 60), interpolation=cv2.INTER_AREA)
    expected = (sized - sized.min()) / (sized.max() - sized.min())
    assert float(np.abs(expected - found.array[:, :, 0] / 255).mean()) < 0.01


def test_looking_can_be_stopped_between_layers(device: Device) -> None:
    seer = device.load("near", kind="depth", loras=None, report=quiet)
    before = seer.depth(picture(), quiet).array
    said: list[str] = []

    def stop(done: float, note: str, preview: Any) -> None:
        said.append(note)
        if len(said) == 2:
            raise Cancelled

    with pytest.raises(Cancelled):
        seer.depth(picture(), stop)
    assert said == ["estimating depth"] * 2
    assert np.array_equal(seer.depth(picture(), quiet).array, before)


def test_joints_are_found_where_the_maps_are_hottest(device: Device, models: Path, monkeypatch: Any) -> None:
    from nodes.local.families import pose

    model = device.load("stance", kind="pose", loras=None, report=quiet)
    assert model.pose(picture(), [(0.0, 0.0, 90.0, 60.0)], quiet).size == Size(90, 60)
    heat = np.zeros((64, 48))
    heat[10, 20], heat[10, 21], heat[9, 20] = 1, 0.5, 0.2
    assert pose._peak(heat) == (20.25, 9.75, 1.0)
    # The middle of the person is the middle of what is looked at, and the way back is the way there.
    place = pose._placed((10, 20, 40, 80))
    assert np.allclose(place @ (25, 50, 1), (96, 128))


def test_a_skeleton_is_drawn_where_the_joints_are(tiny_models: Path) -> None:
    from nodes.local.skeletons import drawn

    person = np.zeros((17, 3))
    person[:, 2] = 1
    person[5], person[6] = (60, 40, 1), (20, 40, 1)  # shoulders: the neck is between them
    person[11], person[12], person[0] = (55, 90, 1), (25, 90, 1), (40, 20, 1)
    person[9, 2] = 0.1  # a wrist that is not seen
    found = drawn([person], Size(96, 96)).array
    assert found[40, 40].max() > 100 and found[65, 33].max() > 60 and found[90, 90].max() == 0
    assert drawn([], Size(8, 8)).array.max() == 0


def test_another_model_is_a_sentence(device: Device) -> None:
    with pytest.raises(UserError, match="not a pose model, but a depth model"):
        device.load("near", kind="pose", loras=None, report=quiet)
