"""Playing films and sound: one clock for both sides, frames by time, and an honest count of those that were missed."""

import time
from dataclasses import replace
from typing import Any, Literal

from PySide6.QtCore import QObject, Qt, QTimer, Signal

from ajar.clips import Audio, Video
from canvas.viewers import clock as clocks
from canvas.viewers import state
from canvas.viewers.bench import Bench, Shown
from canvas.viewers.clock import Clock
from canvas.viewers.glances import Glances
from canvas.viewers.picture import Picture
from canvas.viewers.player import Player
from canvas.viewers.reel import Reel, Wanted

Side = Literal["a", "b"]
SIDES: tuple[Side, Side] = ("a", "b")
TICK_MS = 8
SMALL = 720
"""How wide the frames of a sheet's films are kept at most."""
FASTEST = 60.0
"""Frames a second that are meant to be seen one by one; at shuttle speeds above it, leaving some out is no miss."""


class Deck(QObject):
    """Plays what is on sides A and B. The window only takes finished frames from it."""

    turned = Signal()
    """Another time, another frame, or one that was waited for."""
    changed = Signal()
    """Speed, loop, marks or length."""

    def __init__(self, bench: Bench, *, every: bool = False) -> None:
        """``every``: all films of a sheet run, not only what is on the two sides."""
        super().__init__(bench)
        self._bench = bench
        self._every = every
        self._small = False
        """The reels hold small frames, for a sheet."""
        self.clock = Clock()
        self.dropped = 0
        self.muted = False
        self.player = Player(self)
        self.glances = Glances(bench)
        self._reels: dict[Shown, Reel] = {}
        self._seen: dict[Shown, tuple[int, Picture]] = {}
        self._last = 0.0
        self._timer = QTimer(self)
        self._timer.setTimerType(Qt.TimerType.PreciseTimer)
        self._timer.setInterval(TICK_MS)
        self._timer.timeout.connect(self._tick)
        for signal in (bench.changed, bench.loaded):
            signal.connect(self._load)
        bench.closed.connect(self.close)
        bench.told_anew.connect(self._retold)
        self._load()

    @staticmethod
    def of(bench: Bench) -> "Deck":
        """The deck of a bench; made when it is first asked for."""
        return bench.findChild(Deck) or Deck(bench)

    def sides(self) -> list[tuple[Side, Shown]]:
        """What is on the sides that are looked at."""
        if self._every and self._bench.view.mode == "sheet":
            return [("a", shown) for shown in self._bench.sheet()]
        wanted = SIDES if state.two(self._bench.view) else SIDES[:1]
        return [(side, shown) for side in wanted if (shown := self._bench.side(side)) is not None]

    @property
    def lasting(self) -> bool:
        """Whether there is something to play."""
        return self.clock.length > 0

    @property
    def fps(self) -> float:
        """Frames a second of the first film; steps go by it."""
        return next((shown.value.fps for _, shown in self.sides() if isinstance(shown.value, Video)), 25.0)

    def number(self, shown: Shown) -> int:
        """Which frame of a film is to be seen now."""
        last = clocks.frame_count(shown.value.seconds, shown.value.fps) - 1
        return min(clocks.frame_at(self.clock.at, shown.value.fps), last)

    def picture(self, side: Side) -> Picture | None:
        """What is seen of a side now: the still picture, or the frame; the one before while it is not there."""
        shown = self._bench.side(side)
        if shown is None or shown not in self._reels:
            return self._bench.picture(shown, self._bench.view.channel)
        seen = self._seen.get(shown)
        return seen[1] if seen else None

    def frame(self, shown: Shown) -> Picture | None:
        """What is seen of a result now, whichever side it is on: a still picture, or the frame of this time."""
        seen = self._seen.get(shown)
        return seen[1] if seen else self._bench.picture(shown)

    def trouble(self, side: Side) -> str:
        """Why nothing is seen on a side."""
        shown = self._bench.side(side)
        if shown is not None and shown in self._reels:
            return self._reels[shown].trouble
        return self._bench.trouble(shown, self._bench.view.channel)

    def notice(self) -> str:
        """How two films are held together."""
        rates = [shown.value.fps for _, shown in self.sides() if shown.kind == "film"]
        if len(rates) > 2:
            rates = [min(rates), max(rates)]
        return clocks.matched(*rates) if len(rates) == 2 else ""

    def set(self, clock: Clock) -> None:
        """Another time, speed or part."""
        before, self.clock = self.clock, clock
        started = clock.runs and not before.runs
        if started:
            self.dropped = 0
        if clock.runs and (started or clock.speed != before.speed):
            self._last = time.perf_counter()
            self._timer.start()
        elif not clock.runs:
            self._timer.stop()
        self._sound(started or (clock.runs and clock.speed != before.speed))
        self._ask()
        self._look()
        if replace(before, at=clock.at) != clock:
            self.changed.emit()
        self.turned.emit()

    def mute(self, muted: bool) -> None:
        self.muted = muted
        self._sound(self.clock.runs)
        self.changed.emit()

    def close(self) -> None:
        """Stop all threads; for the end of the window."""
        self._timer.stop()
        self.player.stop()
        for reel in self._reels.values():
            reel.close()
        for reel in self._reels.values():
            reel.wait()
        self._reels.clear()
        self._seen.clear()

    def _load(self) -> None:
        """Threads for the films that are looked at, and none for others."""
        on_sheet = self._bench.view.mode == "sheet"
        here = set() if on_sheet and not self._every else {shown for _, shown in self.sides()}
        kept = here if on_sheet is self._small else set()  # else frames are kept in another size from now on
        self._small = on_sheet
        for shown in [shown for shown in self._reels if shown not in kept]:
            self._reels.pop(shown).close()
            self._seen.pop(shown, None)
        for shown in here:
            if shown.kind != "film":
                continue
            if shown not in self._reels:
                most = SMALL if on_sheet else 0
                reel = Reel(shown.value.path, shown.value.fps, self._bench.view.channel, most)
                self._reels[shown] = reel
                reel.arrived.connect(self._arrived)
            self._reels[shown].turn(self._bench.view.channel)
        lasting = self._bench.sheet() if on_sheet else here
        length = max((_seconds(shown) for shown in lasting), default=0.0)
        self.set(clocks.lasting(self.clock, length))

    def _tick(self) -> None:
        now = time.perf_counter()
        passed, self._last = now - self._last, now
        if not self._there():
            self._ask()
            return  # time stands until the first frame is there, so that nothing is missed before it
        at = self.clock.at
        clock = clocks.ticked(self.clock, passed)
        if not clock.runs:
            self.set(clock)
            return
        turned_back = (clock.at - at) * clock.speed < 0
        self.clock = clock
        self._ask()
        if turned_back:
            self._begin_anew()
            self._sound(True)
        if self._look() or not self._reels:
            self.turned.emit()

    def _there(self) -> bool:
        """Whether every film shows a frame, so that time may run."""
        return all(
            shown in self._seen or reel.trouble or reel.at(self.number(shown)) for shown, reel in self._reels.items()
        )

    def _begin_anew(self) -> None:
        """The way from the end to the start of a loop is no row of missed frames; those after the start count."""
        for shown, (_, picture) in list(self._seen.items()):
            first, last = self._part(shown)
            self._seen[shown] = (last + 1 if self.clock.speed < 0 else first - 1), picture

    def _ask(self) -> None:
        way = -1 if self.clock.speed < 0 else 1
        for shown, reel in self._reels.items():
            first, last = self._part(shown)
            reel.want(Wanted(self.number(shown), way, first, last if self.clock.loop and self.clock.runs else None))

    def _part(self, shown: Shown) -> tuple[int, int]:
        """The first and the last frame between in and out."""
        fps, clock = shown.value.fps, self.clock
        end = clocks.frame_count(shown.value.seconds, fps) - 1
        return min(clocks.frame_at(clock.first, fps), end), min(max(clocks.frame_at(clock.last - 1e-3, fps), 0), end)

    def _look(self) -> bool:
        """Take the frames of now; True where one is another than before."""
        fresh = False
        for shown, reel in self._reels.items():
            number = self.number(shown)
            before = self._seen.get(shown)
            picture = reel.at(number)
            if picture is None or (before and before[1] is picture):
                if picture is not None:
                    self._seen[shown] = number, picture
                continue
            if before and self.clock.runs and abs(self.clock.speed) * shown.value.fps <= FASTEST:
                self.dropped += max(abs(number - before[0]) - 1, 0)
            self._seen[shown] = number, picture
            fresh = True
        return fresh

    def _arrived(self) -> None:
        if not self.clock.runs and (self._look() or any(reel.trouble for reel in self._reels.values())):
            self.turned.emit()

    def _sound(self, anew: bool) -> None:
        """Sound follows at normal speed only."""
        if not self.clock.runs or self.clock.speed != 1 or self.muted:
            self.player.stop()
        elif anew:
            shown = next((one for _, one in self.sides() if one.kind in ("film", "sound")), None)
            if shown is not None:
                self.player.play(shown.value, self.clock.at)

    def _retold(self, before: Any, after: Any) -> None:
        """The same film under another name: nothing is read again."""
        stores: tuple[dict[Shown, Any], ...] = self._reels, self._seen
        for known in stores:
            if before in known:
                known[after] = known.pop(before)


def _seconds(shown: Shown) -> float:
    return float(shown.value.seconds) if isinstance(shown.value, Video | Audio) else 0.0
