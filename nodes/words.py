"""Words from models on this machine: answers, longer prompts, and what a picture shows."""

import functools
import re
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Literal

from ajar.context import Gpu
from ajar.contract import node
from ajar.errors import UserError
from ajar.hints import Model, Prompt, Range, Seed, Slider
from ajar.models import read_toml
from ajar.values import Image, Tuning
from ajar.wishes import Writer, Writing

FILE = Path(__file__).parents[1] / "resources" / "wordings.toml"
Tokens = Annotated[int, Range(1, 32_768)]
Temperature = Annotated[float, Slider(0, 2, 0.05)]
TopP = Annotated[float, Slider(0.05, 1, 0.05)]
Target = Literal[
    "flux", "flux-2", "sdxl", "sd-1.5", "sd-3.5", "z-image", "qwen-image", "chroma", "wan", "ltx", "hunyuan-video",
    "cogvideox", "kling", "veo", "seedance", "stable-audio", "ace-step",
]
Style = Literal["training", "sentence", "details", "tags", "prompt"]


@dataclass(frozen=True, slots=True)
class Wording:
    """What a model is told before the person's own words."""

    instruction: str
    tokens: int
    """How many words such an answer usually needs, in tokens, with room to spare."""


@node(title="Write on this machine")
def write(
    gpu: Gpu,
    prompt: Prompt,
    model: Annotated[str, Model("llm")] = "Qwen3-4B",
    system: Prompt = "",
    tokens: Tokens = 512,
    temperature: Temperature = 0.7,
    top_p: TopP = 0.9,
    seed: Seed = 0,
    think: bool = False,
    tuning: Tuning | None = None,
) -> str:
    """Have a language model on this machine write; the words show while they are written.

    The model is a folder of transformers with safetensors or a GGUF file, which is unpacked to 16 bits while it is
    read. `system` says how it is to behave, `tokens` is the most it writes. Temperature 0 takes the likeliest word
    each time; otherwise the same seed gives the same text on the same machine. With `think`, models that can think
    first, which takes tokens too; their thoughts are left out.
    """
    if not prompt.strip():
        raise UserError("There is nothing to write about: the prompt is empty.", "Say what is to be written.")
    writer: Writer = gpu.load(model, kind="llm", tuning=tuning)
    wanted = Writing(
        prompt=prompt, system=system, tokens=tokens, temperature=temperature, top_p=top_p, seed=seed, think=think,
    )
    return writer.write(wanted, gpu.progress)


@node
def expand_prompt(
    gpu: Gpu,
    idea: Prompt,
    target: Target = "flux",
    model: Annotated[str, Model("llm")] = "Qwen3-4B",
    wish: str = "",
    temperature: Temperature = 0.7,
    top_p: TopP = 0.9,
    seed: Seed = 0,
    tuning: Tuning | None = None,
) -> str:
    """Turn an idea into a prompt in the way that a model likes to be told, by a language model on this machine.

    `target` is the model that the prompt is for: tags for the older ones, whole sentences for the newer, movement for
    films. `wish` is put to the instruction: "in German", "no people". The same seed gives the same prompt.
    """
    if not idea.strip():
        raise UserError("There is nothing to expand: the idea is empty.", "Say in a few words what is to be seen.")
    writer: Writer = gpu.load(model, kind="llm", tuning=tuning)
    row = wordings("target")[target]
    wanted = Writing(
        prompt=idea.strip(), system=_with(row.instruction, wish), tokens=row.tokens, temperature=temperature,
        top_p=top_p, seed=seed,
    )
    return bare(writer.write(wanted, gpu.progress))


@node
def caption(
    gpu: Gpu,
    image: Image,
    model: Annotated[str, Model("vlm")],
    style: Style = "training",
    instruction: Prompt = "",
    tokens: Tokens = 256,
    temperature: Temperature = 0.0,
    top_p: TopP = 0.9,
    seed: Seed = 0,
    tuning: Tuning | None = None,
) -> str:
    """Describe a picture by a model on this machine that sees.

    `style` is how: a caption to train a LoRA with, one sentence, every detail, tags, or a prompt to paint it again;
    an `instruction` of your own replaces it, also a question. Wire a stream of pictures in to caption a folder:
    the captions go on into `captions` of a training. At temperature 0 the words are always the same.
    """
    writer: Writer = gpu.load(model, kind="vlm", tuning=tuning)
    wanted = Writing(
        prompt=instruction.strip() or wordings("caption")[style].instruction, image=image, tokens=tokens,
        temperature=temperature, top_p=top_p, seed=seed,
    )
    return bare(writer.write(wanted, gpu.progress))


@functools.cache
def wordings(kind: Literal["target", "caption"]) -> Mapping[str, Wording]:
    """The instructions of resources/wordings.toml by name."""
    rows = read_toml(FILE)[kind]
    return {name: Wording(" ".join(row["instruction"].split()), row.get("tokens", 256)) for name, row in rows.items()}


def bare(text: str) -> str:
    """An answer in one line, without what talkative models put around it."""
    line = " ".join(text.split())
    line = re.sub(r"^\**(prompt|caption|description|tags)\**\s*:\**\s*", "", line, flags=re.IGNORECASE)
    for left, right in ('""', "''", "“”", "``"):
        if len(line) > 1 and line[0] == left and line[-1] == right and line.count(left) == 1 + (left == right):
            line = line[1:-1].strip()
    return line


def _with(instruction: str, wish: str) -> str:
    return f"{instruction} Above all: {wish.strip()}" if wish.strip() else instruction
