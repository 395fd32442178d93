"""Any model on fal.ai, by its queue.

Wire facts: the queue, its statuses, uploads and cancelling as fal-client 1.0.3 speaks them; errors, status codes and
billing of errors from fal.ai/docs (request-errors, model-apis/errors, model-apis/faq). Which 4xx mean what besides
401, 404 and 422 is partly from general knowledge.
"""

import re
from collections.abc import Mapping, Sequence
from typing import Annotated, Any

from ajar.context import Remote
from ajar.contract import node
from ajar.errors import AjarError, UserError
from ajar.hints import Model, Prompt, Published, Seed
from ajar.remote import Answer, Asking, Call, Job, Order, Part, Provider, Refusal, State, Unreadable, choose, need, say
from ajar.values import Audio, Image, Mask, Video
from nodes.remote import FACTS
from nodes.remote.published import Inputs, inlined, order, phrase, refs
from nodes.remote.published_answers import Result, files_of, result, text_of

USUAL: Mapping[str, str] = {
    "image": "image_url", "images": "image_urls", "mask": "mask_url", "video": "video_url", "voice": "audio_url",
}
"""What most models of fal call their media."""
ID = re.compile(r"\w[\w.-]*(/\w[\w.-]*)+", re.ASCII)
WORTH_KEEPING = ("seed", "prompt", "timings", "has_nsfw_concepts")
UNWELL = ("runner_", "request_timeout", "startup_timeout", "internal_", "client_")
"""Beginnings of the error types that are fal's own, not the model's: no result waits behind them, nothing is billed."""


@node(group="Hosted, any model", provider="fal", title="Any model on fal")
def fal(
    remote: Remote,
    prompt: Prompt = "",
    image: Image | None = None,
    images: tuple[Image, ...] = (),
    mask: Mask | None = None,
    video: Video | None = None,
    voice: Audio | None = None,
    model: Annotated[str, Model("fal")] = "fal-ai/flux/dev",
    settings: Annotated[str, Published("fal")] = "{}",
    seed: Seed = 0,
) -> Result:
    """Run any model that fal hosts: painting, filming, upscaling, lip-sync, sound, text.

    The model is the id that its page on fal.ai shows, such as fal-ai/flux/dev; any id can be typed in. The settings
    are its further inputs as a JSON object; once its form was loaded, they are checked before anything is sent.

    What is wired goes to the input that fits. Where it should go elsewhere, or where the form of the model was never
    loaded, the settings can say it: {"end_image_url": "@images.1"}. The words are @image, @images (all of them),
    @images.1, @images.2, @mask, @video, @voice and @seed.

    The seed is sent only to models that are known to have one; a seed too large for a model starts over from its
    smallest. fal tells prices only model by model: where the price is not known here, fal's page of the model says it.
    Pictures, films and sounds are uploaded to fal first.
    """
    name = model.strip().strip("/")
    if not ID.fullmatch(name):
        raise UserError(f'"{model}" is not an id of a model on fal.', "It looks like fal-ai/flux/dev.")
    inputs = Inputs(prompt, image, images, mask, video, voice, settings, seed)
    return result(remote.run(PROVIDER, order(PROVIDER, name, inputs, USUAL)))


def submit(order: Order, parts: Sequence[Part], nonce: str) -> Call:
    return Call("POST", f"/{order.model}", json=phrase(PROVIDER, order, refs(parts), USUAL))


def accepted(answer: Answer, order: Order) -> Job:
    plain = answer.object()
    urls = {"poll": "status_url", "result": "response_url", "cancel": "cancel_url"}
    return Job(str(need(plain, "request_id")), {name: str(need(plain, said)) for name, said in urls.items()},
               {"modality": order.modality})


def poll(jobs: Sequence[Job]) -> Asking[Mapping[str, State]]:
    states = {}
    for job in jobs:
        answer = yield Call("GET", job.urls["poll"])
        if not answer.ok:
            states[job.id] = _unknown(answer)
            continue
        plain = answer.object()
        status = str(need(plain, "status"))
        if status == "COMPLETED":
            ended = yield from _completed(job, plain)
            if ended is not None:
                states[job.id] = ended
        elif status == "IN_QUEUE":
            place = plain.get("queue_position")
            states[job.id] = State("queued", f"Place {place + 1} in fal's queue" if isinstance(place, int) else "")
        else:
            heard = status == "IN_PROGRESS"
            states[job.id] = State("running", "" if heard else f'fal says "{say(status, 40)}"', unheard=not heard)
    return states


def _completed(job: Job, plain: Mapping[str, Any]) -> Asking[State | None]:
    """The end of a request: fal's own error is in its status, the model's own is its result. None: not to be had now.

    A model's own error may be a 500 too; it has a list of typed errors in it, which an outage has not
    (fal.ai/docs/model-apis/errors).
    """
    type_, error = str(plain.get("error_type") or ""), plain.get("error")
    if type_.startswith("client_cancel"):
        return State("cancelled", say(error or type_))
    if error and type_.startswith(UNWELL):
        return State("failed", say(error), charged=False)
    answer = yield Call("GET", job.urls["result"], sees_errors=True)
    if answer.status >= 500:
        typed = isinstance(_detail(answer), list)
        return State("failed", refused(answer).message, charged=False) if typed else None
    if not answer.ok:
        refusal = refused(answer)
        if refusal.kind == "gone":
            return State("gone", refusal.message)
        # A model that found the error only after it had computed may be charged (fal.ai/docs/model-apis/faq).
        return State("blocked" if refusal.kind == "blocked" else "failed", refusal.message, charged=None)
    output = answer.json()
    files = files_of(output, str(job.data.get("modality", "")))
    text = text_of(output, files)
    if not files and not text:
        return State("failed", say(error or "The result is empty."), charged=None)
    kept = {name: choose(output, name) for name in WORTH_KEEPING if choose(output, name) is not None}
    return State("done", files=files, text=text, data=kept)


def _unknown(answer: Answer) -> State:
    refusal = refused(answer)
    if answer.status in (404, 410):
        return State("gone", refusal.message)
    return State("running", f"fal can't be asked: {refusal.message}")


def refused(answer: Answer) -> Refusal:
    """Errors are {"detail": text} or {"detail": [{loc, msg, type}]}, with X-Fal-Error-Type where it is fal's own."""
    message, types = _said(answer)
    low = message.lower()
    if "content_policy_violation" in types:
        return Refusal("blocked", message, "Change the prompt or the pictures.")
    if answer.status in (402, 403) and any(word in low for word in ("balance", "locked", "credit", "billing")):
        return Refusal("credit", message, "Top up the balance at fal.ai/dashboard/billing.")
    if answer.status in (401, 403):
        return Refusal("key", message, "Give the key anew: ajar keys set fal.")
    if answer.status == 429:
        return Refusal("busy", message)
    if answer.status == 404 and "request" in low:
        return Refusal("gone", message)
    if answer.status == 404:
        return Refusal("invalid", message, "Look up the id of the model on fal.ai.")
    if answer.status >= 500 or answer.status in (408, 409):
        return Refusal("server", message, charged=None)
    return Refusal("invalid", message, "Change the settings.", charged=None if answer.status == 422 else False)


def _said(answer: Answer) -> tuple[str, set[str]]:
    """What an error says, in one line, and its types."""
    types = {answer.headers.get("x-fal-error-type", "")}
    detail = _detail(answer)
    if not isinstance(detail, list):
        return say(detail or "") or f"status {answer.status}", types
    lines = []
    for one in detail:
        if isinstance(one, dict):
            types.add(str(one.get("type", "")))
            place = one.get("loc")
            name = ".".join(map(str, place[1:])) if isinstance(place, list) else ""
            lines.append(f"{name}: {one.get('msg', '')}" if name else str(one.get("msg", "")))
    return say("; ".join(lines)) or f"status {answer.status}", types


def _detail(answer: Answer) -> Any:
    """The ``detail`` of an error; the whole answer where it has none."""
    try:
        plain = answer.json()
    except Unreadable:
        return answer.body.decode("utf-8", "replace")
    return plain.get("detail") if isinstance(plain, dict) else plain


def cancel(job: Job) -> Asking[bool]:
    answer = yield Call("PUT", job.urls["cancel"])
    return answer.ok and choose(answer.object(), "status") not in ("ALREADY_COMPLETED", "NOT_FOUND")


def upload(part: Part) -> Asking[str]:
    """Two calls: a token with the key, then the file with the token (as fal-client does up to 100 MB)."""
    plain = (yield _token()).object()
    headers = {"Authorization": f"{need(plain, 'token_type')} {need(plain, 'token')}", "Content-Type": part.type,
               "X-Fal-File-Name": part.name}
    address = f"{need(plain, 'base_url')}/files/upload"
    answer = yield Call("POST", address, data=part.read(), headers=headers, auth=False, seconds=600)
    if not answer.ok:
        raise AjarError(f"fal did not take the {part.role}: {refused(answer).message}", "Make it smaller.")
    return str(need(answer.object(), "access_url"))


def greet() -> Asking[str]:
    answer = yield _token()
    if not answer.ok:
        refusal = refused(answer)
        raise AjarError(f"fal refused the key: {refusal.message}", refusal.hint)
    need(answer.object(), "token")
    return "fal knows the key. What is left of the balance is shown at fal.ai/dashboard/billing."


def schema(model: str) -> Asking[Mapping[str, Any]]:
    """The input schema in the OpenAPI document that fal publishes of each model; it needs no key."""
    answer = yield Call("GET", "/api/openapi/queue/openapi.json", query={"endpoint_id": model}, auth=False, base="site")
    if not answer.ok:
        raise AjarError(f'fal publishes no form of "{model}": {refused(answer).message}', "Look up its id on fal.ai.")
    document = answer.object()
    paths = document.get("paths")
    for methods in paths.values() if isinstance(paths, dict) else ():
        found = choose(methods, "post", "requestBody", "content", "application/json", "schema")
        if found is not None:
            plain = inlined(document, found)
            need(plain, "properties")
            return dict(plain)
    raise Unreadable("the document names no input")


def _token() -> Call:
    return Call("POST", "/storage/auth/token", json={}, query={"storage_type": "fal-cdn-v3"}, base="rest")


PROVIDER = Provider(
    name="fal", file=FACTS / "fal.toml", submit=submit, accepted=accepted, refused=refused, poll=poll, cancel=cancel,
    upload=upload, schema=schema, greet=greet,
)
