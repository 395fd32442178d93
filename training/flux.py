"""The Flux pipeline: a small transformer trained on pictures whose captions are already understood."""

from __future__ import annotations

import time
from pathlib import Path
from typing import Any

import torch
import torch.nn.functional as F
from diffusers import FlowMatchEulerDiscreteScheduler, FluxPipeline, FluxTransformer2DModel
from torch import Tensor, nn

from training.autoencoder import CELLS, CHANNELS
from training.fastflux import Pass, frame
from training.language import CLIP_WIDTH, T5_WIDTH
from training.palette import NAMES
from training.pictures import NOTHING, PictureSet
from training.progress import Average, Optimisers, Progress, load_checkpoint, save_checkpoint
from training.tokenizers import CLIP_LENGTH, T5_LENGTH, clip_tokenizer, token_ids, word_tokenizer
from training.words import THINGS

BATCH = 64
PATCHES = CELLS // 2
# How often a caption is emptied, which is what makes classifier-free guidance work.
NO_CAPTION = 0.1
# The weight of seeing what is in each patch, half-way through the transformer.
SIGHT = 0.1
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


class Sight(nn.Module):
    """A linear reader of what each patch shows: which thing, and which colour; it is not shipped.

    Asking it is what teaches the first blocks where each word's thing belongs.
    """

    def __init__(self, width: int) -> None:
        super().__init__()
        self.name = nn.Linear(width, len(THINGS) + 1)
        self.colour = nn.Linear(width, len(NAMES) + 1)

    def loss(self, seen: Tensor, cover: Tensor, things: Tensor) -> Tensor:
        """Cross-entropy against the shares of each patch, (picture,); 0 where no things are shown."""
        shares = cover.flatten(2).float() / 255
        rest = (1 - shares.sum(1)).clamp(min=0)
        total = torch.zeros(len(seen))
        for number, reader in enumerate((self.name, self.colour)):
            chances = reader(seen.float()).log_softmax(-1).transpose(1, 2)
            known = things[..., number].long()
            wanted = known.masked_fill(known == NOTHING, 0)[..., None].expand(-1, -1, shares.shape[-1])
            there = chances.gather(1, wanted)
            total = total - (there * shares).sum(1).mean(-1) - (chances[:, -1] * rest).mean(-1)
        return total * (things[:, 0, 0] != NOTHING)


class FluxTraining:
    """The transformer in training, its captions as vectors, and one rectified-flow step."""

    def __init__(self, language: nn.ModuleDict) -> None:
        torch.manual_seed(0)
        self.clip_tokens, self.t5_tokens = clip_tokenizer(), word_tokenizer()
        self.clip, self.t5 = language["clip"], language["t5"]
        transformer = new_transformer()
        width = transformer.config.num_attention_heads * transformer.config.attention_head_dim
        self.models = nn.ModuleDict({"transformer": transformer, "sight": Sight(width)})
        places = FluxPipeline._prepare_latent_image_ids(1, PATCHES, PATCHES, torch.device("cpu"), torch.float32)
        self.frame = frame(transformer, T5_LENGTH, places)
        self.pooled, self.words = torch.empty(0), torch.empty(0)

    @torch.no_grad()
    def read(self, captions: list[str]) -> None:
        """Keep the vectors of all captions; row 0 is the empty one."""
        pooled, words = [], []
        everything = ["", *captions]
        for start in range(0, len(everything), 500):
            part = everything[start : start + 500]
            pooled.append(self.clip(token_ids(self.clip_tokens, part, CLIP_LENGTH)).pooler_output)
            words.append(self.t5(token_ids(self.t5_tokens, part, T5_LENGTH))[0].bfloat16())
        self.pooled, self.words = torch.cat(pooled), torch.cat(words)

    def optimisers(self) -> Optimisers:
        """Muon for matrices inside blocks; embeddings, norms and projections by AdamW."""
        return Optimisers(self.models, lambda name, weight: "block" in name and weight.ndim == 2, muon_rate=0.015,
                          adam_rate=2e-3)

    def loss(self, run: Pass, latents: Tensor, pictures: PictureSet, step: int) -> tuple[Tensor, Tensor]:
        """Mean squared error of the predicted velocity on a random batch, and the loss of sight."""
        chosen = torch.randint(0, len(latents), (BATCH,))
        clean = packed(latents[chosen].float())
        noise = torch.randn_like(clean)
        # Every other batch favours the middle of the path, where most is decided.
        time_ = torch.sigmoid(torch.randn(BATCH)) if step % 2 else torch.rand(BATCH)
        mixed = clean + time_[:, None, None] * (noise - clean)
        told = torch.rand(BATCH) >= NO_CAPTION
        rows = torch.where(told, chosen + 1, 0)
        waves = self.models["transformer"].time_text_embed.time_proj(time_ * 1000)
        velocity, half_way = run(mixed, waves, self.pooled[rows], self.words[rows])
        cover, things = (torch.from_numpy(of[chosen.numpy()]) for of in (pictures.cover, pictures.things))
        seen = (self.models["sight"].loss(half_way, cover, things) * told).mean()
        return F.mse_loss(velocity, noise - clean), seen

    def pipeline(self, autoencoder: Any, weights: dict[str, Tensor]) -> Any:
        """A stock FluxPipeline with these weights."""
        self.models.load_state_dict(weights)
        self.models.eval()
        return FluxPipeline(
            scheduler=FlowMatchEulerDiscreteScheduler(shift=1.0, use_dynamic_shifting=False),
            vae=autoencoder,
            text_encoder=self.clip,
            tokenizer=self.clip_tokens,
            text_encoder_2=self.t5,
            tokenizer_2=self.t5_tokens,
            transformer=self.models["transformer"],
        )


def packed(latents: Tensor) -> Tensor:
    """Latents as a row of 2x2 patches, in the order that FluxPipeline unpacks."""
    tiles = latents.view(-1, CHANNELS, PATCHES, 2, PATCHES, 2).permute(0, 2, 4, 1, 3, 5)
    return tiles.reshape(-1, PATCHES * PATCHES, CHANNELS * 4)


def train(training: FluxTraining, latents: Tensor, pictures: PictureSet, work: Path, minutes: float) -> None:
    """Train for the given minutes, or go on where an earlier run stopped."""
    torch.manual_seed(1)
    optimisers, progress = training.optimisers(), Progress(minutes)
    average = Average(training.models, keep=0.998)
    checkpoint = work / "flux.pt"
    held = load_checkpoint(checkpoint, training.models, optimisers, progress)
    average.weights = held.get("average", average.weights)
    training.models.train()
    training.read(pictures.captions)
    run = Pass(training.frame, dict(training.models["transformer"].named_parameters()))
    saved = time.monotonic()
    sights: list[float] = []
    while not progress.done:
        loss, seen = training.loss(run, latents, pictures, progress.step)
        optimisers.update(loss + SIGHT * seen, progress.rate(hold=0.35))
        progress.note(loss.item(), BATCH)
        sights.append(seen.item())
        if progress.step % 100 == 0:
            print(f"  sight {sum(sights) / len(sights):.3f}", flush=True)
            sights.clear()
        average.follow(training.models, progress.step)
        if time.monotonic() - saved > SAVE_EVERY_SECONDS or progress.done:
            save_checkpoint(checkpoint, training.models, optimisers, progress, average=average.weights)
            saved = time.monotonic()


def averaged_weights(work: Path) -> dict[str, Tensor]:
    """The averaged weights of the newest checkpoint."""
    state = torch.load(work / "flux.pt", weights_only=True)
    weights: dict[str, Tensor] = state["average"]
    return weights
