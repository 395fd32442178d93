"""Stand-ins for providers on loopback. They import nothing of the client."""

import importlib
import pkgutil
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from nodes.remote.emulators.server import Emulator


def emulators() -> "dict[str, type[Emulator]]":
    """The emulator of each provider that has one, by the provider's name."""
    from nodes.remote.emulators.server import Emulator

    found: dict[str, type[Emulator]] = {}
    for module in pkgutil.iter_modules(__path__):
        things = vars(importlib.import_module(f"{__name__}.{module.name}")).values()
        for thing in things:
            if isinstance(thing, type) and issubclass(thing, Emulator) and thing.name:
                found.update(dict.fromkeys(thing.plays or (thing.name,), thing))
    return dict(sorted(found.items()))
