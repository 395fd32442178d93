"""Verbs for the clipboard, duplicating, deleting, and what is selected."""

from PySide6.QtGui import QGuiApplication

from canvas.hands.context import Context, Verb, count_of, edit_new, keys, nodes_selected, some_selected
from workflows import board, clipping, wiring
from workflows.graph import Graph

BY = (40.0, 40.0)
"""How far a duplicate lies from what it was made of."""


def delete(context: Context) -> None:
    """Delete what is selected, healing wires where types fit; with nothing selected, the wire under the mouse."""
    if context.document.selection:
        _delete(context, heal=True)
    elif (link := context.target.link) is not None:
        context.document.edit("Delete wire", lambda graph: wiring.cut(graph, [link]))


def delete_plain(context: Context) -> None:
    """Delete what is selected and all wires at it."""
    _delete(context, heal=False)


def cut(context: Context) -> None:
    if copy(context):
        _delete(context, heal=True, title="Cut")


def copy(context: Context) -> bool:
    """The selected nodes, frames and notes as text on the clipboard."""
    if not context.document.selection:
        return False
    QGuiApplication.clipboard().setText(clipping.copy_text(context.graph, context.document.selection))
    return True


def paste(context: Context) -> None:
    _paste(context, keep_wires=False)


def paste_wired(context: Context) -> None:
    """Paste, and wire the copies to what the originals took."""
    _paste(context, keep_wires=True)


def paste_text(context: Context, text: str, *, keep_wires: bool = False, title: str = "Paste") -> tuple[str, ...]:
    """Put what a text describes at the place of the context. Says so where the text holds no nodes."""
    return edit_new(
        context.document, title, lambda graph: clipping.paste(graph, text, context.place, keep_wires=keep_wires),
    )


def duplicate(context: Context) -> None:
    """Copies beside the selected nodes, wired among themselves."""
    _duplicate(context, wired=False)


def duplicate_wired(context: Context) -> None:
    """Copies that also take what the originals take."""
    _duplicate(context, wired=True)


def select_all(context: Context) -> None:
    graph = context.graph
    context.document.select(
        [*(f"frame:{name}" for name in graph.frames), *(f"note:{name}" for name in graph.notes), *graph.nodes]
    )


def select_none(context: Context) -> None:
    context.document.select(())


def select_other(context: Context) -> None:
    """What was not selected."""
    chosen = set(context.names)
    context.document.select([name for name in context.graph.nodes if name not in chosen])


def select_upstream(context: Context) -> None:
    _spread(context, wiring.upstream(context.graph, context.names))


def select_downstream(context: Context) -> None:
    _spread(context, wiring.downstream(context.graph, context.names))


def _spread(context: Context, found: set[str]) -> None:
    """Select these too; what was selected stays the last, which the inspector shows."""
    chosen = context.names
    context.document.select([*(name for name in context.graph.nodes if name in found - {*chosen}), *chosen])


def _delete(context: Context, *, heal: bool, title: str = "Delete") -> None:
    chosen, names = context.document.selection, context.names

    def run(graph: Graph) -> Graph:
        for name in chosen:
            section, _, rest = name.partition(":")
            if section in ("frame", "note") and rest:
                graph = board.put(graph, f"{section}s", rest, None)
        return wiring.delete(graph, context.types, names, heal=heal) if names else graph

    context.document.edit(f"{title} {count_of(len(names)) if names else 'frames and notes'}", run)


def _paste(context: Context, *, keep_wires: bool) -> None:
    text = QGuiApplication.clipboard().text()
    if not clipping.can_paste(text):
        context.desk.say("There are no nodes on the clipboard.", "Copy some nodes, or the text of a workflow.")
        return
    paste_text(context, text, keep_wires=keep_wires)


def _duplicate(context: Context, *, wired: bool) -> None:
    chosen = context.document.selection
    edit_new(
        context.document, f"Duplicate {count_of(len(chosen), 'card')}",
        lambda graph: clipping.double(graph, chosen, BY, keep_wires=wired),
    )


VERBS = (
    Verb("edit.cut", "Cut", "Edit", cut, "", keys("Ctrl+X"), some_selected, "Clipboard"),
    Verb("edit.copy", "Copy", "Edit", copy, "", keys("Ctrl+C"), some_selected, "Clipboard"),
    Verb("edit.paste", "Paste", "Edit", paste, "", keys("Ctrl+V"), section="Clipboard"),
    Verb("edit.paste_wired", "Paste with wires", "Edit", paste_wired, "", keys("Ctrl+Shift+V"),
         section="Clipboard"),
    Verb("edit.duplicate", "Duplicate", "Edit", duplicate, "",
         keys("Ctrl+D", nuke="Alt+C|Ctrl+D", blender="Shift+D|Ctrl+D"), nodes_selected, "Clipboard"),
    Verb("edit.duplicate_wired", "Duplicate with wires", "Edit", duplicate_wired, "", keys("Ctrl+Shift+D"),
         nodes_selected, "Clipboard"),
    Verb("edit.delete", "Delete and heal wires", "Edit", delete, "close",
         keys("Delete|Backspace", blender="X|Delete|Backspace"), section="Delete"),
    Verb("edit.delete_plain", "Delete with wires", "Edit", delete_plain, "", keys("Ctrl+Delete|Ctrl+Backspace"),
         some_selected, "Delete"),
    Verb("select.all", "Select all", "Edit", select_all, "", keys("Ctrl+A", blender="A|Ctrl+A"), section="Select"),
    Verb("select.none", "Select none", "Edit", select_none, "", keys("Ctrl+Shift+A", blender="Alt+A|Ctrl+Shift+A"),
         some_selected, "Select"),
    Verb("select.other", "Invert selection", "Edit", select_other, "", keys("Ctrl+I"), section="Select"),
    Verb("select.upstream", "Select upstream", "Edit", select_upstream, "", keys("U", blender="L"), nodes_selected,
         "Select"),
    Verb("select.downstream", "Select downstream", "Edit", select_downstream, "", keys("Shift+U", blender="Shift+L"),
         nodes_selected, "Select"),
)
