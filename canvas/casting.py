"""Casts models: a final beside a draft, another model in a node's place, and a take promoted to its final."""

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from PySide6.QtCore import QObject, Signal

from ajar.errors import AjarError
from canvas import prices
from canvas.desk import Desk
from canvas.document import Document
from canvas.errands import Errands
from canvas.jobs import Job
from canvas.kit import words
from canvas.rivals import RivalPicker
from canvas.subjects import file_of, title_of, trusted_of
from workflows import promoting
from workflows.finals import Rival, own_settings, rivals
from workflows.graph import Graph
from workflows.promoting import NOTHING, Promotion, made_already, planned, roles_for
from workflows.quotes import Bill
from workflows.stages import add_final, can_stage, draft_of, final_of, picker_of, replace_model
from workflows.studio import Options
from workflows.take import Take

if TYPE_CHECKING:
    from canvas.window import Window


@dataclass(frozen=True, slots=True)
class _Considered:
    """A promotion that was worked out for what the picker shows."""

    graph: Graph
    """The workflow it was worked out for."""
    promotion: Promotion
    bill: Bill
    already: Take | None


class Casting(QObject):
    """Everything here is an edit that can be undone, or a run that a person agreed to on its button."""

    compared = Signal(object)
    """[draft, final]: two takes to look at side by side."""

    def __init__(self, window: "Window") -> None:
        super().__init__(window)
        self._window = window
        self._desk: Desk = window.desk
        self._errands = Errands(window.desk, self)
        self.picker = RivalPicker(window.desk, window)
        self._job: tuple[str, Document, str, Take | None] | None = None
        """What is chosen for: (deed, document, node by flat id, take)."""
        self._found: tuple[Rival, str, _Considered] | None = None
        self._awaited: dict[int, tuple[Take, str]] = {}
        """Jobs that make finals: of which take, by which node."""
        self.picker.taken.connect(self._take)
        self.picker.considered.connect(self._consider)
        window.runner.ended.connect(self._ended)

    def can(self, document: Document | None) -> bool:
        """Whether what is selected could be made by another model."""
        return (document is not None and document.primary is not None
                and can_stage(document.shown, document.types, document.primary))

    def final(self) -> None:
        """Choose a final for what is selected."""
        document = self._desk.front
        if document is None or document.primary is None:
            return
        there = final_of(document.shown, picker_of(document.shown, document.primary) or document.primary)
        if there is not None:
            document.select((there,))
            self._desk.say("It has a final already, which is selected now.", "Replace its model, or remove it first.")
            return
        if draft_of(document.shown, document.primary) is not None:
            self._desk.say("This is a final itself.", "Replace its model to have another.")
            return
        self._offer("final", document, document.flat(document.primary))

    def replace(self) -> None:
        """Choose another model for what is selected."""
        document = self._desk.front
        if document is not None and document.primary is not None:
            self._offer("replace", document, document.flat(document.primary))

    def promote(self, document: Document, take: Take) -> None:
        """Choose the model that makes the final of a take."""
        if promoting.gone(document.graph, take):
            self._desk.say("The node of this take is not in the workflow any more.", "Choose another take.")
            return
        self._offer("promote", document, take.node, take)

    def promote_any(self, take: Any) -> None:
        """The same, of a take whose workflow need not be in front."""
        document = next((one for one in self._desk.documents if one.key == take.document), None)
        if document is None:
            self._desk.say("The workflow of this take is not open.", "Open it first, then promote the take.")
            return
        self._desk.bring(document)
        self.promote(document, take)

    def close(self) -> None:
        self._errands.close()

    # --- choosing -----------------------------------------------------------------------------------------------

    def _offer(self, deed: str, document: Document, node: str, take: Take | None = None) -> None:
        studio, types, graph = self._desk.studio, document.types, document.graph
        self._job, self._found = (deed, document, node, take), None
        title = title_of(graph, types, node)

        def find() -> list[Rival]:
            shown, name = _room(graph, node)
            return rivals(studio.catalogue, studio.packs.providers, types, shown, name, hosted=deed != "replace")

        def found(these: list[Rival]) -> None:
            if self._job != (deed, document, node, take):
                return
            if not these:
                self._desk.say(f"No other model makes what {title} makes.", "Choose a node that generates.")
                return
            if deed == "promote" and take is not None:
                able = [one for one in these if not one.twin.missing or roles_for(take.kind, one.target)]
                self.picker.open(f"Promote take {take.number} of {title}", able, self._verb,
                                 lambda one: roles_for(take.kind, one.target))
            else:
                text = f"A final for {title}" if deed == "final" else f"Another model for {title}"
                self.picker.open(text, these, self._verb)

        self._errands.run(find, found)

    def _verb(self, rival: Rival) -> tuple[str, bool]:
        deed, _, _, take = self._job or ("", None, "", None)
        if deed == "promote" and take is not None:
            if self._found is not None and self._found[0] is rival and self._found[2].already is not None:
                return "Show it", False
            return f"Promote take {take.number}", True
        return ("Add final" if deed == "final" else "Replace"), False

    def _consider(self, rival: Any, role: Any) -> None:
        """Work out what promoting would do and cost exactly, beside the window's thread."""
        if self._job is None:
            return
        _, document, _, take = self._job
        self._found = None
        if take is None:
            return
        studio, graph, options = self._desk.studio, document.graph, self._options(document)
        file, takes = file_of(document, studio.home.path), self._window.runner.takes

        def work() -> _Considered:
            roles = () if role == NOTHING else (role,)
            made = promoting.promote(studio, graph, file, options, take, rival.target, roles)
            if made.refused:
                raise AjarError(made.refused)
            prepared = planned(studio, made.graph, file, options, made.final)
            return _Considered(graph, made, prepared.bill, made_already(prepared, takes, made.final))

        def known(found: _Considered) -> None:
            self._found = (rival, role, found)
            if self.picker.role.key == role:
                losses = found.promotion.losses
                if (there := found.already) is not None:
                    paid = words.price(there.cost)
                    losses = (f"It is made already: take {there.number}, {paid}. Nothing is ordered again.", *losses)
                self.picker.tell(rival, losses, prices.cost(found.bill) if found.already is None else "")

        self._errands.run(work, known, lambda error: self.picker.tell(rival, (), "", error.message))

    # --- doing --------------------------------------------------------------------------------------------------

    def _take(self, rival: Any, role: Any) -> None:
        if self._job is None:
            return
        deed, document, node, take = self._job
        if deed == "promote" and take is not None:
            self._promote(document, take, rival, role)
            return
        studio, types, sizes = self._desk.studio, document.types, self._sizes(document)
        *room, name = node.split("/")
        if tuple(room) != document.room:
            document.go(tuple(room))
        made: list[str] = []
        said: list[str] = []

        def change(graph: Graph) -> Graph:
            own = own_settings(studio.catalogue, types, graph, name)
            if deed == "final":
                staged = add_final(graph, types, name, rival.target, own, sizes)
                made.append(staged.final)
                return staged.graph
            graph, losses = replace_model(graph, types, name, rival.target, own)
            made.append(name)
            said.extend(losses)
            return graph

        if document.edit("Add a final" if deed == "final" else "Replace the model", change):
            document.select(made[-1:])
            what = f"{rival.target.title} makes the final" if deed == "final" else f"Now by {rival.target.title}"
            self._desk.say(f"{what}.", " ".join(said) or (
                "It runs, and costs, only in Final." if deed == "final" else "Everything carried over."))

    def _promote(self, document: Document, take: Take, rival: Rival, role: str) -> None:
        found = self._found
        if found is None or found[:2] != (rival, role) or found[2].graph is not document.graph:
            self._desk.say("The workflow was changed meanwhile.", "Promote the take again, to see its price.")
            return
        made = found[2]
        if made.promotion.graph != document.graph:
            document.edit_whole(f"Promote take {take.number}", lambda _: made.promotion.graph)
        *room, name = made.promotion.final.split("/")
        if tuple(room) == document.room:
            document.select((name,))
        if made.already is not None:
            self._show(take, made.already)
            return
        job = self._window.runner.run(document, (made.promotion.final,), stage="final", shown=made.bill)
        if isinstance(job, Job):
            self._awaited[job.id] = (take, made.promotion.final)

    def _ended(self, job: Any, status: str) -> None:
        awaited = self._awaited.pop(job.id, None)
        if awaited is None or status != "done":
            return
        take, final = awaited
        takes = self._window.runner.takes

        def find() -> Take | None:
            return next((one for one in reversed(takes.children(take.id)) if one.node == final), None)

        self._errands.run(find, lambda found: self._show(take, found) if found is not None else None)

    def _show(self, draft: Take, final: Take) -> None:
        self._desk.say(f"Take {final.number} is the final of take {draft.number}.", words.facts(
            final.model, words.price(final.cost)))
        self.compared.emit([draft, final])

    def _options(self, document: Document) -> Options:
        file = file_of(document, self._desk.studio.home.path)
        return Options("final", workflow=document.title, base=file.parent, trusted=trusted_of(document))

    def _sizes(self, document: Document) -> dict[str, tuple[float, float]]:
        page = self._window.pages.get(document)
        return dict(page.view.sizes()) if page is not None else {}


def _room(graph: Graph, node: str) -> tuple[Graph, str]:
    from workflows import inside

    *room, name = node.split("/")
    return inside.room(graph, tuple(room)), name
