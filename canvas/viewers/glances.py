"""What is seen of films and sound without playing them: pictures along a film, the wave of a sound."""

from typing import Any

from PySide6.QtCore import QObject, Signal
from PySide6.QtGui import QImage

from ajar.clips import Audio
from canvas.viewers.bench import Bench, Shown
from canvas.viewers.filmstrip import read_strip
from canvas.viewers.peaks import Peaks

STRIP = 14
SHORT = 2_000_000
"""Samples that are measured at once, as it takes no longer than a frame."""


class Glances(QObject):
    """Read in the background when they are first asked for."""

    grew = Signal()
    """There is more to see."""
    _strip_done = Signal(object, int, QImage)
    _peaks_done = Signal(object, object)

    def __init__(self, bench: Bench) -> None:
        super().__init__(bench)
        self._bench = bench
        self.strips: dict[Shown, list[QImage | None]] = {}
        self._wave: tuple[Audio, Peaks | None] | None = None
        self._strip_done.connect(self._keep_strip)
        self._peaks_done.connect(self._keep_peaks)
        bench.told_anew.connect(self._retold)

    def still(self, shown: Shown, at: float) -> QImage | None:
        """A small picture of a film at a time; the nearest that has been read."""
        if shown.kind != "film":
            return None
        images = self.strip(shown)
        part = min(at / max(shown.value.seconds, 1e-6), 0.999)
        return images[int(part * len(images))] or next((image for image in images if image is not None), None)

    def strip(self, shown: Shown) -> list[QImage | None]:
        """Pictures at even distances along a film; None where they have not been read yet."""
        if shown in self.strips:
            return self.strips[shown]
        known = {*self._bench.buffers.values(), *self._bench.laid}
        for old in [old for old in self.strips if old not in known]:
            del self.strips[old]
        self.strips[shown] = [None] * STRIP
        video = shown.value

        def put(index: int, image: QImage) -> None:
            self._strip_done.emit(video, index, image)

        self._bench.in_background(lambda: read_strip(video, STRIP, put))
        return self.strips[shown]

    def peaks(self, audio: Audio) -> Peaks | None:
        """The wave of a sound. A long one is measured in the background; ``grew`` tells when it is there."""
        if self._wave is None or self._wave[0] is not audio:
            short = audio.array.size <= SHORT
            self._wave = audio, Peaks(audio) if short else None
            if not short:
                self._bench.in_background(
                    lambda: self._bench.later(lambda: self._peaks_done.emit(audio, Peaks(audio))))
        return self._wave[1]

    def _keep_strip(self, video: Any, index: int, image: Any) -> None:
        for shown, images in self.strips.items():
            if shown.value is video:
                images[index] = image
        self.grew.emit()

    def _keep_peaks(self, audio: Any, peaks: Any) -> None:
        if self._wave is not None and self._wave[0] is audio:
            self._wave = audio, peaks
            self.grew.emit()

    def _retold(self, before: Any, after: Any) -> None:
        """The same film under another name: nothing is read again."""
        if before in self.strips:
            self.strips[after] = self.strips.pop(before)
