"""LICENSES.txt: under which terms the files of a folder were made, whom to name, and why somebody went on. Pure.

    LICENCES head, what is to be shown
    == a.png, b.png            a block for each set of files that was made alike
"""

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass

from ajar.models import Licence
from workflows.licences import ADVICE, MADE_FOR, Used, Verdict, attribution
from workflows.project import Intent
from workflows.terms import strictest_first

NAME = "LICENSES.txt"
HEAD = f"Licences of what made the files in this folder. Written by Ajar. {ADVICE}"
SHOW = "To be shown with what is published:"
MARK = "== "
SHOWN = "    To be shown: "
NOTHING = "No model made it."


@dataclass(frozen=True, slots=True)
class Notice:
    """What is said of one file."""

    file: str
    body: str


def notice(file: str, verdicts: Sequence[Verdict], intent: Intent) -> Notice:
    """What is to be said of a file that came through these models."""
    seen: dict[tuple[str, str], Verdict] = {}
    for verdict in verdicts:
        seen.setdefault((verdict.used.kind, verdict.used.id), verdict)
    if not seen:
        return Notice(file, NOTHING)
    lines = [f"Made for: {MADE_FOR[intent]}" + (" (nobody said what for)" if intent == "any" else "")]
    for verdict in seen.values():
        lines += _about(verdict.used)
        if verdict.reason:
            lines.append(f"    Its terms forbid {MADE_FOR[intent]}; used all the same because: {verdict.reason}")
    return Notice(file, "\n".join(lines))


def merged(old: str, notices: Iterable[Notice]) -> str:
    """The text with these files said anew; what it says of others stays."""
    bodies = {**read(old), **{one.file: one.body for one in notices}}
    groups: dict[str, list[str]] = {}
    for file, body in sorted(bodies.items()):
        groups.setdefault(body, []).append(file)
    shown = dict.fromkeys(line.removeprefix(SHOWN) for body in groups for line in body.splitlines()
                          if line.startswith(SHOWN))
    parts = [HEAD]
    if shown:
        parts.append("\n".join([SHOW, *(f"    {words}" for words in shown)]))
    parts += [f"{MARK}{', '.join(files)}\n{body}" for body, files in groups.items()]
    return "\n\n".join(parts) + "\n"


def read(text: str) -> dict[str, str]:
    """What such a text says, by file. Nothing of a text that is another's."""
    found: dict[str, str] = {}
    for part in text.replace("\r\n", "\n").split("\n\n"):
        head, _, body = part.strip("\n").partition("\n")
        if head.startswith(MARK) and body:
            for file in head.removeprefix(MARK).split(", "):
                found[file] = body
    return found


def is_ours(text: str) -> bool:
    """Whether Ajar wrote it: only then may it be written anew."""
    return text.startswith(HEAD.partition(".")[0])


def _about(used: Used) -> list[str]:
    version = f", revision {used.version[:12]}" if used.version else ""
    source = f", {used.source}" if "://" in used.source else ""
    name = used.title if used.id in ("", used.title) else f"{used.title} ({used.id})"
    lines = [f"  {name}{version}{source}"]
    for row in strictest_first(used.basis.licences):
        lines += _terms(row, used.title)
    if used.basis.unknown:
        lines.append(f"    Its terms are not known: {used.basis.unknown}.")
    lines += [f"    How that is known: {note}." for note in used.basis.notes]
    return lines


def _terms(row: Licence, title: str) -> list[str]:
    lines = [f"    {row.name}; commercial use: {row.commercial}. {row.conditions}",
             f"    {row.text} (looked up {row.checked}: {row.source})"]
    if row.restrictions:
        lines.append(f"    It forbids: {row.restrictions}")
    words = attribution(row, title)
    return [*lines, f"{SHOWN}{words}"] if words else lines


def plain(used: Used) -> Mapping[str, object]:
    """The same for programs."""
    return {
        "node": used.node, "kind": used.kind, "id": used.id, "title": used.title, "revision": used.version,
        "source": used.source, "unknown": used.basis.unknown, "notes": list(used.basis.notes),
        "licences": [{
            "id": row.id, "name": row.name, "commercial": row.commercial, "conditions": row.conditions,
            "restrictions": row.restrictions, "attribution": attribution(row, used.title), "text": row.text,
            "source": row.source, "checked": row.checked,
        } for row in strictest_first(used.basis.licences)],
    }
