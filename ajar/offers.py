"""What is known about hosted models, as data: addresses, limits, prices; each row with its source and its date.

``resources/providers/<name>.toml`` holds the facts of a provider, an ``[[offer]]`` for each model, and ``[[price]]``
rows. A fact that nobody has confirmed has ``trust = "UNVERIFIED"`` and is never claimed to a person as true.
"""

import tomllib
from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, Literal

from ajar.errors import AjarError, UserError
from ajar.remote import Cost, Modality, Order

Identity = Literal["key", "lookup", "none"]
TRUSTS = ("WIRE", "SDK", "VDOC", "LIVE", "DOC", "AUD", "3P", "CG", "GK", "UNVERIFIED")
"""Where a fact was read, from the wire of the official client down to hearsay (see docs/providers.md)."""
PLURALS = {"shape": "shapes", "resolution": "resolutions", "format": "formats"}


@dataclass(frozen=True, slots=True)
class Offer:
    """One hosted model."""

    id: str
    """The provider's own name; also what a workflow writes."""
    kind: str
    """What a parameter with ``Model(kind)`` takes: ``kling-video``."""
    title: str
    modality: Modality
    source: str
    checked: str
    """The day the row was checked; empty for a model that was typed in."""
    trust: str
    status: Literal["current", "legacy", "retired", "typed"] = "current"
    instead: str = ""
    """Of a retired or legacy model: the one to use now."""
    ended: str = ""
    """Of a retired model: since when. Of a legacy one: the day from which it may be gone, which is not confirmed."""
    note: str = ""
    can: Mapping[str, Any] = field(default_factory=dict)
    """What it takes. Shared words: ``seconds`` (list, or {low, high}), ``shapes``, ``resolutions``, ``prompt`` (most
    characters), ``audio`` (bool), ``seed`` (bool), ``negative`` (bool), ``roles`` ({role: most})."""


@dataclass(frozen=True, slots=True)
class Price:
    """So many dollars for each unit, where an order's terms are as ``when`` says."""

    model: str
    per: str
    """``second``, ``image``, ``megapixel``, ``character``, ``token_in``, ``token_out``, ``call``."""
    usd: float
    source: str
    checked: str
    trust: str
    when: Mapping[str, Any] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Quote:
    """What an order will cost, in dollars. None where that is not known."""

    low: float | None
    high: float | None
    basis: str = ""
    """How it was reckoned: ``5 s x $0.112``."""
    checked: str = ""
    """The day of the oldest row in it."""
    trust: str = ""
    """The weakest trust in it."""

    @property
    def known(self) -> bool:
        return self.high is not None


FREE = Quote(0.0, 0.0)
UNPRICED = Quote(None, None)


@dataclass(frozen=True, slots=True)
class Facts:
    """The facts of a provider."""

    name: str
    title: str
    url: str
    """The base address; a setting may replace it."""
    auth: str
    """How the key goes along: ``bearer``, ``none``, ``Key`` (Authorization: Key ...), or a header's name."""
    keys: tuple[str, ...]
    """The environment names that its own tools use."""
    console: str
    """Where a person looks at jobs and bills."""
    terms: str
    """Where the contract stands."""
    source: str
    checked: str
    trust: str
    urls: Mapping[str, str] = field(default_factory=dict)
    """Further base addresses by name."""
    headers: Mapping[str, str] = field(default_factory=dict)
    """Sent with every call that has the key."""
    hosts: tuple[str, ...] = ()
    """Endings of hosts that results come from; others are allowed only where they are public addresses."""
    identity: Identity = "none"
    """How a job whose answer was lost is found: the same ``key`` again, a ``lookup``, or not at all."""
    lag: float = 60.0
    """Seconds before a look-up that finds nothing is believed."""
    uncharged: tuple[int, ...] = ()
    """The 4xx of a paid call that are documented not to be charged."""
    first: float = 5.0
    """Seconds until a job is first asked about, ..."""
    pace: float = 15.0
    """... and the most between two questions."""
    least: float = 1.0
    """The fewest seconds between two questions about one job."""
    batch: int = 1
    """How many jobs one question may be about."""
    jobs: int = 5
    """How many jobs at a time; more wait here."""
    minute: int = 0
    """How many paid calls a minute; 0 where no limit is known."""
    keeps: float | None = None
    """Seconds for which results can be fetched; None where that is not known."""
    stop: Literal["yes", "queued", "no"] = "no"
    """Whether a job can be stopped: always, only while it waits, or never."""
    stop_note: str = ""
    """What stopping means for the money."""
    shares: str = ""
    """The provider with the same account: its key and address are used where this one is given none of its own."""
    local: bool = False
    """Runs on the user's own machine: no key, no money, nothing leaves while its address is this machine's."""
    offers: tuple[Offer, ...] = ()
    prices: tuple[Price, ...] = ()

    def offer(self, model: str) -> Offer:
        for row in self.offers:
            if row.id == model:
                return row
        return Offer(model, "", model, "data", "typed in", "", "UNVERIFIED", "typed")

    def quote(self, order: Order) -> Quote:
        """What an order will cost, by the rows that match it."""
        if order.free or self.local:
            return FREE
        rows = matching(self.prices, order.model, order.terms)
        counted = [row for row in rows if row.per in order.units]
        if not rows or len(counted) < len(rows):
            return UNPRICED
        low = high = 0.0
        parts = []
        for row in counted:
            least, most = _span(order.units[row.per])
            low, high = low + least * row.usd, high + most * row.usd
            if most:
                parts.append(f"{_number(least, most)} {row.per.replace('_', ' ')} x ${row.usd:.10g}")
        return Quote(low, high, " + ".join(parts), min(row.checked for row in rows),
                     max((row.trust for row in rows), key=TRUSTS.index))

    def priced(self, model: str, terms: Mapping[str, Any], cost: Cost) -> Cost:
        """A cost that says only what was used, in dollars where the rows know how."""
        if cost.usd is not None or not cost.units:
            return cost
        quote = self.quote(Order(model, "data", {}, terms=terms, units=dict(cost.units)))
        return Cost(quote.high, "computed", cost.note, cost.units) if quote.known else cost


def matching(prices: Iterable[Price], model: str, terms: Mapping[str, Any]) -> list[Price]:
    """The rows of a model whose every ``when`` is among the terms."""
    return [row for row in prices if row.model == model
            and all(terms.get(name) == value for name, value in row.when.items())]


def read_facts(path: Path) -> Facts:
    """The facts in a file. AjarError names a row that is incomplete."""
    try:
        with path.open("rb") as file:
            plain = tomllib.load(file)
        offers = tuple(_row(Offer, record) for record in plain.pop("offer", ()))
        prices = tuple(_row(Price, record) for record in plain.pop("price", ()))
        found: Facts = _row(Facts, {**plain, "offers": offers, "prices": prices})
    except (OSError, tomllib.TOMLDecodeError, TypeError, ValueError) as error:
        raise AjarError(f"{path.name} can't be read ({error}).", "Reinstall Ajar, or the pack it is of.") from None
    return found


def require(offer: Offer, **values: Any) -> None:
    """Check values against what a model takes (``Offer.can``). UserError says what it takes instead.

    ``seconds`` against a list or {low, high}; ``shape``, ``resolution``, ``format`` against ``shapes`` and so on;
    ``prompt`` against the most characters; ``audio=True``, ``seed=True``, ``negative=True`` against whether it has
    them; any other name against a list or {low, high} of that name. What ``can`` does not speak of is not checked.
    """
    for name, value in values.items():
        rule = offer.can.get(PLURALS.get(name, name))
        if rule is None or value is None:
            continue
        word = name.replace("_", " ")
        if isinstance(rule, bool):
            if value and not rule:
                raise UserError(f"{offer.title} has no {word}.", f"Leave {word} out, or choose another model.")
        elif isinstance(rule, Mapping):
            if not rule.get("low", float("-inf")) <= value <= rule.get("high", float("inf")):
                span = f"{rule.get('low')} to {rule.get('high')}"
                raise UserError(f"{offer.title} takes {word} from {span}, not {value}.",
                                f"Change {word}, or choose another model.")
        elif isinstance(rule, Sequence) and not isinstance(rule, str):
            if value not in rule:
                choices = ", ".join(map(str, rule))
                raise UserError(f"{offer.title} can't do {word} {value}.", f"It offers: {choices}.")
        elif isinstance(rule, int) and isinstance(value, str) and len(value) > rule:
            raise UserError(f"{offer.title} takes a {word} of at most {rule:,} characters, not {len(value):,}.",
                            f"Shorten the {word}.")


def require_roles(offer: Offer, given: Mapping[str, int]) -> None:
    """Check how many media of each role there are. UserError where a model does not take them, or not so many."""
    roles = offer.can.get("roles")
    if roles is None:
        return
    for role, count in given.items():
        most = roles.get(role, 0)
        if count > most:
            word = role.replace("_", " ")
            takes = f"at most {most}" if most else "none"
            raise UserError(f"{offer.title} takes {takes} as {word}, not {count}.",
                            f"Take {count - most} away, or choose another model.")


def _row(kind: Any, record: Mapping[str, Any]) -> Any:
    known = {one.name: one for one in fields(kind)}
    for name in record:
        if name not in known:
            raise ValueError(f'unknown entry "{name}" in {record.get("id", record.get("model", kind.__name__))}')
    plain = {name: str(value) if name == "checked" else tuple(value) if isinstance(value, list) else value
             for name, value in record.items()}
    if plain.get("trust", "GK") not in TRUSTS:
        raise ValueError(f"trust = {plain['trust']!r}")
    return kind(**plain)


def _span(units: "float | tuple[float, float]") -> tuple[float, float]:
    return units if isinstance(units, tuple) else (units, units)


def _number(low: float, high: float) -> str:
    return f"{high:,.6g}" if low == high else f"{low:,.6g} to {high:,.6g}"
