"""The stand-in for fal is driven by fal's own client: what passes here is what that client expects of the real one."""

from collections.abc import Iterator
from typing import Any

import fal_client
import fal_client.client as wire
import pytest

from nodes.remote.emulators.fal import Fal
from nodes.remote.emulators.samples import picture
from nodes.remote.emulators.server import Fault

WAN = "fal-ai/wan/v2.2-a14b/image-to-video"


@pytest.fixture
def fal(monkeypatch: pytest.MonkeyPatch) -> Iterator[Fal]:
    monkeypatch.setenv("NO_PROXY", "*")
    with Fal(job_seconds=0) as emulator:
        for name in ("QUEUE_URL_FORMAT", "RUN_URL_FORMAT"):
            monkeypatch.setattr(wire, name, emulator.url + "/")
        monkeypatch.setattr(wire, "REST_URL", emulator.url)
        monkeypatch.setattr(wire, "CDN_URL", emulator.url)
        monkeypatch.setattr(wire, "BASE_DELAY", 0.001)
        yield emulator


@pytest.fixture(autouse=True)
def closed(monkeypatch: pytest.MonkeyPatch) -> Iterator[None]:
    """That client never closes its connections; here they are closed, as an open one is an error of the test."""
    opened: list[Any] = []
    make = wire.httpx.Client

    def remember(*arguments: Any, **options: Any) -> Any:
        opened.append(make(*arguments, **options))
        return opened[-1]

    monkeypatch.setattr(wire.httpx, "Client", remember)
    yield
    for one in opened:
        one.close()


@pytest.fixture
def client(fal: Fal) -> fal_client.SyncClient:
    return fal_client.SyncClient(key=fal.key)


def test_picture(fal: Fal, client: fal_client.SyncClient) -> None:
    fal.job_seconds = 300
    handle = client.submit("fal-ai/flux/dev", {"prompt": "a tin toy", "seed": 7, "num_images": 2})
    assert isinstance(handle.status(), fal_client.Queued)
    fal.advance(150)
    running = handle.status(with_logs=True)
    assert isinstance(running, fal_client.InProgress) and running.logs == []
    fal.advance(300)
    found = handle.get()
    assert found["seed"] == 7 and len(found["images"]) == 2
    content = wire.httpx.get(found["images"][0]["url"], trust_env=False).content
    assert content.startswith(b"\x89PNG") and fal.paid == 1


def test_uploaded_picture_becomes_a_film(fal: Fal, client: fal_client.SyncClient) -> None:
    address = client.upload(picture("first"), "image/png", "first.png")
    assert wire.httpx.get(address, trust_env=False).content == picture("first")
    found = client.subscribe(WAN, {"prompt": "it waves", "image_url": address})
    content = wire.httpx.get(found["video"]["url"], trust_env=False).content
    assert content[4:8] == b"ftyp" and found["video"]["content_type"] == "video/mp4"


def test_wrong_input_is_the_result(fal: Fal, client: fal_client.SyncClient) -> None:
    handle = client.submit("fal-ai/flux/dev", {"num_inference_steps": 900, "sampler": "x"})
    assert isinstance(handle.status(), fal_client.Completed)
    with pytest.raises(fal_client.FalClientHTTPError) as caught:
        handle.get()
    assert caught.value.status_code == 422
    said = {tuple(one["loc"]): one["type"] for one in caught.value.response.json()["detail"]}
    assert said == {("body", "prompt"): "missing", ("body", "num_inference_steps"): "value_error",
                    ("body", "sampler"): "extra_forbidden"}


def test_an_address_that_is_nowhere_is_refused(fal: Fal, client: fal_client.SyncClient) -> None:
    with pytest.raises(fal_client.FalClientHTTPError, match="file_download_error"):
        client.subscribe(WAN, {"prompt": "it waves", "image_url": fal.url + "/files/upload/none.png"})


def test_flagged_result(fal: Fal, client: fal_client.SyncClient) -> None:
    fal.fail("blocked_result")
    with pytest.raises(fal_client.FalClientHTTPError, match="content_policy_violation"):
        client.subscribe("fal-ai/flux/dev", {"prompt": "a tin toy"})


def test_failed_in_the_runner(fal: Fal, client: fal_client.SyncClient) -> None:
    fal.fail("failed")
    done = client.submit("fal-ai/flux/dev", {"prompt": "a tin toy"}).status()
    assert isinstance(done, fal_client.Completed) and done.error_type == "runner_disconnected"


def test_failed_in_the_model(fal: Fal, client: fal_client.SyncClient) -> None:
    fal.fail("failed")
    with pytest.raises(fal_client.FalClientHTTPError, match="internal_server_error") as caught:
        client.subscribe("alibaba/wan-3.0/text-to-video", {"prompt": "it waves"})
    assert caught.value.status_code == 500


def test_wrong_key(fal: Fal) -> None:
    with pytest.raises(fal_client.FalClientHTTPError) as caught:
        fal_client.SyncClient(key="another").submit("fal-ai/flux/dev", {"prompt": "a tin toy"})
    assert caught.value.status_code == 401 and fal.paid == 0


def test_busy_is_not_made(fal: Fal, client: fal_client.SyncClient) -> None:
    fal.fail(Fault("busy", times=2, seconds=0))
    client.submit("fal-ai/flux/dev", {"prompt": "a tin toy"})
    assert len(fal.requests) == 3 and fal.paid == 1


def test_stopped_while_it_waits(fal: Fal, client: fal_client.SyncClient) -> None:
    fal.job_seconds = 300
    handle = client.submit("fal-ai/flux/dev", {"prompt": "a tin toy"})
    handle.cancel()
    stopped = handle.status()
    assert isinstance(stopped, fal_client.Completed) and stopped.error_type == "client_cancelled" and fal.paid == 0


def test_stopped_too_late(fal: Fal, client: fal_client.SyncClient) -> None:
    handle = client.submit("fal-ai/flux/dev", {"prompt": "a tin toy"})
    with pytest.raises(fal_client.FalClientHTTPError) as caught:
        handle.cancel()
    assert caught.value.status_code == 400 and fal.paid == 1
