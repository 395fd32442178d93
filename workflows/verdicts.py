"""Why there is no result, in sentences for people: what happened, what to do, what it means for the money."""

import time

from ajar.errors import AjarError, UserError, Waiting
from ajar.remote import Provider, say
from workflows.allowance import money
from workflows.entries import Entry

NOBODY_KNOWS = "Nobody can tell whether"
"""How the sentence of every unknown order begins."""


def unknown(provider: Provider, entry: Entry) -> Waiting:
    """Only a person can find out whether this was paid for."""
    facts = provider.facts
    when = time.strftime("%H:%M on %d %b", time.localtime(entry.sent or entry.made))
    look = f"Look at {facts.console}" if facts.console else f"Look at the console of {facts.title}"
    return Waiting(
        f"{NOBODY_KNOWS} {facts.title} accepted the order of {when} ({money(entry.high)}): "
        f"{entry.note.rstrip('.')}.",
        f"{look}, then say which: ajar jobs {entry.id} ran JOB-ID, ajar jobs {entry.id} again (may pay twice), "
        f"or ajar jobs {entry.id} forget.")


def gone(provider: Provider, entry: Entry) -> AjarError:
    facts = provider.facts
    look = f"Look for it in the console: {facts.console}." if facts.console else "Look for it in the console."
    return AjarError(
        f"{facts.title} does not know job {say(entry.remote.id, 80) or entry.id} any more: paid for, and lost there.",
        f"{look} Running it again orders and pays anew.")


def refused(provider: Provider, entry: Entry, kind: str, hint: str = "") -> AjarError:
    """The provider said no. ``kind`` is a Refusal's, or the state it ended in."""
    title = provider.facts.title
    paid = {False: "It costs nothing.", True: "It is charged all the same.",
            None: "Whether it is charged is not documented; the console shows it."}[entry.charged]
    note = entry.note.rstrip(".")
    if kind == "blocked":
        message, then = f"{title} blocked this by its content rules: {note}.", "Change the words or the pictures."
    elif kind == "credit":
        message, then = f"The account at {title} has no credit left: {note}.", f"Add credit: {provider.facts.console}."
    elif kind == "key":
        message, then = f"{title} does not accept the key: {note}.", f"Give another: ajar keys set {provider.name}."
    elif kind == "cancelled":
        message, then = f"The job was stopped at {title}.", "Run again to order it anew."
    else:
        message, then = f"{title} could not make this: {note}.", "Run again to try once more."
    return UserError(message, f"{hint or then} {paid}")
