"""How results leave a run: as files with names that say where they come from, and metadata that says how."""

from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import Any

from workflows import outputs
from workflows.cells import Cells
from workflows.entries import Entry
from workflows.outputs import Outputs
from workflows.plan import Binding, Computed, Const, Gather, Link, Plan, Several, Step, steps_of
from workflows.streams import Path as Index


class Exit:
    """The output folder of a run and what its files say about themselves."""

    def __init__(self, folder: Outputs, workflow: str, document: Mapping[str, Any], base: str,
                 revisions: Callable[[str, str], Mapping[str, Any]], *, strip: bool = False,
                 leaves: bool = True, orders: Callable[[str], Sequence[Entry]] = lambda cell: ()) -> None:
        self._folder = folder
        self._workflow = workflow
        self._document = document
        self._base = base
        self._revisions = revisions
        """(kind, name) of a model -> its id, revision and licence."""
        self._strip = strip
        self._leaves = leaves
        self._orders = orders
        """Of the key of a result: what was ordered for it."""

    def save(self, node: str, path: Index, data: bytes | Path, suffix: str) -> Path:
        return self._folder.save(node, path, data, suffix)

    def export(self, node: str, output: str, path: Index, value: Any, about: str) -> Path | None:
        """Pictures and masks as PNG, sounds as WAV; files that media stand for as they are."""
        if not self._leaves:
            return None
        data, suffix = encoded(value, about)
        if not suffix:
            return None
        name = node if output == "result" else f"{node}-{output}"
        return self._folder.save(name, path, data, suffix)

    def about(self, plan: Plan, cells: Cells, node: str, path: Index) -> str:
        if self._strip:
            return ""
        seeds: dict[str, Any] = {}
        models: dict[tuple[str, str], Mapping[str, Any]] = {}
        entries: dict[str, Entry] = {}
        for step, at in _lineage(plan, cells, node, path):
            for socket, bound in step.slots:
                if socket.is_seed and (value := known_value(plan, cells, step, bound, at)) is not None:
                    seeds[step.id] = value
            for model in step.models:
                models[model] = self._revisions(*model)
            if step.type.lane == "remote":
                for key in _keys(cells, step, at):
                    entries.update((entry.id, entry) for entry in self._orders(key))
        return outputs.about(
            self._document, self._workflow, node, path, stage=plan.stage, seeds=dict(sorted(seeds.items())),
            models=[models[key] for key in sorted(models)], cost=sum_of(entries.values()), base=self._base,
            orders=[_told(entry) for entry in entries.values()],
        )


def sum_of(entries: Iterable[Entry]) -> float | None:
    """What these orders cost; None where that is not known of one."""
    total = 0.0
    for entry in entries:
        if entry.cost is None and entry.high is None:
            return None
        total += entry.counts
    return round(total, 6)


def _told(entry: Entry) -> dict[str, Any]:
    """What a file says of an order that it took."""
    return {"provider": entry.provider, "model": entry.model, "job": entry.remote.id, "cost": entry.cost,
            "source": entry.cost_source, **({"emulated": True} if entry.emulated else {})}


def _keys(cells: Cells, step: Step, at: Index | None) -> Iterator[str]:
    made = cells.made[step.id]
    found = made.values() if at is None else [made[at]] if at in made else []
    yield from (cell.key for cell in found if cell.key is not None)


def _lineage(plan: Plan, cells: Cells, node: str, path: Index) -> Iterator[tuple[Step, Index | None]]:
    """Every step a result comes from, with the item it ran for; None where it ran for several."""
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
        for _, bound in step.slots:
            todo.extend((source, _item_of(plan, cells, step, bound, source, context)) for source in steps_of(bound))


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


def encoded(value: Any, about: str) -> tuple[bytes | Path, str]:
    """A value as the bytes of a file or the file it lies in, and the ending of its name; ("", "") for plain values."""
    from ajar.values import Audio, Image, Mask, Mesh, Video

    if isinstance(value, Image):
        return value.encode("png", about=about), ".png"
    if isinstance(value, Mask):
        return Image.of(value.array).encode("png", about=about), ".png"
    if isinstance(value, Audio):
        return value.encode(about=about), ".wav"
    if isinstance(value, (Video, Mesh)):
        return value.path, value.path.suffix  # films may be larger than the memory
    return b"", ""
