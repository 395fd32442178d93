"""Reads ComfyUI's ``extra_model_paths.yaml``: the small part of YAML that such files are written in, and no more."""

import os
from collections.abc import Iterator
from pathlib import Path

LONGEST = 1 << 18
Section = tuple[Path | None, list[tuple[str, Path]]]


def read_extra_paths(file: Path) -> list[Section]:
    """The sections of the file: the base path (None where it names none), and (kind, folder) pairs. Never raises."""
    try:
        with file.open("rb") as opened:
            text = opened.read(LONGEST).decode("utf-8-sig", "replace")
    except OSError:
        return []
    return [_section(file.parent, values) for values in _sections(text)]


def _section(here: Path, values: dict[str, list[str]]) -> Section:
    given = values.get("base_path")
    base = here / _expanded(given[0]) if given else None
    kinds = [(kind, (base or here) / _expanded(path)) for kind, paths in values.items() for path in paths
             if kind not in ("base_path", "is_default", "download_model_base")]
    return base, kinds


def _sections(text: str) -> Iterator[dict[str, list[str]]]:
    """Each section's values by key; ``key: |`` is followed by further lines, one value each."""
    values: dict[str, list[str]] = {}
    block: tuple[int, str] | None = None
    for raw in text.splitlines():
        line = _bare(raw.expandtabs(4))
        if not line.strip():
            continue
        indent = len(line) - len(line.lstrip())
        if block is not None and indent > block[0]:
            values.setdefault(block[1], []).append(_unquoted(line.strip().removeprefix("- ")))
            continue
        block = None
        key, colon, value = line.strip().partition(":")
        if not colon:
            continue
        if indent == 0:
            if values:
                yield values
            values = {}
        elif value.strip() in ("", "|", "|-", "|+", ">", ">-"):
            block = (indent, _unquoted(key))
        else:
            values.setdefault(_unquoted(key), []).append(_unquoted(value.strip()))
    if values:
        yield values


def _bare(line: str) -> str:
    """A line without its comment: ``#`` at its start or after a space."""
    stripped = line.lstrip()
    if stripped.startswith("#"):
        return ""
    return line.partition(" #")[0].rstrip()


def _unquoted(text: str) -> str:
    text = text.strip()
    if len(text) > 1 and text[0] == text[-1] == '"':
        return text[1:-1].replace("\\\\", "\\")
    return text[1:-1] if len(text) > 1 and text[0] == text[-1] == "'" else text


def _expanded(path: str) -> str:
    return os.path.expanduser(os.path.expandvars(path))  # noqa: PTH111
