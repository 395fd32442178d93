"""Verbs that make compare sheets: a generator against other models, or over the values of its parameters."""

from collections.abc import Sequence

from canvas.compare.choosing import ChooseGrid, ChooseModels
from canvas.errands import Errands
from canvas.hands.context import Context, Verb, edit_new
from workflows.compare_finish import sheets_of
from workflows.compare_make import can_compare, compare_models, grid_over
from workflows.finals import Rival, rivals
from workflows.graph import Graph
from workflows.meanings import by_meaning


def compare(context: Context) -> None:
    """Ask which models, then make the sheet."""
    name, graph, types = _meant(context), context.graph, context.types
    if not name:
        return
    studio = context.desk.studio
    errands = Errands(context.desk, context.view)
    errands.run(lambda: rivals(studio.catalogue, studio.packs.providers, types, graph, name),
                lambda found: _ask_models(context, name, found))


def _ask_models(context: Context, name: str, found: Sequence[Rival]) -> None:
    if not found:
        context.desk.say("No other model makes what this node makes.", "Choose Grid over to compare its own values.")
        return
    graph, types = context.graph, context.types
    if name not in graph.nodes:
        return
    node, type_ = graph.nodes[name], context.types[graph.nodes[name].type]
    prompt = by_meaning(type_).get("prompt")
    own = node.inputs.get(prompt.name) if prompt is not None else None
    seed = next((node.inputs.get(socket.name) for socket in type_.inputs if socket.is_seed), 0)
    dialog = ChooseModels(context.desk, node.title or type_.title, found, [own] if isinstance(own, str) and own else [],
                          seed if isinstance(seed, int) else 0, context.view)
    titles = {entry.id: entry.title for entry in context.desk.studio.catalogue.entries()}

    def make() -> None:
        others = [(one.target, one.twin) for one in dialog.chosen]
        prompts, seeds, cap = dialog.asked, dialog.drawn, dialog.cap.value()

        def change(graph: Graph) -> tuple[Graph, list[str]]:
            made, use = compare_models(graph, types, name, others, prompts=prompts, seeds=seeds, cap=cap, titles=titles)
            return made, [use]

        if edit_new(context.document, "Compare models", change):
            context.desk.act("sheet")

    dialog.accepted.connect(make)
    dialog.open()


def grid(context: Context) -> None:
    """Ask which parameters and values, then make the sheet."""
    name = _meant(context)
    if not name:
        return
    node, types = context.graph.nodes[name], context.types
    dialog = ChooseGrid(context.desk, node.title or types[node.type].title, types[node.type], context.view)

    def make() -> None:
        across, *rest = dialog.axes

        def change(graph: Graph) -> tuple[Graph, list[str]]:
            graph, use = grid_over(graph, types, name, across, rest[0] if rest else None)
            return graph, [use]

        if edit_new(context.document, "Grid over", change):
            context.desk.act("sheet")

    dialog.accepted.connect(make)
    dialog.open()


def open_sheet(context: Context) -> None:
    """Look at the sheet that is selected."""
    context.desk.act("sheet")


def comparable(context: Context) -> bool:
    return bool(_meant(context))


def has_sheet(context: Context) -> bool:
    """Whether there is a sheet to look at."""
    return next(sheets_of(context.document.graph), None) is not None


def _meant(context: Context) -> str:
    """The one selected node that can be compared."""
    names = [name for name in context.names if name in context.graph.nodes
             and can_compare(context.graph, context.types, name)]
    return names[0] if len(names) == 1 else ""


VERBS = (
    Verb("sheet.models", "Compare models…", "Graph", compare, "sheet", {}, comparable, "Compare"),
    Verb("sheet.grid", "Grid over…", "Graph", grid, "sheet", {}, comparable, "Compare"),
    Verb("sheet.open", "Look at the sheet", "Graph", open_sheet, "compare", {}, has_sheet, "Compare", listed=False),
)
