"""A first word with a provider: a free call that proves the key."""

import asyncio
from collections.abc import Callable
from typing import Any

from ajar.errors import AjarError
from ajar.remote import Provider, Unreadable
from ajar.wire import Transport
from workflows.asking import Later, ask


def greet(provider: Provider, open_transport: Callable[[], Transport]) -> str:
    """What the provider says about the account, or that it takes the key. AjarError where it does not, or can't be
    asked. Costs nothing; not to be called inside an event loop."""
    return asyncio.run(_greet(provider, open_transport))


async def _greet(provider: Provider, open_transport: Callable[[], Transport]) -> str:
    title = provider.facts.title
    asking: Any = provider.greet() if provider.greet is not None else None
    if asking is None and provider.models is not None:
        asking = provider.models()
    if asking is None:
        raise AjarError(f"{title} has no free call with which a key could be tried.", "Run something small with it.")
    transport = open_transport()
    problem = ""
    try:
        found = await ask(transport, provider, asking)
        return found if isinstance(found, str) and found else "it takes the key."
    except Later as later:
        problem = later.why
    except Unreadable as error:
        problem = str(error)
    finally:
        await transport.close()
    raise AjarError(f"{title} could not be asked: {problem.rstrip('.')}.", "Try again later.")
