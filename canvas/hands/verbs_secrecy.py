"""The verb that marks what nodes give as confidential; taking that away asks for a reason, which is kept."""

from canvas.hands.context import Context, Verb, count_of, nodes_selected
from canvas.reasons import ask_reason
from workflows import edit
from workflows.graph import CONFIDENTIAL, Graph


def turn(context: Context) -> None:
    """Mark the selected nodes; where all of them are marked, ask why the mark may go."""
    names = context.names
    if not _all_are(context):
        context.document.edit(f"Mark {count_of(len(names))} as confidential", lambda graph: _set(graph, names, True))
        return
    marks = context.desk.studio.marks

    def given(reason: str) -> None:
        for name in names:
            marks.note("cleared", f"{context.document.title}: {context.document.flat(name)}", reason)
        title = f"Not confidential any more: {count_of(len(names))}"
        context.document.edit(title, lambda graph: _set(graph, names, False))

    question = "Why may what these nodes give leave this machine? Your reason is kept."
    ask_reason(context.view, "Not confidential any more", question, given, "Take the mark away")


def _set(graph: Graph, names: list[str] | tuple[str, ...], on: bool) -> Graph:
    for name in names:
        graph = edit.set_confidential(graph, name, on)
    return graph


def _all_are(context: Context) -> bool:
    return bool(context.names) and all(context.graph.nodes[name].extra.get(CONFIDENTIAL) for name in context.names)


VERBS = (
    Verb("node.confidential", "Confidential", "Graph", turn, "lock", {}, nodes_selected, "State", _all_are),
)
