"""Variations of a take besides other seeds: how strongly it is made anew, and other words at the same seed."""

import re
from collections.abc import Mapping
from typing import Any

from ajar.contract import NodeType, Socket
from ajar.errors import EditError
from ajar.hints import Range
from workflows.graph import Graph, Wire, entries
from workflows.meanings import by_meaning
from workflows.picking import with_settings
from workflows.take import Take
from workflows.variants import node_at, with_value

MOST = 64
"""Variations that are asked for at once."""
STEPS = (-0.2, -0.1, 0.1, 0.2)
"""How far from a take's strength its variations are."""
CHOICES = re.compile(r"\{([^{}]*\|[^{}]*)\}")


def strength_of(graph: Graph, types: Mapping[str, NodeType], flat: str) -> Socket | None:
    """The input that says how much is made anew; None where the node begins with no picture, film or sound."""
    node = node_at(graph, flat)
    type_ = types.get(node.type) if node is not None else None
    socket = type_.input("strength") if type_ is not None else None
    if node is None or type_ is None or socket is None or socket.hint(Range) is None:
        return None
    here = by_meaning(type_)
    begun = [node.inputs.get(here[one].name) for one in ("image", "video", "references", "audio") if one in here]
    return socket if any(isinstance(one, Wire) for value in begun for one in entries(value)) else None


def strengths(socket: Socket, now: float) -> list[float]:
    """Weaker and stronger ones around a strength, within what the input takes."""
    bounds = socket.hint(Range)
    low, high = (bounds.low, bounds.high) if bounds is not None else (0.0, 1.0)
    found = dict.fromkeys(round(min(max(now + step, low), high), 3) for step in STEPS)
    return [one for one in found if one != round(now, 3)]


def alternatives(text: str) -> list[str]:
    """``a {red|blue} boat`` as ``a red boat`` and ``a blue boat``: every combination, in order, at most 64."""
    found = [text]
    while any(CHOICES.search(one) for one in found) and len(found) <= MOST:
        spread: list[str] = []
        for one in found:
            hit = CHOICES.search(one)
            if hit is None:
                spread.append(one)
            else:
                spread += [one[: hit.start()] + word.strip() + one[hit.end():] for word in hit[1].split("|")]
        found = spread
    return list(dict.fromkeys(" ".join(one.split()) for one in found))[:MOST]


def worded(prompt: str, endings: str) -> list[str]:
    """A prompt in other words: with each line as its ending, with every ``{a|b}`` chosen, in it and in the lines."""
    lines = [line.strip() for line in endings.splitlines() if line.strip()]
    stem = prompt.strip().rstrip(",.;")
    texts = [f"{stem}, {line}" for line in lines] if lines else [prompt]
    found = list(dict.fromkeys(one for text in texts for one in alternatives(text)))[:MOST]
    return [one for one in found if one != " ".join(prompt.split())]


def with_strengths(graph: Graph, types: Mapping[str, NodeType], flat: str, take: Take) -> list[Graph]:
    """The workflow once for each other strength, else as it was when the take was made. EditError where there is none.
    """
    socket = strength_of(graph, types, flat)
    if socket is None:
        raise EditError("This node has no strength that matters: it begins with no picture.",
                        "Wire a picture into it, or vary its seeds or words.")
    start = with_settings(graph, types, flat, take, seeds=True)
    now: Any = take.settings.get(socket.name, socket.default)
    return [with_value(start, flat, socket.name, one) for one in strengths(socket, float(now))]


def with_words(graph: Graph, types: Mapping[str, NodeType], flat: str, take: Take, endings: str) -> list[Graph]:
    """The workflow once for each other wording of a take's prompt, with its seed. EditError where nothing differs."""
    node = node_at(graph, flat)
    type_ = types.get(node.type) if node is not None else None
    socket = by_meaning(type_).get("prompt") if type_ is not None else None
    if socket is None:
        raise EditError("This node has no prompt.", "Vary its seeds.")
    texts = worded(take.prompt, endings)
    if not texts:
        raise EditError("There are no other words in that.", "Write one ending a line, or {red|blue} for alternatives.")
    start = with_settings(graph, types, flat, take, seeds=True)
    return [with_value(start, flat, socket.name, text) for text in texts]
