"""What a run costs, said before it runs, and a person's word that it may."""

import argparse
import sys
from collections.abc import Sequence
from typing import TYPE_CHECKING

from ajar.errors import Waiting, WorkflowError
from workflows.allowance import Allowance, money

if TYPE_CHECKING:
    from workflows.entries import Entry
    from workflows.quotes import Bill
    from workflows.studio import Prepared


def bill_lines(prepared: "Prepared") -> list[str]:
    """The price of what will run, by provider; nothing where nothing costs anything."""
    from workflows.quotes import bill_of, providers_of

    bids = prepared.bids
    providers = providers_of(bids)
    if not providers:
        return []
    hosts = {row.provider: row.host for row in prepared.rows if row.provider}
    lines = []
    for name, provider in providers.items():
        bill = bill_of(bids, lambda bid, name=name: bid.provider.name == name)  # type: ignore[misc]
        orders = f"{bill.orders} order{'s' * (bill.orders != 1)}"
        where = hosts.get(name, provider.facts.url)
        lines.append(f"{provider.facts.title}: {orders}, {bill_text(bill)}; sent to {where}")
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
    return "free" if not high else money(high) if low == high else f"{money(low)} to {money(high)}"


def allowance_of(request: argparse.Namespace) -> Allowance:
    """What was agreed to on the command line."""
    return Allowance(request.pay or 0.0, request.pay_unknown)


def agree(prepared: "Prepared", request: argparse.Namespace) -> Allowance:
    """A person's word that this run may cost what it costs: from the flags, else asked at the terminal.

    WorkflowError without a key; Waiting where nobody is there to ask.
    """
    bill = prepared.bill
    for name, sentence in prepared.keyless.items():
        title = prepared.facts.packs.providers[name].facts.title
        raise WorkflowError(f"There is no key for {title}, so nothing was run.", sentence)
    given = allowance_of(request)
    enough = bill.high is not None and bill.high <= (given.most or 0.0) + 1e-9
    if not bill.orders or bill.high == 0 or enough or (given.unknown and bill.high is None):
        return given
    if request.pay is None and not request.json and sys.stdin.isatty() and sys.stderr.isatty():
        return _asked(bill)
    what = f"may cost {money(bill.high)}" if bill.high is not None else "has a price that is not known"
    hint = f"--pay {bill.high:.2f}" if bill.high is not None else "--pay-unknown (and --pay for what is known)"
    raise Waiting(f"This run {what}, and nobody has agreed to that; nothing was run.", f"Agree to it: {hint}.")


def _asked(bill: "Bill") -> Allowance:
    print(f"Pay {bill_text(bill)}? Type yes to pay: ", end="", file=sys.stderr, flush=True)
    answer = sys.stdin.readline().strip().lower()
    if answer not in ("yes", "y"):
        raise Waiting("Nothing was paid, nothing was run.", "Run it again and type yes, or give --pay.")
    return Allowance(bill.high, bill.high is None)


def spent_lines(entries: "Sequence[Entry]", prepared: "Prepared") -> list[str]:
    """What the orders of a run came to, once it has ended."""
    cells = {cell.key for cells in prepared.cells.made.values() for cell in cells.values() if cell.key}
    mine = [entry for entry in entries if entry.cell in cells]
    if not mine:
        return []
    providers = prepared.facts.packs.providers
    mine = [entry for entry in mine if entry.provider not in providers or not providers[entry.provider].facts.local]
    if not mine:
        return ["Cost: free"]
    spent = sum(entry.cost or 0.0 for entry in mine)
    emulated = " (played by an emulator: no real money)" if all(entry.emulated for entry in mine) else ""
    guessed = " as estimated" if any(entry.cost_source == "estimated" for entry in mine) else ""
    unknown = sum(entry.cost is None for entry in mine)
    more = f"; {unknown} order{'s' * (unknown != 1)} at a cost that is not known" if unknown else ""
    lines = [f"Cost: {money(None) if unknown == len(mine) else f'{money(spent)}{guessed}{more}'}{emulated}"]
    away = [entry for entry in mine if entry.state in ("submitted", "ready", "sending")]
    if away:
        lines.append(f"{len(away)} job{'s' * (len(away) != 1)} went on at the provider and may still cost "
                     f"{money(sum(entry.counts for entry in away))}; ajar resume fetches the result.")
    return lines
