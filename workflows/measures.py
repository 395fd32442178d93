"""How long and how large a twin becomes: each model counts in its own way, and the nearest it allows is taken."""

from typing import Any

from ajar.contract import REQUIRED, Socket
from ajar.plain import Size
from workflows.meanings import nearest, nearest_resolution, nearest_shape, size_from
from workflows.targets import Work

OF_LENGTH, OF_SHAPE = ("seconds", "frames", "fps"), ("size", "shape", "resolution")


def length(work: Work) -> None:
    """Seconds and frames: each model counts in its own."""
    if "seconds" in work.there and any(one in work.here for one in OF_LENGTH):
        _to_seconds(work)
    elif "frames" in work.there and "seconds" in work.here:
        _to_frames(work)
    elif "frames" in work.there and "frames" in work.here:
        return  # both count frames: they are handed on by name
    elif work.given("frames") is not None or work.given("seconds") is not None:
        work.lose(f"How long it becomes is left to {work.target.title}.")
    work.used.update(OF_LENGTH)


def _to_seconds(work: Work) -> None:
    socket = work.there["seconds"]
    frames, fps = work.literal("frames") or work.own.get("frames"), work.literal("fps") or work.own.get("fps")
    lasting = work.literal("seconds") or (frames / fps if frames and fps else None)
    if work.is_open("seconds"):
        work.put("seconds", work.given("seconds"))
        return
    if work.is_open("frames") or work.is_open("fps") or not lasting:
        if work.is_open("frames") or frames:
            work.lose(f"How many seconds its frames are is not known: {_left_at(socket)}.")
        return
    found = nearest(_rule(work, "seconds"), lasting, whole=socket.type is int)
    found = found if found is not None else round(lasting) if socket.type is int else round(lasting, 2)
    work.put("seconds", found)
    if "frames" in work.here:
        work.lose(f"{frames} frames at {fps:g} fps become {found:g} s.")
    elif found != lasting:
        work.lose(f"{lasting:g} s become {found:g} s.")


def _left_at(socket: Socket) -> str:
    return f"it is left at {socket.default} s" if socket.default is not REQUIRED else "set it"


def _rule(work: Work, name: str) -> Any:
    """What the offer allows, narrowed where it says so for a first picture or references."""
    for other in ("first_frame", "references"):
        narrow = work.target.can.get(f"{name}_with_{other}")
        meaning = "first" if other == "first_frame" else other
        if narrow is not None and meaning in work.there and work.there[meaning].name in work.inputs:
            return narrow
    return work.target.can.get(name)


def _to_frames(work: Work) -> None:
    fps, seconds = work.target.settings.get("fps"), work.literal("seconds")
    if not fps or not seconds:
        work.lose(f"How long it becomes is left to {work.target.title}.")
        return
    step = int(work.target.settings.get("frame_step") or 1)
    frames = max(1, round((seconds * fps - 1) / step)) * step + 1
    work.put("frames", frames)
    work.lose(f"{seconds:g} s become {frames} frames at {fps:g} fps.")


def shape(work: Work) -> None:
    """Pixels, or a shape and a resolution."""
    work.used.update(OF_SHAPE)
    if not any(one in work.here for one in OF_SHAPE) or _same_shape(work):
        return
    goals = [one for one in OF_SHAPE if one in work.there]
    wired = [one for one in OF_SHAPE if work.is_open(one)]
    if wired and goals:
        work.lose(f"The {wired[0]} comes from elsewhere and is not followed: look at {' and '.join(goals)}.")
        return
    size = _size(work)
    if size is None:
        return
    before, after = str(size), _put_shape(work, size)
    if not goals and any(work.given(one) is not None for one in OF_SHAPE):
        work.lose(f"The size is left to {work.target.title}.")
    elif after and after != before:
        work.lose(f"{before} becomes {after}.")


def _same_shape(work: Work) -> bool:
    """Handed on as it is, where both say it the same way and the target offers it."""
    if "size" in work.here and "size" in work.there and work.here["size"].type is work.there["size"].type:
        if (value := work.given("size")) is not None:
            work.put("size", value)
        return True
    names = [one for one in ("shape", "resolution") if one in work.there]
    if not names or any(one not in work.here for one in names):
        return False
    values = [work.given(one) if work.is_open(one) else work.literal(one) for one in names]
    for one, value in zip(names, values, strict=True):
        rule = work.target.can.get(f"{one}s")
        if value is None or (rule is not None and isinstance(value, str) and value not in rule):
            return False
    for one, value in zip(names, values, strict=True):
        work.put(one, value)
    return True


def _size(work: Work) -> Size | None:
    if "size" in work.here:
        text = work.literal("size") or work.own.get("size")
        try:
            return Size.parse(str(text)) if text else None
        except ValueError:
            return None
    return size_from(str(work.literal("shape") or ""), str(work.literal("resolution") or ""), work.modality, 2)


def _put_shape(work: Work, size: Size) -> str:
    """Set what the target has for it; what it becomes, in words."""
    can, told = work.target.can, []
    if "size" in work.there:
        if work.there["size"].type is str:  # one of the sizes that are offered
            if (found := nearest_shape(can.get("sizes", ()), size)) is not None:
                work.put("size", found)
            return found or ""
        multiple = int(work.target.settings.get("multiple") or can.get("step") or 16)
        fit = size_from(f"{size.width}:{size.height}", "", work.modality, multiple)
        work.put("size", str(fit))
        return str(fit)
    if "shape" in work.there and (shape := nearest_shape(can.get("shapes", ()), size)) is not None:
        work.put("shape", shape)
        told.append(shape)
    offered = can.get("resolutions", ())
    if "resolution" in work.there and (found := nearest_resolution(offered, size, work.modality)) is not None:
        work.put("resolution", found)
        told.append(found)
    return " at ".join(told)
