"""Where a take comes from, for the panel beside it: its draft, what was lost on the way, what all of it cost."""

import time
from collections.abc import Mapping, Sequence
from contextlib import suppress
from dataclasses import replace
from typing import Any

from PySide6.QtGui import QColor

from ajar.errors import AjarError
from canvas.kit import words
from canvas.thumbs import thumb_of
from canvas.viewers.facts import Facts, Step
from workflows.take import Take, value_of
from workflows.takes import Takes
from workflows.taking import LENT

POSTER = 160
INK = (QColor(242, 243, 245), QColor(13, 14, 16))
ROLES = {"first_frame": "first frame", "last_frame": "last frame", "clip": "clip", "reference": "picture",
         "image": "picture"}


def with_lineage(takes: Takes, told: Facts, take: Take) -> Facts:
    """The facts of a take with the way it came; unchanged where it came from no other. On any thread."""
    try:
        line = takes.lineage(take.id)
        if len(line) < 2:
            return told
        # What only made it larger on the way is no draft: nobody asked it for anything in words.
        worded = [before for before in line[1:] if before.prompt] or line[1:]
        drafts = [one for before in worded for one in takes.of(before.document, before.node)]
    except AjarError:  # the list of takes can't be read; that was said elsewhere
        return told
    finals = [one for one in takes.of(take.document, take.node) if one.id not in {other.id for other in drafts}]
    steps = tuple(map(_step, sorted(line, key=lambda one: one.id)))
    return replace(told, steps=steps, carried=carried(take.settings.get(LENT)),
                   cost=tuple(costs(drafts, finals)), which=_which(told, take, line[1]))


def carried(lent: Any) -> str:
    """``Carried over: prompt, first frame. Kling 3.0 has no seed.``"""
    if not isinstance(lent, Mapping):
        return ""
    roles = [ROLES[one] for one in lent.get("as", ()) if one in ROLES]
    losses = [str(one) for one in lent.get("losses", ())]
    return " ".join((f"Carried over: {', '.join(('prompt', *roles))}.", *losses))


def costs(drafts: Sequence[Take], finals: Sequence[Take]) -> list[tuple[str, str]]:
    """What drafts and finals cost together, and what all of them would have cost as finals."""
    whole = [one.cost for one in (*drafts, *finals)]
    spent = None if None in whole else sum(cost or 0.0 for cost in whole)
    rows = [(f"{words.count(len(drafts), 'draft')}, {words.count(len(finals), 'final')}", words.price(spent))]
    paid = [one for one in finals if one.cost]
    if paid and len(drafts) > 1 and not any(one.cost for one in drafts):
        count, each = len(whole), paid[-1].cost or 0.0
        rows.append((f"All {count} on {paid[-1].model}", words.price(count * each)))
    return rows


def _which(told: Facts, take: Take, draft: Take) -> str:
    promoted = isinstance(take.settings.get(LENT), Mapping)
    return f"final of take {draft.number}" if promoted else told.which


def _step(take: Take) -> Step:
    stage = "Final" if isinstance(take.settings.get(LENT), Mapping) else "Draft" if take.stage == "draft" else "Made"
    poster = None
    with suppress(AjarError, OSError):
        poster = thumb_of(value_of(take), INK, POSTER)
    day = words.day(time.strftime("%Y-%m-%d", time.localtime(take.made)))
    return Step(f"{stage}, take {take.number}", words.facts(take.model, words.price(take.cost), day), poster)
