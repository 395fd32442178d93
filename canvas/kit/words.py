"""Prices, times, sizes and counts as the window says them. Pure; nothing here knows Qt."""

import datetime
import html
import math
import re
from decimal import ROUND_HALF_UP, Decimal

DASH = " – "
DOT = " · "
NO_BREAK = "\N{NO-BREAK SPACE}"
UNKNOWN = "?"
FREE = "free"
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def facts(*parts: str) -> str:
    """Facts beside one another: ``GPU 0 · 23 s left``; empty ones are left out."""
    return DOT.join(part for part in parts if part)


def tip(text: str) -> str:
    """A text for a tool tip. Qt takes for HTML what looks like it, also in what a stranger wrote."""
    return f'<p style="white-space: pre-wrap">{html.escape(text)}</p>' if "<" in text else text


def entry(text: str) -> str:
    """A name as a menu, a button or a tab shows it: there ``&`` would underline a letter, and a tab begin the keys."""
    return " ".join(text.split()).replace("&", "&&")


def brief(title: str) -> str:
    """A title without what stands in brackets behind it, for where there is no room."""
    return re.sub(r" \([^()]*\)$", "", title)


def price(low: float | None, high: float | None = None) -> str:
    """``$0.31``, ``$0.28 – 0.37``, ``0.2 ¢``, ``free``, and ``?`` where it is not known. In US dollars."""
    if low is None or not math.isfinite(low):
        return UNKNOWN
    high = low if high is None else high
    if not math.isfinite(high):
        return UNKNOWN
    low, high = min(low, high), max(low, high)
    if high <= 0:
        return FREE
    if low <= 0:
        return f"up to {price(high)}"
    if low < 0.01:
        texts = _cents(low), _cents(high)
        return f"{_span(*texts)} ¢"
    return f"${_span(_money(low), _money(high))}"


def action(verb: str, cost: str = "") -> str:
    """What a button says: ``Run · free``."""
    return facts(verb, cost)


def duration(seconds: float, *, about: bool = False) -> str:
    """``62 s``, ``1 min 48 s``, ``2 h 5 min``; ``about 2 min`` where it is a guess."""
    seconds = max(0.0, seconds)
    if about:
        return f"about {_rough(seconds)}"
    if seconds < 1:
        return f"{seconds:.1f} s" if seconds >= 0.05 else "0 s"
    whole = round(seconds)
    if whole < 100:
        return f"{whole} s"
    if whole < 3600:
        return _two(whole, 60, "min", "s")
    return _two(round(whole / 60), 60, "h", "min")


def left(seconds: float) -> str:
    """``23 s left``."""
    return f"{duration(seconds)} left"


def clock(seconds: float) -> str:
    """``1:48``, for labels on pictures and films."""
    minutes, rest = divmod(round(max(0.0, seconds)), 60)
    hours, minutes = divmod(minutes, 60)
    return f"{hours}:{minutes:02}:{rest:02}" if hours else f"{minutes}:{rest:02}"


def ago(seconds: float) -> str:
    """``2 s ago``; ``just now`` under a second and a half."""
    if seconds < 1.5:
        return "just now"
    days = int(seconds // 86400)
    if days:
        return f"{count(days, 'day')} ago"
    if seconds >= 3600:
        return f"{int(seconds // 3600)} h ago"
    return f"{int(seconds // 60)} min ago" if seconds >= 60 else f"{round(seconds)} s ago"


def size(count: int | float | None) -> str:
    """Bytes: ``6.9 GB``, ``870 MB``, ``12 kB``, in thousands."""
    if count is None:
        return UNKNOWN
    for unit, name, digits in ((1e12, "TB", 1), (1e9, "GB", 1), (1e6, "MB", 0), (1e3, "kB", 0)):
        # What would be rounded up to a thousand of a unit is one of the next.
        if count >= unit * (1 - 0.5 / 1000):
            return f"{_short(count / unit, digits)} {name}"
    return f"{int(count)} B"


def day(text: str) -> str:
    """A day as people write it: ``18 Nov 2026`` for ``2026-11-18``; what is no day stays as it is."""
    try:
        date = datetime.date.fromisoformat(text)
    except ValueError:
        return text
    return f"{date.day} {MONTHS[date.month - 1]} {date.year}"


def part_of(used: float, total: float) -> str:
    """``10.4 of 12 GB``."""
    whole = size(total)
    number, _, unit = whole.partition(" ")
    same = size(used)
    return f"{same.removesuffix(' ' + unit) if same.endswith(' ' + unit) else same} of {number} {unit}"


def pixels(width: int, height: int) -> str:
    """``1280 × 704``."""
    return f"{width} × {height}"


def figure(number: int) -> str:
    """A long number in groups of three: ``418 207``."""
    return f"{number:,}".replace(",", NO_BREAK)


def count(number: int, what: str, many: str = "") -> str:
    """``1 take``, ``10 takes``."""
    return f"{figure(number)} {what if number == 1 else many or what + 's'}"


def percent(part: float) -> str:
    """``62 %``. Not 100 before it is done."""
    return f"{min(max(int(part * 100 + 1e-9), 0), 100)} %"


def ordinal(number: int) -> str:
    """``2nd``."""
    ending = "th" if number % 100 in (11, 12, 13) else {1: "st", 2: "nd", 3: "rd"}.get(number % 10, "th")
    return f"{number}{ending}"


def sold(commercial: str, licence: str) -> str:
    """``May be sold: yes, Apache-2.0``. It informs, it does not advise."""
    answer = {"yes": "yes", "no": "no", "conditional": "on conditions"}.get(commercial, "not known")
    return f"May be sold: {answer}{', ' + licence if licence else ''}"


def licence(id_: str) -> str:
    """A licence as people write it: ``CC0`` for ``cc0-1.0``."""
    known = {"apache-2.0": "Apache-2.0", "mit": "MIT", "cc0-1.0": "CC0", "cc-by-nc-4.0": "CC BY-NC",
             "cc-by-4.0": "CC BY", "unknown": "Terms not known"}
    return known.get(id_, "Provider's terms" if id_.endswith("-terms") else id_)


def keys(text: str) -> str:
    """Keys as they are written on a key cap: ``Ctrl+Shift+P`` as ``Ctrl Shift P``, and Return as Enter."""
    return re.sub(r"(?<=\S)\+(?=\S)", " ", text).replace("Return", "Enter")


def _span(low: str, high: str) -> str:
    return low if low == high else f"{low}{DASH}{high}"


def _money(amount: float) -> str:
    exact = Decimal(str(amount)).quantize(Decimal("0.01"), ROUND_HALF_UP)
    return f"{exact:,}".replace(",", NO_BREAK)


def _cents(amount: float) -> str:
    cents = amount * 100
    if cents >= 10:
        return f"{cents:.0f}"
    return f"{cents:.1f}".removesuffix(".0") if cents >= 0.1 else f"{cents:.1g}"


def _rough(seconds: float) -> str:
    if seconds < 10:
        return f"{max(1, round(seconds))} s"
    if seconds < 55:
        return f"{round(seconds / 5) * 5} s"
    if seconds < 55 * 60:
        return f"{max(1, round(seconds / 60))} min"
    return f"{_short(seconds / 3600, 1 if seconds < 10 * 3600 else 0)} h"


def _two(amount: int, base: int, large: str, small: str) -> str:
    whole, rest = divmod(amount, base)
    return f"{whole} {large} {rest} {small}" if rest else f"{whole} {large}"


def _short(number: float, digits: int) -> str:
    text = f"{number:.{digits}f}"
    return text.rstrip("0").rstrip(".") if "." in text else text
