"""Reference adapters (IP-Adapter): a UNet of Stable Diffusion looks at pictures beside the words of the prompt."""

import hashlib
from collections import OrderedDict
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Any
from weakref import WeakValueDictionary

import torch
import transformers
from safetensors.torch import load_file
from transformers.models.clip.image_processing_pil_clip import CLIPImageProcessorPil

from ajar.controls import Control
from ajar.errors import UserError
from ajar.models import ModelEntry
from ajar.painting import Painting, Report
from ajar.plain import LoraPart
from ajar.values import Image
from nodes.local.assembly import BROKEN, first_line
from nodes.local.headers import AGAIN, read_header
from nodes.local.memory import out_of_memory
from nodes.local.site import Site
from nodes.local.weights import read_weights

REFERENCE = "ip-adapter"
"""The kind of these models, and of the control pictures that they read."""
GROUPS = ("image_proj", "ip_adapter")
"""The two halves of an adapter: what makes words of a picture, and what reads them in each attention."""
PLAIN = "image_proj.proj.weight"
"""In adapters that take a picture as a whole; the others read its parts."""
MOST_SEEN = 16
"""Pictures of which is kept what the encoder saw; each is at most a megabyte."""

Stamp = tuple[Path, int]
"""A file, and when it was written."""


class Encoder:
    """A CLIP that looks at pictures. It waits in main memory; several adapters share one."""

    def __init__(self, model: Any) -> None:
        side = model.config.image_size
        self.model = model
        self.reader = CLIPImageProcessorPil(size={"shortest_edge": side}, crop_size={"height": side, "width": side})

    def look(self, picture: Image, device: Any, whole: bool, report: Report) -> tuple[Any, Any]:
        """What a picture shows, and what nothing shows: 1 x width as a whole, else 1 x parts x width."""
        def beat(*_: Any) -> None:
            report(0.0, "looking at the reference picture", None)

        beat()
        shown = self.reader(picture.pil(), return_tensors="pt").pixel_values
        hooks = [block.register_forward_pre_hook(beat) for block in self.model.vision_model.encoder.layers]
        try:
            shown = shown.to(device, self.model.to(device).dtype)
            with torch.no_grad():
                if whole:
                    found = self.model(shown).image_embeds
                    return found.cpu(), torch.zeros_like(found).cpu()
                parts = [self.model(one, output_hidden_states=True).hidden_states[-2]
                         for one in (shown, torch.zeros_like(shown))]
                return parts[0].cpu(), parts[1].cpu()
        finally:
            self.model.to("cpu")
            for hook in hooks:
                hook.remove()


_ENCODERS: WeakValueDictionary[tuple[Path, int, Any], Encoder] = WeakValueDictionary()


class ReferenceAdapter:
    """A reference adapter and its encoder. Its own weights are read when a UNet is to have them."""

    def __init__(self, entry: ModelEntry, encoder: Encoder) -> None:
        assert entry.path is not None
        self.entry = entry
        self.path = entry.path
        self.stamp: Stamp = (entry.path, entry.path.stat().st_mtime_ns)
        self.bytes = sum(weight.nbytes for weight in encoder.model.parameters())
        self._encoder = encoder
        self._tensors = read_header(entry.path).tensors
        self._seen: OrderedDict[bytes, tuple[Any, Any]] = OrderedDict()

    def wear(self, loras: Sequence[tuple[ModelEntry, LoraPart]]) -> None:
        """Nothing is put on an adapter."""
        assert not loras

    def fits(self, unet: Any) -> bool:
        """Whether it was made for a UNet with these attentions to words: they are numbered 1, 3, 5, ..."""
        reads = [unet.get_submodule(name.removesuffix(".processor")) for name in unet.attn_processors
                 if name.endswith("attn2.processor")]
        wanted = {f"ip_adapter.{2 * number + 1}.to_k_ip.weight": (one.inner_dim, one.cross_attention_dim)
                  for number, one in enumerate(reads)}
        return wanted == {name: tensor.shape for name, tensor in self._tensors.items() if ".to_k_ip." in name}

    def weights(self) -> dict[str, dict[str, Any]]:
        """Its two halves, as diffusers takes them."""
        read_header(self.path)
        found = load_file(self.path)
        return {group: {name.removeprefix(f"{group}."): weight for name, weight in found.items()
                        if name.startswith(f"{group}.")} for group in GROUPS}

    def look(self, picture: Image, device: Any, report: Report) -> tuple[Any, Any]:
        """What its encoder sees in a picture, and in none."""
        plain = picture.srgb().rgb().to("uint8")
        key = hashlib.blake2b(f"{plain.size} ".encode() + plain.array.tobytes()).digest()
        if key not in self._seen:
            self._seen[key] = self._encoder.look(plain, device, PLAIN in self._tensors, report)
            if len(self._seen) > MOST_SEEN:
                self._seen.popitem(last=False)
        return self._seen[key]


Shown = Sequence[tuple[ReferenceAdapter, Control]]
"""Adapters, each with the picture that it shows."""


def load(entry: ModelEntry, site: Site) -> ReferenceAdapter:
    """Load a reference adapter. UserError if it or its encoder is none, or is damaged."""
    assert entry.path is not None and entry.base is not None
    path = entry.parts["image_encoder"]
    dtype = torch.float32 if site.device == "cpu" else torch.float16
    key = (path, path.stat().st_mtime_ns, dtype)
    encoder = _ENCODERS.get(key)
    if encoder is None:
        encoder = _ENCODERS[key] = Encoder(_read_encoder(path, entry.base / "image_encoder", dtype))
    return ReferenceAdapter(entry, encoder)


def references_in(wanted: Painting) -> list[Control]:
    """The pictures that adapters are to show; those of strength 0 show nothing."""
    return [one for one in wanted.controls if one.kind == REFERENCE and one.strength]


class References:
    """The reference adapters on one pipeline. Without any its UNet is what it was before, bit for bit."""

    def __init__(self, pipe: Any) -> None:
        self._pipe = pipe
        self._own: Mapping[str, Any] | None = None
        """How the UNet attends without adapters; None while it has none."""
        self._worn: list[Stamp] = []

    def worn(self, shown: Shown) -> bool:
        """Whether the UNet has exactly the adapters of these already."""
        return self._worn == [one.stamp for one, _ in shown]

    def wear(self, shown: Shown) -> None:
        """Let the UNet have exactly these. UserError for one that was made for another model; then it has none."""
        self.take_off()
        if not shown:
            return
        unet = self._pipe.unet
        if getattr(unet, "hf_quantizer", None) is not None:
            raise UserError(
                "Reference adapters don't go with models in int8, nf4 or GGUF.", "Set the precision to auto or fp8."
            )
        for adapter, _ in shown:
            if not adapter.fits(unet):
                raise UserError(
                    f'The reference adapter "{adapter.entry.title}" was not made for this model.',
                    "Choose one of the same family as the model.",
                )
        self._own = dict(unet.attn_processors)
        try:
            self._put([adapter for adapter, _ in shown])
        except BaseException:
            self.take_off()
            raise
        self._worn = [one.stamp for one, _ in shown]

    def seen(self, shown: Shown, guided: bool, device: Any, report: Report) -> dict[str, Any]:
        """What the adapters make of their pictures, as a pipeline takes it. Sets their strengths."""
        if not shown:
            return {}
        self._pipe.set_ip_adapter_scale([one.strength for _, one in shown])
        found = []
        for adapter, one in shown:
            what, nothing = (part[None].to(device, self._pipe.unet.dtype) for part in
                             adapter.look(one.image, device, report))
            found.append(torch.cat([nothing, what]) if guided else what)
        return {"ip_adapter_image_embeds": found}

    def take_off(self) -> None:
        """Let the UNet be as it was."""
        self._worn = []
        if self._own is None:
            return
        self._pipe.unload_ip_adapter()
        self._pipe.unet.set_attn_processor(dict(self._own))
        self._own = None

    def _put(self, adapters: Sequence[ReferenceAdapter]) -> None:
        # Pictures are looked at by the adapter: the pipeline gets a reader only so that it makes none of its own.
        self._pipe.register_modules(feature_extractor=CLIPImageProcessorPil())
        try:
            self._pipe.load_ip_adapter(
                [adapter.weights() for adapter in adapters], subfolder=[""] * len(adapters),
                weight_name=[""] * len(adapters), image_encoder_folder=None, local_files_only=True,
            )
        except (KeyError, ValueError, RuntimeError, IndexError, AttributeError) as error:
            if out_of_memory(error):
                raise
            names = '" or "'.join(adapter.entry.title for adapter in adapters)
            why = first_line(error)
            raise UserError(f'The reference adapter "{names}" could not be loaded: {why}.', AGAIN) from error
        finally:
            self._pipe.register_modules(feature_extractor=None)


def _read_encoder(path: Path, config: Path, dtype: Any) -> Any:
    kind = transformers.CLIPVisionModelWithProjection
    try:
        settings = transformers.CLIPVisionConfig.from_pretrained(config, local_files_only=True)
        model, told = kind.from_pretrained(
            None, config=settings, state_dict=read_weights(path), dtype=dtype, output_loading_info=True
        )
    except BROKEN as error:
        raise UserError(f'The vision encoder "{path}" could not be loaded: {first_line(error)}.', AGAIN) from error
    if told["missing_keys"]:
        raise UserError(f'The vision encoder "{path}" lacks {len(told["missing_keys"])} of its weights.', AGAIN)
    return model.eval()

