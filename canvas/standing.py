"""How all nodes of one open workflow stand: what forecast, run and takes say of them, and the faces made of it."""

from collections.abc import Iterable, Mapping
from dataclasses import replace

from canvas.document import Document
from canvas.faces import Ran, Shown, Strip, face
from canvas.fact import Fact
from canvas.kit import words
from canvas.looks import Look, Looks, Phase
from canvas.prices import cost
from workflows.quotes import Bill

PART = 64
"""Faces that are drawn anew at a time: what listens to the looks has to keep up with it."""
NO_FACT, NO_STRIP, NO_SHOWN = Fact(), Strip(), Shown()
ORDER: tuple[Phase, ...] = ("failed", "waiting", "running", "queued", "missing", "stale", "idle", "done", "cached")
"""A group shows the first of these that one of its nodes is in."""


class Standing:
    """Changes only mark nodes; ``draw`` gives the looks a part of them at a time."""

    def __init__(self, document: Document, looks: Looks) -> None:
        self.document = document
        self._looks = looks
        self._facts: Mapping[str, Fact] = {}
        self._ran: dict[str, Ran] = {}
        self._strips: dict[str, Strip] = {}
        self._shown: dict[str, Shown] = {}
        self._marked: dict[str, None] = {}
        self._going: set[int] = set()
        self._groups: dict[str, dict[str, None]] = {}
        """The nodes inside each use of a group."""

    def fact(self, node: str) -> Fact:
        return self._facts.get(node, NO_FACT)

    def ran(self, node: str) -> Ran | None:
        return self._ran.get(node)

    def has_failed(self, node: str) -> bool:
        """Whether it failed the last time, and nothing was changed since that could help."""
        ran = self._ran.get(node)
        if ran is None or ran.course.phase != "failed":
            return False
        return ran.job in self._going or ran.seen == self.fact(node).keys

    def shown(self, node: str) -> Shown:
        return self._shown.get(node, NO_SHOWN)

    def strip(self, node: str) -> Strip:
        return self._strips.get(node, NO_STRIP)

    def foresee(self, facts: Mapping[str, Fact]) -> None:
        """What the forecast says now; of nodes it does not name it says nothing."""
        before, self._facts = self._facts, facts
        self._mark(node for node in {*before, *facts} if before.get(node) != facts.get(node))
        # What was seen of nodes that are gone stays known: an undo may bring them back.
        self._looks.forget([node for node in before if node not in facts])

    def begin(self, job: int) -> None:
        """A run of this document goes on."""
        self._going.add(job)

    def end(self, job: int, nodes: Iterable[str]) -> None:
        """It is over; these nodes looked as if it went on."""
        self._going.discard(job)
        self._mark(nodes)

    def run(self, ran: Mapping[str, Ran]) -> None:
        self._ran.update(ran)
        self._mark(ran)

    def keep(self, strips: Mapping[str, Strip]) -> None:
        """The takes of these nodes."""
        self._strips.update(strips)
        self._mark(strips)

    def show(self, node: str, shown: Shown) -> None:
        self._shown[node] = shown
        self._mark((node,))

    def draw(self, most: int = PART) -> bool:
        """Give the looks what was marked, at most so many; whether more is waiting."""
        part = list(self._marked)[:most] if len(self._marked) > most else list(self._marked)
        for node in part:
            del self._marked[node]
        looks = {node: self._face(node) for node in part}
        self._looks.put({node: look for node, look in looks.items() if look != self._looks.of(node)})
        return bool(self._marked)

    def _mark(self, nodes: Iterable[str]) -> None:
        for node in nodes:
            self._marked[node] = None
            parts = node.split("/")
            for count in range(1, len(parts)):
                use = "/".join(parts[:count])
                self._groups.setdefault(use, {})[node] = None
                self._marked[use] = None

    def _face(self, node: str) -> Look:
        if node in self._groups:
            return self._group(node)
        return self._one(node, self.strip(node))

    def _one(self, node: str, strip: Strip) -> Look:
        ran = self._ran.get(node)
        return face(self.fact(node), ran, strip, self.shown(node), ran is not None and ran.job in self._going)

    def _group(self, use: str) -> Look:
        """The face of a use of a group, from those of its nodes."""
        names = self._groups[use]
        faces = {name: self._one(name, NO_STRIP) for name in names}
        order = [phase for phase in ORDER if any(one.phase == phase for one in faces.values())]
        phase: Phase = order[0] if order else "idle"
        first = next((one for one in faces.values() if one.phase == phase), Look())
        last = next((one for one in reversed(faces.values()) if one.picture is not None), Look())
        done: float | None = None
        word = first.word
        if phase == "running":
            ended = sum(one.phase in ("done", "cached") for one in faces.values())
            done = (ended + (first.done or 0.0)) / len(faces)
            word = words.percent(done)
        return replace(first, word=word, done=done, picture=last.picture, preview=last.preview, text=last.text,
                       price=self._price(names))

    def _price(self, names: Iterable[str]) -> str:
        """What the nodes of a group would cost together; of those that wait for the other stage only where all do."""
        asked = [fact for fact in map(self.fact, names) if fact.price]
        paid = [fact for fact in asked if fact.standing != "other_stage"] or asked
        if not paid:
            return ""
        if any(fact.low is None or fact.high is None or fact.price == words.UNKNOWN for fact in paid):
            return words.UNKNOWN
        return cost(Bill(sum(fact.low or 0.0 for fact in paid), sum(fact.high or 0.0 for fact in paid)))
