"""Makes takes of what generators gave: encoded with how it was made, and written, on a thread of its own."""

import threading
from collections.abc import Callable, Mapping
from dataclasses import dataclass, replace
from queue import SimpleQueue
from typing import Any

from ajar.contract import NodeType, Socket
from ajar.errors import AjarError
from ajar.hints import Area, File
from ajar.models import ModelEntry
from workflows import kinds, sidecars
from workflows.ancestry import parents_of, promotion
from workflows.events import NodeDone
from workflows.exits import encoded
from workflows.facts import revision
from workflows.graph import Node
from workflows.launching import Live
from workflows.plan import Step
from workflows.provenance import known_value, sum_of
from workflows.sealing import needs_sidecar, sealed
from workflows.take import Facts, Take
from workflows.takes import Takes

MEDIA = ("image", "mask", "video", "audio", "mesh")
KEY, TAKE, LENT = "_key", "_take", "_lent"
"""Entries of a take's settings that are not for people: the key of its result, the take number of its node, and what
a draft lent it that was promoted (``as``) and what was lost (``losses``)."""


@dataclass(frozen=True, slots=True)
class Taken:
    """A take was made."""

    take: Take
    value: Any


@dataclass(frozen=True, slots=True)
class NotTaken:
    """A result could not be kept as a take; it is in the cache all the same."""

    message: str
    hint: str


@dataclass(frozen=True, slots=True)
class Source:
    """Whose takes a run makes."""

    document: str
    workflow: str


@dataclass(frozen=True, slots=True)
class _Made:
    """One value on its way."""

    live: Live
    source: Source
    event: NodeDone
    value: Any
    key: str


def makes_takes(type_: NodeType) -> bool:
    """Whether every result of a node is worth keeping: it is a generator's picture, film, sound or shape."""
    return type_.lane != "cpu" and not type_.writes and any(_is_media(output) for output in type_.outputs)


def _is_media(output: Socket) -> bool:
    return getattr(output.type, "__name__", "").lower() in MEDIA


class Taker:
    """``told`` hears (job, Taken | NotTaken) on this thread."""

    def __init__(self, takes: Takes, told: Callable[[int, Any], None]) -> None:
        self._takes = takes
        self._told = told
        self._made: SimpleQueue[_Made | threading.Event | None] = SimpleQueue()
        self._thread = threading.Thread(target=self._work, name="ajar-taker", daemon=True)
        self._thread.start()

    def take(self, live: Live, event: NodeDone, source: Source) -> None:
        """Make a take of a result, if it is worth one. Called on the scheduler's thread; returns at once.

        What came from the store is a take, too, where this document has none of it yet: another one had made it.
        """
        step = live.prepared.plan.steps.get(event.node)
        if step is None or not makes_takes(step.type):
            return
        if event.cached and live.prepared.plan.graph.nodes[event.node].state == "frozen":
            return  # it holds a take that is there
        cell = live.prepared.cells.made[event.node].get(event.path)
        key = (cell.key if cell is not None else None) or ""
        for output, value in zip(step.type.outputs, event.values, strict=False):
            if _is_media(output) and type(value).__name__.lower() in MEDIA:
                self._made.put(_Made(live, source, event, value, key))
                return

    def flush(self) -> None:
        """Return once everything made before is written."""
        done = threading.Event()
        self._made.put(done)
        done.wait(60)

    def close(self) -> None:
        """Write what waits, and end the thread."""
        self._made.put(None)
        self._thread.join(60)

    def _work(self) -> None:
        while (made := self._made.get()) is not None:
            if isinstance(made, threading.Event):
                made.set()
                continue
            job = made.live.order.job
            try:
                if made.event.cached and self._is_there(made):
                    continue
                self._told(job, Taken(self._write(made), made.value))
            except AjarError as error:
                self._told(job, NotTaken(error.message, error.hint))
            except Exception as error:  # a value that can't be encoded must not end the takes of the others
                self._told(job, NotTaken(f"A take could not be kept ({type(error).__name__}: {error}).", ""))

    def _is_there(self, made: _Made) -> bool:
        return not made.key or self._takes.has(made.source.document, made.event.node, made.key)

    def _write(self, made: _Made) -> Take:
        live, event = made.live, made.event
        live.begun.wait(10)
        run = live.run
        about = run.exits.about(run.plan, run.cells, event.node, event.path) if run and run.exits else ""
        content, suffix = encoded(made.value, about)
        if not suffix:
            raise AjarError(f'What "{event.node}" gave can\'t be kept as a take.', "It is in the cache all the same.")
        facts = self._facts(made)
        if event.cached:
            earlier = self._takes.by_key([made.key])
            facts = replace(facts, seconds=earlier[0].seconds if earlier else None)
        with sealed(content, about) as seal:
            take = self._takes.add(seal.data, suffix, facts)
        if live.prepared.secrecy is not None:
            live.prepared.secrecy.keep_file(event.node, take.path)
        if about and needs_sidecar(seal, suffix):
            sidecars.write(take.path, about)
        return take

    def _facts(self, made: _Made) -> Facts:
        live, event = made.live, made.event
        plan = live.prepared.plan
        step = plan.steps[event.node]
        node = plan.graph.nodes[event.node]
        known = known_inputs(live, step, event.path)
        size = getattr(made.value, "size", None)
        entries = [live.prepared.facts.used[model] for model in step.models if model in live.prepared.facts.used]
        seeds = [known[socket.name] for socket in step.type.inputs if socket.is_seed and socket.name in known]
        prompts = [known.get(socket.name) for socket in step.type.inputs if socket.hint(Area) is not None]
        return Facts(
            document=made.source.document, node=event.node, kind=type(made.value).__name__.lower(),
            workflow=made.source.workflow, title=node.title or step.type.title,
            width=size.width if size is not None else 0, height=size.height if size is not None else 0,
            seconds=event.seconds, seed=seeds[0] if seeds else None,
            model=", ".join(entry.title for entry in entries),
            settings={**_settings(step, known), TAKE: node.take, KEY: made.key, **_lent(node)},
            prompt=str(prompts[0] or "") if prompts else "", stage=plan.stage,
            cost=sum_of(live.prepared.orders(made.key)) if step.type.lane == "remote" else 0.0,
            licence=", ".join(dict.fromkeys(entry.licence for entry in entries)),
            revision=", ".join(filter(None, (_revision(live, entry) for entry in entries))),
            parents=parents_of(self._takes, plan, live.prepared.cells, event.node, event.path),
        )


def _lent(node: Node) -> dict[str, Any]:
    """What a promoted draft lent, for those who look at the take later."""
    plain = promotion(node)
    if plain is None:
        return {}
    return {LENT: {name: list(plain[name]) for name in ("as", "losses") if isinstance(plain.get(name), list)}}


def _revision(live: Live, entry: ModelEntry) -> str:
    """A digest of a model's files; of a hosted model the provider's name of it."""
    if entry.path is None:
        return entry.id if entry.provider else ""
    try:
        return revision(entry, live.prepared.facts.digests)
    except AjarError:  # its files were taken away since
        return ""


def known_inputs(live: Live, step: Step, path: tuple[int, ...]) -> dict[str, Any]:
    """The plain values of a call's inputs, as far as they are known without having run anything."""
    prepared = live.prepared
    found: dict[str, Any] = {}
    for socket, bound in step.slots:
        try:
            value = kinds.to_json(known_value(prepared.plan, prepared.cells, step, bound, path[: len(step.dims)]))
        except TypeError:
            continue
        if value is not None:
            found[socket.name] = value
    return found


def _settings(step: Step, known: Mapping[str, Any]) -> dict[str, Any]:
    """What a person could set, without what comes from outside."""
    return {
        socket.name: known[socket.name] for socket in step.type.inputs
        if socket.name in known and socket.hint(File) is None and socket.form == "one"
        and not kinds.wire_only(socket.type)
    }
