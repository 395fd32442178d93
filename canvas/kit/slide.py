"""How numbers move under a slider: steps, fine and coarse drags, and how they are written. Pure."""

import math
from dataclasses import dataclass, replace

FINE, COARSE = 0.1, 10.0
FREE_STEP_PIXELS = 4.0
"""Where a number has no range, this many pixels of drag are one step."""


@dataclass(frozen=True, slots=True)
class Scale:
    """What a number may be and how it is written."""

    low: float | None = None
    high: float | None = None
    """The range that the slider spans; without both there is no fill behind the number."""
    step: float = 1.0
    decimals: int | None = None
    """How many are written; None: as many as the step needs."""
    unit: str = ""
    """Written after the number: ``s``, ``%``."""
    floor: float | None = None
    roof: float | None = None
    """What may be typed at most; None: no further than the slider, where it has a range."""

    @property
    def whole(self) -> bool:
        return self.places == 0

    @property
    def places(self) -> int:
        """How many decimals are written."""
        if self.decimals is not None:
            return self.decimals
        places = 0
        while places < 6 and abs(round(self.step, places) - self.step) > 1e-9:
            places += 1
        return places

    @property
    def ranged(self) -> bool:
        return self.low is not None and self.high is not None and self.high > self.low


def part(scale: Scale, value: float) -> float:
    """How far the fill goes, 0 to 1."""
    if scale.low is None or scale.high is None or scale.high <= scale.low:
        return 0.0
    return min(max((value - scale.low) / (scale.high - scale.low), 0.0), 1.0)


def dragged(scale: Scale, start: float, pixels: float, width: float, *, fine: bool = False,
            coarse: bool = False) -> float:
    """The number after a drag: the whole width is the whole range; fine goes a tenth as far, coarse in large steps."""
    if scale.low is not None and scale.high is not None and scale.high > scale.low:
        moved = pixels * (scale.high - scale.low) / max(width, 1.0)
    else:
        moved = pixels / FREE_STEP_PIXELS * scale.step * (COARSE if coarse else 1)
    if fine:
        return slid(scale, start + moved * FINE, scale.step if scale.whole else scale.step * FINE)
    return slid(scale, start + moved, scale.step * COARSE if coarse else scale.step)


def stepped(scale: Scale, value: float, steps: int, *, fine: bool = False, coarse: bool = False) -> float:
    """The number after so many steps of a key or the wheel."""
    size = scale.step * (COARSE if coarse else FINE if fine and not scale.whole else 1)
    return slid(scale, value + steps * size, scale.step * FINE if fine and not scale.whole else scale.step)


def slid(scale: Scale, value: float, grid: float) -> float:
    """On the grid of steps, counted from the low end, and inside the slider."""
    origin = scale.low or 0.0
    value = origin + round((value - origin) / grid) * grid
    return _tidy(scale, _inside(value, scale.low, scale.high))


def allowed(scale: Scale, value: float) -> float:
    """A number that was typed, as it may be: it may leave the slider as far as floor and roof say."""
    floor = scale.floor if scale.floor is not None else scale.low
    roof = scale.roof if scale.roof is not None else scale.high
    return _tidy(replace(scale, step=min(scale.step, 1e-6)) if not scale.whole else scale, _inside(value, floor, roof))


def shown(scale: Scale, value: float, *, unit: bool = True) -> str:
    """The number as it is written: ``5.0 s``. Finer values show the decimals that they have."""
    places = scale.places
    while places < 6 and not scale.whole and abs(round(value, places) - value) > 1e-9:
        places += 1
    text = f"{value:.{places}f}"
    return f"{text} {scale.unit}" if unit and scale.unit else text


def read(scale: Scale, text: str) -> float | None:
    """What a person typed; a comma may stand for the point, the unit may be there. None where it is no number."""
    text = text.strip().replace("\N{NO-BREAK SPACE}", "").replace(" ", "").replace(",", ".").replace("−", "-")
    if scale.unit:
        text = text.removesuffix(scale.unit)
    try:
        number = float(text)
    except ValueError:
        return None
    return allowed(scale, number) if math.isfinite(number) else None


def _inside(value: float, low: float | None, high: float | None) -> float:
    if low is not None:
        value = max(value, low)
    return min(value, high) if high is not None else value


def _tidy(scale: Scale, value: float) -> float:
    return float(round(value)) if scale.whole else round(value, 6)
