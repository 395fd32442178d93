"""Where models lie: Ajar's own folder, those a person names, and those of other programs, which are used in place."""

import json
import os
import re
import sys
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path

from nodes.local.extra_paths import read_extra_paths

OWN, NAMED = "Ajar", "your settings"
COMFY, FORGE, WEBUI, MATRIX, HUB = "ComfyUI", "Forge", "Automatic1111", "Stability Matrix", "Hugging Face"
COMFY_KINDS = (
    "checkpoints", "diffusion_models", "unet", "vae", "clip", "text_encoders", "loras", "controlnet", "t2i_adapter",
    "embeddings", "upscale_models", "latent_upscale_models", "clip_vision", "style_models", "model_patches",
    "audio_encoders", "diffusers", "vae_approx", "LLM",
)
WEBUI_KINDS = (
    "models/Stable-diffusion", "models/Lora", "models/LyCORIS", "models/VAE", "models/text_encoder",
    "models/ControlNet", "models/ESRGAN", "models/RealESRGAN", "models/SwinIR", "models/DAT", "models/diffusers",
    "embeddings",
)
MATRIX_KINDS = (
    "StableDiffusion", "DiffusionModels", "Unet", "VAE", "TextEncoders", "CLIP", "Lora", "LyCORIS", "ControlNet",
    "T2IAdapter", "Embeddings", "TextualInversion", "ESRGAN", "RealESRGAN", "SwinIR", "ClipVision", "Diffusers",
)
NAMES = re.compile(r"comfy|stable-diffusion-webui|forge|sd\.webui|stability ?matrix|sd-webui", re.IGNORECASE)
"""Folders with such names may hold an installation, or be one."""
SHELVES = ("", "Documents", "Desktop", "Downloads", "AI", "ai", "Apps", "apps", "Programs", "git", "repos", "src",
           "code", "Projects", "projects", "pinokio/api")
"""Below the home folder: where people put such programs."""
INNER = ("", "ComfyUI", "webui", "app", "Data", "stable-diffusion-webui")
"""Below such a folder: where the installation itself is."""
MOST = 2_000
"""Names in one folder that are read in search of installations."""


@dataclass(frozen=True, slots=True)
class Place:
    """A folder in which models lie."""

    path: Path
    program: str
    """Whose it is: ``Ajar``, ``your settings``, ``ComfyUI``, ``Automatic1111``, ``Hugging Face`` ..."""
    holds: str = ""
    """What that program keeps there: ``checkpoints``, ``Lora``; empty where it may be anything."""


@dataclass(frozen=True, slots=True)
class Grounds:
    """Where to search for other programs."""

    home: Path
    environ: Mapping[str, str]
    beside: tuple[Path, ...] = ()
    """Folders like the home folder: that around Ajar, drives, ``/opt``."""

    @classmethod
    def here(cls) -> "Grounds":
        """This machine. Where ``AJAR_FIND_MODELS`` is off, nowhere."""
        ours = Path(__file__).resolve().parents[3]
        system = [Path("/opt"), Path("/workspace"), Path("/srv")]
        if sys.platform == "win32":
            drives = [Path(f"{letter}:/") for letter in "CDEFGH"]
            system = [*drives, *(drive / "AI" for drive in drives)]
        try:
            home = Path.home()
        except RuntimeError:  # a service without a home
            home = ours
        return cls(home, os.environ, (ours, *system))


def all_places(own: Path, named: Iterable[Path] = (), found: Iterable[Place] = ()) -> tuple[Place, ...]:
    """Ajar's own folder first, then the person's, then what was found; each folder once, whatever links lead to it."""
    places = [Place(own, OWN), *(Place(path, NAMED) for path in named), *found]
    once: dict[str, Place] = {}
    for place in places:
        once.setdefault(os.path.normcase(os.path.realpath(place.path)), place)
    return tuple(once.values())


def found_places(grounds: Grounds | None = None) -> list[Place]:
    """The model folders of other programs on this machine. Takes some hundredths of a second; reads no model."""
    grounds = grounds or Grounds.here()
    if grounds.environ.get("AJAR_FIND_MODELS", "").lower() in ("off", "0", "no"):
        return []
    roots = list(dict.fromkeys(root.resolve() for root in _roots(grounds)))
    found = [place for root in roots for place in places_of(root)]
    for file in _configurations(grounds):
        for base, kinds in read_extra_paths(file):
            found += places_of(base) if base is not None else []
            found += [Place(path, COMFY, kind) for kind, path in kinds if kind in COMFY_KINDS and path.is_dir()]
    cache = hub_cache(grounds)
    return [*found, *([Place(cache, HUB)] if cache.is_dir() else [])]


def places_of(root: Path) -> list[Place]:
    """The model folders of one installation; none where the folder is no installation."""
    program, base, kinds = _program(root)
    found = [Place(base / kind, program, Path(kind).name) for kind in kinds if (base / kind).is_dir()]
    if program == COMFY:
        for base_, extra in read_extra_paths(root / "extra_model_paths.yaml"):
            found += places_of(base_) if base_ is not None and base_ != root else []
            found += [Place(path, COMFY, kind) for kind, path in extra if kind in COMFY_KINDS and path.is_dir()]
    return found


def tokenizer_places(grounds: Grounds | None = None) -> list[Path]:
    """Folders inside installations of ComfyUI that carry tokenizers, for weights that came without one."""
    found: list[Path] = []
    for root in dict.fromkeys(root.resolve() for root in _roots(grounds or Grounds.here())):
        code = root / "comfy"
        for pattern in ("sd1_tokenizer", "*_tokenizer", "text_encoders/*_tokenizer", "text_encoders/*tokenizer*"):
            found += [path for path in sorted(code.glob(pattern)) if path.is_dir()]
    return list(dict.fromkeys(found))


def hub_cache(grounds: Grounds) -> Path:
    """Where the hub's own library keeps what other programs fetched; it need not be there."""
    environ = grounds.environ
    for name, inner in (("HF_HUB_CACHE", ""), ("HUGGINGFACE_HUB_CACHE", ""), ("HF_HOME", "hub"),
                        ("XDG_CACHE_HOME", "huggingface/hub")):
        if given := environ.get(name):
            return Path(given).expanduser() / inner
    return grounds.home / ".cache" / "huggingface" / "hub"


# --- where installations are ----------------------------------------------------------------------------------------


def _program(root: Path) -> tuple[str, Path, Sequence[str]]:
    """Whose installation this is, where its models are, and the folders there."""
    models = root / "models"
    if (models / "Stable-diffusion").is_dir():
        return (FORGE if (root / "modules_forge").is_dir() else WEBUI), root, WEBUI_KINDS
    if any((models / kind).is_dir() for kind in ("checkpoints", "diffusion_models", "unet", "loras")):
        return COMFY, models, COMFY_KINDS
    if (root / "Models" / "StableDiffusion").is_dir():
        return MATRIX, root / "Models", MATRIX_KINDS
    return "", root, ()


def _roots(grounds: Grounds) -> Iterator[Path]:
    """Folders that are installations."""
    for shelf in dict.fromkeys((*(grounds.home / name for name in SHELVES), *grounds.beside)):
        for folder in _likely(shelf):
            for inner in INNER:
                yield from _installed(folder / inner)
    for folder in _applications(grounds):
        library = _value(folder / "StabilityMatrix" / "library.json", "LibraryPath")
        base = _value(folder / "ComfyUI" / "config.json", "basePath")
        for path in (library, base):
            if path is not None:
                yield from _installed(path)


def _installed(root: Path) -> Iterator[Path]:
    program = _program(root)[0]
    if program:
        yield root
    if program == MATRIX:
        for package in _likely(root / "Packages"):
            yield from _installed(package)


def _likely(shelf: Path) -> list[Path]:
    """The folders here whose names speak of such a program."""
    try:
        with os.scandir(shelf) as entries:
            named = [entry for _, entry in zip(range(MOST), entries, strict=False) if NAMES.search(entry.name)]
            return sorted(Path(entry.path) for entry in named if entry.is_dir())
    except OSError:
        return []


def _applications(grounds: Grounds) -> list[Path]:
    """Where programs of this system keep their settings."""
    home, environ = grounds.home, grounds.environ
    given = [environ[name] for name in ("APPDATA", "LOCALAPPDATA", "XDG_CONFIG_HOME") if environ.get(name)]
    return [*map(Path, given), home / "AppData" / "Roaming", home / "Library" / "Application Support", home / ".config"]


def _configurations(grounds: Grounds) -> Iterator[Path]:
    """The files in which ComfyUI's desktop programs name folders of models."""
    for folder in dict.fromkeys(_applications(grounds)):
        yield folder / "ComfyUI" / "extra_models_config.yaml"
        yield folder / "Comfy Desktop" / "shared_model_paths.yaml"


def _value(file: Path, name: str) -> Path | None:
    """A path in a small JSON file of another program; None where it is not there or is none."""
    try:
        with file.open("rb") as opened:
            plain = json.loads(opened.read(1 << 20))
    except (OSError, ValueError, RecursionError):
        return None
    found = plain.get(name) if isinstance(plain, dict) else None
    return Path(found) if isinstance(found, str) and Path(found).is_absolute() else None
