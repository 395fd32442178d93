"""What all diffusers pipelines share: LoRAs, progress, previews, stopping inside a step, fitting into memory."""

import functools
import inspect
import os
import sys
import tempfile
import types
from collections import OrderedDict
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path
from typing import Any, ClassVar, TypeVar

import torch

from ajar.errors import UserError
from ajar.fits import ASKED, Fit, Strategy
from ajar.models import ModelEntry
from ajar.painting import Filming, Painting, Report
from ajar.plain import LoraPart
from ajar.values import Image, Size
from nodes.local import placing, precision, speed
from nodes.local.assembly import weight_bytes
from nodes.local.fitting import judge
from nodes.local.loras import LoraRack
from nodes.local.memory import below, out_of_memory
from nodes.local.previews import Previews, Unpack
from nodes.local.site import Site
from nodes.local.wording import avoid, hear, words_of

T = TypeVar("T")
Wanted = TypeVar("Wanted", Painting, Filming)


class Pipe:
    """A loaded pipeline. One call at a time; it can be stopped between two blocks and is as before afterwards."""

    most_words: ClassVar[int] = 64
    """Prompts whose embeddings are kept; each is a few megabytes."""

    def __init__(self, entry: ModelEntry, pipe: Any, site: Site) -> None:
        precision.press(pipe, entry.settings.get("kept", ""))
        self.entry = entry
        self.pipe = pipe
        self.site = site
        self.bytes = weight_bytes(pipe)
        self._front = words_of(entry)
        self.fit: Fit | None = None
        """How the last call was reckoned to lie in memory."""
        self._burst: dict[Strategy, int] = {}
        """What a call needed, by reckoning, for which the memory was not enough after all."""
        self._scratch = site.scratch or Path(tempfile.gettempdir())
        self._rack = LoraRack(pipe)
        self._tasks: dict[type[Any], Any] = {type(pipe): pipe}
        self._words: OrderedDict[tuple[Any, ...], Any] = OrderedDict()
        self._beat: Callable[[], None] = lambda: None
        for block in blocks_of(pipe):
            # Never compiled: what it calls is another thing each time, and a block would be compiled anew for that.
            block.register_forward_pre_hook(torch.compiler.disable(self._on_block))
        asked = site.tuning.offload
        self.strategy: Strategy = self._judged({}) or ("resident" if asked == "auto" else asked)
        """How its weights lie now; it goes down when the memory is not enough."""
        self.trying(lambda: placing.place(pipe, site.device, self.strategy, self._scratch), _quiet)

    @property
    def settings(self) -> Mapping[str, Any]:
        """What the model's row says: its own size, steps, guidance and the rest."""
        return self.entry.settings

    def guidance(self, wanted: Painting | Filming) -> float:
        """How strictly the prompt is followed; up to 1 most models make no second pass for the negative prompt."""
        return float(wanted.guidance or self.settings["guidance"])

    def understood(self, wanted: Wanted) -> Wanted:
        """The request in the words that the model knows, where its folder says which these are."""
        if self._front is None:
            return wanted
        said, unsaid = hear(wanted.prompt, self._front), avoid(wanted.negative, self._front)
        return replace(wanted, prompt=said.caption, negative=unsaid.caption)

    def wear(self, loras: Sequence[tuple[ModelEntry, LoraPart]]) -> None:
        """Use exactly these LoRAs. UserError if one does not fit this model."""
        if self._rack.wears(loras):
            return
        with placing.lifted(self.pipe):
            self._rack.wear(loras)
            if self.settings.get("kept"):
                precision.widen(self.pipe)

    def task(self, kind: type[Any], **parts: Any) -> Any:
        """The same weights in another pipeline: image to image, inpainting, one with ControlNets (``parts``)."""
        if kind not in self._tasks or parts:
            # Not from_pipe(): it takes hooks off, and with them the placing.
            takes = accepted(kind)
            said = {name: value for name, value in self.pipe.config.items() if name in takes}  # a switch, a boundary
            own = said | {name: part for name, part in self.pipe.components.items() if name in takes}
            made = kind(**{**own, **parts})
            made.set_progress_bar_config(disable=True)
            if parts:
                return made
            self._tasks[kind] = made
        return self._tasks[kind]

    def words(self, key: tuple[Any, ...], encode: Callable[[], T], report: Report) -> T:
        """What a text encoder makes of words; ``key`` is all that decides it besides the LoRAs."""
        whole = (*key, self._rack.worn if self._rack.changes("text_encoder") else ())
        if whole not in self._words:
            def reading() -> None:
                report(0.0, "reading the prompt", None)

            def plain() -> T:
                reading()
                with torch.no_grad(), self.beating(reading):
                    return moved(encode(), "cpu")

            self._words[whole] = self.trying(plain, report)
            while len(self._words) > self.most_words:
                self._words.popitem(last=False)
        self._words.move_to_end(whole)
        found: T = moved(self._words[whole], self.device)
        return found

    @property
    def device(self) -> Any:
        """Where tensors are handed to the pipeline."""
        return torch.device(self.site.device)

    def run(
        self, pipe: Any, arguments: Mapping[str, Any], *, steps: int, report: Report, unpack: Unpack | None = None,
        seed: int | None = None, after: float = 1.0, callback: bool = True, pictures: int = 0,
    ) -> Any:
        """Call a pipeline once; what it returns. With a ``seed``: the same noise on every device and every try.

        ``steps`` is how many there will be, ``after`` how many steps the decoding takes as long as. ``unpack`` is for
        the previews; ``callback=False`` for pipelines that do not tell of their steps: then schedulers are listened to.
        ``pictures`` is how many are looked at besides what is painted; they take as much room as it.
        """
        def once() -> Any:
            if pipe is not self.pipe:
                placing.follow(pipe, self.site.device, self.strategy)
            watch = _Watch(steps, after, report, Previews(pipe, steps, unpack) if unpack else None)
            extra: dict[str, Any] = {"callback_on_step_end": watch.after_step} if callback else {}
            if seed is not None:
                # A generator of the processor gives the same noise on every device.
                extra["generator"] = torch.Generator("cpu").manual_seed(seed)
            heard = None if callback else watch.heard
            with (speed.tuned(pipe, self.site.tuning, self.site.device), self.beating(watch.beat),
                  listening(pipe.scheduler, heard, extra.get("generator"))):
                return pipe(**arguments, **extra)

        self._suit(pipe, arguments, pictures, report)
        # The more threads wait for each other, the slower a small model is, most of all on a busy machine.
        torch.set_num_threads(self.settings.get("threads") or processors())
        return self.trying(once, report)

    def _suit(self, pipe: Any, arguments: Mapping[str, Any], pictures: int, report: Report) -> None:
        """Lie in memory as a call of this size asks for, and say how."""
        width, height, frames = (arguments.get(name) for name in ("width", "height", "num_frames"))
        if not width or not height:
            return
        if arguments.get("output_type") != "latent":
            placing.tile(pipe, width, height, frames or 1, self.settings.get("tiled_above"))
        strategy = self._judged({"size": Size(width, height), "frames": frames, "references": range(pictures)})
        if self.fit is not None:
            report(0.0, self.fit.line, None)
        if strategy is not None and strategy != self.strategy:
            self.strategy = strategy
            self.trying(lambda: placing.place(self.pipe, self.site.device, self.strategy, self._scratch), report)

    def _judged(self, arguments: Mapping[str, Any]) -> Strategy | None:
        """The strategy for a call; None where nothing can be reckoned."""
        here = placing.room(self.pipe, self.site.device)
        self.fit = judge(self.entry, {**arguments, "tuning": self.site.tuning}, here)
        if self.fit is None:
            return None
        if self.site.scratch is not None:  # read by the app, should the system end this process for its memory
            (self.site.scratch / ASKED).write_text("\n".join((self.fit.line, *self.fit.advice)), "utf-8")
        strategy = self.fit.strategy
        while self.fit.needed >= self._burst.get(strategy, sys.maxsize):
            less = below(self.site.device, strategy)
            if less is None:
                break
            strategy = less
        return strategy

    @contextmanager
    def beating(self, beat: Callable[[], None]) -> Iterator[None]:
        """While this lasts, ``beat`` is called between two blocks of any part; what it raises stops the work."""
        before, self._beat = self._beat, beat
        try:
            yield
        finally:
            self._beat = before

    def trying(self, work: Callable[[], T], report: Report) -> T:
        """Do some work; where the memory is not enough, do it again in a way that needs less."""
        while True:
            try:
                return work()
            except (RuntimeError, MemoryError) as error:
                if not out_of_memory(error) or not self.lower(report):
                    raise

    def lower(self, report: Report) -> bool:
        """Go on with less memory, after there was not enough. False: there is no way to need less."""
        if self.fit is not None:
            self._burst[self.strategy] = min(self.fit.needed, self._burst.get(self.strategy, self.fit.needed))
        placing.forget(self.site.device)
        found = placing.lower(self.pipe, self.site.device, self.strategy, self._scratch)
        if found is None:
            return False
        self.strategy = found
        self._tasks = {type(self.pipe): self.pipe}
        report(0.0, f"Not enough memory; trying again with {SAID[found]}", None)
        return True

    def _on_block(self, *_: Any) -> None:
        self._beat()


def _quiet(done: float, note: str, preview: Image | None) -> None:
    pass


SAID: Mapping[Strategy, str] = {
    "resident": "all of it on the device", "parts": "one part at a time", "blocks": "a few blocks at a time",
    "disk": "its weights on the disk",
}


class _Watch:
    """Tells how far a call is, between steps and within them."""

    def __init__(self, steps: int, after: float, report: Report, previews: Previews | None) -> None:
        self._steps = steps
        self._whole = steps + after
        self._report = report
        self._previews = previews
        self._done = 0

    def after_step(self, pipe: Any, step: int, time: Any, state: dict[str, Any]) -> dict[str, Any]:
        """The callback of diffusers."""
        preview = self._previews.see(state["latents"]) if self._previews and "latents" in state else None
        self._done += 1  # step begins anew with every segment of a film
        self._say(preview)
        return state

    def heard(self, latents: Any) -> None:
        """One more step is over."""
        self.after_step(None, 0, None, {"latents": latents})

    def beat(self) -> None:
        """Between two blocks: a place to stop at."""
        self._say(None)

    def _say(self, preview: Image | None) -> None:
        done = min(self._done, self._steps)
        self._report(done / self._whole, f"step {done} of {self._steps}", preview)


@contextmanager
def listening(scheduler: Any, heard: Callable[[Any], None] | None, noise: Any = None) -> Iterator[None]:
    """While it lasts, every step of a scheduler is told, with the latents after it; for pipelines without a callback.

    Samplers that add noise take it from ``noise``: not every pipeline hands its generator on, and what comes from
    anywhere else is different every time.
    """
    step = getattr(type(scheduler), "step", None)
    if step is None:
        yield
        return
    draws = noise is not None and "generator" in inspect.signature(step).parameters

    @functools.wraps(step)  # pipelines look at what it takes
    def told(self: Any, *arguments: Any, **named: Any) -> Any:
        if draws and named.get("generator") is None:
            named["generator"] = noise
        found = step(self, *arguments, **named)
        if heard is not None:
            heard(found[0])
        return found

    scheduler.step = types.MethodType(told, scheduler)  # a copy of the scheduler takes its own steps
    try:
        yield
    finally:
        del scheduler.step


def checked_size(entry: ModelEntry, size: Size | None) -> Size:
    """The size to paint in. UserError if the model can't paint in it, with one that it can."""
    facts, title = entry.settings, entry.title
    own = Size.parse(facts["size"])
    goal, unit, largest = size or own, facts["multiple"], facts["largest"]
    if goal.width % unit or goal.height % unit:
        most = largest // unit * unit
        near = Size(*(min(max(unit, round(side / unit) * unit), most) for side in (goal.width, goal.height)))
        raise UserError(
            f'"{title}" paints in sizes that are multiples of {unit}, and {goal} is not.', f"The nearest is {near}."
        )
    if max(goal.width, goal.height) > largest:
        raise UserError(
            f'"{title}" paints at most {largest} pixels a side, and {goal} is larger.',
            f"Paint at its own size, {own}, and enlarge the picture with upscale.",
        )
    return goal


def accepted(kind: type[Any]) -> frozenset[str]:
    """The parts that a pipeline class takes."""
    return frozenset(inspect.signature(kind.__init__).parameters)


def blocks_of(pipe: Any) -> Iterator[Any]:
    """The layers between which work can stop: the outermost module lists of every part."""
    waiting = [part for part in pipe.components.values() if isinstance(part, torch.nn.Module)]
    while waiting:
        for child in waiting.pop().children():
            if isinstance(child, torch.nn.ModuleList):
                yield from child
            else:
                waiting.append(child)


def moved(found: Any, device: Any) -> Any:
    """Tensors in tuples, lists and mappings on another device; all else as it is."""
    if isinstance(found, torch.Tensor):
        return found.to(device)
    if isinstance(found, dict):
        return {name: moved(part, device) for name, part in found.items()}
    if isinstance(found, tuple | list):
        return type(found)(moved(part, device) for part in found)
    return found


def processors() -> int:
    """The processors this process may use."""
    own = getattr(os, "sched_getaffinity", None)
    return len(own(0)) if own else os.cpu_count() or 1


