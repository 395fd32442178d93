"""The stand-in for Replicate is driven by Replicate's own client."""

import io
from collections.abc import Iterator
from typing import Any

import httpx
import pytest
import replicate
from replicate.exceptions import ModelError, ReplicateError

from nodes.remote.emulators.replicate import Replicate
from nodes.remote.emulators.samples import picture

FLUX = "black-forest-labs/flux-dev"
WAN = "wan-video/wan-2.2-i2v-fast"
CLARITY = "philz1337x/clarity-upscaler:dfad41707589d68ecdccd1dfa600d55a208f9310748e44bfe35b4a6291453d5e"


@pytest.fixture
def emulator(monkeypatch: pytest.MonkeyPatch) -> Iterator[Replicate]:
    monkeypatch.setenv("NO_PROXY", "*")
    monkeypatch.setenv("REPLICATE_POLL_INTERVAL", "0.01")
    with Replicate(job_seconds=0) as found:
        yield found


@pytest.fixture
def client(emulator: Replicate) -> Iterator[Any]:
    found = replicate.Client(api_token=emulator.key, base_url=emulator.url)
    yield found
    found._client.close()


def fetch(address: str) -> bytes:
    return httpx.get(address, trust_env=False).content


def test_pictures_of_an_official_model(emulator: Replicate, client: Any) -> None:
    made = client.models.predictions.create(FLUX, {"prompt": "a tin toy", "num_outputs": 2})
    assert made.status == "starting" and made.model == FLUX
    made.wait()
    assert len(made.output) == 2 and made.metrics["predict_time"] == 4.25 and made.progress.percentage == 0.5
    assert fetch(made.output[1]).startswith(b"\x89PNG") and emulator.paid == 1


def test_an_uploaded_picture_becomes_a_film(emulator: Replicate, client: Any) -> None:
    film = client.run(WAN, {"prompt": "it waves", "image": io.BytesIO(picture("first"))}, wait=False)
    assert fetch(film)[4:8] == b"ftyp"
    assert [content for _, content, _ in emulator.uploads.values()] == [picture("first")]


def test_a_version(client: Any) -> None:
    found = client.predictions.create(CLARITY.partition(":")[2], {"image": "data:image/png;base64,AAAA"})
    found.wait()
    assert fetch(found.output[0]).startswith(b"\x89PNG")


def test_text_comes_in_pieces(client: Any) -> None:
    assert "".join(client.run("meta/meta-llama-3-70b-instruct", {"prompt": "what?"}, wait=False)) == "A tin toy."


def test_a_schema(client: Any) -> None:
    inputs = client.models.get(WAN).latest_version.openapi_schema["components"]["schemas"]["Input"]
    assert inputs["required"] == ["image", "prompt"] and inputs["properties"]["image"]["format"] == "uri"
    name, _, version = CLARITY.partition(":")
    assert client.models.get(name).versions.get(version).id == version


def test_wrong_input(emulator: Replicate, client: Any) -> None:
    with pytest.raises(ReplicateError) as caught:
        client.models.predictions.create(FLUX, {"guidance": 90, "aspect_ratio": "2:1", "cfg": 3})
    assert caught.value.status == 422 and emulator.paid == 0
    assert [line.partition(":")[0] for line in str(caught.value.detail).splitlines()] == [
        "- input.prompt", "- input.guidance", "- input.aspect_ratio", "- input.cfg",
    ]


def test_a_community_model_is_not_run_by_its_name(client: Any) -> None:
    with pytest.raises(ReplicateError) as caught:
        client.models.predictions.create("meta/musicgen", {"prompt": "a waltz"})
    assert caught.value.status == 404


def test_flagged_and_failed(emulator: Replicate, client: Any) -> None:
    emulator.fail("blocked_result")
    with pytest.raises(ModelError, match="NSFW"):
        client.run(FLUX, {"prompt": "a tin toy"}, wait=False)
    emulator.fail("failed")
    with pytest.raises(ModelError, match="out of memory"):
        client.run(FLUX, {"prompt": "a tin toy"}, wait=False)


def test_wrong_key_no_credit_too_many(emulator: Replicate, client: Any) -> None:
    other = replicate.Client(api_token="another", base_url=emulator.url)
    with pytest.raises(ReplicateError) as caught:
        other.models.predictions.create(FLUX, {"prompt": "a tin toy"})
    other._client.close()
    assert caught.value.status == 401
    for fault, status in (("no_credit", 402), ("busy", 429)):
        emulator.fail(fault)  # type: ignore[arg-type]  # both are kinds of faults
        with pytest.raises(ReplicateError) as caught:
            client.models.predictions.create(FLUX, {"prompt": "a tin toy"})
        assert caught.value.status == status and emulator.paid == 0


def test_stopping(emulator: Replicate, client: Any) -> None:
    emulator.job_seconds = 300
    made = client.models.predictions.create(FLUX, {"prompt": "a tin toy"})
    emulator.advance(150)
    made.cancel()
    made.reload()
    assert made.status == "canceled" and emulator.paid == 1
