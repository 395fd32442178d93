"""Speech from models on this machine."""

from typing import Annotated

from ajar.clips import Audio
from ajar.context import Gpu
from ajar.contract import node
from ajar.errors import UserError
from ajar.hints import Model, Prompt, Seed, Slider
from ajar.values import Tuning
from ajar.wishes import Saying, Speaker


@node
def speak(
    gpu: Gpu,
    text: Prompt,
    model: Annotated[str, Model("speech")],
    voice: str = "",
    speed: Annotated[float, Slider(0.5, 2, 0.05)] = 1.0,
    seed: Seed = 0,
    tuning: Tuning | None = None,
) -> Audio:
    """Speak a text with a model on this machine, sentence after sentence.

    Models of the kind VITS, such as those of MMS, speak one language each. `voice` is the number of a speaker, where
    a model has several. The same seed gives the same speech. Kokoro speaks through a pack: examples/packs/kokoro.
    """
    if not text.strip():
        raise UserError("There is nothing to say: the text is empty.", "Write what is to be spoken.")
    speaker: Speaker = gpu.load(model, kind="speech", tuning=tuning)
    return speaker.say(Saying(text=text, voice=voice.strip(), speed=speed, seed=seed), gpu.progress)
