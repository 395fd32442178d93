"""How a Flux model learns: the velocity along the straight path from a picture to noise."""

import math
from collections.abc import Mapping, Sequence
from typing import Any

import torch
from torch.nn.functional import mse_loss

from nodes.local.learning.course import Course, Words
from nodes.local.learning.order import chance, spread

ATTENTION = ("to_q", "to_k", "to_v", "to_out.0", "add_q_proj", "add_k_proj", "add_v_proj", "to_add_out")
FORWARD = ("ff.net.0.proj", "ff.net.2", "ff_context.net.0.proj", "ff_context.net.2", "proj_mlp", "proj_out")


class FlowCourse(Course):
    """A Flux pipeline in training."""

    part = "transformer"
    encoders = ("text_encoder", "text_encoder_2")
    attention = ATTENTION
    forward = FORWARD
    blocks = r"(transformer_blocks|single_transformer_blocks)\.\d+"

    def words(self, prompts: Sequence[str]) -> list[Words]:
        found = []
        for prompt in prompts:
            states, pooled, _ = self.pipe.encode_prompt(
                prompt=prompt, prompt_2=prompt, device=self.device, max_sequence_length=int(self.facts["sequence"])
            )
            found.append({"states": states[0].float().cpu(), "pooled": pooled[0].float().cpu()})
        return found

    def nothing(self) -> Words:
        return self.words([""])[0]

    def loss(self, latents: Any, words: Words, seed: int, step: int) -> Any:
        count, channels, height, width = latents.shape
        noise = torch.randn(latents.shape, generator=chance(seed, step, "noise"))
        time = self._shifted(_times(count, seed, step), height * width // 4)
        mixed = latents + time[:, None, None, None] * (noise - latents)
        pack = self.pipe._pack_latents
        with self.numbers():
            velocity = self.network(
                hidden_states=self.there(pack(mixed, count, channels, height, width)),
                timestep=self.there(time), guidance=self.there(torch.ones(count)) if self._guided else None,
                pooled_projections=self.there(words["pooled"]), encoder_hidden_states=self.there(words["states"]),
                txt_ids=self.there(torch.zeros(words["states"].shape[1], 3)),
                img_ids=self.there(self.pipe._prepare_latent_image_ids(
                    count, height // 2, width // 2, torch.device("cpu"), torch.float32)),
                return_dict=False,
            )[0]
        wanted = pack(noise - latents, count, channels, height, width)
        return mse_loss(velocity.float(), wanted.to(velocity.device))

    def call(self, words: Words, nothing: Words, guidance: float) -> Mapping[str, Any]:
        found = {
            "prompt_embeds": self.there(words["states"]), "pooled_prompt_embeds": self.there(words["pooled"]),
            "guidance_scale": guidance if self.facts["guidance_by"] == "embedded" else 0.0,
        }
        if self.facts["guidance_by"] == "true_cfg":
            found |= {
                "negative_prompt_embeds": self.there(nothing["states"]), "true_cfg_scale": guidance,
                "negative_pooled_prompt_embeds": self.there(nothing["pooled"]), "guidance_scale": 1.0,
            }
        return found

    @property
    def _guided(self) -> bool:
        return bool(self.network.config.guidance_embeds)

    def _shifted(self, time: Any, tokens: int) -> Any:
        """Later on the path for larger pictures, by as much as the model's own scheduler goes."""
        facts = self.pipe.scheduler.config
        shift = float(facts.get("shift") or 1.0)
        if facts.get("use_dynamic_shifting"):
            share = (tokens - facts["base_image_seq_len"]) / (facts["max_image_seq_len"] - facts["base_image_seq_len"])
            shift = math.exp(facts["base_shift"] + share * (facts["max_shift"] - facts["base_shift"]))
        return shift * time / (1 + (shift - 1) * time)


def _times(count: int, seed: int, step: int) -> Any:
    """Points on the path; every other batch favours its middle, where most is decided."""
    even = spread(count, seed, step)
    return torch.sigmoid(torch.special.ndtri(even)) if step % 2 else even
