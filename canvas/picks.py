"""What a person decides about results: more of them, which one flows on, which is held, what a node waits for."""

import random
from collections.abc import Callable, Mapping, Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject

from ajar.context import Stage
from ajar.errors import AjarError
from canvas.desk import Desk
from canvas.document import Document
from canvas.errands import Errands
from canvas.foresight import Outlook
from canvas.jobs import Job
from canvas.kit import words
from canvas.subjects import file_of, subject, title_of, trusted_of
from workflows import variants
from workflows.downstream import cheap_after
from workflows.flatten import SOLE
from workflows.graph import Graph
from workflows.picking import PICKED, Picked, held, pick, with_settings
from workflows.project import find
from workflows.sound import plan_sound
from workflows.studio import Options, Prepared
from workflows.take import Take
from workflows.varying import with_strengths, with_words

if TYPE_CHECKING:
    from canvas.runner import Runner

MANY = 10**9
"""New seeds are below this: a person can read and type them."""


class Picks(QObject):
    """Everything here is an edit that can be undone, or a job in the queue."""

    def __init__(self, desk: Desk, runner: "Runner") -> None:
        super().__init__()
        self._desk = desk
        self._runner = runner
        self._errands = Errands(desk, self)
        self._picked: dict[Document, str] = {}
        """Nodes whose picked take is to be seen in what follows, once it is known what that costs."""

    def more(self, document: Document, node: str, count: int = 4, *, stage: Stage = "draft", like: Take | None = None,
             ) -> tuple[Job, ...]:
        """Queue more takes of a node (by flat id) with other seeds; ``like``: with the settings of this take."""
        runner = self._runner
        kept = runner.standing(document).strip(node).highest
        jobs = runner.jobs
        first = max([kept, *(job.take for job in jobs if (job.document, job.node) == (document.key, node))]) + 1
        what, icon, category = subject(document, (node,))
        made: list[Job] = []
        try:
            start = document.graph
            if like is not None:
                start = with_settings(start, document.types, node, like, seeds=False)
            for number in range(first, first + count):
                graph = variants.another(start, document.types, node, random.randrange(MANY), number)
                made.append(runner.queue(document, graph, (node,), f"{what}, take {number}", icon, category, stage,
                                         node, number))
        except AjarError as error:
            self._desk.say(error.message, error.hint)
        return tuple(made)

    def vary(self, document: Document, node: str, take: Take, *, stage: Stage = "draft", endings: str | None = None,
             ) -> tuple[Job, ...]:
        """Queue a take at its seed in other words (one ending a line), or weaker and stronger."""
        runner, types = self._runner, document.types
        made: list[Job] = []
        try:
            graphs = (with_strengths(document.graph, types, node, take) if endings is None
                      else with_words(document.graph, types, node, take, endings))
            kept = runner.standing(document).strip(node).highest
            coming = [job.take for job in runner.jobs if (job.document, job.node) == (document.key, node)]
            what, icon, category = subject(document, (node,))
            for number, graph in enumerate(graphs, max([kept, *coming]) + 1):
                made.append(runner.queue(document, graph, (node,), f"{what}, take {number}", icon, category, stage,
                                         node, number))
        except AjarError as error:
            self._desk.say(error.message, error.hint)
        return tuple(made)

    def choose(self, document: Document, node: str, index: int, *, stage: Stage = "draft") -> None:
        """A person has chosen for a node that waits: its input is set, and the run goes on."""
        key = variants.asking(document.graph, node)
        if key is None:
            self._desk.say("This node does not wait for a choice any more.", "Run again to see what it gives.")
            return
        title = f"Choose {index + 1}"
        if document.edit_whole(title, lambda graph: variants.with_value(graph, node, key, index)):
            self._runner.run(document, stage=stage, front=True)

    def pick(self, document: Document, node: str, take: Take | int, *, stage: Stage = "draft", hold: bool = False,
             ) -> None:
        """Let this take (or the one with this id) flow on from its node: an edit of the document.

        With ``hold`` it is frozen there, so that it flows on whatever is changed or made.
        """
        if isinstance(take, int):
            known = next((one for one in self._runner.strips.of(document, node) if one.id == take), None)
            if known is None:
                self._desk.say("That take is not there any more.", "Choose another take.")
                return
            take = known
        graph = document.graph
        options, file = self._options(document, stage), file_of(document, self._runner.home.path)
        studio = self._desk.studio

        def found(picked: Picked) -> None:
            if document.graph is not graph:  # it was edited meanwhile, so it has to be looked at again
                self.pick(document, node, take, stage=stage, hold=hold)
                return
            if document.edit_whole(f"Pick take {take.number}", lambda _: picked.graph):
                self._runner.strips.hope(document, node, take.id)
                self._picked[document] = node
            title = title_of(document.graph, document.types, node)
            if hold:
                self._desk.say(f"Take {take.number} of {title} is locked and stays what flows on.",
                               "Unfreeze the node to let another take flow on.")
            elif picked.frozen:
                self._desk.say(f"{title} holds take {take.number}, frozen: what it was made from has changed since.",
                               "Unfreeze it to let it run again.")
            else:
                self._desk.say(f"Take {take.number} of {title} is picked.")

        self._errands.run(lambda: pick(studio, graph, file, options, node, take, hold=hold), found)

    def foreseen(self, document: Document, outlook: Outlook, stage: Stage) -> None:
        """It is known what would run: what follows a picked take and costs nothing is brought up to date."""
        node = self._picked.pop(document, None)
        if node is None or outlook.prepared is None or self._runner.busy:
            return
        names = cheap_after(document.graph, outlook.prepared, node, self._runner.timings)
        if names:
            self._runner.run(document, names, stage=stage)

    def freeze(self, document: Document, names: Sequence[str], *, stage: Stage = "draft") -> None:
        """Hold the results that these nodes of the shown room have now: an edit of the document."""
        graph, studio, strips = document.graph, self._desk.studio, self._runner.strips
        flats = tuple(document.flat(name) for name in names)
        options, file = self._options(document, stage), file_of(document, self._runner.home.path)
        picked = {flat: strips.picked(document, flat) for flat in flats}

        def look() -> tuple[dict[str, dict[str, Any]], list[AjarError]]:
            sound = plan_sound(studio, graph, find(file), replace(options, only=flats))
            results: dict[str, dict[str, Any]] = {}
            troubles: list[AjarError] = []
            for flat in flats:
                try:
                    if sound.prepared is None:
                        raise AjarError(f'"{flat}" can\'t be frozen: it has no result yet.', "Put right what is wrong.")
                    results[flat] = _held(self._desk, graph, sound.prepared, flat)
                except AjarError as error:
                    troubles.append(error)
            return results, troubles

        def found(given: tuple[dict[str, dict[str, Any]], list[AjarError]]) -> None:
            results, troubles = given
            for flat, result in results.items():
                if picked[flat] is not None:
                    result[PICKED] = picked[flat]
            if results:
                what = words.count(len(results), "node") if len(results) > 1 else title_of(
                    document.graph, document.types, next(iter(results)))
                document.edit_whole(f"Freeze {what}", _freezing(results))
            for trouble in troubles[:1]:
                self._desk.say(trouble.message, trouble.hint)

        self._errands.run(look, found)

    def aside(self, task: Callable[[], object]) -> None:
        """Do something that may wait for the disk, elsewhere."""
        self._errands.run(task)

    def close(self) -> None:
        self._errands.close()

    def _options(self, document: Document, stage: Stage) -> Options:
        file = file_of(document, self._runner.home.path)
        return Options(stage, workflow=document.title, base=file.parent, trusted=trusted_of(document))


def _freezing(results: Mapping[str, Mapping[str, Any]]) -> Callable[[Graph], Graph]:
    def change(graph: Graph) -> Graph:
        for flat, result in results.items():
            graph = variants.with_node(graph, flat, lambda node, result=result: replace(  # type: ignore[misc]
                node, state="frozen", result=dict(result)))
        return graph

    return change


def _held(desk: Desk, graph: Graph, prepared: Prepared, flat: str) -> dict[str, Any]:
    """The result of a node; of a use of a group those behind its outputs."""
    node = variants.node_at(graph, flat)
    group = graph.groups.get(node.group or "") if node is not None else None
    if group is None:
        return held(desk.studio, prepared, flat)
    result: dict[str, Any] = {}
    for output, wire in group.outputs.items():
        inner = _held(desk, graph, prepared, f"{flat}/{wire.node}")
        result[output] = inner[wire.output or (SOLE if SOLE in inner else next(iter(inner)))]
    return result
