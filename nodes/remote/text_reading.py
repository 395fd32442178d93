"""What the three languages of text services have in common: an order of words, and what came of it."""

from collections.abc import Mapping
from typing import Any

from ajar.errors import UserError
from ajar.remote import Answer, Cost, Refusal, State, Unreadable, choose, say

WAIT = 600.0
"""Seconds to wait for words; a model on one's own machine may take minutes to be loaded."""


def ended(text: str, reason: str, *, cut: bool, cost: Cost | None) -> State:
    """What a finished answer means: its words, or that there are none."""
    if text.strip():
        return State("done", text=text, data={"ended": reason}, cost=cost)
    if cut:
        why = "it used up the tokens it may spend before it said a word; models that think first need more"
        return State("failed", note=why, cost=cost, charged=None)
    return State("failed", note=f"it answered without a word ({reason or 'no reason given'})", cost=cost, charged=None)


def blocked(why: str, cost: Cost | None) -> State:
    """The service would not say it."""
    return State("blocked", note=say(why), cost=cost, charged=None)


def broken(error: Any) -> State:
    """An error that came amid the words, after the service had begun."""
    return State("failed", note=say(message_of(error)), charged=None)


def used(tokens_in: Any, tokens_out: Any) -> Cost | None:
    """What was used; dollars only where somebody has given the price of a token."""
    if not isinstance(tokens_in, int) or not isinstance(tokens_out, int):
        return None
    units = {"token_in": float(tokens_in), "token_out": float(tokens_out)}
    return Cost(None, "computed", f"{tokens_in:,} tokens in, {tokens_out:,} out", units)


def error_of(answer: Answer) -> dict[str, Any]:
    """The object that says what is wrong; empty where there is none."""
    try:
        plain = answer.json()
    except Unreadable:
        return {}
    if isinstance(plain, list) and plain:  # some of Google's errors are a list of one
        plain = plain[0]
    if not isinstance(plain, dict):
        return {}
    inner = plain.get("error", plain)
    return inner if isinstance(inner, dict) else {"message": inner}


def message_of(error: Any) -> str:
    """The service's own words about an error."""
    found = choose(error, "message") or choose(error, "detail") if isinstance(error, Mapping) else error
    return str(found or "no reason given")


def by_status(answer: Answer, error: Mapping[str, Any]) -> Refusal:
    """What a status means wherever the service says nothing more exact."""
    words = say(message_of(error)) if error else f"HTTP {answer.status}"
    kinds: dict[int, Any] = {401: "key", 402: "credit", 403: "key", 429: "busy", 529: "busy"}
    if answer.status in (408, 409) or (answer.status >= 500 and answer.status != 529):
        return Refusal("server", words, charged=None)
    hint = "The service lists its models: ajar keys test NAME." if answer.status == 404 else ""
    return Refusal(kinds.get(answer.status, "invalid"), words, hint)


def listed(answer: Answer, title: str) -> dict[str, Any]:
    """The object of a list. UserError where the service would not give it."""
    if not answer.ok:
        raise UserError(f"{title} did not list its models: {say(message_of(error_of(answer))).rstrip('.')}.",
                        "Look at the key and the address.")
    return answer.object()


def counted(names: list[str]) -> str:
    """A sentence that names the models; here a person learns what may be written at ``model``."""
    return f"{len(names)} model{'s' * (len(names) != 1)}: {', '.join(names) or 'none'}."
