"""The stand-in for Runway, driven by Runway's own client."""

import io
import urllib.request
from collections.abc import Iterator
from typing import Any

import PIL.Image
import pytest
import runwayml
import runwayml.lib.polling

from nodes.remote.emulators.runway import Runway
from nodes.remote.emulators.samples import film, picture


@pytest.fixture
def emulator(monkeypatch: pytest.MonkeyPatch) -> Iterator[Runway]:
    monkeypatch.setenv("NO_PROXY", "*")
    monkeypatch.setattr(runwayml.lib.polling, "POLL_TIME", 0.02)
    monkeypatch.setattr(runwayml.lib.polling, "POLL_JITTER", 0.0)
    with Runway(job_seconds=0.2) as found:
        yield found


@pytest.fixture
def client(emulator: Runway) -> Iterator[runwayml.RunwayML]:
    with runwayml.RunwayML(api_key="test-key", base_url=emulator.base, max_retries=0) as found:
        yield found


def fetch(url: str) -> bytes:
    with urllib.request.build_opener(urllib.request.ProxyHandler({})).open(url, timeout=5) as reply:
        found: bytes = reply.read()
        return found


def test_a_film_out_of_words_is_waited_for_and_fetched(emulator: Runway, client: runwayml.RunwayML) -> None:
    created = client.text_to_video.create(model="gen4.5", prompt_text="a lighthouse", ratio="1280:720", duration=5)
    task: Any = created.wait_for_task_output()
    assert (task.status, task.cost.credits) == ("SUCCEEDED", 60)
    assert fetch(task.output[0])[4:8] == b"ftyp"
    assert emulator.paid == 1


def test_every_status_is_one_that_the_client_knows(emulator: Runway, client: runwayml.RunwayML) -> None:
    emulator.job_seconds = 1000
    made = client.image_to_video.create(model="gen4_turbo", prompt_image="https://web.example/a.png", duration=5,
                                        ratio="1280:720", seed=3)
    seen = []
    for ahead in (0, 200, 400, 1000):
        emulator.advance(ahead)
        task: Any = client.tasks.retrieve(made.id)
        seen.append((type(task).__name__.removeprefix("Awaitable"), task.status))
    assert seen == [("Pending", "PENDING"), ("Throttled", "THROTTLED"), ("Running", "RUNNING"),
                    ("Succeeded", "SUCCEEDED")]


def test_a_picture_with_an_uploaded_reference(emulator: Runway, client: runwayml.RunwayML) -> None:
    uri = client.uploads.create_ephemeral(file=("a.png", picture("a"))).uri
    assert uri.startswith("runway://") and emulator.uploads[uri] == picture("a")
    task: Any = client.text_to_image.create(
        model="gen4_image", prompt_text="@hat on a table", ratio="1920:1080",
        reference_images=[{"uri": uri, "tag": "hat"}]).wait_for_task_output()
    with PIL.Image.open(io.BytesIO(fetch(task.output[0]))) as found:
        assert found.size == (128, 72)


def test_a_film_is_changed_and_a_figure_plays(emulator: Runway, client: runwayml.RunwayML) -> None:
    uri = client.uploads.create_ephemeral(file=("a.mp4", film("a"))).uri
    changed = client.video_to_video.create(model="aleph2", video_uri=uri, prompt_text="at night")
    played = client.character_performance.create(
        model="act_two", character={"type": "image", "uri": "https://web.example/a.png"},
        reference={"type": "video", "uri": uri}, expression_intensity=3)
    for one in (changed, played):
        task: Any = one.wait_for_task_output()
        assert task.status == "SUCCEEDED"


def test_failures_and_moderation(emulator: Runway, client: runwayml.RunwayML) -> None:
    for fault, code in (("blocked_result", "SAFETY.OUTPUT.VIDEO"), ("failed", "INTERNAL.BAD_OUTPUT.CODE01")):
        emulator.fail(fault)  # type: ignore[arg-type]
        created = client.text_to_video.create(model="gen4.5", prompt_text="a", ratio="1280:720", duration=5)
        with pytest.raises(runwayml.TaskFailedError) as caught:
            created.wait_for_task_output()
        details: Any = caught.value.task_details
        assert (details.failure_code, details.cost.credits) == (code, 0)


def test_cancelling(emulator: Runway, client: runwayml.RunwayML) -> None:
    emulator.job_seconds = 1000
    made = client.text_to_video.create(model="veo3.1", prompt_text="a", ratio="1280:720", duration=4)
    client.tasks.delete(made.id)
    task: Any = client.tasks.retrieve(made.id)
    assert (task.status, task.cost.credits) == ("CANCELLED", 0)


def test_errors_are_the_ones_that_the_client_knows(emulator: Runway, client: runwayml.RunwayML) -> None:
    def ask(**more: Any) -> None:
        usual = {"model": "gen4.5", "prompt_text": "a", "ratio": "1280:720", "duration": 5}
        client.text_to_video.create(**{**usual, **more})

    for wrong in ({"ratio": "960:960"}, {"duration": 11}, {"prompt_text": "a" * 1001}, {"model": "gen9"},
                  {"extra_body": {"cfgScale": 0.5}}):
        with pytest.raises(runwayml.BadRequestError):
            ask(**wrong)
    with pytest.raises(runwayml.BadRequestError, match="upload"):
        client.image_to_video.create(model="gen4_turbo", prompt_image="runway://unknown", ratio="1280:720")
    emulator.fail("busy")
    with pytest.raises(runwayml.RateLimitError):
        ask()
    with pytest.raises(runwayml.NotFoundError):
        client.tasks.retrieve("17f20503-6c24-4c16-946b-000000000099")
    with (runwayml.RunwayML(api_key="other", base_url=emulator.base, max_retries=0) as other,
          pytest.raises(runwayml.AuthenticationError)):
        other.organization.retrieve()
    assert emulator.paid == 0


def test_the_account(client: runwayml.RunwayML) -> None:
    assert client.organization.retrieve().credit_balance == 1234
