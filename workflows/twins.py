"""What of a generator's inputs another model takes, by its signature and its row: its values, its wires, its losses.

Each loss is one exact sentence ("Kling 3.0 has no seed."), so that a person knows before running what will differ.
"""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from ajar.contract import REQUIRED, NodeType, Socket
from ajar.errors import WorkflowError
from ajar.plain import Size
from workflows import kinds
from workflows.graph import Expr, Graph, GroupInput, Node, Row, Value, Wire, entries, row
from workflows.meanings import (
    ROLES,
    Modality,
    by_meaning,
    modality_of,
    model_socket,
    nearest,
    nearest_resolution,
    nearest_shape,
    output_for,
    size_from,
)

NAMES = {
    "first": "first picture", "last": "last picture", "references": "reference pictures", "image": "picture",
    "video": "film", "voice": "sound", "mask": "mask", "negative": "negative prompt", "loras": "LoRAs",
    "audio": "sound",
}
"""What losses call inputs; others go by their labels."""
OF_LENGTH, OF_SHAPE = ("seconds", "frames", "fps"), ("size", "shape", "resolution")
MEDIA = ("first", "last", "image", "references", "video", "voice", "mask")


@dataclass(frozen=True, slots=True)
class Target:
    """A model that could make it instead."""

    type: NodeType
    model: str
    title: str
    """What a person calls the model: ``Kling 3.0``."""
    can: Mapping[str, Any] = field(default_factory=dict)
    """Of a hosted model: what it takes (``Offer.can``)."""
    settings: Mapping[str, Any] = field(default_factory=dict)
    """Of a model on this machine: what it does by itself (``size``, ``frames``, ``fps``)."""


@dataclass(frozen=True, slots=True)
class Twin:
    """Its inputs, and what is lost or rounded on the way to it."""

    inputs: Mapping[str, Value]
    losses: tuple[str, ...]
    missing: tuple[str, ...] = ()
    """Labels of inputs that it can't do without and that nothing fills."""


def translate(graph: Graph, types: Mapping[str, NodeType], name: str, target: Target,
              own: Mapping[str, Any] | None = None, *, follow: bool = False) -> Twin:
    """What of a node's inputs a target takes, each with its value or wire.

    ``own`` is what the node's model does where nothing is set. With ``follow`` words and seed stay those of the node,
    by formula, also when they are changed there later: as a final's do, beside which its draft stays.
    """
    node = graph.nodes[name]
    work = _Work(name, node, types[node.type], target, own or {}, follow)
    work.words()
    work.seed()
    work.media()
    work.length()
    work.shape()
    work.sound()
    work.others()
    return work.done()


@dataclass(slots=True)
class _Work:
    """One translation under way."""

    name: str
    node: Node
    type: NodeType
    target: Target
    own: Mapping[str, Any]
    follow: bool
    inputs: dict[str, Value] = field(default_factory=dict)
    losses: list[str] = field(default_factory=list)
    used: set[str] = field(default_factory=set)
    """Meanings of inputs of the source that were dealt with."""
    here: dict[str, Socket] = field(init=False)
    there: dict[str, Socket] = field(init=False)

    def __post_init__(self) -> None:
        self.here, self.there = by_meaning(self.type), by_meaning(self.target.type)
        socket = model_socket(self.target.type)
        if socket is not None:
            self.inputs[socket.name] = self.target.model
        self.used.add("model")

    @property
    def modality(self) -> Modality:
        return modality_of(self.type) or "image"

    # --- what is given ------------------------------------------------------------------------------------------------

    def given(self, meaning: str) -> Value | None:
        """What a person gave here: a literal, wire or formula; None where it is left to the default."""
        socket = self.here.get(meaning)
        return self.node.inputs.get(socket.name) if socket is not None else None

    def literal(self, meaning: str) -> Any:
        """The plain value here, or the default; None where it is wired, or where there is no such input."""
        socket, value = self.here.get(meaning), self.given(meaning)
        if socket is None or isinstance(value, (Wire, Expr, GroupInput, Row)):
            return None
        if value is not None:
            return value
        try:
            return None if socket.default is REQUIRED else kinds.to_json(socket.default)
        except TypeError:
            return None

    def is_open(self, meaning: str) -> bool:
        """Whether its value comes from elsewhere, so that it is not known here."""
        return isinstance(self.given(meaning), (Wire, Expr, GroupInput))

    def put(self, meaning: str, value: Value) -> None:
        self.inputs[self.there[meaning].name] = value
        self.used.add(meaning)

    def lose(self, sentence: str) -> None:
        if sentence not in self.losses:
            self.losses.append(sentence)

    def lasting(self, meaning: str) -> Value | None:
        """The value as it is handed on: with ``follow`` a literal becomes a formula that says where it stands."""
        value = self.given(meaning)
        if isinstance(value, (Wire, Expr, GroupInput)) or not self.follow:
            return value
        return None if self.literal(meaning) is None else Expr(f"{self.name}.{self.here[meaning].name}")

    # --- one thing after the other ------------------------------------------------------------------------------------

    def words(self) -> None:
        target, most = self.target, self.target.can.get("prompt")
        if "prompt" in self.here and "prompt" in self.there:
            value = self.lasting("prompt")
            if value is not None:
                self.put("prompt", value)
            text = self.literal("prompt")
            if isinstance(text, str) and isinstance(most, int) and not isinstance(most, bool) and len(text) > most:
                self.lose(f"The prompt has {len(text):,} characters, and {target.title} takes {most:,}: shorten it.")
        self.used.add("prompt")
        self.used.add("negative")
        text = self.literal("negative")
        if "negative" not in self.here or (not self.is_open("negative") and text in ("", "own", None)):
            return
        if "negative" not in self.there or target.can.get("negative") is False:
            self.lose("The negative prompt is not sent.")
        elif (value := self.lasting("negative")) is not None:
            self.put("negative", value)

    def seed(self) -> None:
        self.used.add("seed")
        if "seed" not in self.here:
            return
        if "seed" not in self.there or self.target.can.get("seed") is False:
            self.lose(f"{self.target.title} has no seed.")
        elif (value := self.lasting("seed")) is not None:
            self.put("seed", value)

    def media(self) -> None:
        for meaning in MEDIA:
            if meaning not in self.here:
                continue
            self.used.add(meaning)
            value = self.given(meaning)
            wired = [one for one in entries(value) if one is not None] if value is not None else []
            if not wired:
                continue
            goal = next((one for one in (meaning, *_STAND_INS.get(meaning, ())) if takes_media(self.target, one)), None)
            if goal is None or (goal != meaning and self.there[goal].name in self.inputs):
                # A picture beside others of its kind would be taken for one of them.
                self.lose(f"The {NAMES[meaning]} {'are' if meaning == 'references' else 'is'} not sent: "
                          f"{self.target.title} takes none.")
                continue
            if goal != meaning:
                self.lose(f"The {NAMES[meaning]} goes as a {_single(NAMES[goal])}.")
            self._hand(goal, wired)

    def _hand(self, meaning: str, wired: Sequence[Value]) -> None:
        socket, most = self.there[meaning], most_of(self.target, meaning)
        if socket.form == "one":
            most = 1
        if most is not None and len(wired) > most:
            self.lose(f"Only {most} of {len(wired)} {NAMES[meaning]} {'is' if most == 1 else 'are'} sent.")
            wired = wired[:most]
        single = socket.form == "one" or (len(wired) == 1 and socket.form == "list")
        self.put(meaning, wired[0] if single else row(tuple(wired)))

    def length(self) -> None:
        """Seconds and frames: each model counts in its own."""
        if "seconds" in self.there and any(one in self.here for one in OF_LENGTH):
            self._to_seconds()
        elif "frames" in self.there and "seconds" in self.here:
            self._to_frames()
        elif "frames" in self.there and "frames" in self.here:
            return  # both count frames: they are handed on by name
        elif self.given("frames") is not None or self.given("seconds") is not None:
            self.lose(f"How long it becomes is left to {self.target.title}.")
        self.used.update(OF_LENGTH)

    def _to_seconds(self) -> None:
        socket = self.there["seconds"]
        frames, fps = self.literal("frames") or self.own.get("frames"), self.literal("fps") or self.own.get("fps")
        lasting = self.literal("seconds") or (frames / fps if frames and fps else None)
        if self.is_open("seconds"):
            self.put("seconds", self.given("seconds"))
            return
        if self.is_open("frames") or self.is_open("fps") or not lasting:
            if self.is_open("frames") or frames:
                self.lose(f"How many seconds its frames are is not known: {self._left_at(socket)}.")
            return
        found = nearest(self._rule("seconds"), lasting, whole=socket.type is int)
        found = found if found is not None else round(lasting) if socket.type is int else round(lasting, 2)
        self.put("seconds", found)
        if "frames" in self.here:
            self.lose(f"{frames} frames at {fps:g} fps become {found:g} s.")
        elif found != lasting:
            self.lose(f"{lasting:g} s become {found:g} s.")

    def _left_at(self, socket: Socket) -> str:
        return f"it is left at {socket.default} s" if socket.default is not REQUIRED else "set it"

    def _rule(self, name: str) -> Any:
        """What the offer allows, narrowed where it says so for a first picture or references."""
        for other in ("first_frame", "references"):
            narrow = self.target.can.get(f"{name}_with_{other}")
            meaning = "first" if other == "first_frame" else other
            if narrow is not None and meaning in self.there and self.there[meaning].name in self.inputs:
                return narrow
        return self.target.can.get(name)

    def _to_frames(self) -> None:
        fps, seconds = self.target.settings.get("fps"), self.literal("seconds")
        if not fps or not seconds:
            self.lose(f"How long it becomes is left to {self.target.title}.")
            return
        step = int(self.target.settings.get("frame_step") or 1)
        frames = max(1, round((seconds * fps - 1) / step)) * step + 1
        self.put("frames", frames)
        self.lose(f"{seconds:g} s become {frames} frames at {fps:g} fps.")

    def shape(self) -> None:
        """Pixels, or a shape and a resolution."""
        self.used.update(OF_SHAPE)
        if not any(one in self.here for one in OF_SHAPE) or self._same_shape():
            return
        goals = [one for one in OF_SHAPE if one in self.there]
        wired = [one for one in OF_SHAPE if self.is_open(one)]
        if wired and goals:
            self.lose(f"The {wired[0]} comes from elsewhere and is not followed: look at {' and '.join(goals)}.")
            return
        size = self._size()
        if size is None:
            return
        before, after = str(size), self._put_shape(size)
        if not goals and any(self.given(one) is not None for one in OF_SHAPE):
            self.lose(f"The size is left to {self.target.title}.")
        elif after and after != before:
            self.lose(f"{before} becomes {after}.")

    def _same_shape(self) -> bool:
        """Handed on as it is, where both say it the same way and the target offers it."""
        if "size" in self.here and "size" in self.there and self.here["size"].type is self.there["size"].type:
            if (value := self.given("size")) is not None:
                self.put("size", value)
            return True
        names = [one for one in ("shape", "resolution") if one in self.there]
        if not names or any(one not in self.here for one in names):
            return False
        values = [self.given(one) if self.is_open(one) else self.literal(one) for one in names]
        for one, value in zip(names, values, strict=True):
            rule = self.target.can.get(f"{one}s")
            if value is None or (rule is not None and isinstance(value, str) and value not in rule):
                return False
        for one, value in zip(names, values, strict=True):
            self.put(one, value)
        return True

    def _size(self) -> Size | None:
        if "size" in self.here:
            text = self.literal("size") or self.own.get("size")
            try:
                return Size.parse(str(text)) if text else None
            except ValueError:
                return None
        return size_from(str(self.literal("shape") or ""), str(self.literal("resolution") or ""), self.modality, 2)

    def _put_shape(self, size: Size) -> str:
        """Set what the target has for it; what it becomes, in words."""
        can, told = self.target.can, []
        if "size" in self.there:
            if self.there["size"].type is str:  # one of the sizes that are offered
                if (found := nearest_shape(can.get("sizes", ()), size)) is not None:
                    self.put("size", found)
                return found or ""
            multiple = int(self.target.settings.get("multiple") or can.get("step") or 16)
            fit = size_from(f"{size.width}:{size.height}", "", self.modality, multiple)
            self.put("size", str(fit))
            return str(fit)
        if "shape" in self.there and (shape := nearest_shape(can.get("shapes", ()), size)) is not None:
            self.put("shape", shape)
            told.append(shape)
        offered = can.get("resolutions", ())
        if "resolution" in self.there and (found := nearest_resolution(offered, size, self.modality)) is not None:
            self.put("resolution", found)
            told.append(found)
        return " at ".join(told)

    def sound(self) -> None:
        title, can = self.target.title, self.target.can
        self.used.add("audio")
        wanted = self.given("audio") if self.is_open("audio") else self.literal("audio")
        if "audio" in self.here and "audio" in self.there and can.get("audio") is not False:
            if wanted is not None and "sounds_always" not in can:
                self.put("audio", wanted)
        elif wanted is True:
            none = can.get("audio") is False
            self.lose(f"The sound is left out: {title} makes none." if none else f"{title} has no setting for sound.")
        if self.modality == "video" and wanted is not True and (
                can.get("sounds_always") or ("audio" not in self.here and self._sounds())):
            self.lose(f"{title} makes sound too.")

    def _sounds(self) -> bool:
        socket = self.there.get("audio")
        return socket is not None and socket.default is True and self.target.can.get("audio") is True

    def others(self) -> None:
        """Whatever is called the same and fits; what a person set and does not fit is named."""
        left: list[str] = []
        for meaning, socket in self.here.items():
            if meaning in self.used:
                continue
            value, goal = self.given(meaning), self.there.get(meaning)
            if value is None:
                continue
            if goal is not None and goal.name not in self.inputs and self._fits(socket, goal, value):
                self.put(meaning, value)
            elif self._matters(socket, value):
                left.append(NAMES.get(meaning, socket.label.lower()))
        if not left:
            return
        what = _listed(left)
        several = len(left) > 1 or left == [NAMES["loras"]]
        where = f"stay{'' if several else 's'} with the draft" if self.follow else f"{'are' if several else 'is'} lost"
        what = f"The {what}" if left == [NAMES["loras"]] and not self.follow else what
        self.lose(f"{what[:1].upper()}{what[1:]} {where}.")

    def _fits(self, socket: Socket, goal: Socket, value: Value) -> bool:
        rule = self.target.can.get(goal.name)
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

    def _matters(self, socket: Socket, value: Value) -> bool:
        """Whether it is anything but the default."""
        if isinstance(value, (Wire, Expr, GroupInput, Row)) or socket.default is REQUIRED:
            return True
        try:
            return bool(kinds.to_json(socket.default) != value)
        except TypeError:
            return True

    def done(self) -> Twin:
        # A model behind a node for any model names the media that it works on; the node's own inputs are all optional.
        works_on = self.target.can.get("fields")
        works_on = {one for one in works_on if one in MEDIA} if isinstance(works_on, Mapping) else set()
        missing = tuple(socket.label for socket in self.target.type.inputs
                        if (socket.required or socket.name in works_on) and socket.name not in self.inputs)
        return Twin(self.inputs, tuple(self.losses), missing)


_STAND_INS: Mapping[str, tuple[str, ...]] = {"image": ("references",), "references": ("image",)}
"""Where a picture goes that has no place of its own: not into a first frame, which would move."""


def takes_media(target: Target, meaning: str) -> bool:
    """Whether a model takes media of this meaning: ``first``, ``references``, ``video``."""
    return meaning in by_meaning(target.type) and most_of(target, meaning) != 0


def most_of(target: Target, meaning: str) -> int | None:
    """How many media of this meaning a model takes; None where no row says."""
    roles = target.can.get("roles")
    if isinstance(roles, Mapping):
        return max((int(roles.get(role, 0)) for role in ROLES[meaning]), default=0)
    most = target.can.get(meaning)
    return most if isinstance(most, int) and not isinstance(most, bool) else None


def wire_of(target: Target, name: str, modality: Modality) -> Wire:
    """What the target's result is, at the node of this name."""
    output = output_for(target.type, modality)
    return Wire(name, None if output == "result" and len(target.type.outputs) == 1 else output)


def _single(name: str) -> str:
    return name.removesuffix("s")


def _listed(names: list[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
