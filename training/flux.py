"""The Flux pipeline: a small transformer trained together with its two text encoders."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import torch
import torch.nn.functional as F
from diffusers import FlowMatchEulerDiscreteScheduler, FluxPipeline, FluxTransformer2DModel
from torch import Tensor, nn
from transformers import CLIPTextConfig, CLIPTextModel, T5Config, T5EncoderModel

from training.autoencoder import CELLS, CHANNELS
from training.progress import Average, Optimisers, Progress, load_checkpoint, save_checkpoint
from training.tokenizers import (
    CLIP_LENGTH,
    T5_LENGTH,
    clip_tokenizer,
    token_ids,
    word_tokenizer,
)

BATCH = 64
T5_WIDTH, CLIP_WIDTH = 128, 96
PATCHES = CELLS // 2
# How often a caption is emptied, which is what makes classifier-free guidance work.
NO_CAPTION = 0.1
SAVE_EVERY_SECONDS = 240


def new_transformer() -> Any:
    """An untrained FluxTransformer2DModel that starts as the identity, as in DiT."""
    model: Any = FluxTransformer2DModel(
        patch_size=1,
        in_channels=CHANNELS * 4,
        num_layers=2,
        num_single_layers=4,
        attention_head_dim=32,
        num_attention_heads=5,
        joint_attention_dim=T5_WIDTH,
        pooled_projection_dim=CLIP_WIDTH,
        guidance_embeds=False,
        axes_dims_rope=(8, 12, 12),
    )
    quiet = ("norm1.linear", "norm1_context.linear", "norm.linear", "norm_out.linear")
    for name, weight in model.named_parameters():
        if any(part in name for part in quiet) or name.startswith("proj_out"):
            nn.init.zeros_(weight)
        elif weight.ndim == 2:
            nn.init.xavier_uniform_(weight)
    return model


def new_text_encoders(clip_tokens: Any, t5_tokens: Any) -> tuple[Any, Any]:
    """Untrained CLIP and T5 encoders for these tokenizers."""
    clip = CLIPTextModel(
        CLIPTextConfig(
            vocab_size=len(clip_tokens),
            hidden_size=CLIP_WIDTH,
            intermediate_size=2 * CLIP_WIDTH,
            num_hidden_layers=1,
            num_attention_heads=3,
            max_position_embeddings=CLIP_LENGTH,
            projection_dim=CLIP_WIDTH,
            bos_token_id=clip_tokens.bos_token_id,
            eos_token_id=clip_tokens.eos_token_id,
            pad_token_id=clip_tokens.pad_token_id,
        )
    )
    t5 = T5EncoderModel(
        T5Config(
            vocab_size=len(t5_tokens),
            d_model=T5_WIDTH,
            d_kv=32,
            d_ff=2 * T5_WIDTH,
            num_layers=2,
            num_heads=4,
            feed_forward_proj="gated-gelu",
            dropout_rate=0.0,
            pad_token_id=0,
            eos_token_id=1,
            decoder_start_token_id=0,
        )
    )
    return clip, t5


class FluxTraining:
    """The models in training, their captions as ids, and one rectified-flow step."""

    def __init__(self, captions: list[str]) -> None:
        torch.manual_seed(0)
        self.clip_tokens = clip_tokenizer(captions)
        self.t5_tokens = word_tokenizer(captions)
        clip, t5 = new_text_encoders(self.clip_tokens, self.t5_tokens)
        self.models = nn.ModuleDict({"transformer": new_transformer(), "clip": clip, "t5": t5})
        self.clip_ids = token_ids(self.clip_tokens, ["", *captions], CLIP_LENGTH)
        self.t5_ids = token_ids(self.t5_tokens, ["", *captions], T5_LENGTH)
        self._places = FluxPipeline._prepare_latent_image_ids(1, PATCHES, PATCHES, torch.device("cpu"), torch.float32)
        self._words = torch.zeros(T5_LENGTH, 3)

    def optimisers(self) -> Optimisers:
        """Muon for matrices inside blocks; embeddings, norms and projections by AdamW."""
        inner: list[nn.Parameter] = []
        outer: list[nn.Parameter] = []
        for name, weight in self.models.named_parameters():
            in_block = "block" in name or "encoder.layers" in name
            matrix = weight.ndim == 2 and "relative_attention" not in name
            (inner if in_block and matrix else outer).append(weight)
        return Optimisers(inner, outer, muon_rate=0.015, adam_rate=2e-3)

    def loss(self, latents: Tensor, step: int) -> Tensor:
        """Mean squared error of the predicted velocity on a random batch."""
        chosen = torch.randint(0, len(latents), (BATCH,))
        clean = packed(latents[chosen].float())
        noise = torch.randn_like(clean)
        # Every other batch favours the middle of the path, where most is decided.
        time_ = torch.sigmoid(torch.randn(BATCH)) if step % 2 else torch.rand(BATCH)
        mixed = clean + time_[:, None, None] * (noise - clean)
        # Row 0 of the ids is the empty caption.
        rows = torch.where(torch.rand(BATCH) < NO_CAPTION, 0, chosen + 1)
        velocity = self._predicted(mixed, time_, rows)
        return F.mse_loss(velocity, noise - clean)

    def _predicted(self, mixed: Tensor, time_: Tensor, rows: Tensor) -> Tensor:
        words = self.models["t5"](self.t5_ids[rows])[0]
        pooled = self.models["clip"](self.clip_ids[rows]).pooler_output
        velocity: Tensor = self.models["transformer"](
            hidden_states=mixed,
            timestep=time_,
            pooled_projections=pooled,
            encoder_hidden_states=words,
            txt_ids=self._words,
            img_ids=self._places,
            return_dict=False,
        )[0]
        return velocity

    def pipeline(self, autoencoder: Any, weights: dict[str, Tensor]) -> Any:
        """A stock FluxPipeline with these weights."""
        self.models.load_state_dict(weights)
        self.models.eval()
        return FluxPipeline(
            scheduler=FlowMatchEulerDiscreteScheduler(shift=1.0, use_dynamic_shifting=False),
            vae=autoencoder,
            text_encoder=self.models["clip"],
            tokenizer=self.clip_tokens,
            text_encoder_2=self.models["t5"],
            tokenizer_2=self.t5_tokens,
            transformer=self.models["transformer"],
        )


def packed(latents: Tensor) -> Tensor:
    """Latents as a row of 2x2 patches, in the order that FluxPipeline unpacks."""
    tiles = latents.view(-1, CHANNELS, PATCHES, 2, PATCHES, 2).permute(0, 2, 4, 1, 3, 5)
    return tiles.reshape(-1, PATCHES * PATCHES, CHANNELS * 4)


def train(training: FluxTraining, latents: Tensor, work: Path, minutes: float) -> None:
    """Train for the given minutes, or go on where an earlier run stopped."""
    torch.manual_seed(1)
    optimisers, progress = training.optimisers(), Progress(minutes)
    average = Average(training.models, keep=0.998)
    checkpoint = work / "flux.pt"
    held = load_checkpoint(checkpoint, training.models, optimisers, progress)
    average.weights = held.get("average", average.weights)
    training.models.train()
    saved = time.monotonic()
    while not progress.done:
        loss = training.loss(latents, progress.step)
        optimisers.update(loss, progress.rate(hold=0.35))
        progress.note(loss.item(), BATCH)
        average.follow(training.models, progress.step)
        if time.monotonic() - saved > SAVE_EVERY_SECONDS or progress.done:
            save_checkpoint(checkpoint, training.models, optimisers, progress, average=average.weights)
            saved = time.monotonic()


def averaged_weights(work: Path) -> dict[str, Tensor]:
    """The averaged weights of the newest checkpoint."""
    state = torch.load(work / "flux.pt", weights_only=True)
    weights: dict[str, Tensor] = state["average"]
    return weights
