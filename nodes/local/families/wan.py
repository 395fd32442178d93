"""Wan 2.1 and 2.2: films from words, from a first and a last picture, and from other films."""

from typing import Any

from diffusers.pipelines.wan.pipeline_wan import WanPipeline

from ajar.errors import UserError
from ajar.models import ModelEntry
from ajar.painting import Filming, Report
from ajar.values import Size, Video
from nodes.local import films
from nodes.local.assembly import assemble
from nodes.local.families.wan_vae import decoded
from nodes.local.pipes import Pipe, checked_size
from nodes.local.samplers import scheduler_for
from nodes.local.site import Site

DECODING = 0.1
"""The part of a film's time that its decoding takes, about."""
EXACT = {"vae": "float32", "image_encoder": "float32"}
"""Parts that the models were published to run in full precision; in less, colours flicker."""


def load(entry: ModelEntry, site: Site) -> "WanFilmer":
    """Load a Wan model. UserError if it is not one, or is damaged."""
    kind = _class_of(entry)
    pipe = assemble(entry, kind, entry.settings["precision"], exact=EXACT)
    return WanFilmer(entry, pipe, site)


class WanFilmer(Pipe):
    """A loaded Wan model; it makes one film at a time."""

    def __init__(self, entry: ModelEntry, pipe: Any, site: Site) -> None:
        super().__init__(entry, pipe, site)
        self._scheduler = pipe.scheduler

    def film(self, wanted: Filming, report: Report) -> Video:
        """One film; the same words, numbers, pictures and LoRAs give the same pixels on the same machine."""
        size = checked_size(self.entry, wanted.size or self._near(wanted))
        fps = films.checked_fps(self.entry, wanted.fps)
        films.tiled(self.entry, self.pipe.vae, size)
        pipe, more = self._task(wanted, size, fps)
        pipe.scheduler = self._sampler(wanted, size)
        steps = wanted.steps or self.settings["steps"]
        taken, skipped = more.pop("steps", steps), more.pop("skipped", 0)
        arguments = {
            **self._embedded(wanted, report), **self._guided(wanted), **more, "height": size.height,
            "width": size.width, "num_inference_steps": steps, "output_type": "latent",
        }
        after = taken * DECODING
        latents = self.run(pipe, arguments, steps=taken, seed=wanted.seed, report=report, after=after,
                           unpack=lambda latents: latents[0, :, skipped:]).frames[:, :, skipped:]
        return self._written(latents, fps, report, begun=taken / (taken + after))

    def _written(self, latents: Any, fps: float, report: Report, begun: float) -> Video:
        count = (latents.shape[2] - 1) * self.settings["frame_step"] + 1
        done = [begun]

        def told(part: float) -> None:
            done[0] = begun + (1 - begun) * part
            beat()

        def beat() -> None:
            report(done[0], "decoding the film", None)

        with self.beating(beat):
            return self.trying(
                lambda: films.written(self.entry, lambda: decoded(self.pipe, latents), count, fps, told), report
            )

    def _task(self, wanted: Filming, size: Size, fps: float) -> tuple[Any, dict[str, Any]]:
        """The pipeline for what is wanted, and what it needs besides words and numbers."""
        return self.pipe, {"num_frames": films.checked_frames(self.entry, wanted.frames)}

    def _near(self, wanted: Filming) -> Size | None:
        """Where no size is given: that of the picture or film it begins with, in as many pixels as the model's own."""
        given = wanted.first or wanted.last or wanted.video
        return films.near(self.entry, given.size) if given is not None else None

    def _sampler(self, wanted: Filming, size: Size) -> Any:
        shift = wanted.shift or films.by_size(self.settings, "flow_shift", size)
        return scheduler_for(self._scheduler, wanted.sampler, "", flow=True, flow_shift=shift, shift=shift)

    def _embedded(self, wanted: Filming, report: Report) -> dict[str, Any]:
        length = self.settings["sequence"]

        def encode(text: str) -> Any:
            return self.pipe.encode_prompt(text, do_classifier_free_guidance=False, max_sequence_length=length)[0]

        negative = self.settings.get("negative", "") if wanted.negative == "own" else wanted.negative
        found = {"prompt_embeds": self.words((wanted.prompt, length), lambda: encode(wanted.prompt), report)}
        if self._guidance(wanted) > 1:
            words = self.words((negative, length), lambda: encode(negative), report)
            found["negative_prompt_embeds"] = words
        return found

    def _guidance(self, wanted: Filming) -> float:
        return float(wanted.guidance or self.settings["guidance"])

    def _guided(self, wanted: Filming) -> dict[str, float]:
        """How strictly the prompt is followed; with two experts by each of them."""
        high, low = self._guidance(wanted), float(wanted.extra.get("guidance_low", 0.0))
        if self.pipe.config.get("boundary_ratio") is None:
            if low:
                raise UserError(
                    f'"{self.entry.title}" has no second expert for little noise.', "Leave its guidance at 0."
                )
            return {"guidance_scale": high}
        if not low:
            low = high if wanted.guidance else self.settings.get("guidance_low", high)
        if high <= 1 < low:
            raise UserError(
                "The second expert can't be guided where the first is not: the negative prompt was never read.",
                "Set its guidance to 1 too, or the other one above 1.",
            )
        return {"guidance_scale": high, "guidance_scale_2": float(low)}


def _class_of(entry: ModelEntry) -> type[Any]:
    """The pipeline that the folder, or our folder for such a file, is for."""
    return WanPipeline
