"""The two text encoders, taught what captions mean before any picture is learned.

From each word of a thing its vector must tell that thing's name, colour, size,
fill and place; from every vector, and from CLIP's pooled one, the background and
what else is true of the whole picture. So the transformer need not find out from
pixels which colour belongs to which thing: it finds it written beside the place.
The readers that ask are linear and are not shipped.
"""

from __future__ import annotations

import time
from collections.abc import Sequence
from dataclasses import dataclass
from pathlib import Path
from random import Random
from typing import Any

import numpy as np
import torch
import torch.nn.functional as F
from torch import Tensor, nn
from torch.nn.attention import SDPBackend, sdpa_kernel
from transformers import CLIPTextConfig, CLIPTextModel, T5Config, T5EncoderModel

from training.objects import Arrangement, drawing_order, places
from training.palette import NAMES
from training.pictures import MOST_THINGS, STRAY, Scene, scene
from training.progress import Optimisers, Progress, load_checkpoint, save_checkpoint
from training.scenery import Landscape
from training.tokenizers import CLIP_LENGTH, SILENT, T5_LENGTH, clip_tokenizer, token_ids, word_tokenizer
from training.words import FILLS, HOURS, LANDS, PATTERNS, RELATIONS, SIZES, STYLES, THINGS, WEATHERS

T5_WIDTH, CLIP_WIDTH = 128, 96
BATCH = 256
FIRST_NUMBER = 30_000_000
CAPTIONS = 250_000
SAVE_EVERY_SECONDS = 60
UNKNOWN = -100
"""The answer to a question that a caption does not ask; no loss counts it."""
EXTRA_WORDS = ("sun", "moon", "stars")
NONE = ("",)

# What is asked of each word of a thing, and of the whole caption: the possible answers.
OF_THING: dict[str, Sequence[str]] = {
    "name": THINGS,
    "colour": NAMES,
    "size": (*NONE, *SIZES),
    "fill": (*NONE, *FILLS),
    "layer": ("hindmost", "before it", "foremost"),
}
OF_SCENE: dict[str, Sequence[str]] = {
    "kind": ("things", "landscape", "pattern", "gradient"),
    "background": NAMES,
    "below": (*NONE, *NAMES),
    "style": (*NONE, *STYLES),
    "relation": (*NONE, *RELATIONS),
    "count": ("0", "1", "2", "3"),
    "land": LANDS,
    "hour": HOURS,
    "weather": (*NONE, *WEATHERS),
    "extra": (*NONE, *EXTRA_WORDS),
    "pattern": (*PATTERNS, "vertical", "horizontal"),
    "first": NAMES,
    "second": NAMES,
}
PLACE_UNIT = 16.0


@dataclass(frozen=True)
class Lessons:
    """Captions as ids, and the answers to what is asked of them.

    `owners` is (caption, token): the number of the thing that a word belongs to, or -1;
    `of_things` (caption, thing, question), `places` (caption, thing, 3) and `of_scenes` (caption, question).
    """

    t5_ids: Tensor
    clip_ids: Tensor
    owners: Tensor
    of_things: Tensor
    places: Tensor
    of_scenes: Tensor


def new_text_encoders(clip_tokens: Any, t5_tokens: Any) -> tuple[Any, Any]:
    """Untrained CLIP and T5 encoders for these tokenizers."""
    clip = CLIPTextModel(
        CLIPTextConfig(
            vocab_size=len(clip_tokens),
            hidden_size=CLIP_WIDTH,
            intermediate_size=2 * CLIP_WIDTH,
            num_hidden_layers=2,
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
            num_layers=3,
            num_heads=4,
            feed_forward_proj="gated-gelu",
            dropout_rate=0.0,
            pad_token_id=0,
            eos_token_id=1,
            decoder_start_token_id=0,
        )
    )
    return clip, t5


def owners(shown: Scene) -> list[int]:
    """For each token of T5 the number of the thing its word belongs to, or -1, padded to the length."""
    found: list[int] = []
    if isinstance(shown.what, Arrangement):
        relation = len([word for word in shown.what.relation.split() if word not in SILENT])
        for number, thing in enumerate(shown.what.things):
            found += [-1] * relation if number else []
            found += [number] * len([part for part in (thing.size, thing.colour, thing.fill, thing.name) if part])
    for place, word in enumerate(word for word in shown.words.split() if word not in SILENT):
        if word == STRAY:
            found.insert(place, -1)
    return (found + [-1] * T5_LENGTH)[:T5_LENGTH]


def answers_of_things(shown: Scene) -> tuple[list[list[int]], list[list[float]]]:
    """The answers, and the place, of each thing; unknown for things that are not there."""
    answers = [[UNKNOWN] * len(OF_THING) for _ in range(MOST_THINGS)]
    spots = [[0.0, 0.0, 0.0] for _ in range(MOST_THINGS)]
    if isinstance(shown.what, Arrangement):
        order = drawing_order(shown.what)
        for number, (thing, place) in enumerate(zip(shown.what.things, places(shown.what), strict=True)):
            # The order of drawing matters only where one thing covers another.
            layer = order.index(number) if shown.what.relation in ("inside", "behind") else 0
            words = (thing.name, thing.colour, thing.size, thing.fill)
            answers[number] = [
                *(options.index(word) for word, options in zip(words, OF_THING.values(), strict=False)),
                layer,
            ]
            spots[number] = [(place.x - 64) / PLACE_UNIT, (place.y - 64) / PLACE_UNIT, place.radius / PLACE_UNIT]
    return answers, spots


def answers_of_scene(shown: Scene) -> list[int]:
    """What is true of the whole picture, in the order of OF_SCENE."""
    said: dict[str, str] = {"kind": shown.kind, "style": shown.style, "count": "0"}
    if isinstance(shown.what, Arrangement):
        said |= {
            "background": shown.what.background,
            "below": shown.what.background_below,
            "relation": shown.what.relation,
            "count": str(len(shown.what.things)),
        }
    elif isinstance(shown.what, Landscape):
        said |= {name: getattr(shown.what, name) for name in ("land", "hour", "weather", "extra")}
    else:
        said |= {"first": shown.what.first, "second": shown.what.second, "pattern": shown.what.name}
    return [options.index(said[question]) if question in said else UNKNOWN for question, options in OF_SCENE.items()]


def lessons(scenes: list[Scene], clip_tokens: Any, t5_tokens: Any) -> Lessons:
    """The captions of the scenes with everything that may be asked of them."""
    captions = [shown.words for shown in scenes]
    asked = [answers_of_things(shown) for shown in scenes]
    return Lessons(
        token_ids(t5_tokens, captions, T5_LENGTH),
        token_ids(clip_tokens, captions, CLIP_LENGTH),
        torch.tensor([owners(shown) for shown in scenes]),
        torch.tensor([answers for answers, _ in asked]),
        torch.tensor([spots for _, spots in asked]),
        torch.tensor([answers_of_scene(shown) for shown in scenes]),
    )


class Readers(nn.Module):
    """Linear readers: of a word's thing, of the scene from any word, and of both from CLIP's vector."""

    def __init__(self) -> None:
        super().__init__()
        things, whole = (sum(map(len, questions.values())) for questions in (OF_THING, OF_SCENE))
        self.of_thing = nn.Linear(T5_WIDTH, things + 3)
        self.of_scene = nn.Linear(T5_WIDTH, whole)
        self.of_pooled = nn.Linear(CLIP_WIDTH, whole + MOST_THINGS * things)


def _asked(logits: Tensor, answers: Tensor, questions: dict[str, Sequence[str]]) -> tuple[Tensor, Tensor]:
    """The mean loss over the questions, and how many answers of each question were right."""
    parts = logits.split([len(options) for options in questions.values()], -1)
    losses, right = [], []
    for number, part in enumerate(parts):
        wanted = answers[..., number].reshape(-1)
        flat = part.reshape(-1, part.shape[-1])
        if bool((wanted != UNKNOWN).any()):
            losses.append(F.cross_entropy(flat, wanted, ignore_index=UNKNOWN))
        known = wanted != UNKNOWN
        right.append((flat.argmax(-1) == wanted)[known].float().mean())
    return torch.stack(losses).mean(), torch.stack(right)


def examine(models: nn.ModuleDict, batch: Lessons) -> tuple[Tensor, dict[str, Any]]:
    """The loss of all readers, and what share of the answers was right."""
    words = models["t5"](batch.t5_ids)[0]
    pooled = models["clip"](batch.clip_ids).pooler_output
    readers = models["readers"]
    own = batch.owners.clamp(min=0)
    thing_answers = batch.of_things.gather(1, own[..., None].expand(-1, -1, len(OF_THING)))
    thing_answers = thing_answers.masked_fill((batch.owners < 0)[..., None], UNKNOWN)
    read = readers.of_thing(words)
    thing_loss, thing_right = _asked(read[..., 3:], thing_answers, OF_THING)
    spots = batch.places.gather(1, own[..., None].expand(-1, -1, 3))
    owned = batch.owners >= 0
    place_loss = F.smooth_l1_loss(read[..., :3][owned], spots[owned], beta=0.2)
    scene_answers = batch.of_scenes[:, None].expand(-1, T5_LENGTH, -1)
    scene_loss, scene_right = _asked(readers.of_scene(words), scene_answers, OF_SCENE)
    whole = sum(map(len, OF_SCENE.values()))
    from_pooled = readers.of_pooled(pooled)
    pooled_loss, pooled_right = _asked(from_pooled[:, :whole], batch.of_scenes, OF_SCENE)
    each = from_pooled[:, whole:].unflatten(1, (MOST_THINGS, -1))
    pooled_things, pooled_things_right = _asked(each, batch.of_things, OF_THING)
    loss = thing_loss + 2 * place_loss + scene_loss + pooled_loss + 0.5 * pooled_things
    apart = (read[..., :3][owned] - spots[owned]).abs().mean().item() * PLACE_UNIT
    return loss, {
        "thing": thing_right,
        "pixels": apart,
        "scene": scene_right,
        "pooled": pooled_right,
        "pooled things": pooled_things_right,
    }


def chosen(all_: Lessons, rows: Tensor) -> Lessons:
    return Lessons(*(getattr(all_, name)[rows] for name in Lessons.__dataclass_fields__))


def _written(count: int) -> list[Scene]:
    """Captions as training pictures have them, of numbers that no picture has."""
    return [scene(Random(FIRST_NUMBER + number)) for number in range(count)]


def train(work: Path, minutes: float) -> nn.ModuleDict:
    """Train both encoders for the given minutes, or go on where an earlier run stopped."""
    torch.manual_seed(3)
    clip_tokens, t5_tokens = clip_tokenizer(), word_tokenizer()
    clip, t5 = new_text_encoders(clip_tokens, t5_tokens)
    models = nn.ModuleDict({"clip": clip, "t5": t5, "readers": Readers()})
    optimisers, progress = Optimisers(models, _is_inner, muon_rate=0.015, adam_rate=3e-3), Progress(minutes)
    checkpoint = work / "language.pt"
    load_checkpoint(checkpoint, models, optimisers, progress)
    taught = None if progress.done else lessons(_written(CAPTIONS), clip_tokens, t5_tokens)
    models.train()
    saved = time.monotonic()
    while taught is not None and not progress.done:
        rows = torch.from_numpy(np.random.default_rng(progress.step).integers(0, CAPTIONS, BATCH))
        with torch.autocast("cpu", torch.bfloat16), sdpa_kernel([SDPBackend.MATH]):
            loss, right = examine(models, chosen(taught, rows))
        optimisers.update(loss, progress.rate(hold=0.3))
        progress.note(loss.item(), BATCH)
        if progress.step % 200 == 0:
            print(
                {k: v if isinstance(v, float) else round(float(v.nanmean()), 4) for k, v in right.items()}, flush=True
            )
        if time.monotonic() - saved > SAVE_EVERY_SECONDS or progress.done:
            save_checkpoint(checkpoint, models, optimisers, progress)
            saved = time.monotonic()
    return models.eval()


def _is_inner(name: str, weight: nn.Parameter) -> bool:
    """A matrix inside a block; embeddings, norms and readers are none."""
    in_block = ".block." in name or "encoder.layers" in name
    return in_block and weight.ndim == 2 and "relative_attention" not in name
