"""What a node orders from a provider, and what comes of it."""

import base64
from collections.abc import Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeVar

from ajar.errors import UserError

if TYPE_CHECKING:
    from ajar.values import Audio, Image, Mask, Video

T = TypeVar("T")
Modality = Literal["image", "video", "audio", "text", "data"]
Phase = Literal["queued", "running", "done", "failed", "blocked", "cancelled", "gone"]
Via = Literal["inline", "upload"]


@dataclass(frozen=True, slots=True)
class Media:
    """A picture, mask, film or sound that goes along with an order."""

    role: str
    """``first_frame``, ``last_frame``, ``reference``, ``mask``, ``video``, ``audio``: a word of the provider file."""
    value: "Image | Mask | Video | Audio | Path"
    suffix: str = "png"
    """As what a picture is sent (``png``, ``jpg``, ``webp``) or a sound (``wav``, ``flac``); films go as they are."""
    via: Via = "inline"
    """``upload``: it is handed to ``Provider.upload`` first, and ``Part.ref`` is what that gave."""


@dataclass(frozen=True, slots=True)
class Order:
    """One thing to be made elsewhere. Equal orders (of one take) are paid once."""

    model: str
    """The provider's own name of the model."""
    modality: Modality
    settings: Mapping[str, Any]
    """All but the media, as plain JSON; what these mean is the provider file's business."""
    media: tuple[Media, ...] = ()
    terms: Mapping[str, Any] = field(default_factory=dict)
    """What decides which price rows apply: ``{"resolution": "1080p", "audio": True}``."""
    units: Mapping[str, "float | tuple[float, float]"] = field(default_factory=dict)
    """What is counted: ``{"second": 5}``, ``{"image": 2}``, ``{"token_out": (0, 4096)}`` for from-to."""
    free: bool = False
    """Costs nothing by its nature (a look-up, a list): it may be repeated where its answer was lost."""
    later: "tuple[Order, ...]" = ()
    """What the node will order after this, as far as it is known: only for the price that is shown before."""


@dataclass(frozen=True, slots=True)
class Part:
    """A medium made ready to be sent: encoded, stored, and uploaded where that was asked for."""

    role: str
    type: str
    """``image/png``, ``video/mp4``, ``audio/wav``."""
    digest: str
    path: Path
    ref: str = ""
    """What ``Provider.upload`` gave: an address or ``runway://...``."""

    @property
    def name(self) -> str:
        """A file name for multipart forms."""
        return f"{self.role}.{self.type.rpartition('/')[2].replace('jpeg', 'jpg').replace('mpeg', 'mp3')}"

    def read(self) -> bytes:
        return self.path.read_bytes()

    def base64(self) -> str:
        return base64.b64encode(self.read()).decode("ascii")

    def data_uri(self) -> str:
        return f"data:{self.type};base64,{self.base64()}"


@dataclass(frozen=True, slots=True)
class Cost:
    """What a job really cost. None where the provider has not said."""

    usd: float | None
    source: Literal["reported", "computed", "estimated"] = "reported"
    note: str = ""
    """As the provider said it: ``1.5 credits``, ``12,345 tokens``."""
    units: Mapping[str, float] = field(default_factory=dict)
    """With ``usd`` None: what was used (``token_in``), to be priced by the rows; becomes ``computed``."""


@dataclass(frozen=True, slots=True)
class Job:
    """A job that a provider has accepted. It is written down before anything else happens."""

    id: str
    urls: Mapping[str, str] = field(default_factory=dict)
    """Addresses that its answer gave: ``poll``, ``result``, ``cancel``."""
    data: Mapping[str, Any] = field(default_factory=dict)
    """What polling needs besides: the route, the model."""
    cost: Cost | None = None
    """Where the provider says the price when it accepts."""


@dataclass(frozen=True, slots=True)
class Made:
    """One file of a result: an address, or its bytes."""

    type: str
    """``image/png``, ``video/mp4``; where the provider does not say, ``image/*`` or the like."""
    url: str = ""
    data: bytes = b""
    role: str = ""
    auth: bool = False
    """Whether the address needs the provider's key (Google)."""


@dataclass(frozen=True, slots=True)
class State:
    """How far a job is."""

    phase: Phase
    """``gone``: the provider does not know it any more. A status nobody has documented is ``running`` with a note."""
    note: str = ""
    """For a person: the place in the queue, or why it failed, in the provider's words."""
    progress: float | None = None
    files: tuple[Made, ...] = ()
    text: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)
    """Worth keeping with the result: the seed it took, the prompt as it was rewritten."""
    cost: Cost | None = None
    charged: bool | None = None
    """Of what failed or was blocked: whether it costs money; None where that is not known."""
    unheard: bool = False
    """The provider said a status that is not documented."""


@dataclass(frozen=True, slots=True)
class Refusal:
    """An answer that is an error, understood."""

    kind: Literal["busy", "blocked", "credit", "key", "invalid", "gone", "server"]
    """``busy``: not accepted now, the same again later; ``server``: whether it was accepted is not known."""
    message: str
    """The provider's words, shortened."""
    hint: str = ""
    charged: bool | None = False


@dataclass(frozen=True, slots=True)
class Delivered:
    """A file of a result, checked and stored."""

    path: Path
    type: str
    role: str
    digest: str


@dataclass(frozen=True, slots=True)
class Done:
    """What ``Remote.run`` gives a node."""

    files: tuple[Delivered, ...] = ()
    text: str = ""
    data: Mapping[str, Any] = field(default_factory=dict)

    def images(self) -> "list[Image]":
        from ajar.values import Image

        return [Image.open(file.path, file.digest) for file in self._of("image")]

    def image(self) -> "Image":
        """The first picture. UserError if there is none."""
        return _first(self.images(), "picture")

    def video(self) -> "Video":
        """The first film. UserError if there is none."""
        from ajar import film

        return _first([film.probe(file.path) for file in self._of("video")], "film")

    def audio(self) -> "Audio":
        """The first sound. UserError if there is none."""
        from ajar import film

        found = [film.read_sound(file.path) for file in self._of("audio")]
        return _first([sound for sound in found if sound is not None], "sound")

    def _of(self, kind: str) -> list[Delivered]:
        return [file for file in self.files if file.type.startswith(kind)]


def _first(found: "list[T]", what: str) -> T:
    if not found:
        raise UserError(f"The provider's answer holds no {what}.", "Look at the job in the provider's console.")
    return found[0]
