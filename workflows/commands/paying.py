"""What a run costs, said before it runs, and a person's word that it may."""

import argparse
import sys
from collections.abc import Sequence
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from ajar.errors import Refused, Waiting, WorkflowError
from workflows.allowance import Allowance, enough, money
from workflows.obedience import is_emulated
from workflows.standing import standings

if TYPE_CHECKING:
    from workflows.entries import Entry
    from workflows.quotes import Bill
    from workflows.studio import Prepared, Studio


def bill_lines(prepared: "Prepared") -> list[str]:
    """The price of what will run, by provider; nothing where nothing costs anything."""
    from workflows.quotes import bill_of, providers_of

    bids = prepared.bids
    providers = providers_of(bids)
    if not providers:
        return []
    hosts = {row.provider: row.host for row in prepared.rows if row.provider and row.host}
    lines = []
    for name, provider in providers.items():
        bill = bill_of(bids, lambda bid, name=name: bid.provider.name == name)  # type: ignore[misc]
        orders = f"{bill.orders} order{'s' * (bill.orders != 1)}"
        where = hosts.get(name, provider.facts.url)
        played = " (a stand-in: no real money)" if prepared.facts.realm(name) else ""
        lines.append(f"{provider.facts.title}: {orders}, {bill_text(bill)}; sent to {where}{played}")
        lines += [f"  {prepared.keyless[name]}"] if name in prepared.keyless else []
    if len(providers) > 1:
        lines.append(f"In all: {bill_text(bill_of(bids))}")
    return lines


def bill_text(bill: "Bill") -> str:
    """``$0.56 (prices of 2026-09-20)``."""
    if bill.high is None:
        text = _open_text(bill)
    else:
        text = priced(bill.low, bill.high)
    if bill.checked and bill.high != 0:
        text += f" (prices of {bill.checked}{', not confirmed' if bill.unsure else ''})"
    return text


def _open_text(bill: "Bill") -> str:
    """The price of what may cost more than is known."""
    known = f"at least {money(bill.low)}; " if bill.low else ""
    if not bill.unknown:
        return f"{known}how many is not known yet"
    return money(None) if bill.unknown == bill.orders else f"{known}{bill.unknown} at a price that is not known"


def priced(low: float | None, high: float | None) -> str:
    """``$0.56``, ``$0.10 to $0.56``, ``free``, ``price not known``."""
    if high is None or low is None:
        return money(None)
    return "free" if not high else money(high) if money(low) == money(high) else f"{money(low)} to {money(high)}"


def allowance_of(request: argparse.Namespace) -> Allowance:
    """What was agreed to on the command line."""
    return Allowance(request.pay or 0.0, request.pay_unknown, request.beyond_caps)


def agree(prepared: "Prepared", request: argparse.Namespace, studio: "Studio") -> Allowance:
    """A person's word that this run may cost what it costs: from the flags, else asked at the terminal.

    WorkflowError without a key; Refused at a cap; Waiting where nobody is there to ask.
    """
    for name, sentence in prepared.keyless.items():
        title = prepared.facts.packs.providers[name].facts.title
        raise WorkflowError(f"There is no key for {title}, so nothing was run.", sentence)
    given = allowance_of(request)
    asked = request.pay is None and not request.json and sys.stdin.isatty() and sys.stderr.isatty()
    given = _within_caps(prepared, given, studio, asked=asked)
    bill, most = prepared.bill, (given.most or 0.0) + 1e-9
    if not bill.orders or bill.high == 0 or (bill.high is not None and bill.high <= most):
        return given
    if bill.high is None and given.unknown and (bill.low or 0.0) <= most:
        return given
    if asked:
        return replace(given, **_asked(bill))
    known = bill.high is not None and given.most
    but = f"but only {money(given.most)} was agreed to" if known else "and nobody has agreed to that"
    raise Waiting(f"This run {_costs(bill)}, {but}; nothing was run.", f"Agree to it: {_flags(bill)}.")


def _costs(bill: "Bill") -> str:
    if bill.high is not None:
        return f"may cost {money(bill.high)}"
    what = f"the price of {bill.unknown} of its orders is not known" if bill.unknown else \
        "how often it orders is not known yet"
    return f"costs at least {money(bill.low)}, and {what}" if bill.low else f"can't be priced: {what}"


def _flags(bill: "Bill") -> str:
    """What to write to agree to it."""
    if bill.high is not None:
        return f"--pay {enough(bill.high)}"
    known = f" --pay {enough(bill.low)} (or more: what goes beyond is not ordered)" if bill.low else ""
    return f"--pay-unknown{known}" if bill.unknown else f"{known.strip()} and --pay-unknown"


def _asked(bill: "Bill") -> dict[str, Any]:
    what = bill_text(bill) if bill.high is not None else f"whatever it comes to ({bill_text(bill)})"
    if not _yes(f"Pay {what}? Type yes to pay: "):
        raise Waiting("Nothing was paid, nothing was run.", "Run it again and type yes, or give --pay.")
    return {"most": bill.high, "unknown": bill.high is None}


def _yes(question: str) -> bool:
    print(question, end="", file=sys.stderr, flush=True)
    return sys.stdin.readline().strip().lower() in ("yes", "y")


def _within_caps(prepared: "Prepared", given: Allowance, studio: "Studio", *, asked: bool) -> Allowance:
    """Refused or Waiting where a run can't stay within a cap; a word of warning where it may not."""
    policy, root = prepared.policy, str(prepared.facts.project.root)
    if policy.over == "ask" and given.beyond:
        return given
    for one in standings(studio.home, policy, root, prepared.bids, lambda who: is_emulated(studio.transport, who)):
        raised = f'raise the cap "{one.cap}", or wait until it is free again.'
        if not one.surely:
            print(f"{one.text}: what goes beyond that is not ordered.", file=sys.stderr)
        elif policy.over != "ask":
            raise Refused(f"{one.text}; nothing was run.", raised.capitalize())
        elif not asked:
            raise Waiting(f"{one.text}; nothing was run.", f"Agree to it with --beyond-caps, or {raised}")
        elif _yes(f"{one.text}. Type yes to go beyond it: "):
            return replace(given, beyond=True)
        else:
            raise Waiting("Nothing was paid, nothing was run.", raised.capitalize())
    return given


def spent_lines(entries: "Sequence[Entry]", prepared: "Prepared", run: str) -> list[str]:
    """What the orders of a run came to, once it has ended. What an earlier run paid for is not counted again."""
    mine = [entry for entry in entries if entry.run == run and entry.state != "intent"]
    if not mine:
        return []
    providers = prepared.facts.packs.providers
    mine = [entry for entry in mine if entry.provider not in providers or not providers[entry.provider].facts.local]
    if not mine:
        return ["Cost: free"]
    away = [entry for entry in mine if entry.state in ("submitted", "ready", "sending")]
    unclear = [entry for entry in mine if entry.state == "unknown"]
    mine = [entry for entry in mine if entry not in away and entry not in unclear]
    spent = sum(entry.cost or 0.0 for entry in mine)
    emulated = " (played by an emulator: no real money)" if all(entry.emulated for entry in mine) else ""
    guessed = " as estimated" if any(entry.cost_source == "estimated" for entry in mine) else ""
    unknown = sum(entry.cost is None for entry in mine)
    more = f"; {unknown} order{'s' * (unknown != 1)} at a cost that is not known" if unknown else ""
    lines = [f"Cost: {money(None) if unknown == len(mine) else f'{money(spent)}{guessed}{more}'}{emulated}"]
    lines = lines if mine else []
    if unclear:
        orders = f"{len(unclear)} order{'s' * (len(unclear) != 1)}"
        lines.append(f"Whether {orders} came about, for {money(sum(entry.counts for entry in unclear))}, only you can "
                     "find out: ajar jobs.")
    if away:
        lines.append(f"{len(away)} job{'s' * (len(away) != 1)} went on at the provider and may still cost "
                     f"{money(sum(entry.counts for entry in away))}; ajar resume fetches the result.")
    return lines
