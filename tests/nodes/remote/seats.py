"""Each hosted model at each node that offers it, and orders that are allowed there, found by trying."""

import json
from collections.abc import Iterator, Mapping
from contextlib import suppress
from dataclasses import dataclass
from functools import cache, cached_property
from itertools import islice, product
from pathlib import Path
from typing import Any

import numpy as np

from ajar.contract import NodeType, Socket, run_to_values
from ajar.errors import UserError
from ajar.hints import Model, Offered
from ajar.offers import Offer
from ajar.remote import Order, Provider
from ajar.testing import FakeRemote, Ordered
from ajar.values import Audio, Image, Mask, Size, Video
from tests.nodes.remote.test_matrix import CASES
from workflows.packs import Packs, load_packs

MEDIA = (Image, Mask, Audio, Video)
TRIES = 6000
"""Combinations tried at most before a value counts as refused."""
ENOUGH = 2000
"""Allowed combinations looked at of one seat."""
MORE: Mapping[str, tuple[Mapping[str, Any], ...]] = {
    "kling_video": ({"voices": "anna=12", "audio": True},),
    "kling_omni": ({"film": "https://example.com/films/a.mp4"},),
    "seedance_video": ({"films": "https://example.com/films/a.mp4"},),
    "runway_edit": ({"use": "reference"},),
    "fal": tuple({"settings": f'{{"resolution": "{name}", "duration": 5}}'} for name in ("480p", "720p", "1080p")),
}
"""Further arguments of some nodes, which other prices need."""
WEB = "https://example.com/films/a.mp4"


@dataclass(frozen=True)
class Seat:
    """A model at a node. Orders are found among combinations of media and of what the model offers."""

    type: NodeType
    provider: Provider
    offer: Offer

    @property
    def label(self) -> str:
        return f"{self.type.id}:{self.offer.id}"

    @property
    def choices(self) -> dict[str, Any]:
        """What the model offers, by the name of the node's input: a list, or {low, high}."""
        found = {socket.name: self.offer.can.get(hint.name) for socket in self.type.inputs
                 if (hint := socket.hint(Offered)) is not None}
        return {name: rule for name, rule in found.items() if rule is not None and not isinstance(rule, bool)}

    def order(self, arguments: Mapping[str, Any]) -> Order:
        """What the node orders. UserError where it refuses."""
        return ordered_by(self.type, {**arguments, self._model: self.offer.id})

    def refusal(self, arguments: Mapping[str, Any]) -> UserError | None:
        try:
            self.order(arguments)
        except UserError as error:
            return error
        return None

    @cached_property
    def allowed(self) -> Mapping[str, Any]:
        """Arguments that are allowed."""
        return next(self.ways({}))

    def ways(self, fixed: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
        """Allowed arguments that have these values, of what was tried."""
        for arguments in islice(self._tried(fixed), TRIES):
            if self.refusal(arguments) is None:
                yield arguments

    @cached_property
    def orders(self) -> tuple[Order, ...]:
        """Different orders that are allowed; not all of them."""
        found: dict[str, Order] = {}
        for way in islice(self.ways({}), ENOUGH):
            order = self.order(way)
            found.setdefault(plain(order), order)
        return tuple(found.values())

    @cached_property
    def _model(self) -> str:
        return next(socket.name for socket in self.type.inputs if socket.hint(Model) is not None)

    def _tried(self, fixed: Mapping[str, Any]) -> Iterator[dict[str, Any]]:
        rules = {name: _some(rule) for name, rule in self.choices.items() if name not in fixed}
        switches = {socket.name: (False, True) for socket in self.type.inputs
                    if socket.type is bool and socket.name in ("audio", "draft") and socket.name not in fixed}
        plain = {**rules, **switches}
        for values in product(*plain.values()):
            for media in _bases(self.type):
                yield {**media, **dict(zip(plain, values, strict=True)), **fixed}


@cache
def packs() -> Packs:
    return load_packs([], entry_points=False)


def seats() -> list[Seat]:
    """Every hosted model that may be used, at every node that offers it. Models of any maker have nothing to obey."""
    found = []
    for type_ in packs().types.values():
        kinds = {hint.kind for socket in type_.inputs if (hint := socket.hint(Model)) is not None}
        for provider in packs().providers.values():
            found += [Seat(type_, provider, offer) for offer in provider.facts.offers
                      if offer.kind in kinds and type_.lane == "remote" and offer.status != "retired"]
    return found


@cache
def without_model(provider: str) -> tuple[Order, ...]:
    """Orders of a provider's nodes that have one model, which can't be chosen."""
    found = []
    for type_ in packs().types.values():
        if type_.provider == provider and not any(socket.hint(Model) for socket in type_.inputs):
            for base in _bases(type_):
                with suppress(UserError):
                    found.append(ordered_by(type_, base))
    return tuple(found)


def ordered_by(type_: NodeType, arguments: Mapping[str, Any]) -> Order:
    """What a node orders. UserError where it refuses."""
    given = {socket.name: arguments.get(socket.name, _default(socket)) for socket in type_.inputs}
    try:
        list(run_to_values(type_, FakeRemote(), given))
    except Ordered as ordered:
        return ordered.order
    raise AssertionError("it ordered nothing")


def plain(order: Order) -> str:
    """An order in text, to be compared."""
    media = [(one.role, one.suffix, one.via) for one in order.media]
    return json.dumps([order.model, order.settings, media, order.terms, order.units], sort_keys=True, default=str)


@cache
def _bases(type_: NodeType) -> list[dict[str, Any]]:
    """Arguments to begin with: those of the cases, and words with no media, one of each, or several of them."""
    bases = [{name: value for name, value in case.inputs().items() if name != "model"}
             for case in CASES if case.node == type_.id]
    wired = [socket for socket in type_.inputs if socket.type in MEDIA]
    must = {socket.name: stand_in(socket) for socket in type_.inputs if socket.required}
    may = [socket for socket in wired if socket.name not in must]
    more = [must | {socket.name: stand_in(socket) for bit, socket in enumerate(may) if count >> bit & 1}
            for count in range(2 ** len(may))]
    more += [{**base, **extra} for base in more for extra in MORE.get(type_.id, ())]
    more.sort(key=len)
    offered = {socket.name for socket in type_.inputs if socket.hint(Offered) is not None}
    return [{name: value for name, value in base.items() if name not in offered} for base in (*more, *bases)]


def stand_in(socket: Socket) -> Any:
    value: Any = "a fox runs" if socket.type is str else None
    if socket.type is Image:
        value = picture()
    elif socket.type is Mask:
        value = Mask.lazy(_unseen, 768, 1024)
    elif socket.type is Audio:
        value = Audio(np.zeros((1, 8000 * 8), np.float32), 8000)
    elif socket.type is Video:
        value = Video(Path("a.mp4"), Size(1280, 720), 24.0, 5.0)
    if "film" in socket.name or "address" in socket.name:
        value = WEB
    return (value,) if socket.form == "list" else value


@cache
def picture() -> Image:
    """A picture whose pixels nobody may look at: while planning there may be none yet."""
    return Image.lazy(_unseen, (768, 1024, 3), "uint8")


def _unseen() -> Any:
    raise AssertionError("the node looks at pixels before it orders")


def _default(socket: Socket) -> Any:
    if socket.form == "list":
        return ()
    return None if socket.required or socket.optional else socket.default


def _some(rule: Any) -> list[Any]:
    """A few of the values: each of a short list, the ends and the middle of a long one."""
    if isinstance(rule, Mapping):
        low, high = rule.get("low", 1), rule.get("high", 10)
        middle = (low + high) // 2 if isinstance(low, int) else (low + high) / 2
        return list(dict.fromkeys([middle, low, high]))
    return list(rule) if len(rule) < 7 else [rule[0], rule[1], rule[len(rule) // 2], rule[-2], rule[-1]]
