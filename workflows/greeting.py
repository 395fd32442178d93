"""A first word with a provider: free calls that prove the key, and that list the models it opens."""

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


def list_models(provider: Provider, open_transport: Callable[[], Transport]) -> tuple[str, ...]:
    """The models that a provider lists for this key, by name. AjarError where it does not list any, or can't be
    asked. Costs nothing; not to be called inside an event loop."""
    title = provider.facts.title
    if provider.models is None:
        raise AjarError(f"{title} does not list its models.", "Type the name of the model.")
    found = asyncio.run(_have(provider, open_transport, provider.models()))
    if not found:
        raise AjarError(f"{title} lists no models.", "Type the name of the model.")
    return tuple(sorted(map(str, found), key=str.lower))


async def _greet(provider: Provider, open_transport: Callable[[], Transport]) -> str:
    title = provider.facts.title
    asking: Any = provider.greet() if provider.greet is not None else None
    if asking is None and provider.models is not None:
        asking = provider.models()
    if asking is None:
        raise AjarError(f"{title} has no free call with which a key could be tried.", "Run something small with it.")
    found = await _have(provider, open_transport, asking)
    return found if isinstance(found, str) and found else "it takes the key."


async def _have(provider: Provider, open_transport: Callable[[], Transport], asking: Any) -> Any:
    """A free conversation. AjarError where the provider can't be asked just now."""
    title = provider.facts.title
    transport = open_transport()
    try:
        return await ask(transport, provider, asking)
    except Later as later:
        problem = later.why
    except Unreadable as error:
        problem = str(error)
    finally:
        await transport.close()
    raise AjarError(f"{title} could not be asked: {problem.rstrip('.')}.", "Try again later.")
