"""A node pack with three providers that differ in one thing: how a job whose answer was lost can be found again."""

from collections.abc import Mapping, Sequence
from pathlib import Path

from ajar import Image, Remote, node
from ajar.remote import (
    Answer,
    Asking,
    Call,
    Cost,
    Job,
    Made,
    Media,
    Order,
    Part,
    Provider,
    Refusal,
    State,
    choose,
    need,
)

HERE = Path(__file__).parent


def submit(order: Order, parts: Sequence[Part], nonce: str) -> Call:
    body = {"text": order.settings["text"], "nonce": nonce, "pictures": [part.base64() for part in parts]}
    return Call("POST", "/jobs", json=body, headers={"Idempotency-Key": nonce}, seconds=30)


def accepted(answer: Answer, order: Order) -> Job | State:
    return Job(need(answer.object(), "id"))


def refused(answer: Answer) -> Refusal:
    kinds = {401: "key", 402: "credit", 404: "gone", 429: "busy"}
    kind = kinds.get(answer.status, "server" if answer.status >= 500 else "invalid")
    return Refusal(kind, str(answer.status))  # type: ignore[arg-type]


def poll(jobs: Sequence[Job]) -> Asking[Mapping[str, State]]:
    answer = yield Call("GET", f"/jobs/{jobs[0].id}")
    if answer.status == 404:
        return {jobs[0].id: State("gone", "no such job")}
    plain = answer.object()
    if plain["status"] == "stopped":
        return {jobs[0].id: State("cancelled", "stopped", charged=False)}
    if plain["status"] != "done":
        return {jobs[0].id: State("running", plain["status"])}
    return {jobs[0].id: State("done", files=(Made("image/png", plain["url"]),), cost=Cost(0.5))}


def lookup(nonce: str, order: Order) -> Asking[Job | None]:
    answer = yield Call("GET", "/jobs", query={"nonce": nonce})
    found = choose(answer.object(), "jobs", 0, "id")
    return Job(found) if found else None


def cancel(job: Job) -> Asking[bool]:
    answer = yield Call("DELETE", f"/jobs/{job.id}")
    return answer.ok


PROVIDERS = (
    Provider("toy", HERE / "toy.toml", submit, accepted, refused, poll, None, cancel),
    Provider("toykey", HERE / "toykey.toml", submit, accepted, refused, poll, None, cancel),
    Provider("toylook", HERE / "toylook.toml", submit, accepted, refused, poll, lookup, cancel),
)
BY_NAME = {provider.name: provider for provider in PROVIDERS}


@node
def film(remote: Remote, text: str, by: str = "toy", picture: Image | None = None) -> Image:
    """Order something."""
    media = (Media("picture", picture),) if picture is not None else ()
    order = Order("toy-1", "image", {"text": text}, media, units={"image": 1})
    return remote.run(BY_NAME[by], order).image()
