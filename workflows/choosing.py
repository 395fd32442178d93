"""Which files of a hub's repository a model needs: its weights in one precision, configurations, tokenizers, terms."""

import json
import re
from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from pathlib import PurePosixPath
from typing import Any

from ajar.errors import UserError
from ajar.hub import Repo, RepoFile

WEIGHTS = (".safetensors", ".gguf")
TEXTS = (".json", ".txt", ".model", ".jinja", ".tiktoken")
"""Configurations and tokenizers. Anything else a loader could read is a pickle or code, and is never fetched."""
TERMS = ("license", "licence", "notice", "use_policy", "usage_policy", "readme.md", "terms")
LARGEST_TEXT = 64_000_000
SHARD = re.compile(r"-\d{5}-of-\d{5}")
VARIANT = re.compile(r"[.-](fp16|bf16|fp32|non_ema|ema_only|ema|no_ema|fp8|int8|int4)(?=[.-]|\Z)", re.IGNORECASE)
HALF = ("fp16", "bf16")
FORBIDDEN = frozenset('<>:"|?*\\')
RESERVED = re.compile(r"(con|prn|aux|nul|com\d|lpt\d)(\..*)?", re.IGNORECASE)


@dataclass(frozen=True, slots=True)
class Chosen:
    """A file to fetch, and the name it gets here."""

    file: RepoFile
    path: str


def choose(repo: Repo, *, only: str = "", full: bool = False, index: Mapping[str, Any] | None = None,
           parts: Collection[str] | None = None) -> tuple[Chosen, ...]:
    """The files that are needed. UserError where the repository has none, or several of which one must be named.

    ``only`` is a file or folder of it; ``full`` takes full precision where there is half precision too; ``index`` is
    the content of model_index.json; ``parts`` are those of its parts that are loaded, where that is known.
    """
    safe = [file for file in repo.files if fits_on_disk(file.path)]
    if only:
        found = _named(repo, safe, only)
    elif index is not None:
        found = _pipeline(safe, index, parts, full)
    elif any(file.path == "config.json" for file in safe):
        found = _folder(safe, "", full)
    else:
        found = _single(repo, safe)
    if not any(file.path.endswith(WEIGHTS) for file in found):
        raise _nothing(repo)
    terms = [file for file in safe if _is_terms(file) and file not in found]
    return tuple(Chosen(file, _plain_name(file, found)) for file in sorted([*found, *terms], key=lambda one: one.path))


def fits_on_disk(path: str) -> bool:
    """Whether a path of a repository is a safe relative one on every system."""
    pieces = path.split("/")
    return 0 < len(path) <= 400 and all(
        piece not in ("", ".", "..") and not piece.endswith((".", " ")) and not FORBIDDEN & set(piece)
        and piece.isprintable() and not RESERVED.fullmatch(piece) for piece in pieces)


def read_index(content: bytes) -> Mapping[str, Any]:
    """A model_index.json. UserError if it is none."""
    try:
        plain = json.loads(content)
    except (ValueError, RecursionError):
        plain = None
    if not isinstance(plain, dict):
        raise UserError("The model_index.json of the repository is not sound JSON.", "Choose another repository.")
    return plain


def _named(repo: Repo, files: list[RepoFile], only: str) -> list[RepoFile]:
    only = only.strip("/")
    exact = [file for file in files if file.path == only]
    if exact and not only.endswith((*WEIGHTS, *TEXTS)):
        raise UserError(f'"{only}" is not fetched: such files can run code when they are opened.',
                        "Only .safetensors and .gguf are fetched, and what belongs to them.")
    shards = [file for file in files if SHARD.search(only) and SHARD.sub("", file.path) == SHARD.sub("", only)]
    inside = [file for file in files if file.path.startswith(f"{only}/") and file.path.endswith((*WEIGHTS, *TEXTS))]
    found = shards or exact or inside
    if not found:
        raise UserError(f'{repo.name} has no file "{only}".', _choices(files))
    return found


def _pipeline(files: list[RepoFile], index: Mapping[str, Any], parts: Collection[str] | None,
              full: bool) -> list[RepoFile]:
    """model_index.json and the parts that it names and that are loaded."""
    named = [part for part, value in index.items() if isinstance(value, list) and value and value[0] is not None]
    wanted = [part for part in named if parts is None or part in parts]
    found = [file for file in files if file.path == "model_index.json"]
    for part in wanted:
        found += _folder(files, f"{part}/", full)
    return found


def _folder(files: list[RepoFile], start: str, full: bool) -> list[RepoFile]:
    """What lies directly in a folder: texts, and the weights in one precision."""
    inside = [file for file in files if file.path.startswith(start) and "/" not in file.path[len(start):]]
    weights = [file for file in inside if file.path.endswith(".safetensors") and not _name(file).startswith("consol")]
    chosen = _one_variant(weights, full)
    variant = _variant(_name(chosen[0])) if chosen else ""
    texts = [file for file in inside if file.path.endswith(TEXTS) and file.bytes <= LARGEST_TEXT
             and not _is_terms(file) and (".safetensors.index" not in file.path or (
                 _variant(_name(file)) == variant and any(SHARD.search(one.path) for one in chosen)))]
    return [file for file in texts if not file.path.endswith("index.json") or ".safetensors" in file.path] + chosen


def _one_variant(weights: list[RepoFile], full: bool) -> list[RepoFile]:
    """The weights of one variant: half precision where there is one and full is not asked for."""
    by: dict[str, list[RepoFile]] = {}
    for file in weights:
        by.setdefault(_variant(_name(file)), []).append(file)
    order = ("", "fp32", *HALF) if full else (*HALF, "", "fp32")
    for variant in order:
        chosen = _whole_or_shards(by.get(variant, []))
        # Loaders tell shards in half precision apart only where they are called fp16.
        if chosen and (variant != "bf16" or len(by) == 1 or not SHARD.search(chosen[0].path)):
            return chosen
    return next(iter(by.values()), [])


def _whole_or_shards(files: list[RepoFile]) -> list[RepoFile]:
    """Some repositories have the same weights in one file and in shards."""
    whole = [file for file in files if not SHARD.search(file.path)]
    usual = [file for file in whole if _name(file).startswith(("diffusion_pytorch_model", "model."))]
    return usual or [file for file in files if SHARD.search(file.path)] or whole


def _single(repo: Repo, files: list[RepoFile]) -> list[RepoFile]:
    """The one file of weights that there is."""
    weights = [file for file in files if file.path.endswith(WEIGHTS)]
    if len(weights) > 1:
        raise UserError(f"{repo.name} holds {len(weights)} model files, of which one must be named.",
                        _choices(files, f"{repo.name}/"))
    return weights


def _choices(files: Iterable[RepoFile], start: str = "") -> str:
    names = [f"{start}{file.path}" for file in files if file.path.endswith(WEIGHTS)]
    if not names:
        return "It holds no .safetensors and no .gguf."
    more = f", and {len(names) - 8} more" if len(names) > 8 else ""
    return f"There are: {', '.join(names[:8])}{more}."


def _nothing(repo: Repo) -> UserError:
    pickles = any(file.path.endswith((".bin", ".ckpt", ".pt", ".pth")) for file in repo.files)
    why = "only files that can run code when they are opened" if pickles else "no weights"
    return UserError(f"{repo.name} holds {why}.", "Choose a repository with .safetensors or .gguf files.")


def _plain_name(file: RepoFile, chosen: list[RepoFile]) -> str:
    """The name a file gets here: without its variant, where it is one whole file, so that every program reads it."""
    name = _name(file)
    if not file.path.endswith(".safetensors") or SHARD.search(name) or "/" not in file.path or len(chosen) == 1:
        return file.path
    plain = str(PurePosixPath(file.path).with_name(VARIANT.sub("", name.removesuffix(".safetensors")) + ".safetensors"))
    return file.path if any(other.path == plain for other in chosen) else plain


def _variant(name: str) -> str:
    """``fp16`` of ``model.fp16-00001-of-00002.safetensors``."""
    found = VARIANT.search(SHARD.sub("", name).removesuffix(".safetensors").replace(".safetensors.index", ""))
    return found.group(1).lower() if found else ""


def _is_terms(file: RepoFile) -> bool:
    name = file.path.lower()
    return "/" not in name and name.startswith(TERMS) and name.endswith((".md", ".txt", "e", "y")) \
        and file.bytes < 2_000_000


def _name(file: RepoFile) -> str:
    return file.path.rpartition("/")[2]
