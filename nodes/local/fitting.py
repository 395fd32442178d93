"""Whether a model fits here for what is asked of it, and what would help where it does not. No torch."""

import contextlib
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import replace
from importlib.util import find_spec
from typing import Any

from ajar.errors import AjarError
from ajar.fits import STRATEGIES, Fit, memory_text
from ajar.models import Catalogue, ModelEntry
from ajar.plain import Precision, Size, Tuning
from nodes.local import devices
from nodes.local.estimates import Job, as_tuned, estimate
from nodes.local.memory import Room, fit

SHARES = (0.75, 0.5)
"""The parts of a length and of a side that are tried where the whole does not fit."""
MOST = 4
"""Pieces of advice; more would not be read."""
PACKAGES: Mapping[Precision, str] = {"fp8": "", "int8": "torchao", "nf4": "bitsandbytes"}
"""The precisions that save memory, and the package that each needs."""
WAYS = {"resident": "all of it at once", "parts": "one part at a time", "blocks": "a few blocks at a time",
        "disk": "with weights on the disk"}


def fit_here(entry: ModelEntry, arguments: Mapping[str, Any], shelf: Catalogue) -> Fit | None:
    """``judge`` for this machine's first device; None also for a damaged file, which is told of when it is loaded."""
    try:
        return judge(entry, arguments, devices.room(devices.find_device()), _alike(entry, shelf))
    except (AjarError, OSError):
        return None


def _alike(entry: ModelEntry, shelf: Catalogue) -> Iterator[ModelEntry]:
    """Other installed models that can stand for this one; looked for only when the first is asked for."""
    for other in shelf.entries():
        if other.path is not None and other.path != entry.path and entry.kind in (other.kind, *other.also):
            with contextlib.suppress(AjarError):
                yield shelf.find(entry.kind, other.id)  # with all that it borrows


def judge(entry: ModelEntry, arguments: Mapping[str, Any], room: Room, others: Iterable[ModelEntry] = ()) -> Fit | None:
    """The fit of an installed model for a call with these arguments; None where there is nothing to reckon.

    ``arguments`` are those of a node that are known: size, frames, image, tuning. ``others`` are installed models
    that could stand for it. UserError where a file is damaged, or the device can't do what the tuning asks for.
    """
    job = job_of(entry, arguments)
    if job is None or entry.path is None:
        return None
    found = arguments.get("tuning")
    tuning = found if isinstance(found, Tuning) else Tuning()
    now = _fit(entry, job, tuning, room)
    if now.ok is not False and now.strategy == "resident":
        return now
    ways: list[str] = []
    for words, model, wanted, how in _options(entry, job, room, tuning, others):
        if len(ways) == MOST:
            break
        then = _tried(model, wanted, how, room)
        if then is not None and _helps(now, then):
            ways.append(f"{words}: {memory_text(then.needed)}, {WAYS[then.strategy]}.")
    return replace(now, advice=tuple(ways) or (() if now.ok else (_elsewhere(now),)))


def job_of(entry: ModelEntry, arguments: Mapping[str, Any]) -> Job | None:
    """What a call would make; sizes that are not known yet are taken to be the model's own. None: no size at all."""
    size = arguments.get("size")
    if not isinstance(size, Size):
        image = arguments.get("image")
        size = getattr(image, "size", None)
    if not isinstance(size, Size):
        try:
            size = Size.parse(str(entry.settings["size"]))
        except (KeyError, ValueError):
            return None
    frames = arguments.get("frames") or entry.settings.get("frames") or 1
    pictures = len(arguments.get("references") or arguments.get("pictures") or ())
    return Job(size.width, size.height, frames if isinstance(frames, int) else 1, 1, pictures)


def _options(entry: ModelEntry, job: Job, room: Room, tuning: Tuning, others: Iterable[ModelEntry]
             ) -> Iterator[tuple[str, ModelEntry, Job, Tuning]]:
    """What could be done instead, in words and in values; what changes the result least comes first."""
    auto = replace(tuning, offload="auto")
    if tuning.offload != "auto":
        yield "Set offload to auto", entry, job, auto
    for other in others:
        yield f'Use "{other.id}"', other, job, auto
    if entry.form != "gguf" and tuning.precision not in PACKAGES:
        for precision in _precisions(room):
            yield f"Set the precision to {precision}", entry, job, replace(auto, precision=precision)
    for share in SHARES:
        fewer = (int(job.frames * share) - 1) // 4 * 4 + 1
        if fewer >= 5:
            yield f"Make {fewer} frames", entry, replace(job, frames=fewer), auto
    unit = int(entry.settings.get("multiple", 16))
    for share in SHARES:
        width, height = (max(unit, int(side * share) // unit * unit) for side in (job.width, job.height))
        yield f"Make it {width}x{height}", entry, replace(job, width=width, height=height), auto


def _precisions(room: Room) -> Iterator[Precision]:
    """The precisions that save memory and can be had here."""
    for precision, package in PACKAGES.items():
        if (not package or find_spec(package)) and (precision != "nf4" or room.device.startswith("cuda")):
            yield precision


def _fit(entry: ModelEntry, job: Job, tuning: Tuning, room: Room) -> Fit:
    need = estimate(as_tuned(entry, tuning, room.device), job, tuning.precision, room.device)
    return fit(need, room, tuning)


def _tried(entry: ModelEntry, job: Job, tuning: Tuning, room: Room) -> Fit | None:
    """None where the files can't be read, or can't be read in this way."""
    try:
        return _fit(entry, job, tuning, room)
    except (AjarError, OSError):
        return None


def _helps(now: Fit, then: Fit) -> bool:
    if now.ok is False:
        return then.ok is True
    return then.ok is True and STRATEGIES.index(then.strategy) < STRATEGIES.index(now.strategy)


def _elsewhere(now: Fit) -> str:
    short = memory_text(now.needed - now.free) if now.free is not None else "more"
    return f"Close what else uses the memory ({short} are missing), or use a hosted model, which needs none here."
