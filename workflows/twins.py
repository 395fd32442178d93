"""What of a generator's inputs another model takes, by its signature and its row: its values, its wires, its losses.

Each loss is one exact sentence ("Kling 3.0 has no seed."), so that a person knows before running what will differ.
"""

from collections.abc import Mapping, Sequence
from typing import Any

from ajar.contract import REQUIRED, NodeType, Socket
from ajar.errors import WorkflowError
from workflows import kinds
from workflows.graph import Expr, Graph, GroupInput, Row, Value, Wire, entries, row
from workflows.measures import length, shape
from workflows.targets import Target, Twin, Work, most_of, takes_media, wire_of

__all__ = ["Target", "Twin", "takes_media", "translate", "wire_of"]
NAMES = {
    "first": "first picture", "last": "last picture", "references": "reference pictures", "image": "picture",
    "video": "film", "voice": "sound", "mask": "mask", "negative": "negative prompt", "loras": "LoRAs",
    "audio": "sound",
}
"""What losses call inputs; others go by their labels."""
MEDIA = ("first", "last", "image", "references", "video", "voice", "mask")


def translate(graph: Graph, types: Mapping[str, NodeType], name: str, target: Target,
              own: Mapping[str, Any] | None = None, *, follow: bool = False) -> Twin:
    """What of a node's inputs a target takes, each with its value or wire.

    ``own`` is what the node's model does where nothing is set. With ``follow`` words and seed stay those of the node,
    by formula, also when they are changed there later: as a final's do, beside which its draft stays.
    """
    node = graph.nodes[name]
    work = Work(name, node, types[node.type], target, own or {}, follow)
    _words(work)
    _seed(work)
    _media(work)
    length(work)
    shape(work)
    _sound(work)
    _others(work)
    return _done(work)


def _words(work: Work) -> None:
    """The prompt, and what should not be seen."""
    target, most = work.target, work.target.can.get("prompt")
    if "prompt" in work.here and "prompt" in work.there:
        value = work.lasting("prompt")
        if value is not None:
            work.put("prompt", value)
        text = work.literal("prompt")
        if isinstance(text, str) and isinstance(most, int) and not isinstance(most, bool) and len(text) > most:
            work.lose(f"The prompt has {len(text):,} characters, and {target.title} takes {most:,}: shorten it.")
    work.used.add("prompt")
    work.used.add("negative")
    text = work.literal("negative")
    if "negative" not in work.here or (not work.is_open("negative") and text in ("", "own", None)):
        return
    if "negative" not in work.there or target.can.get("negative") is False:
        work.lose("The negative prompt is not sent.")
    elif (value := work.lasting("negative")) is not None:
        work.put("negative", value)


def _seed(work: Work) -> None:
    work.used.add("seed")
    if "seed" not in work.here:
        return
    if "seed" not in work.there or work.target.can.get("seed") is False:
        work.lose(f"{work.target.title} has no seed.")
    elif (value := work.lasting("seed")) is not None:
        work.put("seed", value)


def _media(work: Work) -> None:
    """Pictures, films and sounds, as many as the target takes of each."""
    for meaning in MEDIA:
        if meaning not in work.here:
            continue
        work.used.add(meaning)
        value = work.given(meaning)
        wired = [one for one in entries(value) if one is not None] if value is not None else []
        if not wired:
            continue
        goal = next((one for one in (meaning, *_STAND_INS.get(meaning, ())) if takes_media(work.target, one)), None)
        if goal is None or (goal != meaning and work.there[goal].name in work.inputs):
            # A picture beside others of its kind would be taken for one of them.
            work.lose(f"The {NAMES[meaning]} {'are' if meaning == 'references' else 'is'} not sent: "
                      f"{work.target.title} takes none.")
            continue
        if goal != meaning:
            work.lose(f"The {NAMES[meaning]} goes as a {_single(NAMES[goal])}.")
        _hand(work, goal, wired)


def _hand(work: Work, meaning: str, wired: Sequence[Value]) -> None:
    socket, most = work.there[meaning], most_of(work.target, meaning)
    if socket.form == "one":
        most = 1
    if most is not None and len(wired) > most:
        work.lose(f"Only {most} of {len(wired)} {NAMES[meaning]} {'is' if most == 1 else 'are'} sent.")
        wired = wired[:most]
    single = socket.form == "one" or (len(wired) == 1 and socket.form == "list")
    work.put(meaning, wired[0] if single else row(tuple(wired)))


def _sound(work: Work) -> None:
    title, can = work.target.title, work.target.can
    work.used.add("audio")
    wanted = work.given("audio") if work.is_open("audio") else work.literal("audio")
    if "audio" in work.here and "audio" in work.there and can.get("audio") is not False:
        if wanted is not None and "sounds_always" not in can:
            work.put("audio", wanted)
    elif wanted is True:
        none = can.get("audio") is False
        work.lose(f"The sound is left out: {title} makes none." if none else f"{title} has no setting for sound.")
    if work.modality == "video" and wanted is not True and (
            can.get("sounds_always") or ("audio" not in work.here and _sounds(work))):
        work.lose(f"{title} makes sound too.")


def _sounds(work: Work) -> bool:
    socket = work.there.get("audio")
    return socket is not None and socket.default is True and work.target.can.get("audio") is True


def _others(work: Work) -> None:
    """Whatever is called the same and fits; what a person set and does not fit is named."""
    left: list[str] = []
    for meaning, socket in work.here.items():
        if meaning in work.used:
            continue
        value, goal = work.given(meaning), work.there.get(meaning)
        if value is None:
            continue
        if goal is not None and goal.name not in work.inputs and _fits(work, socket, goal, value):
            work.put(meaning, value)
        elif _matters(socket, value):
            left.append(NAMES.get(meaning, socket.label.lower()))
    if not left:
        return
    what = _listed(left)
    several = len(left) > 1 or left == [NAMES["loras"]]
    where = f"stay{'' if several else 's'} with the draft" if work.follow else f"{'are' if several else 'is'} lost"
    what = f"The {what}" if left == [NAMES["loras"]] and not work.follow else what
    work.lose(f"{what[:1].upper()}{what[1:]} {where}.")


def _fits(work: Work, socket: Socket, goal: Socket, value: Value) -> bool:
    rule = work.target.can.get(goal.name)
    if rule is False:
        return False
    if isinstance(value, (Wire, Expr, GroupInput, Row)):
        return socket.form == goal.form and kinds.fits(socket.type, goal.type)
    try:
        kinds.read_literal(goal, value)
    except WorkflowError:
        return False
    if isinstance(rule, Mapping) and isinstance(value, (int, float)):
        return bool(rule.get("low", value) <= value <= rule.get("high", value))
    return True


def _matters(socket: Socket, value: Value) -> bool:
    """Whether it is anything but the default."""
    if isinstance(value, (Wire, Expr, GroupInput, Row)) or socket.default is REQUIRED:
        return True
    try:
        return bool(kinds.to_json(socket.default) != value)
    except TypeError:
        return True


def _done(work: Work) -> Twin:
    # A model behind a node for any model names the media that it works on; the node's own inputs are all optional.
    works_on = work.target.can.get("fields")
    works_on = {one for one in works_on if one in MEDIA} if isinstance(works_on, Mapping) else set()
    missing = tuple(socket.label for socket in work.target.type.inputs
                    if (socket.required or socket.name in works_on) and socket.name not in work.inputs)
    return Twin(work.inputs, tuple(work.losses), missing)


_STAND_INS: Mapping[str, tuple[str, ...]] = {"image": ("references",), "references": ("image",)}
"""Where a picture goes that has no place of its own: not into a first frame, which would move."""


def _single(name: str) -> str:
    return name.removesuffix("s")


def _listed(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
