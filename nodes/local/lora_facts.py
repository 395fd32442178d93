"""What a LoRA says of itself: for which models it was made, its rank, its words and its picture. No torch."""

import base64
import binascii
import json
import re
from collections import Counter
from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Literal

from ajar.families import LoraMark, Rows
from ajar.models import UNKNOWN, ModelEntry
from nodes.local.headers import Header, Tensor, read_header, read_number

Style = Literal["kohya", "diffusers", "comfy", "xlabs"]
"""Who writes the names so: kohya's scripts, diffusers and PEFT, the original programs, XLabs."""

FORMS = {
    "LoHa": re.compile(r"\.hada_w[12]_[ab]$"), "LoKr": re.compile(r"\.lokr_w[12]"), "OFT": re.compile(r"\.b?oft_"),
    "(IA)³": re.compile(r"\.ia3|\.on_input$"), "GLoRA": re.compile(r"\.glora|\.[ab][12]\.weight$"),
    "DoRA": re.compile(r"\.dora_scale$|\.lora_magnitude_vector"), "full difference": re.compile(r"\.diff$"),
}
"""Forms that are no plain LoRA."""
PLAIN = "LoRA"
UNUSABLE = {"LoHa": "", "LoKr": "flux.2", "OFT": "", "(IA)³": "", "GLoRA": "", "full difference": ""}
"""Forms that are refused, and the family for which diffusers can read them all the same."""
STARTS = (
    "base_model.model.", "lora_unet_", "lora_transformer_", "lycoris_", "model.diffusion_model.", "diffusion_model.",
    "transformer.", "unet.", "model.",
)
WORDS = ("lora_te", "text_encoder", "text_encoders", "lora_prior_te", "te1", "te2")
"""How the names of layers in text encoders begin; they tell nothing of the part that paints."""
DOWN = re.compile(r"\.lora_A(\.default)?\.weight$|\.lora_down\.weight$|\.lora\.down\.weight$|\.down\.weight$")
UP = re.compile(r"\.lora_B(\.default)?\.weight$|\.lora_up\.weight$|\.lora\.up\.weight$|\.up\.weight$")
PICTURES = (".png", ".jpg", ".jpeg", ".webp")
MAX_SIDE = 2**20
"""Bytes of a file beside a LoRA that are read."""
MOST_WORDS = 12


@dataclass(frozen=True, slots=True)
class LoraFacts:
    """What is known of a LoRA file without loading it."""

    style: Style
    form: str
    """``LoRA``, or one that is none: ``LoHa``, ``LoKr``."""
    family: str
    """What it was made for: ``sdxl``, ``flux.1``, ``wan-14b``; ``unknown``."""
    rank: int
    """Of most of its layers; 0 where it has none."""
    alpha: float | None
    """The scale it was trained with; None: the rank, so that it works unchanged."""
    title: str
    words: tuple[str, ...]
    """What wakes it up in a prompt, or what its pictures were tagged with most; may be empty."""
    licence: str
    """What the file says of its own terms; nobody checked it."""
    noise: Literal["", "high", "low"]
    """For which expert of Wan 2.2 it was made, by its name."""
    picture: Path | None
    """A picture beside the file."""
    made_with: str
    """What the file and its neighbours say of the model that it was made with, in small letters."""


def lora_facts(path: Path, rows: Rows) -> LoraFacts:
    """The facts of a LoRA. UserError if the file is damaged."""
    header = read_header(path)
    about, beside = header.metadata, _beside(path)
    ranks = Counter(half.shape[0] for name, half in header.tensors.items() if half.shape and DOWN.search(name))
    return LoraFacts(
        style=_style(header.tensors), form=form_of(header.tensors), family=family_of(header, rows),
        rank=ranks.most_common(1)[0][0] if ranks else 0, alpha=_alpha(path, header),
        title=_first(about, "modelspec.title", "ss_output_name") or path.stem,
        words=_words(about, beside), licence=_first(about, "modelspec.license", "license") or _allowed(beside),
        noise=_noise(path.stem.lower()), picture=_picture(path), made_with=_made_with(about, beside),
    )


def _noise(name: str) -> Literal["", "high", "low"]:
    if re.search(r"high|(^|[_-])hn([_-]|$)", name):
        return "high"
    return "low" if re.search(r"low(?!res)|(^|[_-])ln([_-]|$)", name) else ""


def family_of(header: Header, rows: Rows) -> str:
    """For which models a LoRA was made; ``unknown`` where its layers don't tell."""
    return mark.family if (mark := _mark(_layers(header), rows.loras)) else UNKNOWN


def form_of(names: Iterable[str]) -> str:
    """``LoRA``, or another form that only looks like one."""
    known = list(names)
    plain = any(DOWN.search(name) for name in known)
    for form, mark in FORMS.items():
        if any(map(mark.search, known)) and not (plain and form == "full difference"):
            return form
    return PLAIN


def fits(lora: ModelEntry, model: ModelEntry, rows: Rows) -> str | None:
    """A sentence where this LoRA can't be put on this model; None where it can, or where nobody knows."""
    if lora.part in UNUSABLE and not model.family.startswith(UNUSABLE[lora.part] or "\0"):
        return f'"{lora.title}" has the form {lora.part}, which Ajar can\'t use here.'
    marks = [mark for mark in rows.loras if mark.family == lora.family]
    known = {family for mark in rows.loras for family in mark.fits}
    allowed = {family for mark in marks for family in mark.fits}
    if not marks or model.family not in known or model.family in allowed:
        return None
    return f'The LoRA "{lora.title}" was made for {marks[0].title}, and "{model.title}" is another kind of model.'


def thumbnail(path: Path) -> bytes | None:
    """The picture that a LoRA brings: a file beside it, or what lies in its own text. None where there is none."""
    picture = _picture(path)
    try:
        if picture is not None:
            return picture.read_bytes() if picture.stat().st_size <= 16 * MAX_SIDE else None
        said = read_header(path).metadata.get("modelspec.thumbnail", "")
        kind, _, raw = said.partition(",")
        return base64.b64decode(raw, validate=True) if kind.startswith("data:image/") and raw else None
    except (OSError, binascii.Error):
        return None


# --- terms ----------------------------------------------------------------------------------------------------------

MADE_WITH = ("modelspec.architecture", "ss_sd_model_name", "ss_base_model_version", "base_model")


def _made_with(about: Mapping[str, str], beside: Mapping[str, Any]) -> str:
    said = [about.get(key, "") for key in MADE_WITH]
    said += [str(beside.get(key) or "") for key in ("baseModel", "sd version")]
    return " ".join(text for text in said if text).lower()


def _allowed(beside: Mapping[str, Any]) -> str:
    """What its maker allows on Civitai, as the name of a row; empty where no such file lies beside it.

    ``allowCommercialUse`` is a word or a list of words: None, Image, RentCivit, Rent, Sell.
    """
    model = beside.get("model")
    model = model if isinstance(model, dict) and "allowCommercialUse" in model else beside
    allowed = model.get("allowCommercialUse")
    if allowed is None:
        return ""
    words = {str(word).lower() for word in allowed} if isinstance(allowed, list) else {str(allowed).lower()}
    if not words & {"image", "sell"}:
        return "civitai-none"
    return "civitai-pictures" if model.get("allowNoCredit") is True else "civitai-pictures-credit"


# --- layers ---------------------------------------------------------------------------------------------------------

Layers = Mapping[str, tuple[Tensor | None, Tensor | None]]


def _layers(header: Header) -> Layers:
    """The layers that paint, by one way of writing their names, each with its two halves."""
    found: dict[str, tuple[Tensor | None, Tensor | None]] = {}
    for name, tensor in header.tensors.items():
        if name.removeprefix("base_model.model.").startswith(WORDS):
            continue
        down, up = DOWN.search(name), UP.search(name)
        end = down or up
        layer = _plain(name[: end.start()] if end else name.rpartition(".")[0] or name)
        old = found.get(layer, (None, None))
        found[layer] = (tensor if down else old[0], tensor if up else old[1])
    return found


def _plain(name: str) -> str:
    for start in STARTS:
        name = name.removeprefix(start)
    return re.sub(r"_lora\d*$", "", name.replace(".", "_").replace("_processor_", "_"))


def _mark(layers: Layers, marks: Iterable[LoraMark]) -> LoraMark | None:
    text = "\n".join(layers)  # one search in all names instead of one in each: there are hundreds of files
    return next((mark for mark in marks if _told(layers, text, mark)), None)


def _told(layers: Layers, text: str, mark: LoraMark) -> bool:
    lacking = [pattern for pattern in mark.lacks if re.search(pattern, text, re.MULTILINE)]
    if any(re.search(pattern, name) for pattern in lacking for name in layers):
        return False
    for pattern in mark.names:
        if not re.search(pattern, text, re.MULTILINE):
            continue
        for name, (down, up) in layers.items():
            if re.search(pattern, name) and _sized(down, 1, mark.inside) and _sized(up, 0, mark.outside):
                return True
    return False


def _sized(half: Tensor | None, side: int, sizes: tuple[int, ...]) -> bool:
    return not sizes or (half is not None and len(half.shape) > side and half.shape[side] in sizes)


def _style(names: Iterable[str]) -> Style:
    name = next((name for name in names if not name.endswith(".alpha")), "")
    if re.search(r"_blocks\.\d+\.processor\.\w+_lora\d\.(down|up)\.", name):
        return "xlabs"
    if name.startswith(("lora_", "lycoris_")):
        return "kohya"
    original = name.startswith(("diffusion_model.", "model.diffusion_model.", "double_blocks.", "single_blocks."))
    return "comfy" if original else "diffusers"


# --- words ----------------------------------------------------------------------------------------------------------


def _alpha(path: Path, header: Header) -> float | None:
    name = next((name for name in header.tensors if name.endswith(".alpha")), None)
    if name is not None:
        return read_number(path, header, name)
    said = _json(header.metadata.get("lora_adapter_metadata", ""))
    given = said.get("transformer.lora_alpha", said.get("unet.lora_alpha", header.metadata.get("ss_network_alpha")))
    try:
        return float(given or "")
    except (TypeError, ValueError):
        return None


def _words(about: Mapping[str, str], beside: Mapping[str, Any]) -> tuple[str, ...]:
    """What a person said wakes it up; else the most frequent tags of the pictures it learned from."""
    trained = beside.get("trainedWords")
    said = [str(word) for word in trained] if isinstance(trained, list) else []
    said += [str(beside.get("activation text") or ""), _first(about, "modelspec.trigger_phrase", "trigger_phrase")]
    words = [word.strip() for text in said for word in text.split(",") if word.strip()]
    if not words:
        counted: Counter[str] = Counter()
        for folder, tags in _json(about.get("ss_tag_frequency", "")).items():
            subject = re.match(r"\d+_(.+)", folder)
            if subject:
                words.append(subject[1].strip())
            if isinstance(tags, dict):
                counted.update({tag.strip(): n for tag, n in tags.items() if type(n) is int and tag.strip()})
        words += [tag for tag, _ in counted.most_common(MOST_WORDS)]
    return tuple(dict.fromkeys(words))[:MOST_WORDS]


def _beside(path: Path) -> dict[str, Any]:
    """What other programs wrote about this file beside it."""
    for end in (".civitai.info", ".json"):
        try:
            with path.with_suffix(end).open("rb") as file:
                found = _json(file.read(MAX_SIDE).decode("utf-8", "replace"))
        except OSError:
            continue
        if found:
            return found
    return {}


def _picture(path: Path) -> Path | None:
    named = (path.with_name(path.stem + middle + end) for middle in ("", ".preview") for end in PICTURES)
    return next((picture for picture in named if picture.is_file()), None)


def _first(about: Mapping[str, str], *names: str) -> str:
    return next((about[name].strip() for name in names if about.get(name, "").strip()), "")


def _json(text: str) -> dict[str, Any]:
    try:
        found = json.loads(text) if text else {}
    except (ValueError, RecursionError):
        return {}
    return found if isinstance(found, dict) else {}
