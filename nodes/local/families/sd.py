"""What Stable Diffusion models with a UNet share: control, references, other VAEs, learned words, long prompts."""

from collections.abc import Callable, Sequence
from types import SimpleNamespace
from typing import Any

from ajar.controls import Control
from ajar.errors import UserError
from ajar.models import ModelEntry
from ajar.painting import Painting, Report
from ajar.plain import LoraPart
from ajar.values import Size
from nodes.local import placing
from nodes.local.families.control import steering
from nodes.local.families.ip_adapter import REFERENCE, ReferenceAdapter, References, references_in
from nodes.local.lexicon import Lexicon
from nodes.local.painters import PicturePainter
from nodes.local.patches import Patch
from nodes.local.pipes import blocks_of
from nodes.local.prompts import encoded
from nodes.local.site import Site
from nodes.local.vaes import read_vae


class Diffusion(PicturePainter):
    """A loaded Stable Diffusion model with a UNet."""

    flow = False

    def __init__(self, entry: ModelEntry, pipe: Any, site: Site) -> None:
        super().__init__(entry, pipe, site)
        self._own_vae = pipe.vae
        self._vae: tuple[str, int] | None = None
        """The file of another VAE that decodes now, and when it was written."""
        self._lexicon = Lexicon(pipe)
        self._references = References(pipe)

    def wear(self, loras: Sequence[tuple[ModelEntry, LoraPart]]) -> None:
        """Use exactly these LoRAs and textual inversions. UserError if one does not fit this model."""
        words = [entry for entry, _ in loras if entry.kind == "embedding"]
        if not self._lexicon.knows(words):
            with placing.lifted(self.pipe):
                self._lexicon.learn(words)
        super().wear([one for one in loras if one[0].kind != "embedding"])

    def check(self, wanted: Painting) -> None:
        super().check(wanted)
        if self.pipe.unet.config.in_channels != self._own_vae.config.latent_channels and wanted.mask is None:
            raise UserError(
                f'"{self.entry.title}" only paints into masked parts of pictures.',
                'Wire a picture into "image" and a mask into "mask", or choose another model.',
            )
        self.refuse_unread(wanted)

    def tool(self, wanted: Painting, size: Size, patch: Patch | None, arguments: dict[str, Any]) -> Any:
        self._decode_with(str(wanted.extra.get("vae", "")))
        controls = [one for one in wanted.controls if one.kind != REFERENCE]
        if not controls:
            return self.task(self.plain.named(self.entry, wanted))
        found = steering(self.site, controls, size, patch, self.pipe.unet, self.settings["precision"])
        arguments |= found.arguments("image" if wanted.image is None else "control_image")
        return self.task(self.controlled.named(self.entry, wanted), controlnet=found.nets)

    def read(self, wanted: Painting, report: Report, encode: Callable[..., Any]) -> tuple[Any, ...]:
        """What the text encoders make of both prompts, however long; ``encode`` is the pipeline's own reading."""
        prompt, negative = map(self._lexicon.written, (wanted.prompt, wanted.negative))
        settings = {
            "do_classifier_free_guidance": self.guidance(wanted) > 1, "device": self.device,
            "num_images_per_prompt": 1, "clip_skip": wanted.extra.get("clip_skip") or None,
        }

        def piece(prompt: str, negative: str | None) -> Any:
            return encode(prompt, negative_prompt=negative, **settings)

        key = (prompt, negative, *map(str, settings.values()), self._lexicon.known)
        return self.words(key, lambda: encoded(self.pipe, prompt, negative or None, piece), report)

    def shown(self, wanted: Painting, report: Report) -> dict[str, Any]:
        """What reference adapters make of their pictures, as a pipeline takes it; from now on the UNet reads it.

        UserError for an adapter that was made for another model.
        """
        found = [(self._adapter(one), one) for one in references_in(wanted)]
        if not self._references.worn(found):
            with placing.lifted(self.pipe):
                self._references.wear(found)
        guided = self.guidance(wanted) > 1
        return self.trying(lambda: self._references.seen(found, guided, self.device, report), report)

    def _adapter(self, reference: Control) -> ReferenceAdapter:
        assert self.site.borrow is not None
        found: ReferenceAdapter = self.site.borrow(reference.kind, reference.model)
        return found

    def _decode_with(self, name: str) -> None:
        """Decode with another VAE from now on, or with the model's own again."""
        vae, entry, wanted = self._own_vae, None, None
        if name:
            assert self.site.find is not None
            entry = self.site.find("vae", name)
            wanted = str(entry.path), max(file.stat().st_mtime_ns for file in entry.files)
        if wanted == self._vae:
            return
        if entry is not None:
            vae = read_vae(entry, vae)
            for block in blocks_of(SimpleNamespace(components={"vae": vae})):
                block.register_forward_pre_hook(self._on_block)  # so that decoding can be stopped
        with placing.lifted(self.pipe):
            self.pipe.register_modules(vae=vae)
            self._tasks = {type(self.pipe): self.pipe}
            self._vae = wanted
            if self.strategy == "resident":
                vae.to(self.site.device)
