"""Any model on Replicate, by its predictions.

Wire facts: replicate 1.0.7; statuses, their billing and the rate limits from replicate.com/docs. Which words in the
error of a prediction mean moderation is general knowledge: Replicate has no status for it.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Annotated, Any

from ajar.context import Remote
from ajar.contract import node
from ajar.errors import AjarError, UserError
from ajar.hints import Model, Prompt, Published, Seed
from ajar.remote import (
    Answer,
    Asking,
    Call,
    Job,
    Order,
    Part,
    Provider,
    Refusal,
    State,
    Unreadable,
    Upload,
    choose,
    need,
    say,
)
from ajar.values import Audio, Image, Mask, Video
from nodes.remote import FACTS
from nodes.remote.published import Inputs, inlined, order, phrase, refs
from nodes.remote.published_answers import Result, files_of, result, text_of

USUAL: Mapping[str, str] = {"image": "image", "images": "images", "mask": "mask", "video": "video", "voice": "audio"}
"""What many models of Replicate call their media; there is no rule."""
ID = re.compile(r"(?P<owner>\w[\w.-]*)/(?P<name>\w[\w.-]*)(:(?P<version>[0-9a-f]{16,64}))?", re.ASCII)
FLAGGED = re.compile(
    r"\bnsfw\b|\bflagged\b|sensitive content|\bmoderation\b|content policy|safety (filter|checker|system)|\be005\b",
    re.IGNORECASE,
)
PERCENT = re.compile(r"^\s*(\d{1,3})%\s*\|", re.MULTILINE)
"""A line of the progress bar that most models write into their log; replicate 1.0.7 reads it likewise."""


@node(group="Hosted, any model", provider="replicate", title="Any model on Replicate")
def replicate(
    remote: Remote,
    prompt: Prompt = "",
    image: Image | None = None,
    images: tuple[Image, ...] = (),
    mask: Mask | None = None,
    video: Video | None = None,
    voice: Audio | None = None,
    model: Annotated[str, Model("replicate")] = "black-forest-labs/flux-dev",
    settings: Annotated[str, Published("replicate")] = "{}",
    seed: Seed = 0,
) -> Result:
    """Run any model that Replicate hosts: painting, filming, upscaling, sound, text.

    The model is written as its page on replicate.com shows it: owner/name for official models, owner/name:version for
    those of the community; any can be typed in. The settings are its further inputs as a JSON object; once its form
    was loaded, they are checked before anything is sent.

    What is wired goes to the input that fits. Where it should go elsewhere, or where the form of the model was never
    loaded, the settings can say it: {"last_image": "@images.1"}. The words are @image, @images (all of them),
    @images.1, @images.2, @mask, @video, @voice and @seed.

    The seed is sent only to models that are known to have one; a seed too large for a model starts over from its
    smallest. Replicate tells prices only on the page of each model. Pictures, films and sounds are uploaded first;
    Replicate deletes them by itself.
    """
    name = model.strip().strip("/")
    if not ID.fullmatch(name):
        raise UserError(f'"{model}" is not a model on Replicate.', "It looks like owner/name or owner/name:version.")
    inputs = Inputs(prompt, image, images, mask, video, voice, settings, seed)
    return result(remote.run(PROVIDER, order(PROVIDER, name, inputs, USUAL)))


def submit(order: Order, parts: Sequence[Part], nonce: str) -> Call:
    given = phrase(PROVIDER, order, refs(parts), USUAL)
    model, _, version = order.model.partition(":")
    if version:
        return Call("POST", "/predictions", json={"version": version, "input": given})
    return Call("POST", f"/models/{model}/predictions", json={"input": given})


def accepted(answer: Answer, order: Order) -> Job:
    return Job(str(need(answer.object(), "id")), data={"modality": order.modality})


def poll(jobs: Sequence[Job]) -> Asking[Mapping[str, State]]:
    states = {}
    for job in jobs:
        answer = yield Call("GET", f"/predictions/{job.id}")
        if answer.ok:
            states[job.id] = _state(answer.object(), str(job.data.get("modality", "")))
        elif answer.status in (404, 410):
            states[job.id] = State("gone", refused(answer).message)
        else:
            states[job.id] = State("running", f"Replicate can't be asked: {refused(answer).message}")
    return states


def _state(plain: Mapping[str, Any], modality: str) -> State:
    status = str(need(plain, "status"))
    if status == "succeeded":
        return _done(plain, modality)
    if status == "failed":
        error = say(plain.get("error") or "Replicate gives no reason.")
        return State("blocked" if FLAGGED.search(error) else "failed", error, charged=None)
    if status in ("canceled", "aborted"):
        # Aborted before it began: not charged. Canceled while it ran: charged, where the model is a public one.
        return State("cancelled", charged=False if status == "aborted" else None)
    if status == "starting":
        return State("queued", "The model is being started")
    heard = status == "processing"
    bars = PERCENT.findall(str(plain.get("logs") or ""))
    progress = min(int(bars[-1]), 100) / 100 if bars else None
    return State("running", "" if heard else f'Replicate says "{say(status, 40)}"', progress, unheard=not heard)


def _done(plain: Mapping[str, Any], modality: str) -> State:
    output = plain.get("output")
    files = files_of(output, modality)
    text = text_of(output, files)
    if not files and not text:
        return State("failed", "The prediction succeeded without a result.", charged=None)
    kept = {"seconds": choose(plain, "metrics", "predict_time"), "version": choose(plain, "version")}
    return State("done", files=files, text=text, data={name: one for name, one in kept.items() if one is not None})


def refused(answer: Answer) -> Refusal:
    """Errors are {"title", "detail", "status"}; too many requests only {"detail"}."""
    message = _said(answer)
    status = answer.status
    if status == 402:
        return Refusal("credit", message, "Buy credit at replicate.com/account/billing.")
    if status in (401, 403):
        return Refusal("key", message, "Give the key anew: ajar keys set replicate.")
    if status == 429:
        return Refusal("busy", message)
    if status >= 500 or status in (408, 409):
        return Refusal("server", message, charged=None)
    if status == 404:
        return Refusal("invalid", message, "A model of the community needs its version: owner/name:version.")
    if FLAGGED.search(message):
        return Refusal("blocked", message, "Change the prompt or the pictures.")
    return Refusal("invalid", message, "Change the settings.")


def _said(answer: Answer) -> str:
    try:
        plain = answer.json()
    except Unreadable:
        plain = answer.body.decode("utf-8", "replace")
    text = (plain.get("detail") or plain.get("title")) if isinstance(plain, dict) else plain
    return say(text or "") or f"status {answer.status}"


def cancel(job: Job) -> Asking[bool]:
    answer = yield Call("POST", f"/predictions/{job.id}/cancel")
    return answer.ok and choose(answer.object(), "status") not in ("succeeded", "failed")


def upload(part: Part) -> Asking[str]:
    """The address that replicate 1.0.7 hands to models: ``urls.get`` of the stored file."""
    form = (("content", Upload(part.name, part.type, part.read())),)
    answer = yield Call("POST", "/files", form=form, seconds=600)
    if not answer.ok:
        refusal = refused(answer)
        raise AjarError(f"Replicate did not take the {part.role}: {refusal.message}", refusal.hint)
    return str(need(answer.object(), "urls", "get"))


def greet() -> Asking[str]:
    answer = yield Call("GET", "/account")
    if not answer.ok:
        refusal = refused(answer)
        raise AjarError(f"Replicate refused the key: {refusal.message}", refusal.hint)
    return f"Replicate knows the key: {say(need(answer.object(), 'username'), 80)}."


def schema(model: str) -> Asking[Mapping[str, Any]]:
    """The input schema of a model's latest version, or of the version that is named."""
    name, _, version = model.partition(":")
    answer = yield Call("GET", f"/models/{name}/versions/{version}" if version else f"/models/{name}")
    if not answer.ok:
        raise AjarError(f'Replicate publishes no form of "{model}": {refused(answer).message}', "Look the model up.")
    document = need(answer.object(), *(() if version else ("latest_version",)), "openapi_schema")
    plain = inlined(document, need(document, "components", "schemas", "Input"))
    need(plain, "properties")
    return dict(plain)


PROVIDER = Provider(
    name="replicate", file=FACTS / "replicate.toml", submit=submit, accepted=accepted, refused=refused, poll=poll,
    cancel=cancel, upload=upload, schema=schema, greet=greet,
)
