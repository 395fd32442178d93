"""What was made at services that let no program in: their results come in as files, with the prompt as text.

As of 2026-05 neither Midjourney nor Suno had an official public interface for programs (third-party notes; what came
after is not confirmed). Nothing here logs in anywhere.
"""

import re
from pathlib import Path
from typing import Annotated, NamedTuple

from ajar.contract import node
from ajar.hints import File, Prompt
from ajar.values import Audio, Image


class FromMidjourney(NamedTuple):
    """A picture, the prompt as it was pasted, and its words without Midjourney's parameters."""

    image: Image
    prompt: str
    words: str


class FromSuno(NamedTuple):
    """A sound and the prompt as it was pasted."""

    sound: Audio
    prompt: str


@node(group="Files", title="Midjourney import")
def midjourney_import(file: Annotated[Path, File("image")], prompt: Prompt = "") -> FromMidjourney:
    """Bring in a picture that you made and downloaded at Midjourney, with its prompt.

    There is no node that makes pictures with Midjourney: as of May 2026 it had no public interface for programs. What
    is sold as one drives its Discord or its web pages with somebody's account, against its rules, and that may cost you
    yours. Paste the prompt here, so that it goes along: Words is the prompt without parameters such as --ar 16:9, for
    models that do not know these. Nodes that do make pictures: Flux on this machine, Flux by Black Forest Labs, OpenAI
    image, Gemini image, Seedream, Kling image, Grok image, Runway image, Luma image. All take words; most take
    this picture as a reference, too.
    """
    image = Image.open(file)
    _ = image.array  # decoded here, so that a damaged file is reported at this node
    return FromMidjourney(image, prompt, without_parameters(prompt))


@node(group="Files", title="Suno import")
def suno_import(file: Annotated[Path, File()], prompt: Prompt = "") -> FromSuno:
    """Bring in a song that you made and downloaded at Suno, with its prompt.

    There is no node that makes songs with Suno: as of May 2026 it had no official public interface for programs; what
    is said of one since then is contradictory and not confirmed. What is sold as one comes from resellers whom Suno has
    not named. WAV is always read, MP3 and other files where PyAV is installed. Nodes that do make music: ElevenLabs
    music and Stable Audio by Stability AI; Google's Lyria where Replicate or fal host it.
    """
    return FromSuno(Audio.open(file), prompt)


def without_parameters(prompt: str) -> str:
    """The words of a Midjourney prompt. Its parameters (``--ar 16:9``; also with a long dash) stand at its end."""
    return re.split(r"(?:^|\s)(?:--|—)[a-zA-Z]", prompt, maxsplit=1)[0].strip()
