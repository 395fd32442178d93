"""Large pictures through a model piece by piece: the pieces reach into one another, so that no seam shows."""

import itertools
from collections.abc import Callable
from dataclasses import dataclass
from typing import Any

import numpy as np

Array = np.ndarray[Any, np.dtype[Any]]
Compute = Callable[[Array], Array]
"""Pictures in, N x C x H x W float32, and those that came out, ``scale`` times larger."""


@dataclass(frozen=True, slots=True)
class Span:
    """One piece along one side: what it answers for, and what the model sees around that."""

    begin: int
    end: int
    low: int
    high: int


def spans(length: int, tile: int, overlap: int, step: int = 1) -> list[Span]:
    """Pieces of about equal size, none larger than a tile, each seen with the overlap around it.

    They are cut at multiples of ``step``, as is ``tile``: models that halve pictures see the same halves everywhere.
    """
    count = -(-length // tile)
    edges = sorted({*(round(number * length / count / step) * step for number in range(count)), length})
    return [
        Span(begin, end, max(0, begin - overlap), min(length, end + overlap))
        for begin, end in itertools.pairwise(edges)
    ]


def enlarge(
    pictures: Array, scale: int, channels: int, tile: int, overlap: int, compute: Compute,
    tell: Callable[[int, int], None], step: int = 1,
) -> Array:
    """Pictures of one size, N x C x H x W, as N x channels x H x W, ``scale`` times larger.

    ``tell`` hears (done, all) before each piece and may stop it.
    """
    count, _, height, width = pictures.shape
    down, across = spans(height, tile, overlap, step), spans(width, tile, overlap, step)
    if len(down) == len(across) == 1:
        tell(0, 1)
        return compute(pictures)
    out = np.zeros((count, channels, height * scale, width * scale), np.float32)
    for number, (y, x) in enumerate((y, x) for y in down for x in across):
        tell(number, len(down) * len(across))
        made = compute(pictures[:, :, y.low : y.high, x.low : x.high])
        made *= _weights(y, height, scale, overlap)[:, None]
        made *= _weights(x, width, scale, overlap)
        out[:, :, y.low * scale : y.high * scale, x.low * scale : x.high * scale] += made
    return out


def _weights(span: Span, length: int, scale: int, overlap: int) -> Array:
    """How much a piece counts along its side: the halves of two neighbours always add up to 1.

    The outer half of what it sees is not used, as a model knows too little there.
    """
    reach = overlap // 2
    places = (np.arange(span.low * scale, span.high * scale) + 0.5) / scale
    weights = np.ones(len(places))
    for edge, sign, is_cut in ((span.begin, 1, span.begin > 0), (span.end, -1, span.end < length)):
        if is_cut:
            inside = sign * (places - edge)
            weights *= np.clip((inside + reach) / (2 * reach), 0, 1) if reach else inside > 0
    return weights.astype(np.float32)
