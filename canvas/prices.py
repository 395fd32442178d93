"""What a run will cost and to whom, as the window says it before it runs. Pure; any thread may use it."""

import math
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace

from canvas.kit import words
from workflows.entries import OPEN, Entry
from workflows.obedience import is_emulated
from workflows.quotes import Bill, bill_of, providers_of
from workflows.studio import Prepared, Studio


@dataclass(frozen=True, slots=True)
class Part:
    """What of a bill goes to one provider."""

    name: str
    title: str
    host: str
    """Where it is sent."""
    bill: Bill
    console: str = ""
    played: bool = False
    """A stand-in on this machine plays the provider: no real money."""
    keyless: str = ""
    """How to give the key that is missing; empty where there is one."""
    leaves: tuple[str, ...] = ()
    """What is sent, in words: ``text``, ``2 pictures``."""


def cost(bill: Bill) -> str:
    """``free``, ``$0.31``, ``$0.28 – 0.37``, ``?`` where the most it may cost is not known."""
    if bill.high is None:
        return words.UNKNOWN
    most = ceiling(bill.high)
    return words.price(most if bill.low == bill.high else bill.low, most)


def ceiling(amount: float) -> float:
    """To the next whole cent, so that what is said to be the most is the most."""
    return math.ceil(amount * 100 - 1e-6) / 100 if amount >= 0.01 else amount


def costs(bill: Bill) -> bool:
    """Whether money would be charged, as far as one knows."""
    return bill.high is None or bill.high > 0


def parts_of(studio: Studio, prepared: Prepared) -> tuple[Part, ...]:
    """The bill of a plan by provider, the dearest first; none where nothing is ordered."""
    bids = prepared.bids
    hosts = {row.provider: row.host for row in prepared.rows if row.provider and row.host}
    found: list[Part] = []
    for name, provider in providers_of(bids).items():
        bill = bill_of(bids, lambda bid, name=name: bid.provider.name == name)  # type: ignore[misc]
        sent = [media.role for bid in bids.orders if bid.provider.name == name and not bid.paid
                for media in bid.order.media]
        found.append(Part(
            name, provider.facts.title, hosts.get(name, ""), bill, provider.facts.console,
            is_emulated(studio.transport, provider), prepared.keyless.get(name, ""),
            ("the prompt and settings", *_media(sent))))
    return tuple(sorted(found, key=lambda part: (-(math.inf if part.bill.high is None else part.bill.high), part.name)))


def _media(roles: Iterable[str]) -> list[str]:
    counted: dict[str, int] = {}
    for role in roles:
        counted[role.replace("_", " ")] = counted.get(role.replace("_", " "), 0) + 1
    return [words.count(number, role) if number > 1 else role for role, number in counted.items()]


def total(bills: Iterable[Bill]) -> Bill:
    """Several bills as one."""
    found = Bill()
    for bill in bills:
        high = None if found.high is None or bill.high is None else found.high + bill.high
        found = Bill((found.low or 0.0) + (bill.low or 0.0), high, found.orders + bill.orders,
                     found.unknown + bill.unknown, min(filter(None, (found.checked, bill.checked)), default=""),
                     found.unsure or bill.unsure)
    return found


def together(several: Iterable[tuple[Part, ...]]) -> tuple[Part, ...]:
    """The parts of several runs, those of one provider as one."""
    found: dict[str, Part] = {}
    for part in (part for parts in several for part in parts):
        known = found.get(part.name)
        found[part.name] = part if known is None else replace(known, bill=total((known.bill, part.bill)))
    return tuple(found.values())


def said(part: Part) -> str:
    """``Kling AI: 2 orders, $0.42, prices of 20 Sep 2026``."""
    bill = part.bill
    price = cost(bill) if bill.high is not None else "price not known"
    if bill.high is None and bill.low:
        price = f"at least {words.price(bill.low)}, the rest is not known"
    texts = [words.count(bill.orders, "order"), price]
    if bill.checked and bill.high != 0:
        texts.append(f"prices of {words.day(bill.checked)}{', not confirmed' if bill.unsure else ''}")
    if part.played:
        texts.append("played by a stand-in, no real money")
    return f"{part.title}: {', '.join(texts)}"


def paid(entries: Sequence[Entry]) -> str:
    """What orders came to: ``$0.42 paid``; nothing where nothing was ordered."""
    real = [entry for entry in entries if not entry.emulated]
    play = [entry for entry in entries if entry.emulated]
    return words.facts(_spent(real, "paid"), _spent(play, "of play money paid"))


def _spent(entries: list[Entry], word: str) -> str:
    settled = [entry for entry in entries if entry.cost is not None or entry.state not in OPEN]
    spent = sum(entry.counts for entry in settled)
    guessed = any(entry.cost is None or entry.cost_source == "estimated" for entry in settled if entry.counts)
    texts = [f"{'about ' if guessed else ''}{words.price(spent)} {word}"] if spent else []
    away = sum(entry.counts for entry in entries if entry not in settled)
    return words.facts(*texts, f"up to {words.price(ceiling(away))} still under way" if away else "")


def hosts_said(hosts: tuple[str, ...]) -> str:
    """``Sends to 1 host: api.example.com``."""
    if not hosts:
        return "Nothing leaves this computer"
    return f"Sends to {words.count(len(hosts), 'host')}: {', '.join(hosts)}"
