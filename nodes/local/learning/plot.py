"""The picture of a training: the loss as a curve, and rows of samples under it. No torch."""

import math
from collections.abc import Sequence
from dataclasses import dataclass
from typing import Any

import numpy as np

from ajar.letters import shortened, wrapped
from ajar.values import Image, Size
from nodes.edit import scaled
from nodes.lettering import typeface

Pixels = np.ndarray[Any, np.dtype[np.uint8]]
Colour = tuple[int, int, int]
GROUND, PANEL, LINE = (34, 35, 39), (43, 45, 50), (62, 64, 71)
STRONG, SOFT = (236, 237, 240), (158, 161, 170)
RAW, CURVE = (88, 104, 128), (112, 174, 255)
MOST = 8
"""Samples that are shown in a row."""
FINE = 2
"""The curve is drawn this many times larger and averaged, as Pillow draws lines without smoothing."""


@dataclass(frozen=True, slots=True)
class Row:
    """Samples side by side, and when they were painted; "" to say nothing."""

    label: str
    samples: Sequence[Pixels]


def smooth(losses: Sequence[float]) -> list[float]:
    """The loss without its jitter: an average that forgets, over about a fortieth of what there is."""
    keep = 1 - 1 / max(2.0, min(60.0, len(losses) / 40))
    found, mean, weight = [], 0.0, 0.0
    for loss in losses:
        mean, weight = keep * mean + (1 - keep) * loss, keep * weight + 1 - keep
        found.append(mean / weight)
    return found


def drawn(width: int, title: str, losses: Sequence[float], steps: int, rows: Sequence[Row], prompts: Sequence[str],
          notes: Sequence[str]) -> Image:
    """The whole picture, ``width`` pixels wide and as high as it needs to be."""
    from PIL import Image as Pillow
    from PIL import ImageDraw

    unit = width / 512
    edge, letters = round(16 * unit), round(13 * unit)
    plot = Size(width - 2 * edge, round(176 * unit))
    head = round(36 * unit)
    shown = [Row(row.label, row.samples[:MOST]) for row in rows if row.samples]
    cell = _cell(width - 2 * edge, edge // 2, shown)
    words = round(36 * unit) if shown and prompts else 0
    tag = round(20 * unit) if any(row.label for row in shown) else 0
    foot = round(17 * unit) * len(notes) + (edge // 2 if notes else 0)
    height = head + plot.height + edge + len(shown) * (cell.height + tag + edge // 2) + words + foot + edge // 2
    page = Pillow.new("RGB", (width, height), GROUND)
    pen = ImageDraw.Draw(page)
    face, small = typeface(letters + 2, text=title), typeface(letters)
    said = f"step {len(losses)} of {steps}" + (f"  ·  loss {smooth(losses)[-1]:.3f}" if losses else "")
    room = width - 3 * edge - small.getlength(said)
    pen.text((edge, head / 2 + 2), shortened(title, face, room), STRONG, face, anchor="lm")
    pen.text((width - edge, head / 2 + 2), said, SOFT, small, anchor="rm")
    page.paste(_plot(plot, losses, steps, typeface(round(11 * unit)), unit), (edge, head))
    top = head + plot.height + edge
    for row in shown:
        if tag:
            pen.text((edge, top + tag / 2 - 2 * unit), row.label, SOFT, small, anchor="lm")
            top += tag
        _put_row(page, row.samples, edge, top, cell, edge // 2)
        top += cell.height + edge // 2
    tiny = typeface(round(11 * unit), text="".join(prompts) + "".join(notes))
    for at, prompt in enumerate(prompts[:MOST] if shown else ()):
        middle = edge + at * (cell.width + edge // 2) + cell.width / 2
        for turn, line in enumerate(_two_lines(prompt, tiny, cell.width)):
            pen.text((middle, top + (9 + 14 * turn) * unit), line, SOFT, tiny, anchor="mm")
    top += words + (edge // 2 if notes else 0)
    for at, note in enumerate(notes):
        line = shortened(note, tiny, width - 2 * edge)
        pen.text((edge, top + round(17 * unit) * at), line, SOFT, tiny, anchor="la")
    return Image.of(np.array(page))


def _two_lines(text: str, face: Any, room: float) -> list[str]:
    """A prompt below its sample, the end of a long one left out."""
    first, *rest = wrapped(text, face, room)
    return [first, shortened(" ".join(rest), face, room)] if rest else [first]


def _cell(width: int, gap: int, rows: Sequence[Row]) -> Size:
    """The room for one sample; few samples are not blown up to fill the row."""
    if not rows:
        return Size(1, 1)
    count = max(4, *(len(row.samples) for row in rows))
    across = (width - (count - 1) * gap) // count
    tallest = max(sample.shape[0] / sample.shape[1] for row in rows for sample in row.samples)
    return Size(across, max(1, round(across * min(1.5, tallest))))


def _put_row(page: Any, samples: Sequence[Pixels], left: int, top: int, cell: Size, gap: int) -> None:
    from PIL import Image as Pillow

    for at, sample in enumerate(samples):
        scale = min(cell.width / sample.shape[1], cell.height / sample.shape[0])
        goal = Size(max(1, round(sample.shape[1] * scale)), max(1, round(sample.shape[0] * scale)))
        array = scaled(sample, goal, "area" if scale < 1 else "bicubic")
        x = left + at * (cell.width + gap) + (cell.width - goal.width) // 2
        page.paste(Pillow.fromarray(array), (x, top + (cell.height - goal.height) // 2))


def _plot(size: Size, losses: Sequence[float], steps: int, face: Any, unit: float) -> Any:
    """The panel with the curve: raw behind smooth, the axes named."""
    from PIL import Image as Pillow
    from PIL import ImageDraw

    left, right, top, bottom = (round(part * unit) for part in (44, 12, 12, 30))
    panel = Pillow.new("RGB", (size.width * FINE, size.height * FINE), PANEL)
    pen = ImageDraw.Draw(panel)
    curve = smooth(losses)
    low, high, ticks = _scale(losses, curve)
    inner = Size(size.width - left - right, size.height - top - bottom)

    def at(step: float, loss: float) -> tuple[float, float]:
        share = min(1.0, max(0.0, (loss - low) / (high - low)))
        return (left + inner.width * step / max(1, steps)) * FINE, (top + inner.height * (1 - share)) * FINE

    for tick in ticks:
        pen.line([at(0, tick), at(steps, tick)], LINE, max(1, round(unit)))
    for line, colour, thick in ((losses, RAW, 1.0), (curve, CURVE, 2.2)):
        points = [at(step, loss) for step, loss in _thinned(line, inner.width * FINE)]
        if len(points) > 1:
            pen.line(points, colour, max(1, round(thick * unit * FINE)), joint="curve")
    panel = panel.reduce(FINE)
    pen = ImageDraw.Draw(panel)
    for tick in ticks:
        pen.text((left - 6 * unit, at(0, tick)[1] / FINE), f"{tick:.3g}", SOFT, face, anchor="rm")
    for share, anchor in ((0.0, "la"), (0.5, "ma"), (1.0, "ra")):
        place = (left + inner.width * share, size.height - bottom + 7 * unit)
        pen.text(place, f"{round(steps * share)}" + (" steps" if share == 1 else ""), SOFT, face, anchor=anchor)
    pen.text((size.width - right - 6 * unit, top + 4 * unit), "loss", SOFT, face, anchor="ra")
    return panel


def _scale(losses: Sequence[float], curve: Sequence[float]) -> tuple[float, float, list[float]]:
    """Lowest and highest loss of the plot and the lines between; a wild beginning does not flatten the rest."""
    if not losses:
        return 0.0, 1.0, [0.0, 0.5, 1.0]
    found = np.asarray(losses)
    low = min(float(np.percentile(found, 1)), *curve)
    high = max(float(np.percentile(found, 95)), *curve[len(curve) // 20 :])
    if high - low < 1e-9:
        low, high = low - 0.5 * abs(low) - 1e-6, high + 0.5 * abs(high) + 1e-6
    rough = (high - low) / 3
    step: float = 10.0 ** math.floor(math.log10(rough))
    step *= next(factor for factor in (1, 2, 5, 10) if factor * step >= rough)
    first, last = math.floor(low / step), math.ceil(high / step)
    return first * step, last * step, [number * step for number in range(first, last + 1)]


def _thinned(line: Sequence[float], most: int) -> list[tuple[int, float]]:
    """No more points than there are pixels."""
    every = max(1, len(line) // most)
    return [(step + 1, line[step]) for step in range(0, len(line), every)]
