"""Flux pipelines of diffusers: loaded from a checked folder, painted with step by step, stopped within a block."""

import os
import warnings
from collections.abc import Callable, Iterator, Sequence
from typing import Any

import diffusers
import numpy as np
import torch
import transformers
from diffusers.pipelines.flux.pipeline_flux import FluxPipeline

from ajar.errors import UserError
from ajar.models import ModelEntry, Report
from ajar.values import Image, Size
from nodes.local.folders import check_folder
from nodes.local.headers import AGAIN
from nodes.local.loras import LoraRack
from nodes.local.previews import Previews

# What a person should know is said in Ajar's own words; bars and advice would only fill the log.
for library in (diffusers, transformers):
    library.utils.logging.set_verbosity_error()
    library.utils.logging.disable_progress_bar()

ROOM = 1.5
"""How many times its weights a model needs while it works."""


def load(entry: ModelEntry, device: str) -> "FluxPainter":
    """Load a Flux folder. UserError if it is not one, or is damaged."""
    assert entry.path is not None
    folder = check_folder(entry.path)
    kind = torch.float32 if entry.settings["precision"] == "float32" else torch.bfloat16
    try:
        with warnings.catch_warnings():
            warnings.simplefilter("ignore")
            pipe = FluxPipeline.from_pretrained(
                entry.path, dtype=kind, variant=folder.variant, use_safetensors=True, local_files_only=True,
            )
    except (OSError, ValueError, RuntimeError, KeyError, TypeError) as error:
        raise UserError(
            f'The model "{entry.title}" could not be loaded: {_first_line(error)}.', "Download its folder again."
        ) from error
    pipe.set_progress_bar_config(disable=True)
    size = 0
    for part, held in folder.numbers.items():
        weights = list(getattr(pipe, part).parameters())
        if sum(weight.numel() for weight in weights) > held:  # the library would leave the rest to chance
            raise UserError(f'The part "{part}" of the model "{entry.title}" is incomplete.', AGAIN)
        size += sum(weight.nbytes for weight in weights)
    _place(pipe, device, size)
    return FluxPainter(entry, pipe, size)


def _place(pipe: Any, device: str, size: int) -> None:
    if device.startswith("cuda"):
        free, _ = torch.cuda.mem_get_info(torch.device(device))
        if size * ROOM > free:
            # One part at a time on the card; slower, and the difference between running and not.
            pipe.enable_model_cpu_offload(device=device)
            return
    if device != "cpu":
        pipe.to(device)


class FluxPainter:
    """A loaded Flux model; it paints one picture at a time."""

    def __init__(self, entry: ModelEntry, pipe: Any, size: int) -> None:
        self.bytes = size
        self._entry = entry
        self._pipe = pipe
        self._rack = LoraRack(pipe)
        self._beat: Callable[[], None] = lambda: None
        for block in _blocks(pipe):
            block.register_forward_pre_hook(self._on_block)

    def wear(self, loras: Sequence[tuple[ModelEntry, float]]) -> None:
        """Paint with exactly these LoRAs. UserError if one does not fit this model."""
        self._rack.wear(loras)

    def paint(
        self, prompt: str, *, negative: str, size: Size | None, steps: int, guidance: float, seed: int, report: Report
    ) -> Image:
        """One picture; the same words, numbers and LoRAs give the same pixels on the same machine."""
        facts = self._entry.settings
        goal = self._checked_size(size)
        count = steps or facts["steps"]
        previews = Previews(self._pipe, goal, count)

        def after_step(pipe: Any, step: int, time: Any, state: dict[str, Any]) -> dict[str, Any]:
            preview = previews.see(step, state["latents"])
            report(*stand(), preview)
            return state

        def stand() -> tuple[float, str]:
            """How far it is, in parts of which the last one is the decoding."""
            return previews.steps / (count + 1), f"step {previews.steps} of {count}"

        self._beat = lambda: report(*stand(), None)
        # The more threads wait for each other, the slower a small model is, most of all on a busy machine.
        torch.set_num_threads(facts["threads"] or _processors())
        try:
            found = self._pipe(
                prompt=prompt, height=goal.height, width=goal.width, num_inference_steps=count,
                max_sequence_length=facts["sequence"], output_type="np",
                # A generator of the processor gives the same noise on every device.
                generator=torch.Generator("cpu").manual_seed(seed), callback_on_step_end=after_step,
                **self._guided(guidance or facts["guidance"], negative),
            ).images[0]
        finally:
            self._beat = lambda: None
        if not np.isfinite(found).all():
            raise UserError(
                f'"{self._entry.title}" gave no picture: its numbers overflowed.', "Try other settings or no LoRA."
            )
        return Image.of((found * 255).round().astype(np.uint8))

    def _guided(self, guidance: float, negative: str) -> dict[str, Any]:
        way = self._entry.settings["guidance_by"]
        if way == "true_cfg":
            return {"true_cfg_scale": guidance, "negative_prompt": negative, "guidance_scale": 1.0}
        if negative:
            raise UserError(
                f'"{self._entry.title}" takes no negative prompt.',
                "Leave it empty, and say in the prompt what you want to see.",
            )
        return {"guidance_scale": guidance} if way == "embedded" else {"guidance_scale": 0.0}

    def _checked_size(self, size: Size | None) -> Size:
        facts, title = self._entry.settings, self._entry.title
        own = Size.parse(facts["size"])
        goal, unit, largest = size or own, facts["multiple"], facts["largest"]
        if goal.width % unit or goal.height % unit:
            near = Size(*(max(unit, round(side / unit) * unit) for side in (goal.width, goal.height)))
            raise UserError(
                f'"{title}" paints in sizes that are multiples of {unit}, and {goal} is not.', f"The nearest is {near}."
            )
        if max(goal.width, goal.height) > largest:
            raise UserError(
                f'"{title}" paints at most {largest} pixels a side, and {goal} is larger.',
                f"Paint at its own size, {own}, and enlarge the picture with upscale.",
            )
        return goal

    def _on_block(self, *_: Any) -> None:
        self._beat()


def _blocks(pipe: Any) -> Iterator[Any]:
    """The layers between which work can stop: the outermost module lists of every part."""
    waiting = [part for part in pipe.components.values() if isinstance(part, torch.nn.Module)]
    while waiting:
        for child in waiting.pop().children():
            if isinstance(child, torch.nn.ModuleList):
                yield from child
            else:
                waiting.append(child)


def _processors() -> int:
    """The processors this process may use."""
    own = getattr(os, "sched_getaffinity", None)
    return len(own(0)) if own else os.cpu_count() or 1


def _first_line(error: BaseException) -> str:
    return (str(error).strip().splitlines() or [type(error).__name__])[0][:200].rstrip(".")
