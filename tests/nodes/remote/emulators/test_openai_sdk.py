"""The official openai drives the emulator of its images, so that the emulator is proven by someone else's client."""

import base64
import io
from collections.abc import Iterator
from typing import Any

import PIL.Image
import pytest

from nodes.remote.emulators import samples
from nodes.remote.emulators.openai import OpenAI

openai = pytest.importorskip("openai")


@pytest.fixture
def emulator() -> Iterator[OpenAI]:
    with OpenAI() as one:
        yield one


@pytest.fixture
def client(emulator: OpenAI) -> Iterator[Any]:
    import httpx2

    with httpx2.Client(trust_env=False) as http, openai.OpenAI(
            api_key="test-key", base_url=emulator.base, max_retries=0, http_client=http) as one:
        yield one


def picture_of(made: Any) -> PIL.Image.Image:
    return PIL.Image.open(io.BytesIO(base64.b64decode(made.data[0].b64_json)))


def mask() -> bytes:
    found = io.BytesIO()
    PIL.Image.new("RGBA", (64, 64), (0, 0, 0, 0)).save(found, "png")
    return found.getvalue()


def test_a_picture_is_made(emulator: OpenAI, client: Any) -> None:
    made = client.images.generate(model="gpt-image-2", prompt="a fox", size="1536x1024", quality="low",
                                  output_format="webp", background="transparent", moderation="low")
    assert (picture_of(made).size, picture_of(made).format) == ((256, 171), "WEBP")
    assert made.usage.output_tokens == 200
    assert made.usage.input_tokens_details.text_tokens == 9
    assert emulator.paid == 1


def test_pictures_are_edited(emulator: OpenAI, client: Any) -> None:
    one, two = samples.picture("one"), samples.picture_as("two", "jpeg", 96, 64)
    made = client.images.edit(model="gpt-image-2", prompt="both", size="1024x1024",
                              image=[("1.png", one, "image/png"), ("2.jpg", two, "image/jpeg")],
                              mask=("mask.png", mask(), "image/png"))
    assert picture_of(made).size == (256, 256)
    assert made.usage.input_tokens_details.image_tokens == 2000
    names = [field.name for field in emulator.requests[-1].form() if field.filename]
    assert names == ["image[]", "image[]", "mask"]
    client.images.edit(model="gpt-image-1.5", prompt="it", image=("1.png", one, "image/png"), input_fidelity="high")
    assert emulator.paid == 2


@pytest.mark.parametrize(("changes", "words"), [
    ({"size": "1000x1000"}, "size"), ({"model": "gpt-image-1.5", "size": "2048x2048"}, "Supported values"),
    ({"quality": "max"}, "quality"), ({"style": "vivid"}, "Unknown parameter"),
    ({"background": "transparent", "output_format": "jpeg"}, "Transparent"),
])
def test_what_is_wrong_is_refused(emulator: OpenAI, client: Any, changes: dict[str, Any], words: str) -> None:
    with pytest.raises(openai.BadRequestError, match=words):
        client.images.generate(**{"model": "gpt-image-2", "prompt": "a fox", **changes})
    assert emulator.paid == 0


def test_errors_have_their_classes(emulator: OpenAI, client: Any) -> None:
    def code_of(kind: Any, error: Any) -> Any:
        emulator.fail(kind)
        with pytest.raises(error) as refused:
            client.images.generate(model="gpt-image-2", prompt="a fox")
        return refused.value.code

    assert code_of("blocked", openai.BadRequestError) == "moderation_blocked"
    assert code_of("busy", openai.RateLimitError) == "rate_limit_exceeded"
    assert code_of("no_credit", openai.RateLimitError) == "insufficient_quota"
    assert code_of("key", openai.AuthenticationError) == "invalid_api_key"
    assert code_of("error_before", openai.InternalServerError) is None
    with pytest.raises(openai.NotFoundError):
        client.images.generate(model="dall-e-3", prompt="a fox")
    with pytest.raises(openai.AuthenticationError):
        client.with_options(api_key="wrong").images.generate(model="gpt-image-2", prompt="a fox")
    assert emulator.paid == 0


def test_models_are_listed(client: Any) -> None:
    assert "gpt-image-2" in [one.id for one in client.models.list()]
