"""A pipeline in training: what all families have in common."""

from abc import ABC, abstractmethod
from collections.abc import Iterator, Mapping, Sequence
from contextlib import AbstractContextManager, contextmanager, nullcontext
from typing import Any

import numpy as np
import torch

from ajar.values import Size

Words = dict[str, Any]
"""A text as the network reads it: tensors on the processor, by name."""
Pixels = np.ndarray[Any, np.dtype[np.uint8]]


class Course(ABC):
    """One pipeline, taken apart for training. It is of no use for anything else afterwards."""

    part: str
    """The part that learns; also what its weights are called by in a LoRA file."""
    encoders: tuple[str, ...]
    attention: tuple[str, ...]
    forward: tuple[str, ...]
    """The layers that can learn, by the ends of their names."""
    blocks: str
    """The blocks that they lie in, as a pattern."""

    def __init__(self, pipe: Any, facts: Mapping[str, Any], device: str) -> None:
        """``pipe`` lies on the processor; ``facts`` are the settings of its model."""
        self.pipe = pipe
        self.facts = facts
        self.device = device
        self.network: Any = getattr(pipe, self.part)
        self.network.requires_grad_(False)
        self.network.eval()
        self.dtype: Any = _dtype(self.network, device)

    @abstractmethod
    def words(self, prompts: Sequence[str]) -> list[Words]:
        """What the encoders make of texts, each by itself."""

    @abstractmethod
    def nothing(self) -> Words:
        """What stands for no text at all, where guidance pushes away from."""

    @abstractmethod
    def loss(self, latents: Any, words: Words, seed: int, step: int) -> Any:
        """How wrong the network is about these latents (B x C x h x w), with the chance that belongs to the step."""

    @abstractmethod
    def call(self, words: Words, nothing: Words, guidance: float) -> Mapping[str, Any]:
        """What the pipeline is called with to paint these words (each of a batch of one)."""

    def named(self, weights: Mapping[str, Any], alpha: Any) -> dict[str, Any]:
        """The weights by the names that a LoRA's file has in this family; ``alpha`` is the scale times the rank."""
        return {f"{self.part}.{name}": weight for name, weight in weights.items()}

    @contextmanager
    def reading(self) -> Iterator[None]:
        """Have the text encoders at hand, and let them go for good afterwards."""
        parts = {name: getattr(self.pipe, name, None) for name in self.encoders}
        with torch.no_grad():
            for part in filter(None, parts.values()):
                part.to(self.device).eval()
            yield
        for name, part in parts.items():
            if part is not None:
                part.to("cpu")
                setattr(self.pipe, name, None)
        _let_go(self.device)

    @contextmanager
    def seeing(self) -> Iterator[None]:
        """Have the autoencoder at hand, exact: half precision overflows in some."""
        self.pipe.vae.to(self.device, torch.float32).eval()
        with torch.no_grad():
            yield

    def latent(self, pixels: Pixels) -> Any:
        """The latent (C x h x w) of a picture (H x W x 3)."""
        picture = torch.from_numpy(pixels.copy()).permute(2, 0, 1)[None].float().div(127.5).sub(1)
        encoded = self.pipe.vae.encode(picture.to(self.device))
        raw = encoded.latents if hasattr(encoded, "latents") else encoded.latent_dist.mode()
        facts = self.pipe.vae.config
        return ((raw[0].float() - (facts.get("shift_factor") or 0.0)) * facts["scaling_factor"]).cpu()

    def begin(self) -> None:
        """Put the network where it learns."""
        self.network.to(self.device, self.dtype)
        if self.device != "cpu":
            self.network.enable_gradient_checkpointing()

    def end(self) -> None:
        """Give all memory back at once; the pipeline is of no use any more."""
        for part in (self.network, self.pipe.vae):
            part.to("meta")
        _let_go(self.device)

    @contextmanager
    def untaught(self) -> Iterator[None]:
        """Paint as before the first step."""
        self.network.disable_adapters()
        yield
        self.network.enable_adapters()

    def paint(self, words: Words, nothing: Words, size: Size, seed: int) -> Pixels:
        """One sample (H x W x 3) at the model's own steps and guidance."""
        words, nothing = stacked([words]), stacked([nothing])
        with torch.no_grad(), self.numbers():
            found = self.pipe(
                **self.call(words, nothing, float(self.facts["guidance"])), height=size.height, width=size.width,
                num_inference_steps=int(self.facts["steps"]), output_type="np",
                generator=torch.Generator("cpu").manual_seed(seed),
            ).images[0]
        return np.nan_to_num(found * 255).round().clip(0, 255).astype(np.uint8)

    def there(self, tensor: Any) -> Any:
        """The tensor as the network takes it."""
        return tensor.to(self.device, self.dtype)

    def numbers(self) -> AbstractContextManager[Any]:
        """Mixed precision where the network is not exact: what learns stays exact."""
        if self.dtype is torch.float32:
            return nullcontext()
        return torch.autocast(self.device.partition(":")[0], self.dtype)

    def targets(self, parts: str) -> str:
        """The layers that learn, as a pattern for PEFT."""
        names = self.attention + (self.forward if "feed-forward" in parts else ())
        ends = "|".join(name.replace(".", r"\.") for name in names)
        return rf"{self.blocks}\.(.*\.)?({ends})"


def stacked(words: Sequence[Words]) -> Words:
    """Several texts as one batch."""
    return {name: torch.stack([one[name] for one in words]) for name in words[0]}


def _dtype(network: Any, device: str) -> Any:
    """What the network calculates with: as it was loaded, but never float16, whose gradients vanish."""
    loaded = next(network.parameters()).dtype
    if loaded is torch.float32 or (device.startswith("cuda") and not torch.cuda.is_bf16_supported()):
        return torch.float32
    return torch.bfloat16


def _let_go(device: str) -> None:
    if device.startswith("cuda"):
        torch.cuda.empty_cache()
