"""What a provider publishes of a model's inputs: asked for once, and kept, so that forms and checks need no network."""

import asyncio
from collections.abc import Callable, Mapping
from typing import Any

from ajar.errors import AjarError
from ajar.published import Field, keep, read
from ajar.remote import Provider, Unreadable
from ajar.wire import Transport
from workflows.asking import Later, ask


def load_inputs(provider: Provider, model: str, open_transport: Callable[[], Transport]) -> tuple[Field, ...]:
    """The inputs of a model as they are published now; they are kept (``ajar.published.kept``).

    Costs nothing. AjarError where they can't be had. Not to be called inside an event loop.
    """
    schema = asyncio.run(_ask(provider, model, open_transport))
    fields = read(schema)
    if not fields:
        raise AjarError(f'{provider.facts.title} publishes no inputs of "{model}".', "Write the settings by hand.")
    try:
        keep(provider.name, model, schema)
    except OSError as error:
        raise AjarError(f'The inputs of "{model}" can\'t be kept ({error.strerror}).',
                        "Look at the data folder.") from None
    return fields


async def _ask(provider: Provider, model: str, open_transport: Callable[[], Transport]) -> Mapping[str, Any]:
    title = provider.facts.title
    if provider.schema is None:
        raise AjarError(f"{title} does not publish the inputs of its models.", "Its nodes have them as settings.")
    transport = open_transport()
    try:
        return await ask(transport, provider, provider.schema(model))
    except Later as later:
        problem = later.why
    except Unreadable as error:
        problem = str(error)
    finally:
        await transport.close()
    raise AjarError(f"{title} could not be asked: {problem.rstrip('.')}.", "Try again later.")
