"""What a provider of hosted models is: facts, and pure functions that phrase requests and read answers.

A provider never sees a key, a socket or a clock. The node makes an ``Order``; ``Provider.submit`` phrases it as the
one ``Call`` that costs money; ``accepted`` reads the ``Answer``; ``poll`` asks how far it is. What is asked in
several steps is a generator that yields calls and is sent their answers (``Asking``).
"""

import base64
import json
from collections.abc import Callable, Generator, Mapping, Sequence
from dataclasses import dataclass, field
from functools import cached_property
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, TypeAlias, TypeVar

from ajar.errors import UserError

if TYPE_CHECKING:
    from ajar.offers import Facts, Offer
    from ajar.values import Audio, Image, Mask, Video

T = TypeVar("T")
Modality = Literal["image", "video", "audio", "text", "data"]
Phase = Literal["queued", "running", "done", "failed", "blocked", "cancelled", "gone"]
Via = Literal["inline", "upload"]


class Unreadable(ValueError):
    """An answer is not what the provider documents. After a paid call this means: the outcome is not known."""


# --- what a node orders ---------------------------------------------------------------------------------------------


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


# --- what goes over the wire ----------------------------------------------------------------------------------------


@dataclass(frozen=True, slots=True)
class Upload:
    """A file in a multipart form."""

    name: str
    type: str
    content: bytes


@dataclass(frozen=True, slots=True)
class Call:
    """One HTTP request, without the key: the transport adds it, for hosts of the provider only."""

    method: Literal["GET", "POST", "PUT", "DELETE", "PATCH"]
    path: str
    """``/v1/tasks`` below the base address ``base``, or a whole address that an answer gave."""
    json: Any = None
    form: tuple[tuple[str, "str | Upload"], ...] = ()
    """A multipart form, in order; used where it is not empty."""
    data: bytes | None = None
    """A raw body; say its type in ``headers``."""
    query: Mapping[str, str] = field(default_factory=dict)
    headers: Mapping[str, str] = field(default_factory=dict)
    auth: bool = True
    """False for addresses that must not get the key: signed upload and download addresses."""
    base: str = ""
    """The name of another base address among the facts (``rest`` of fal); empty for the main one."""
    seconds: float = 60.0
    """How long to wait for the answer; 300 or more where a provider answers only when it is done."""
    stream: bool = False
    """The answer comes as server-sent events, each of which ``Provider.piece`` reads as it comes."""
    sees_errors: bool = False
    """In a conversation: it is shown 5xx answers too, as with some of them a provider says how a job ended (fal)."""


@dataclass(frozen=True, slots=True)
class Answer:
    """What came back. Header names are in small letters."""

    status: int
    headers: Mapping[str, str]
    body: bytes

    @property
    def ok(self) -> bool:
        return 200 <= self.status < 300

    @property
    def type(self) -> str:
        return self.headers.get("content-type", "").partition(";")[0].strip().lower()

    def json(self) -> Any:
        """The body as JSON. Unreadable if it is none."""
        try:
            return json.loads(self.body, parse_int=_whole)
        except (ValueError, RecursionError):
            raise Unreadable("the answer is not JSON") from None

    def object(self) -> dict[str, Any]:
        """The body as a JSON object. Unreadable if it is none."""
        plain = self.json()
        if not isinstance(plain, dict):
            raise Unreadable("the answer is not a JSON object")
        return plain

    def events(self) -> list[Any]:
        """The JSON of each ``data:`` line of server-sent events, without ``[DONE]``."""
        found = []
        # Not splitlines: it also parts lines where a text has U+2028 or U+0085 in it.
        for line in self.body.decode("utf-8", "replace").replace("\r\n", "\n").replace("\r", "\n").split("\n"):
            text = line.removeprefix("data:").strip() if line.startswith("data:") else ""
            if text and text != "[DONE]":
                try:
                    found.append(json.loads(text, parse_int=_whole))
                except (ValueError, RecursionError):
                    raise Unreadable("an event of the answer is not JSON") from None
        return found


def _whole(digits: str) -> int | float:
    """A whole number; one that no float can hold is infinite, so that whoever reckons with it need not ask."""
    return int(digits) if len(digits) < 300 else float(digits)


# --- what came of it ------------------------------------------------------------------------------------------------


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


Asking: TypeAlias = Generator[Call, Answer, T]
"""A conversation: yields calls, is sent their answers, returns what it wanted to know.

Only free calls. Network trouble, 408, 429 and 5xx are repeated outside of it; it sees 2xx and the other 4xx.
"""


@dataclass(frozen=True)
class Provider:
    """A provider: its facts, and how to speak with it. A module below ``nodes/remote`` names it ``PROVIDER``."""

    name: str
    """Small letters, as in ``AJAR_<NAME>_KEY``."""
    file: Path
    """The TOML file of its facts: ``resources/providers/<name>.toml``, or a file beside a pack."""
    submit: Callable[[Order, Sequence[Part], str], Call]
    """The one call that costs money. The text is this order's nonce, for providers that take one."""
    accepted: Callable[[Answer, Order], "Job | State | Refusal"]
    """What a 2xx answer to it means; a State (done, blocked, failed) where the provider answers at once, a Refusal
    where it says no with status 200 (``busy`` is then believed: it was not accepted)."""
    refused: Callable[[Answer], Refusal]
    """What an answer that is not 2xx means; to any call."""
    poll: Callable[[Sequence[Job]], "Asking[Mapping[str, State]]"] | None = None
    """The states of these jobs (as many as ``facts.batch``), by id. One that is left out is asked again later."""
    lookup: Callable[[str, Order], "Asking[Job | None]"] | None = None
    """Find the job that was sent with this nonce."""
    cancel: Callable[[Job], "Asking[bool]"] | None = None
    """Whether the provider agreed to stop it."""
    upload: Callable[[Part], "Asking[str]"] | None = None
    piece: Callable[[str], str] | None = None
    """The text that one ``data:`` line of a stream adds."""
    schema: Callable[[str], "Asking[Mapping[str, Any]]"] | None = None
    """The published JSON schema of a model's input, with ``properties`` and ``required``."""
    models: Callable[[], "Asking[list[str]]"] | None = None
    """The models this key may use, asked live."""
    greet: Callable[[], "Asking[str]"] | None = None
    """A free call that proves the key; a sentence about the account (credit, tier)."""

    @cached_property
    def facts(self) -> "Facts":
        from ajar.offers import read_facts

        return read_facts(self.file)

    def offer(self, model: str) -> "Offer":
        """What is known of a model. An unknown one may be used all the same; little can be checked of it then."""
        return self.facts.offer(model)


def singly(ask: "Callable[[Job], Asking[State | None]]") -> "Callable[[Sequence[Job]], Asking[Mapping[str, State]]]":
    """A ``poll`` for providers that are asked about one job at a time; None leaves a job to be asked about later."""

    def poll(jobs: Sequence[Job]) -> "Asking[Mapping[str, State]]":
        found: dict[str, State] = {}
        for job in jobs:
            state = yield from ask(job)
            if state is not None:
                found[job.id] = state
        return found

    return poll


def known(answer: Answer, title: str, read: "Callable[[], State]") -> State | None:
    """What an answer about a job says: ``read`` where it is one, ``gone`` at 404, None at other errors."""
    if answer.ok:
        return read()
    return State("gone", f"{title} does not know this job any more.") if answer.status == 404 else None


def choose(answer: Mapping[str, Any], *path: "str | int", default: Any = None) -> Any:
    """A value deep in an answer, or the default where the way to it is missing."""
    found: Any = answer
    for step in path:
        try:
            found = found[step]
        except (KeyError, IndexError, TypeError):
            return default
    return default if found is None else found


def need(answer: Mapping[str, Any], *path: "str | int") -> Any:
    """A value deep in an answer. Unreadable where it is missing."""
    found = choose(answer, *path)
    if found is None:
        raise Unreadable(f"the answer has no {'.'.join(map(str, path))}")
    return found


def rows(answer: Mapping[str, Any], *path: "str | int") -> list[dict[str, Any]]:
    """The objects in a list deep in an answer; nothing where there is no list, and without what is no object."""
    found = choose(answer, *path)
    return [row for row in found if isinstance(row, dict)] if isinstance(found, list) else []


def say(text: Any, limit: int = 300) -> str:
    """A provider's words in one printable line."""
    line = " ".join("".join(one if one.isprintable() else " " for one in str(text)).split())
    return line if len(line) <= limit else line[: limit - 1] + "…"


def _first(found: "list[T]", what: str) -> T:
    if not found:
        raise UserError(f"The provider's answer holds no {what}.", "Look at the job in the provider's console.")
    return found[0]


__all__ = [
    "Answer", "Asking", "Call", "Cost", "Delivered", "Done", "Job", "Made", "Media",
    "Modality", "Order", "Part", "Phase", "Provider", "Refusal", "State", "Unreadable", "Upload", "Via", "choose",
    "known", "need", "rows", "say", "singly",
]
