"""What a provider of hosted models is: facts, and pure functions that phrase requests and read answers.

A provider never sees a key, a socket or a clock. The node makes an ``Order``; ``Provider.submit`` phrases it as the
one ``Call`` that costs money; ``accepted`` reads the ``Answer``; ``poll`` asks how far it is. What is asked in
several steps is a generator that yields calls and is sent their answers (``Asking``).
"""

from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import dataclass
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeAlias, TypeVar

from ajar.calls import Answer, Call, Unreadable, Upload, choose, detail, need, number, rows, say
from ajar.orders import (
    Cost,
    Delivered,
    Done,
    Job,
    Made,
    Media,
    Modality,
    Order,
    Part,
    Phase,
    Refusal,
    State,
    Via,
)

if TYPE_CHECKING:
    from ajar.offers import Facts, Offer

T = TypeVar("T")
Asking: TypeAlias = Generator[Call, Answer, T]
"""A conversation: yields calls, is sent their answers, returns what it wanted to know.

Only free calls. Network trouble, 408, 429 and 5xx are repeated outside of it; it sees 2xx and the other 4xx.
"""


@dataclass(frozen=True)
class Provider:
    """A provider: its facts, and how to speak with it. A module below ``nodes/remote`` names it ``PROVIDER``."""

    name: str
    """Small letters, as in ``AJAR_<NAME>_KEY``."""
    file: Path
    """The TOML file of its facts: ``resources/providers/<name>.toml``, or a file beside a pack."""
    submit: Callable[[Order, Sequence[Part], str], Call]
    """The one call that costs money. The text is this order's nonce, for providers that take one."""
    accepted: Callable[[Answer, Order], "Job | State | Refusal"]
    """What a 2xx answer to it means; a State (done, blocked, failed) where the provider answers at once, a Refusal
    where it says no with status 200 (``busy`` is then believed: it was not accepted)."""
    refused: Callable[[Answer], Refusal]
    """What an answer that is not 2xx means; to any call."""
    poll: Callable[[Sequence[Job]], "Asking[Mapping[str, State]]"] | None = None
    """The states of these jobs (as many as ``facts.batch``), by id. One that is left out is asked again later."""
    lookup: Callable[[str, Order], "Asking[Job | None]"] | None = None
    """Find the job that was sent with this nonce."""
    cancel: Callable[[Job], "Asking[bool]"] | None = None
    """Whether the provider agreed to stop it."""
    upload: Callable[[Part], "Asking[str]"] | None = None
    piece: Callable[[str], str] | None = None
    """The text that one ``data:`` line of a stream adds."""
    schema: Callable[[str], "Asking[Mapping[str, Any]]"] | None = None
    """The published JSON schema of a model's input, with ``properties`` and ``required``."""
    models: Callable[[], "Asking[list[str]]"] | None = None
    """The models this key may use, asked live."""
    greet: Callable[[], "Asking[str]"] | None = None
    """A free call that proves the key; a sentence about the account (credit, tier)."""

    @cached_property
    def facts(self) -> "Facts":
        from ajar.offers import read_facts

        return read_facts(self.file)

    def offer(self, model: str) -> "Offer":
        """What is known of a model. An unknown one may be used all the same; little can be checked of it then."""
        return self.facts.offer(model)


def singly(ask: "Callable[[Job], Asking[State | None]]") -> "Callable[[Sequence[Job]], Asking[Mapping[str, State]]]":
    """A ``poll`` for providers that are asked about one job at a time; None leaves a job to be asked about later."""

    def poll(jobs: Sequence[Job]) -> "Asking[Mapping[str, State]]":
        found: dict[str, State] = {}
        for job in jobs:
            state = yield from ask(job)
            if state is not None:
                found[job.id] = state
        return found

    return poll


def known(answer: Answer, title: str, read: "Callable[[], State]") -> State | None:
    """What an answer about a job says: ``read`` where it is one, ``gone`` at 404, None at other errors."""
    if answer.ok:
        return read()
    return State("gone", f"{title} does not know this job any more.") if answer.status == 404 else None


__all__ = [
    "Answer", "Asking", "Call", "Cost", "Delivered", "Done", "Job", "Made", "Media", "Modality", "Order",
    "Part", "Phase", "Provider", "Refusal", "State", "Unreadable", "Upload", "Via", "choose", "detail", "known",
    "need", "number", "rows", "say", "singly",
]
