"""Speech by Kokoro-82M. At the top of this file only ``ajar`` and the standard library: Ajar reads it to know the node.

The model is a folder that you bring: ``config.json``, ``kokoro-v1_0.pth`` and ``voices`` of hexgrad/Kokoro-82M.
Nothing is fetched while it speaks.
"""

import functools
import os
import re
from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, Literal

from ajar import Audio, File, Gpu, Prompt, Slider, UserError, node

RATE = 24_000
LONGEST = 500
"""Sounds that Kokoro speaks at once; it reads 510 with its two marks."""
LANGUAGES = {
    "English (US)": "en-us", "English (UK)": "en-gb", "Spanish": "es", "French": "fr-fr", "Hindi": "hi",
    "Italian": "it", "Portuguese": "pt-br",
}
Language = Literal["English (US)", "English (UK)", "Spanish", "French", "Hindi", "Italian", "Portuguese"]


@node(title="Speak with Kokoro")
def speak(
    gpu: Gpu,
    text: Prompt,
    folder: Annotated[Path, File("folder")],
    voice: str = "af_heart",
    language: Language = "English (US)",
    speed: Annotated[float, Slider(0.5, 2, 0.05)] = 1.0,
) -> Audio:
    """Speak a text with Kokoro, sentence after sentence.

    The folder is that of hexgrad/Kokoro-82M, with `voices`; a voice is the name of a file there. The first letter of
    its name says the language it learned: a and b English, e Spanish, f French, h Hindi, i Italian, p Portuguese.
    """
    import numpy as np
    import torch

    if not text.strip():
        raise UserError("There is nothing to say: the text is empty.", "Write what is to be spoken.")
    style = _voice(folder, voice)
    model = _model(folder, gpu.device)
    parts = [sounds for sentence in _sentences(text) for sounds in _pieces(_sounds(sentence, LANGUAGES[language]))]
    said = []
    for sounds in gpu.each(parts, "speaking"):
        torch.manual_seed(0)  # what it breathes in between is noise
        with torch.no_grad():
            found = model(sounds, style[min(len(sounds), len(style)) - 1].to(model.device), speed)
        said.append(found.float().cpu().numpy().reshape(1, -1))
    if not said:
        raise UserError("None of this text can be spoken.", "Write it in the language that was chosen.")
    return Audio(np.ascontiguousarray(np.concatenate(said, 1), np.float32), RATE)


@functools.lru_cache(maxsize=1)
def _model(folder: Path, device: str) -> Any:
    os.environ["HF_HUB_OFFLINE"] = "1"
    from kokoro import KModel

    weights = sorted(folder.glob("kokoro*.pth"))
    if not weights or not (folder / "config.json").is_file():
        raise UserError(
            f"{folder.name} is not a folder of Kokoro.", "It has config.json, kokoro-v1_0.pth and a folder voices."
        )
    # Kokoro reads its weights as tensors only, so nothing in the file can run.
    model = KModel(repo_id="hexgrad/Kokoro-82M", config=str(folder / "config.json"), model=str(weights[0]))
    return model.to(device).eval()


def _voice(folder: Path, name: str) -> Any:
    """How a voice speaks sentences of each length: lengths x 1 x 256 numbers."""
    import torch

    voices = {path.stem: path for path in sorted((folder / "voices").glob("*.pt"))}
    if name not in voices:
        raise UserError(f'There is no voice "{name}".', f"There are: {', '.join(voices) or 'none in this folder'}.")
    return torch.load(voices[name], weights_only=True)


def _sounds(sentence: str, language: str) -> str:
    """A sentence in the sounds that Kokoro knows, as espeak speaks it."""
    from misaki.espeak import EspeakG2P

    found = EspeakG2P(language=language)(sentence)
    return str(found[0] if isinstance(found, tuple) else found).strip()


def _sentences(text: str) -> Iterator[str]:
    for sentence in re.split(r"(?<=[.!?…])\s+|\n+", text):
        if sentence.strip():
            yield sentence.strip()


def _pieces(sounds: str) -> Iterator[str]:
    """Sounds in parts that are short enough, cut where a word ends."""
    while len(sounds) > LONGEST:
        at = sounds.rfind(" ", 0, LONGEST)
        at = at if at > 0 else LONGEST
        yield sounds[:at].strip()
        sounds = sounds[at:].strip()
    if sounds:
        yield sounds
