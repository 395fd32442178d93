"""Time in a viewer, as data: one clock for both clips, with speed, loop and the part between in and out."""

from dataclasses import dataclass, replace

SPEEDS = (1.0, 2.0, 4.0, 8.0)


@dataclass(frozen=True, slots=True)
class Clock:
    """Where playing stands, in seconds."""

    at: float = 0.0
    length: float = 0.0
    """The longer of the two clips."""
    speed: float = 0.0
    """0: it stands; below 0: it runs backwards."""
    start: float | None = None
    end: float | None = None
    loop: bool = True

    @property
    def first(self) -> float:
        return self.start or 0.0

    @property
    def last(self) -> float:
        return self.length if self.end is None else min(self.end, self.length)

    @property
    def runs(self) -> bool:
        return self.speed != 0


def ticked(clock: Clock, seconds: float) -> Clock:
    """Some time later. At the end of the part it begins anew, or stands."""
    at = clock.at + seconds * clock.speed
    part = clock.last - clock.first
    if part <= 0 or not clock.runs:
        return clock
    if clock.speed > 0 and at >= clock.last:
        return replace(clock, at=clock.first + (at - clock.last) % part) if clock.loop else _stood(clock, clock.last)
    if clock.speed < 0 and at < clock.first:
        return replace(clock, at=clock.last - (clock.first - at) % part) if clock.loop else _stood(clock, clock.first)
    return replace(clock, at=at)


def playing(clock: Clock) -> Clock:
    """Space: play, or stand. From the end it begins anew."""
    if clock.runs:
        return replace(clock, speed=0.0)
    at = clock.at if clock.first <= clock.at < clock.last - 1e-3 else clock.first
    return replace(clock, speed=1.0, at=at)


def shuttled(clock: Clock, way: int) -> Clock:
    """J (-1) and L (1): run that way; once more runs faster. K (0) stands."""
    if not way:
        return replace(clock, speed=0.0)
    if clock.speed * way <= 0:
        return replace(clock, speed=SPEEDS[0] * way)
    return replace(clock, speed=min(abs(clock.speed) * 2, SPEEDS[-1]) * way)


def sought(clock: Clock, at: float) -> Clock:
    return replace(clock, at=min(max(at, 0.0), clock.length))


def stepped(clock: Clock, fps: float, frames: int) -> Clock:
    """Stand, this many frames further (or back), in the middle of nothing: on the start of a frame."""
    number = frame_at(clock.at, fps) + frames
    last = max(frame_count(clock.length, fps) - 1, 0)
    return replace(clock, speed=0.0, at=min(max(number, 0), last) / fps)


def marked_in(clock: Clock) -> Clock:
    """I: the part begins here. An out before it goes."""
    end = clock.end if clock.end is not None and clock.end > clock.at else None
    return replace(clock, start=clock.at, end=end)


def marked_out(clock: Clock, fps: float) -> Clock:
    """O: the part ends after this frame."""
    end = min((frame_at(clock.at, fps) + 1) / fps, clock.length)
    start = clock.start if clock.start is not None and clock.start < end else None
    return replace(clock, end=end, start=start)


def unmarked(clock: Clock) -> Clock:
    return replace(clock, start=None, end=None)


def lasting(clock: Clock, length: float) -> Clock:
    """The same clock over clips of another length. Marks beyond the end go."""
    if length == clock.length:
        return clock
    start = clock.start if clock.start is not None and clock.start < length else None
    end = clock.end if clock.end is not None and clock.end <= length else None
    speed = clock.speed if length else 0.0
    return replace(clock, length=length, at=min(clock.at, length), start=start, end=end, speed=speed)


def frame_at(seconds: float, fps: float) -> int:
    """The number of the frame that is seen at this time, from 0. Times on the edge belong to the later frame."""
    return int(seconds * fps + 1e-4)


def frame_count(seconds: float, fps: float) -> int:
    return max(round(seconds * fps), 1)


def timecode(seconds: float) -> str:
    """``00:02.50``: minutes, seconds, hundredths."""
    hundredths = int(seconds * 100 + 1e-6)
    minutes, rest = divmod(hundredths, 6000)
    return f"{minutes:02}:{rest // 100:02}.{rest % 100:02}"


def speed_text(speed: float) -> str:
    """``1 ×``, ``−2 ×``."""
    return f"{'−' if speed < 0 else ''}{abs(speed) or 1:g} ×"


def matched(a: float, b: float) -> str:
    """How two clips are held together."""
    return "" if not a or not b else f"{a:g} fps both" if abs(a - b) < 1e-3 else f"{a:g} and {b:g} fps, matched by time"


def _stood(clock: Clock, at: float) -> Clock:
    return replace(clock, at=at, speed=0.0)
