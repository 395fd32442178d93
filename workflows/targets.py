"""A model that could make something instead, what a translation to it is, and the media that it takes."""

from collections.abc import Mapping
from dataclasses import dataclass, field
from typing import Any

from ajar.contract import REQUIRED, NodeType, Socket
from workflows import kinds
from workflows.graph import Expr, GroupInput, Node, Row, Value, Wire
from workflows.meanings import ROLES, Modality, by_meaning, modality_of, model_socket, output_for


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


@dataclass(slots=True)
class Work:
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
