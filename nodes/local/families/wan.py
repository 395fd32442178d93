"""Wan 2.1 and 2.2: films from words, from a first and a last picture, and from other films."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from diffusers.pipelines.wan.pipeline_wan import WanPipeline
from diffusers.pipelines.wan.pipeline_wan_i2v import WanImageToVideoPipeline

from ajar.errors import UserError
from ajar.models import ModelEntry
from ajar.painting import Filming, Report
from ajar.plain import LoraPart
from ajar.values import Size, Video
from nodes.local import films, placing
from nodes.local.assembly import assemble
from nodes.local.families import wan_start
from nodes.local.families.wan_vae import decoded
from nodes.local.folders import pipeline_class
from nodes.local.pictures import picture_of
from nodes.local.pipes import Pipe, checked_size
from nodes.local.samplers import scheduler_for
from nodes.local.site import Site

DECODING = 0.1
"""The part of a film's time that its decoding takes, about."""
QUICK = ("steps", "guidance", "flow_shift")
HALVES = {"guidance": "low", "flow_shift": "small"}
"""Settings that have another value for the second expert, or for small pictures."""
CLASSES: dict[str, type[Any]] = {"WanPipeline": WanPipeline, "WanImageToVideoPipeline": WanImageToVideoPipeline}
EXACT = {"vae": "float32", "image_encoder": "float32"}
"""Parts that the models were published to run in full precision; in less, colours flicker."""


def load(entry: ModelEntry, site: Site) -> "WanFilmer":
    """Load a Wan model. UserError if it is not one, or is damaged."""
    kind = _class_of(entry)
    pipe = assemble(entry, kind, entry.settings["precision"], exact=EXACT)
    return WanFilmer(entry, pipe, site)


@dataclass(frozen=True, slots=True)
class Shot:
    """One call of a pipeline."""

    pipe: Any
    more: dict[str, Any]
    steps: int = 0
    """How many steps it takes; 0: all that are wanted."""
    before: int = 0
    """Latent frames that stand before the film and are no part of it."""


class WanFilmer(Pipe):
    """A loaded Wan model; it makes one film at a time."""

    _quick: Mapping[str, Any] = {}
    """What a LoRA that is worn says of steps, guidance and shift, where it was made for few steps."""

    def __init__(self, entry: ModelEntry, pipe: Any, site: Site) -> None:
        super().__init__(entry, pipe, site)
        self._scheduler = pipe.scheduler

    @property
    def settings(self) -> Mapping[str, Any]:
        """What the model's row says, and what a LoRA for few steps says instead."""
        return {**self.entry.settings, **self._quick}

    def wear(self, loras: Sequence[tuple[ModelEntry, LoraPart]]) -> None:
        """Use exactly these LoRAs; one for few steps also sets how many are the model's own."""
        super().wear(loras)
        quick = [entry.settings for entry, part in loras if "steps" in entry.settings and part.weight]
        self._quick = {}
        for said in quick:
            self._quick = {name: said[name] for name in QUICK if name in said}
            self._quick |= {f"{name}_{half}": said[name] for name, half in HALVES.items() if name in said}

    def film(self, wanted: Filming, report: Report) -> Video:
        """One film; the same words, numbers, pictures and LoRAs give the same pixels on the same machine."""
        wanted = self.understood(wanted)
        size = checked_size(self.entry, wanted.size or films.near_given(self.entry, wanted))
        fps = films.checked_fps(self.entry, wanted.fps)
        placing.tile(self.pipe, size.width, size.height, self.settings["frames"], self.settings.get("tiled_above"))
        scheduler = self._sampler(wanted, size)
        steps = wanted.steps or self.settings["steps"]
        shot = self._shot(wanted, size, fps, scheduler, steps, report)
        shot.pipe.scheduler = scheduler
        arguments = {
            **self._embedded(wanted, report), **self._guided(wanted), **shot.more, "height": size.height,
            "width": size.width, "num_inference_steps": steps, "output_type": "latent",
        }
        taken = shot.steps or steps
        after = taken * DECODING
        latents = self.run(
            shot.pipe, arguments, steps=taken, seed=wanted.seed, report=report, after=after,
            unpack=lambda latents: latents[0, :, shot.before :],
        ).frames[:, :, shot.before :]
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

    def _shot(
        self, wanted: Filming, size: Size, fps: float, scheduler: Any, steps: int, report: Report
    ) -> "Shot":
        """Which pipeline makes what is wanted, and what it needs besides words and numbers."""
        if wanted.video is not None:
            return self._again(wanted, wanted.video, size, fps, scheduler, steps, report)
        frames = films.checked_frames(self.entry, wanted.frames)
        if wanted.first is None and wanted.last is None:
            if self._takes_pictures and not self._expands:
                raise UserError(
                    f'"{self.entry.title}" needs a picture to begin with.', 'Wire one into "first".'
                )
            return Shot(self.pipe, {"num_frames": frames})
        self._check_pictures(wanted)
        assert wanted.first is not None
        more: dict[str, Any] = {"num_frames": frames, "image": picture_of(wanted.first, size)}
        if wanted.last is not None:
            more["last_image"] = picture_of(wanted.last, size)
        return Shot(self.task(WanImageToVideoPipeline), more)

    def _again(
        self, wanted: Filming, video: Video, size: Size, fps: float, scheduler: Any, steps: int, report: Report
    ) -> "Shot":
        """A film to start from."""
        if wanted.first is not None or wanted.last is not None:
            raise UserError("A film can't start from a film and from a picture.", "Wire in only one of them.")
        if self._takes_pictures and not self._expands:
            raise UserError(
                f'"{self.entry.title}" begins with a picture, not with a film.', "Choose a text-to-video model."
            )
        frames = films.followed(self.entry, video, size, fps, wanted.frames)
        count = wan_start.taken(steps, wanted.strength)

        def reading() -> None:
            report(0.0, "reading the film", None)

        with self.beating(reading):
            reading()
            found = self.trying(lambda: wan_start.encoded(self.pipe, frames), report)
        latents = wan_start.noised(scheduler, found, steps, steps - count, wanted.seed)
        wan_start.begin_late(scheduler, steps - count)
        return Shot(self.pipe, {"num_frames": len(frames), "latents": latents.to(self.device)}, steps=count)

    def _check_pictures(self, wanted: Filming) -> None:
        """UserError where the model can't begin or end at pictures."""
        title = self.entry.title
        if not self._takes_pictures:
            raise UserError(
                f'"{title}" makes films from words only.',
                "Choose an image-to-video model, such as Wan2.2-I2V-A14B or Wan2.2-TI2V-5B.",
            )
        if wanted.first is None:
            raise UserError("A last picture needs a first one.", 'Wire a picture into "first" too.')
        shape = self._shape
        if wanted.last is not None and (
            self._expands or (shape.image_dim is not None and shape.pos_embed_seq_len is None)
        ):
            raise UserError(
                f'"{title}" can\'t end at a picture.', "Choose Wan2.1-FLF2V-14B or Wan2.2-I2V-A14B."
            )

    @property
    def _shape(self) -> Any:
        return (self.pipe.transformer or self.pipe.transformer_2).config

    @property
    def _expands(self) -> bool:
        """Whether each frame has its own time, so that a picture can be the first frame (TI2V-5B)."""
        return bool(self.pipe.config.get("expand_timesteps"))

    @property
    def _takes_pictures(self) -> bool:
        return self._expands or self._shape.in_channels > self.pipe.vae.config.z_dim

    def _sampler(self, wanted: Filming, size: Size) -> Any:
        shift = wanted.shift or films.by_size(self.settings, "flow_shift", size)
        return scheduler_for(self._scheduler, wanted.sampler, "", flow=True, flow_shift=shift, shift=shift)

    def _embedded(self, wanted: Filming, report: Report) -> dict[str, Any]:
        length = self.settings["sequence"]

        def encode(text: str) -> Any:
            return self.pipe.encode_prompt(text, do_classifier_free_guidance=False, max_sequence_length=length)[0]

        negative = films.negative_of(self.settings, wanted)
        found = {"prompt_embeds": self.words((wanted.prompt, length), lambda: encode(wanted.prompt), report)}
        if self.guidance(wanted) > 1:
            words = self.words((negative, length), lambda: encode(negative), report)
            found["negative_prompt_embeds"] = words
        return found

    def _guided(self, wanted: Filming) -> dict[str, float]:
        """How strictly the prompt is followed; with two experts by each of them."""
        high, low = self.guidance(wanted), float(wanted.extra.get("guidance_low", 0.0))
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
    """The pipeline that a folder, or our folder for such a file, is of."""
    assert entry.path is not None
    folder = entry.path if entry.form == "folder" or entry.base is None else entry.base
    return CLASSES.get(pipeline_class(folder) or "", WanPipeline)
