"""Models of fal and Replicate end to end: node, lane, transport and stand-in, with what the fault matrix leaves out."""

import asyncio
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ajar import film
from ajar.errors import AjarError
from ajar.published import keep, kept, read
from ajar.values import Audio, Image, Video
from nodes.remote.emulators.samples import film as footage
from nodes.remote.emulators.server import Fault
from nodes.remote.transport.client import Client
from tests.nodes.remote.bench import KEY, Bench, bench
from tests.nodes.remote.cases.fal import CASES as FAL
from tests.nodes.remote.cases.replicate import CASES as REPLICATE
from workflows.asking import ask


@pytest.fixture(autouse=True)
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AJAR_HOME", str(tmp_path / "settings"))


@pytest.fixture(params=[FAL[0], REPLICATE[0]], ids=["fal", "replicate"])
def at(request: pytest.FixtureRequest, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Bench]:
    # No inputs of its own: each test says all of them.
    with bench(replace(request.param, inputs=dict), tmp_path, monkeypatch) as made:
        yield made


@pytest.fixture
def clip(tmp_path: Path) -> Video:
    path = tmp_path / "clip.mp4"
    path.write_bytes(footage("clip", 0.5))
    return film.probe(path)


def asked(at: Bench, asking: Any) -> Any:
    async def talk() -> Any:
        client = Client()
        try:
            return await ask(client, at.provider, asking)
        finally:
            await client.close()

    return asyncio.run(talk())


def load_form(at: Bench, model: str) -> None:
    """What the window does: ask for the published form and keep it."""
    assert at.provider.schema is not None
    keep(at.provider.name, model, asked(at, at.provider.schema(model)))


UPSCALERS = {"fal": "fal-ai/topaz/upscale/video", "replicate": "topazlabs/video-upscale"}
MODELS = {"fal": "fal-ai/flux/dev", "replicate": "black-forest-labs/flux-dev"}
TYPED = {
    "fal": ("fal-ai/kling-video/v3/pro/image-to-video", "start_image_url"),
    "replicate": ("kwaivgi/kling-v2.1", "start_image"),
}
FILMING = {"fal": "fal-ai/wan/v2.2-a14b/image-to-video", "replicate": "wan-video/wan-2.2-i2v-fast"}


def test_a_film_goes_up_and_a_film_comes_back(at: Bench, clip: Video) -> None:
    outcome = at.order(inputs={"video": clip, "model": UPSCALERS[at.provider.name]})
    assert outcome.error is None, outcome.detail
    assert outcome.values is not None and isinstance(outcome.values[1], Video) and outcome.values[1].path != clip.path
    uploads = at.emulator.uploads.values()  # type: ignore[attr-defined]  # both have them
    assert [clip.path.read_bytes() in one for one in uploads] == [True]


def test_a_loaded_form_says_where_a_picture_goes(at: Bench) -> None:
    model, name = TYPED[at.provider.name]
    still = Image.of(np.full((16, 16, 3), 90, np.uint8))
    inputs = {"prompt": "it waves", "image": still, "model": model}
    assert at.provider.offer(model).status == "typed"
    assert name in at.order(inputs=inputs).text, "what is usual is wrong here, and the provider says so"
    load_form(at, model)
    outcome = at.order(inputs=inputs)
    assert outcome.error is None, outcome.detail
    assert set(list(at.emulator.jobs.values())[-1].request) == {"prompt", name}


def test_a_form_refuses_before_anything_is_paid(at: Bench) -> None:
    load_form(at, MODELS[at.provider.name])
    outcome = at.order(inputs={"prompt": "a toy", "settings": '{"sampler": "x"}'})
    assert 'has no setting "sampler"' in outcome.text and "prompt" in outcome.text
    assert not at.emulator.requests[1:] and not at.emulator.jobs


def test_the_form_of_an_unknown_model(at: Bench) -> None:
    with pytest.raises(AjarError, match='publishes no form of "acme/none"'):
        load_form(at, "acme/none")


def test_every_form_of_the_stand_in_is_understood(at: Bench) -> None:
    names = {"fal": "fal_models", "replicate": "replicate_models"}
    module = __import__(f"nodes.remote.emulators.{names[at.provider.name]}", fromlist=["x"])
    for model in getattr(module, "ENDPOINTS", None) or module.HOSTED:
        load_form(at, model)
        fields = read(kept(at.provider.name, model) or {})
        assert fields and all(one.kind != "any" or one.name == "image_size" for one in fields)


def test_two_pictures_are_both_there(at: Bench) -> None:
    name = "num_images" if at.provider.name == "fal" else "num_outputs"
    outcome = at.order(inputs={"prompt": "a toy", "settings": f'{{"{name}": 2}}'})
    assert outcome.values is not None
    first, _, _, text, both = outcome.values
    assert isinstance(first, Image) and len(both) == 2 and text == ""
    assert (both[0].array != both[1].array).any()


def test_a_model_that_fails_is_told_and_not_asked_again(at: Bench) -> None:
    at.emulator.fail(Fault("failed"))
    still = Image.of(np.full((16, 16, 3), 90, np.uint8))
    outcome = at.order(inputs={"prompt": "it waves", "image": still, "model": FILMING[at.provider.name]})
    assert "Internal server error" in outcome.text or "out of memory" in outcome.text
    assert at.entry.state == "failed" and len(at.emulator.jobs) == 1


def test_a_prompt_that_the_model_refuses_is_blocked(at: Bench) -> None:
    at.emulator.fail(Fault("blocked_result"))
    outcome = at.order(inputs={"prompt": "a toy"})
    assert outcome.error is not None and at.entry.state == "blocked"


def test_the_key_is_known(at: Bench) -> None:
    assert at.provider.greet is not None
    assert "knows the key" in asked(at, at.provider.greet()) and KEY not in asked(at, at.provider.greet())


def test_sound_and_film_together(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, clip: Video) -> None:
    tone = Audio((np.sin(np.arange(16000) / 5)[None] * 0.3).astype(np.float32), 16000)
    with bench(replace(FAL[0], inputs=dict), tmp_path, monkeypatch) as at:
        outcome = at.order(inputs={"video": clip, "voice": tone, "model": "fal-ai/sync-lipsync"})
        assert outcome.error is None, outcome.detail
        assert set(next(iter(at.emulator.jobs.values())).request) == {"video_url", "audio_url"}
