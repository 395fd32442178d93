"""Where a result comes from: every step on the way to it, their models, seeds and orders, and files from outside."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ajar.pictures import SUFFIXES
from workflows.bound import let_through
from workflows.cells import Cells
from workflows.entries import Entry
from workflows.graph import Node
from workflows.plan import Binding, Computed, Const, Gather, Link, Plan, Several, Step, origins_of, steps_of
from workflows.streams import Path as Index

MEDIA = ("image", "mask", "video", "audio", "mesh")
TRAINED, MIXED, COMPUTED = (
    "trainedAlgorithmicMedia", "compositeWithTrainedAlgorithmicMedia", "algorithmicMedia")
"""Words of IPTC's list of digital source types: by a model, by a model of somebody's pictures, by rules alone."""
BROUGHT = SUFFIXES | {".mp4", ".mov", ".m4v", ".mkv", ".webm", ".avi", ".wav", ".mp3", ".flac", ".ogg", ".m4a", ".aac",
                      ".glb", ".gltf", ".obj", ".ply", ".stl"}
"""Endings of files that are media, and not words about them."""
Revisions = Callable[[str, str], Mapping[str, Any]]
"""(kind, name) of a model -> its id, revision and licence."""


Read = Callable[[Step, Index | None], Mapping[str, str]]
"""By input: what a step's model read instead of a prompt, where it reads only words it knows."""


def as_typed(step: Step, at: Index | None) -> Mapping[str, str]:
    """Every model reads prompts as they are."""
    return {}


Promoted = Callable[[Node], Mapping[str, Any] | None]
"""The draft whose words and frames a node was filled with."""


def not_promoted(node: Node) -> None:
    """No node was."""


@dataclass(frozen=True, slots=True)
class Made:
    """How a result was made, as far as it is the same whenever it is made again: no time, no run, no machine."""

    seeds: Mapping[str, int]
    models: tuple[Mapping[str, Any], ...]
    cost: float | None
    """Dollars; None where an order's cost is not known."""
    orders: tuple[Mapping[str, Any], ...]
    lineage: tuple[Mapping[str, Any], ...]
    """The steps that generated or paid for something, sources first."""
    files: tuple[Mapping[str, Any], ...]
    """What came from outside: node, input, name and digest."""
    digital_source: str
    """A word of IPTC's list; empty where none fits for sure."""


def made_of(plan: Plan, cells: Cells, node: str, path: Index, revisions: Revisions,
            orders: Callable[[str], Sequence[Entry]], read: Read = as_typed, promoted: Promoted = not_promoted) -> Made:
    """How the result of a node for one item was made."""
    seeds: dict[str, Any] = {}
    models: dict[tuple[str, str], Mapping[str, Any]] = {}
    entries: dict[str, Entry] = {}
    lines: list[Mapping[str, Any]] = []
    steps = [(step, at) for step, at in way_to(plan, cells, node, path)]
    for step, at in steps:
        own = [value for socket, bound in step.slots
               if socket.is_seed and (value := known_value(plan, cells, step, bound, at)) is not None]
        if own:
            seeds[step.id] = own[0]
        for model in step.models:
            models[model] = revisions(*model)
        keys = _keys(cells, step, at) if _is_remote(step) else ()
        bought = {entry.id: entry for key in keys for entry in orders(key)}
        entries.update(bought)
        if step.models or _is_remote(step):
            line = _line(cells, step, at, own, [revisions(*model) for model in step.models], bought)
            line |= {"read": dict(words)} if (words := read(step, at)) else {}
            line |= {"draft": dict(draft)} if (draft := promoted(plan.graph.nodes[step.id])) else {}
            lines.append(line)
    lines += _kept(plan, [step for step, _ in steps])
    return Made(
        dict(sorted(seeds.items())), tuple(models[key] for key in sorted(models)), sum_of(entries.values()),
        tuple(map(_told, entries.values())), tuple(reversed(lines)), tuple(_files(steps)), digital_source(plan, steps),
    )


def sum_of(entries: Iterable[Entry]) -> float | None:
    """What these orders cost; None where that is not known of one."""
    total = 0.0
    for entry in entries:
        if entry.cost is None and entry.high is None:
            return None
        total += entry.counts
    return round(total, 6)


def digital_source(plan: Plan, steps: Iterable[tuple[Step, Index | None]]) -> str:
    """The word for media that came this way. Own pictures without a model have none: Ajar can't know who took them."""
    trained = brought = unknown = False
    for step, _ in steps:
        for name in _frozen(step):
            taken = _picked(plan, name) is not None  # only generators have takes
            trained, unknown = trained or taken, unknown or not taken
        if not any(_is_media(output.type) for output in step.type.outputs):
            continue  # a model that only wrote the prompt made no media
        trained |= bool(step.models) or step.type.lane in ("gpu", "remote")
        brought |= any(origin.path.suffix.lower() in BROUGHT or origin.path.is_dir() for origin in _origins(step))
    if trained:
        return MIXED if brought else TRAINED
    return "" if brought or unknown else COMPUTED


def way_to(plan: Plan, cells: Cells, node: str, path: Index) -> Iterator[tuple[Step, Index | None]]:
    """Every step a result comes from, with the item it ran for; None where it ran for several.

    Where one of many was picked, only that one is on the way.
    """
    seen: set[tuple[str, Index | None]] = set()
    todo: list[tuple[str, Index | None]] = [(node, path)] if node in plan.steps else []
    while todo:
        name, at = todo.pop()
        if (name, at) in seen:
            continue
        seen.add((name, at))
        step = plan.steps[name]
        context = at[: len(step.dims)] if at is not None else None
        yield step, context
        made = cells.made[name].get(context) if context is not None else None
        chosen = let_through(made) if made is not None else None
        if chosen is not None:  # the others were only looked at
            todo.append((chosen.step.id, chosen.path))
        for socket, bound in step.slots:
            if chosen is not None and socket.form == "list":
                continue
            todo.extend((source, _item_of(plan, cells, step, bound, source, context)) for source in steps_of(bound))


def known_value(plan: Plan, cells: Cells, step: Step, bound: Binding, at: Index | None) -> Any:
    """The value that an input had, where it is known without having run anything."""
    if isinstance(bound, Const):
        return bound.value
    if isinstance(bound, Gather) or not isinstance(bound, Link):
        return None
    items = plan.steps[bound.step].items
    if items is None:
        return None
    if at is None:
        return [item[bound.output] for item in items]
    index = cells.flows.translate(step.dims, at, plan.steps[bound.step].out)
    return None if index is None else items[index[-1]][bound.output]


def _line(cells: Cells, step: Step, at: Index | None, seeds: Sequence[Any], models: Sequence[Mapping[str, Any]],
          bought: Mapping[str, Entry]) -> dict[str, Any]:
    """One step as it is told: what ran, with which model and seed, and the digest of all that went into it."""
    keys = sorted(set(_keys(cells, step, at)))
    line: dict[str, Any] = {"node": step.id, "type": step.type.id}
    if at:
        line["item"] = list(at)
    if step.take:
        line["take"] = step.take
    if models:
        line["models"] = [{name: model[name] for name in ("id", "revision") if model.get(name)} for model in models]
    if seeds:
        line["seed"] = seeds[0]
    if len(keys) == 1:
        line["key"] = keys[0]
    if bought:
        line["cost"] = sum_of(bought.values())
    return line


def _kept(plan: Plan, steps: Iterable[Step]) -> Iterator[dict[str, Any]]:
    """The frozen results on the way: their nodes did not run."""
    for name in dict.fromkeys(name for step in steps for name in _frozen(step)):
        digests = sorted({digest for step in steps for _, bound in step.slots for origin in origins_of(bound)
                          if origin.node == name for digest in origin.digests})
        line: dict[str, Any] = {"node": name, "type": plan.graph.nodes[name].type if name in plan.graph.nodes else "",
                                "frozen": digests}
        yield {**line, "take": taken} if (taken := _picked(plan, name)) is not None else line


def _frozen(step: Step) -> Iterator[str]:
    """The nodes whose frozen results go into a step."""
    for _, bound in step.slots:
        yield from (origin.node for origin in origins_of(bound) if origin.digests and origin.path is None)


def _picked(plan: Plan, name: str) -> int | None:
    """The id of the take that a frozen node holds."""
    node = plan.graph.nodes.get(name)
    found = (node.result or {}).get("_take") if node is not None else None
    return found if isinstance(found, int) else None


def _files(steps: Iterable[tuple[Step, Index | None]]) -> Iterator[Mapping[str, Any]]:
    seen: set[tuple[str, str]] = set()
    for step, _ in steps:
        for origin in _origins(step):
            if (origin.node, origin.input) not in seen:
                seen.add((origin.node, origin.input))
                yield {"node": origin.node, "input": origin.input, "name": origin.path.name if origin.path else "",
                       "digest": ",".join(origin.digests)[:4000]}


def _origins(step: Step) -> Iterator[Any]:
    """What comes from outside and goes into a step at once, or into what was computed for it while planning."""
    for _, bound in step.slots:
        yield from (origin for origin in origins_of(bound) if origin.path is not None)


def _told(entry: Entry) -> dict[str, Any]:
    """What a file says of an order that it took."""
    return {"provider": entry.provider, "model": entry.model, "job": entry.remote.id, "cost": entry.cost,
            "source": entry.cost_source, **({"emulated": True} if entry.emulated else {})}


def _is_remote(step: Step) -> bool:
    return step.type.lane == "remote"


def _is_media(type_: Any) -> bool:
    return getattr(type_, "__name__", "").lower() in MEDIA


def _keys(cells: Cells, step: Step, at: Index | None) -> Iterator[str]:
    made = cells.made[step.id]
    found = made.values() if at is None else [made[at]] if at in made else []
    yield from (cell.key for cell in found if cell.key is not None)


def _item_of(plan: Plan, cells: Cells, step: Step, bound: Binding, source: str, at: Index | None) -> Index | None:
    if at is None or not _is_direct(bound, source):
        return None
    return cells.flows.translate(step.dims, at, plan.steps[source].out)


def _is_direct(bound: Binding | None, source: str) -> bool:
    """Whether one item of the source goes in, not all of them gathered."""
    if isinstance(bound, Link):
        return bound.step == source
    if isinstance(bound, Computed):
        return any(_is_direct(value, source) for _, value in bound.values)
    if isinstance(bound, Several):
        return any(_is_direct(item, source) for item in bound.items)
    return False
