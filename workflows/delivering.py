"""Results on their way into the store: fetched, checked, hashed. An address that died is asked for anew."""

import asyncio
import tempfile
from collections.abc import Awaitable, Callable, Sequence
from concurrent.futures import Executor
from pathlib import Path
from typing import Any

from ajar.errors import AjarError
from ajar.remote import Delivered, Done, Made, Part, Provider, State
from ajar.wire import Expired, Lost, NotSent, Spoilt, Transport
from workflows.asking import pause
from workflows.entries import Entry, File
from workflows.parts import ENDINGS
from workflows.store import Store

FRESH = 3
"""How often a dead or spoilt address is asked for anew before it is left for another day."""
PATIENT = 30
"""How often a download is begun again while the network is away; about half an hour."""
Again = Callable[[], Awaitable[State]]
Progress = Callable[[float, str], None]


class Delivering:
    """Brings files into the store."""

    def __init__(self, transport: Transport, store: Store, pool: Executor) -> None:
        self._transport = transport
        self._store = store
        self._pool = pool

    def sound(self, entry: Entry) -> bool:
        """Whether all files of a result are in the store, undamaged."""
        return all(self._store.sound(file.digest) for file in entry.files)

    def parts(self, entry: Entry) -> list[Part]:
        """The media of an order of the journal again. AjarError where the store has lost one."""
        return [Part(role, kind, digest, self._store.path(digest)) for role, kind, digest in entry.order["media"]]

    def keep(self, files: Sequence[Made]) -> tuple[File, ...]:
        """Check and store files that came with an answer. Spoilt where one is not what it should be."""
        kept = []
        for made in files:
            with tempfile.TemporaryDirectory(prefix="ajar-") as folder:
                path = Path(folder) / "file"
                path.write_bytes(made.data)
                kind = self._transport.check(path, made.type)
                kept.append(File(self._store.put(path, ENDINGS.get(kind, "")), kind, made.role))
        return tuple(kept)

    async def fetch(self, provider: Provider, files: Sequence[Made], again: Again | None,
                    progress: Progress) -> tuple[File, ...]:
        """All files of a job. AjarError where they can't be had now; they may be had later."""
        dead, troubles = 0, 0
        while True:
            try:
                return tuple([await self._one(provider, made) for made in files])
            except (Expired, Spoilt) as error:
                dead += 1
                if again is None or dead > FRESH:
                    title = provider.facts.title
                    raise AjarError(f"The paid result could not be fetched from {title}: {error.message}",
                                    "Run again to ask for it once more; it is not paid for again.") from None
                progress(0.95, f"{error.message} Asking for a fresh address")
                await asyncio.sleep(0.05 if dead == 1 else pause(dead))
                state = await again()
                if state.phase != "done":
                    raise AjarError(f"{provider.facts.title} no longer has the result: {state.note or state.phase}.",
                                    f"Look for it in the console: {provider.facts.console}.") from None
                files = state.files
            except (NotSent, Lost) as error:
                troubles += 1
                if troubles > PATIENT:
                    raise AjarError(f"The paid result could not be fetched: {error.message}",
                                    "Run again when the network is back; it is not paid for again.") from None
                wait = pause(troubles)
                progress(0.95, f"{error.message} Trying again in {wait:.0f} s, for the {troubles}. time")
                await asyncio.sleep(wait)

    async def _one(self, provider: Provider, made: Made) -> File:
        loop = asyncio.get_running_loop()
        if made.data:
            return (await loop.run_in_executor(self._pool, self.keep, [made]))[0]
        with tempfile.TemporaryDirectory(prefix="ajar-") as folder:
            found = await self._transport.fetch(provider, made, Path(folder) / "file")
            put: Any = self._store.put
            digest = await loop.run_in_executor(self._pool, put, found.path, ENDINGS.get(found.type, ""))
        return File(digest, found.type, made.role)


def done_of(entry: Entry, store: Store) -> Done:
    """What the node is given."""
    files = tuple(Delivered(store.path(file.digest), file.type, file.role, file.digest) for file in entry.files)
    return Done(files, entry.text, entry.data)
