"""Free conversations with a provider: each call once, and what to do when one goes wrong."""

import asyncio
import random
from collections.abc import Callable
from typing import TypeVar

from ajar.errors import AjarError
from ajar.remote import Asking, Provider
from ajar.wire import Lost, NotSent, Transport

T = TypeVar("T")
AGAIN = (408, 425, 429, 500, 502, 503, 504)
LONGEST = 60.0
"""Seconds between two tries while a provider can't be reached."""


class Later(Exception):
    """Not now: the network, the provider's limits or the provider itself is in the way. Nothing has changed."""

    def __init__(self, why: str, after: float | None) -> None:
        super().__init__(why)
        self.why = why
        self.after = after


async def ask(transport: Transport, provider: Provider, asking: "Asking[T]") -> T:
    """Have a conversation through. Later where a call should be made again; Unreadable, AjarError."""
    try:
        call = next(asking)
        while True:
            try:
                answer = await transport.send(provider, call)
            except (NotSent, Lost) as error:
                raise Later(error.message, None) from None
            if answer.status in AGAIN and not (call.sees_errors and answer.status >= 500):
                refusal = provider.refused(answer)
                raise Later(refusal.message, seconds_of(answer.headers.get("retry-after")))
            # Google says 400 to a wrong key.
            if answer.status in (400, 401, 402, 403) and call.auth and \
                    (refusal := provider.refused(answer)).kind == "key":
                raise AjarError(f"{provider.facts.title} refused the key: {refusal.message}",
                                f"Give another one: ajar keys set {provider.name}.")
            call = asking.send(answer)
    except StopIteration as ended:
        found: T = ended.value
        return found
    finally:
        asking.close()


async def ask_on(transport: Transport, provider: Provider, make: "Callable[[], Asking[T]]", seconds: float,
                 tell: Callable[[str], None] = lambda why: None) -> T:
    """The same conversation, begun again until it succeeds or ``seconds`` have passed (Later)."""
    loop = asyncio.get_running_loop()
    until, tries = loop.time() + seconds, 0
    while True:
        try:
            return await ask(transport, provider, make())
        except Later as later:
            tries += 1
            wait = later.after if later.after is not None else pause(tries)
            if loop.time() + wait > until:
                raise
            tell(later.why)
            await asyncio.sleep(wait)


def pause(tries: int) -> float:
    """Seconds before the next try: 1, 2, 4 ... up to a minute, never in step with others."""
    return float(min(LONGEST, 2.0 ** min(tries - 1, 6)) * random.uniform(0.8, 1.2))


def seconds_of(header: str | None) -> float | None:
    """A Retry-After header in seconds."""
    try:
        seconds = float(header or "")
    except ValueError:
        return None
    return min(max(seconds, 0.0), 600.0) if seconds == seconds else None  # NaN is no time
