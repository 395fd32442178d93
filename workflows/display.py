"""What a run shows while it works: JSON lines for programs, plain lines for pipes, moving bars for a terminal.

Events only join a queue on the scheduler's thread; the main thread draws them a few times a second.
"""

import json
import os
import shutil
import sys
import time
from collections import deque
from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from typing import IO, Any

from workflows import events
from workflows.figures import seconds_text

WORTH_A_LINE = 0.5
"""Calls that took fewer seconds are counted, not listed."""
EVERY = 5.0
"""Seconds between two plain lines about one node that goes on."""
BAR = 24
Call = tuple[str, events.Path]


@dataclass(slots=True)
class _Going:
    """One call in progress."""

    since: float
    done: float = 0.0
    note: str = ""
    said: float = 0.0


class JsonLines:
    """One event a line on stdout."""

    def __init__(self, out: IO[str]) -> None:
        self._out = out
        self._events: deque[events.Event] = deque()

    def listen(self, event: events.Event) -> None:
        self._events.append(event)

    def draw(self) -> None:
        """Write what has happened since."""
        lines: list[str] = []
        while self._events:
            plain = _plain(self._events.popleft())
            if plain is not None:
                lines.append(json.dumps(plain) + "\n")
        _write(self._out, "".join(lines))

    def close(self) -> None:
        self.draw()


class Watching:
    """What both displays for people know: which calls go on and how many have ended."""

    def __init__(self, out: IO[str]) -> None:
        self._out = out
        self._events: deque[events.Event] = deque()
        self._going: dict[Call, _Going] = {}
        self._total = self._ended = self._cached = 0

    def listen(self, event: events.Event) -> None:
        self._events.append(event)

    def _take(self) -> list[str]:
        """Take the waiting events in; gives the lines that stay on the screen."""
        lines: list[str] = []
        while self._events:
            lines += self._one(self._events.popleft())
        return lines

    def _one(self, event: events.Event) -> list[str]:
        now = time.monotonic()
        match event:
            case events.RunStarted(total=total):
                self._total = total
            case events.NodeStarted(node=node, path=path):
                self._going[node, path] = _Going(now, said=now)
            case events.NodeProgress(node=node, path=path, done=done, note=note):
                going = self._going.setdefault((node, path), _Going(now, said=now))
                going.done, going.note = done, note
            case events.NodeDone(node=node, path=path, cached=cached, seconds=seconds):
                self._end(node, path)
                self._cached += cached
                if not cached and seconds >= WORTH_A_LINE:
                    return [f"{_name(node, path)}: done in {seconds_text(seconds)}"]
            case events.NodeFailed(node=node, path=path, message=message, hint=hint):
                self._end(node, path)
                return [f"error: {_name(node, path)}: {message}", *([f"hint: {hint}"] if hint else [])]
            case events.NodeWaiting(node=node, path=path, message=message, hint=hint):
                self._end(node, path)
                return [f"waiting: {_name(node, path)}: {message}", *([f"hint: {hint}"] if hint else [])]
            case events.NodeSkipped(node=node, path=path):
                self._end(node, path)
            case events.RunWarning(message=message, hint=hint):
                return [f"warning: {message}", *([f"hint: {hint}"] if hint else [])]
            case _:
                pass
        return []

    def _end(self, node: str, path: events.Path) -> None:
        self._going.pop((node, path), None)
        self._ended += 1


class PlainLines(Watching):
    """For pipes and logs: what took long, and a sign of life every few seconds."""

    def draw(self) -> None:
        lines = self._take()
        now = time.monotonic()
        for (node, path), going in self._going.items():
            if now - going.said >= EVERY:
                going.said = now
                percent = f" {going.done:.0%}" if going.done else " at work"
                note = f", {going.note}" if going.note else ""
                lines.append(f"{_name(node, path)}:{percent}{note} ({seconds_text(now - going.since)})")
        _write(self._out, "".join(f"{line}\n" for line in lines))

    def close(self) -> None:
        for going in self._going.values():
            going.said = time.monotonic()  # no more signs of life
        self.draw()


class LiveLines(Watching):
    """For a terminal: a line with a bar for each node at work, redrawn in place."""

    def __init__(self, out: IO[str]) -> None:
        super().__init__(out)
        self._drawn = 0
        self._last = 0.0
        self._rest: list[str] = []
        if sys.platform == "win32":
            os.system("")  # makes old consoles understand the escapes

    def draw(self) -> None:
        now = time.monotonic()
        self._rest += self._take()
        if now - self._last >= 0.1:
            self._last = now
            self._paint(self._bars(now))

    def close(self) -> None:
        self._rest += self._take()
        self._paint([])

    def _paint(self, bars: list[str]) -> None:
        """Replace the moving lines; what is finished scrolls up above them."""
        back = f"\x1b[{self._drawn}A\r\x1b[J" if self._drawn else "\r\x1b[J"
        if self._drawn or bars or self._rest:
            _write(self._out, back + "".join(f"{line}\n" for line in self._rest + bars))
        self._drawn, self._rest = len(bars), []

    def _bars(self, now: float) -> list[str]:
        width, height = shutil.get_terminal_size()
        shown = list(self._going.items())[: max(1, min(height - 3, 12))]
        column = min(max((len(_name(*call)) for call, _ in shown), default=0), 28)
        lines = [_bar(f"{_name(*call)[:column]:{column}}", going, now) for call, going in shown]
        if len(self._going) > len(shown):
            lines.append(f"and {len(self._going) - len(shown)} more at work")
        if self._going:
            cached = f", {self._cached} cached" if self._cached else ""
            lines.append(f"{self._ended} of {max(self._total, self._ended)} done{cached}")
        return [line[: max(width - 1, 1)] for line in lines]


Display = JsonLines | PlainLines | LiveLines


def people_display(out: IO[str]) -> Display:
    """The display for people that fits where it goes: stderr, as stdout is for results."""
    return LiveLines(out) if out.isatty() and os.environ.get("TERM") != "dumb" else PlainLines(out)


def _write(out: IO[str], text: str) -> None:
    """Where nobody reads any more (`ajar run ... | head`), the run goes on: what was asked for is still made."""
    if text:
        with suppress(BrokenPipeError, ValueError):
            out.write(text)
            out.flush()


def _bar(name: str, going: _Going, now: float) -> str:
    filled = round(min(max(going.done, 0.0), 1.0) * BAR)
    bar = "#" * filled + "-" * (BAR - filled)
    percent = f"{going.done:4.0%}" if going.done else "    "
    # Before its first report, a model's worker is still loading its libraries.
    note = _one_line(going.note) or ("" if going.done else "starting")
    return f"{name} [{bar}] {percent} {seconds_text(max(now - going.since, 0.0)):>7} {note}".rstrip()


def _name(node: str, path: events.Path) -> str:
    """A call for people, who count from 1: ``takes 3``, ``grid 2-1``."""
    return f"{node} {'-'.join(str(index + 1) for index in path)}" if path else node


def _one_line(text: str) -> str:
    return " ".join(text.split())


def _plain(event: events.Event) -> Mapping[str, Any] | None:
    match event:
        case events.RunStarted(total=total):
            return {"event": "run", "total": total}
        case events.NodeStarted(node=node, path=path):
            return {"event": "started", "node": node, "index": path}
        case events.NodeProgress(node=node, path=path, done=done, note=note):
            return {"event": "progress", "node": node, "index": path, "done": round(done, 4), "note": note}
        case events.NodeDone(node=node, path=path, cached=cached, seconds=seconds):
            return {"event": "done", "node": node, "index": path, "cached": cached, "seconds": round(seconds, 6)}
        case events.NodeFailed(node=node, path=path, message=message, hint=hint):
            return {"event": "failed", "node": node, "index": path, "message": message, "hint": hint}
        case events.NodeWaiting(node=node, path=path, message=message, hint=hint):
            return {"event": "waiting", "node": node, "index": path, "message": message, "hint": hint}
        case events.NodeSkipped(node=node, path=path, reason=reason):
            return {"event": "skipped", "node": node, "index": path, "reason": reason}
        case events.RunWarning(message=message, hint=hint):
            return {"event": "warning", "message": message, "hint": hint}
    return None
