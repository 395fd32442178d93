"""How Stable Diffusion and SDXL learn: the noise in a picture, or what their scheduler says they predict."""

from collections.abc import Mapping, Sequence
from typing import Any

import torch
from diffusers import DDPMScheduler
from torch.nn.functional import mse_loss

from nodes.local.learning.course import Course, Words
from nodes.local.learning.order import chance, spread

KOHYA = {"lora_A": "lora_down", "lora_B": "lora_up"}


class DenoisingCourse(Course):
    """A Stable Diffusion pipeline in training; with two text encoders it is an SDXL one."""

    part = "unet"
    encoders = ("text_encoder", "text_encoder_2")
    attention = ("to_q", "to_k", "to_v", "to_out.0")
    forward = ("ff.net.0.proj", "ff.net.2")
    blocks = r"(down_blocks|mid_block|up_blocks)\.[\w.]*attentions\.\d+\.transformer_blocks\.\d+"

    def __init__(self, pipe: Any, facts: Mapping[str, Any], device: str) -> None:
        super().__init__(pipe, facts, device)
        self._noising = DDPMScheduler.from_config(pipe.scheduler.config)
        self._large = getattr(pipe, "text_encoder_2", None) is not None

    def words(self, prompts: Sequence[str]) -> list[Words]:
        return [self._encoded(prompt)[0] for prompt in prompts]

    def nothing(self) -> Words:
        return self._encoded("")[1]

    def loss(self, latents: Any, words: Words, seed: int, step: int) -> Any:
        count = len(latents)
        noise = torch.randn(latents.shape, generator=chance(seed, step, "noise"))
        times = (spread(count, seed, step) * self._noising.config["num_train_timesteps"]).long()
        mixed = self._noising.add_noise(latents, noise, times)
        with self.numbers():
            found = self.network(
                self.there(mixed), times.to(self.device), encoder_hidden_states=self.there(words["states"]),
                added_cond_kwargs=self._added(latents, words), return_dict=False,
            )[0]
        return mse_loss(found.float(), self._wanted(latents, noise, times).to(found.device))

    def call(self, words: Words, nothing: Words, guidance: float) -> Mapping[str, Any]:
        found = {
            "prompt_embeds": self.there(words["states"]), "negative_prompt_embeds": self.there(nothing["states"]),
            "guidance_scale": guidance,
        }
        if self._large:
            found |= {
                "pooled_prompt_embeds": self.there(words["pooled"]),
                "negative_pooled_prompt_embeds": self.there(nothing["pooled"]),
            }
        return found

    def named(self, weights: Mapping[str, Any], alpha: Any) -> dict[str, Any]:
        """Kohya's names: of these families every program reads them, and not all read those of diffusers."""
        found = {}
        for name, weight in weights.items():
            layer, which = name.removesuffix(".weight").rsplit(".", 1)
            stem = f"lora_unet_{layer.replace('.', '_')}"
            found[f"{stem}.{KOHYA[which]}.weight"] = weight
            found[f"{stem}.alpha"] = alpha
        return found

    def _encoded(self, prompt: str) -> tuple[Words, Words]:
        """The words, and what stands for none of them."""
        found = self.pipe.encode_prompt(
            prompt=prompt, device=self.device, num_images_per_prompt=1, do_classifier_free_guidance=True
        )
        names = ("states", "states", "pooled", "pooled")
        words, nothing = ({names[at]: found[at][0].float().cpu() for at in range(side, len(found), 2)}
                          for side in (0, 1))
        return words, nothing

    def _added(self, latents: Any, words: Words) -> Mapping[str, Any] | None:
        if not self._large:
            return None
        unit = self.pipe.vae_scale_factor
        height, width = latents.shape[2] * unit, latents.shape[3] * unit
        # Its own size, nothing cut off, asked for in that size: the pictures are already in their shapes.
        sizes = torch.tensor([[height, width, 0, 0, height, width]], dtype=torch.float32).repeat(len(latents), 1)
        return {"text_embeds": self.there(words["pooled"]), "time_ids": self.there(sizes)}

    def _wanted(self, latents: Any, noise: Any, times: Any) -> Any:
        kind = self._noising.config["prediction_type"]
        if kind == "epsilon":
            return noise
        return self._noising.get_velocity(latents, noise, times) if kind == "v_prediction" else latents
