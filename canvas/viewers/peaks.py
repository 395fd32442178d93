"""The lowest and highest samples of the stretches of a sound, from which its wave is painted at any zoom."""

from typing import TYPE_CHECKING, Any

from ajar.clips import Audio

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, np.dtype[Any]]

STRETCH = 256
"""Samples that one stored pair of peaks stands for."""


class Peaks:
    """The lowest and highest sample of every stretch, over all channels; made once, so that painting is quick."""

    def __init__(self, audio: Audio) -> None:
        import numpy as np

        self.audio = audio
        whole = audio.array.shape[1] // STRETCH * STRETCH
        parts = audio.array[:, :whole].reshape(audio.array.shape[0], -1, STRETCH)
        self._low = parts.min(axis=2) if whole else np.zeros((audio.array.shape[0], 0), np.float32)
        self._high = parts.max(axis=2) if whole else self._low

    def between(self, channel: int, start: float, end: float, columns: int) -> "tuple[Array, Array]":
        """(lowest, highest) of each column between two times. Exact where one looks closely."""
        import numpy as np

        rate = self.audio.rate
        samples = (end - start) * rate / max(columns, 1)
        if samples >= STRETCH * 2:
            low, high, scale = self._low[channel], self._high[channel], rate / STRETCH
        else:
            low = high = self.audio.array[channel]
            scale = float(rate)
        edges = np.clip((np.linspace(start, end, columns + 1) * scale).astype(np.int64), 0, max(len(low) - 1, 0))
        if not len(low):
            return np.zeros(columns, np.float32), np.zeros(columns, np.float32)
        lowest = np.minimum.reduceat(low, edges[:-1])
        highest = np.maximum.reduceat(high, edges[:-1])
        return lowest, highest
