"""What of a run is confidential: whatever was made from a file that is marked, pictures, texts and formulas alike.

It is known from the plan, and found again while running where a file is named by another node. What is confidential
reaches no other machine: refused in the plan, before an order, and kept on everything that is made.
"""

import fnmatch
import os
from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ajar.errors import AjarError, Refused
from ajar.hints import File
from workflows.digests import Digests
from workflows.graph import CONFIDENTIAL
from workflows.marks import Marks
from workflows.plan import Const, Origin, Plan, Step, origins_of
from workflows.project import Project
from workflows.reach import upstream
from workflows.sockets import Types

MOST_FILES = 100_000
MOST_TEXTS = 10_000
LONGEST = 1024
"""Characters of a text that is looked at as the name of a file."""


@dataclass(frozen=True, slots=True)
class Secret:
    """What makes something confidential."""

    node: str
    """The node that brings it in."""
    name: str
    """The file, as a person knows it; empty where the node itself is marked."""
    why: str

    @property
    def said(self) -> str:
        """``"load" brings in client/face.png, which is confidential``"""
        if not self.name:
            return f'what "{self.node}" gives is marked as confidential'
        return f'"{self.node}" brings in {self.name}, which is confidential ({self.why})'


class Guard:
    """Knows which files are confidential: by content, and by the patterns of the project."""

    def __init__(self, marks: Marks, digests: Digests, project: Project, base: Path, *, remember: bool = True) -> None:
        """Paths in graphs are relative to ``base``.

        ``remember``: what a pattern names is marked by content too, so that a copy elsewhere is known.
        """
        self._base = base
        self._marks = marks
        self._digests = digests
        self._root = project.root.resolve()
        self._patterns = project.confidential
        self._where = f"by ajar.toml of {project.name}"
        self._remember = remember

    @property
    def idle(self) -> bool:
        """Whether nothing can be confidential but what nodes are marked with."""
        return not self._patterns and self._marks.none

    def of(self, origin: Origin) -> Secret | None:
        """Why something from outside is confidential; None where it is not."""
        if origin.path is None or not origin.input:
            mark = self._marks.find(origin.digests)
            return Secret(origin.node, mark.name, f"marked {mark.why}") if mark is not None else None
        return self.of_path(origin.node, origin.path, origin.written)

    def of_path(self, node: str, path: Path, written: str = "") -> Secret | None:
        """The same of a file, or of anything in a folder. AjarError where that can't be found out."""
        if self.idle:
            return None
        if path.is_dir():
            return next((found for file in _files(path) if (found := self.of_path(node, file)) is not None), None)
        if self._patterned(path) or (written and self._patterned(self._base / written)):
            if self._remember and path.is_file():
                self._marks.mark(self._digests.of_file(path), self._shown(path), self._where)
            return Secret(node, self._shown(path), self._where)
        if self._marks.none or not path.is_file():
            return None
        mark = self._marks.find((self._digests.of_file(path),))
        if mark is None:
            return None
        as_ = "" if Path(mark.name).name == path.name else f" as {mark.name}"
        return Secret(node, self._shown(path), f"marked{as_} {mark.why}")

    def of_written(self, node: str, written: str) -> Secret | None:
        """The same of a file that a graph names; one that is not there any more is known by its name alone."""
        return self.of_path(node, (self._base / written).resolve(), written)

    def of_value(self, node: str, value: Any) -> Secret | None:
        """The same of a value that may name files: relative to the workflow, to the project or to where Ajar runs."""
        if self.idle:
            return None
        for text in _texts(value):
            for base in dict.fromkeys((self._base, self._root, Path.cwd())):
                try:
                    path = (base / text).resolve()
                    there = path.exists()
                except (OSError, ValueError, RuntimeError):
                    continue
                if there and path != base and (secret := self.of_path(node, path, text)) is not None:
                    return secret
        return None

    def inherit(self, secret: Secret, digest: str, name: str = "") -> None:
        """Mark what was made from something confidential."""
        source = secret.name or f'what "{secret.node}" gives'
        self._marks.mark(digest, name or f"a result of {source}", f"as made from {source}")

    def digest(self, file: Path) -> str:
        """How the content of a file is known."""
        return self._digests.of_file(file)

    def _patterned(self, path: Path) -> bool:
        """Case is not told apart: a file must not get out because somebody wrote its name another way."""
        name = os.path.normpath(path)
        below = os.path.relpath(name, self._root).replace(os.sep, "/").lower()
        return any(_fits(below, pattern.lower().strip("/")) for pattern in self._patterns)

    def _shown(self, path: Path) -> str:
        return path.relative_to(self._root).as_posix() if path.is_relative_to(self._root) else path.name


class Secrecy:
    """What is confidential in one run, by step. More can be found while it runs; nothing is ever taken away."""

    def __init__(self, plan: Plan, found: Mapping[str, Secret], guard: Guard) -> None:
        self._plan = plan
        self._found = dict(found)
        self._guard = guard
        self._late = {name: sockets for name, step in plan.steps.items() if (sockets := _late(step))}
        """By step: the inputs that may be given the name of a file while running."""

    def of(self, node: str) -> Secret | None:
        """Why what a node gives is confidential; None where it is not."""
        return self._found.get(node)

    @property
    def nodes(self) -> Mapping[str, Secret]:
        return self._found

    def arrived(self, step: str, arguments: Mapping[str, Any]) -> None:
        """A step is about to be called with these. AjarError where it can't be told whether a file is confidential."""
        if step in self._found or self._guard.idle:
            return
        for name in self._late.get(step, ()):
            secret = self._guard.of_value(step, arguments.get(name))
            if secret is not None:
                self.taint(step, secret)

    def keep(self, secret: Secret, digests: Iterable[str]) -> None:
        """Contents that were made from something confidential are marked as well, so that no way leads round it."""
        for digest in digests:
            self._guard.inherit(secret, digest)

    def keep_file(self, node: str, file: Path) -> None:
        """The same of a file that a node has written, or that its result was exported to."""
        secret = self.of(node)
        if secret is not None and file.is_file():
            self._guard.inherit(secret, self._guard.digest(file), file.name)

    def taint(self, step: str, secret: Secret) -> None:
        """From here on: the step and all that follows it."""
        self._found.setdefault(step, secret)
        for name, other in self._plan.steps.items():  # in the order of need
            if any(source in self._found for source in other.sources):
                self._found.setdefault(name, next(self._found[one] for one in other.sources if one in self._found))


def secrets_of(plan: Plan, types: Types, guard: Guard) -> dict[str, Secret]:
    """By step: why what it gives is confidential. Of a frozen result also what it was made from, as the graph says."""
    found: dict[str, Secret] = {}
    for name, step in plan.steps.items():
        secret = next((found[source] for source in step.sources if source in found), None)
        secret = secret or _own(plan, types, step, guard)
        if secret is not None:
            found[name] = secret
    return found


def leak(node: str, secret: Secret, title: str) -> Refused:
    """The refusal: with the node that would send it, and the file and the node it comes from."""
    return Refused(
        f'"{node}" would send what is confidential to {title}: {secret.said}.',
        'Use a model of this machine. Or take the mark away, and say why: ajar confidential clear FILE --reason "..."',
        node=node)


def _own(plan: Plan, types: Types, step: Step, guard: Guard) -> Secret | None:
    if _marked(plan, step.id):
        return Secret(step.id, "", "")
    for socket, bound in step.slots:
        for origin in origins_of(bound):
            secret = _of_origin(plan, types, origin, guard)
            if secret is not None:
                return secret
        # A quick node may have given the name of a file, and a pack may open what is only a text for us.
        if isinstance(bound, Const) and (secret := guard.of_value(step.id, bound.value)) is not None:
            return secret
    return None


def _of_origin(plan: Plan, types: Types, origin: Origin, guard: Guard) -> Secret | None:
    if not origin.input and _marked(plan, origin.node):
        return Secret(origin.node, "", "")
    secret = guard.of(origin)
    if secret is None and not origin.input:
        for name in sorted(upstream(plan.graph, (origin.node,)) & plan.graph.nodes.keys()):
            if _marked(plan, name):
                return Secret(name, "", "")
            for path in _written_files(plan, types, name):
                if (secret := guard.of_written(name, path)) is not None:
                    return secret
    return secret


def _marked(plan: Plan, name: str) -> bool:
    node = plan.graph.nodes.get(name)
    return node is not None and bool(node.extra.get(CONFIDENTIAL))


def _written_files(plan: Plan, types: Types, name: str) -> Iterator[str]:
    """The files that a node names, as they are written down."""
    node = plan.graph.nodes[name]
    type_ = types.get(node.type)
    for socket in type_.inputs if type_ is not None else ():
        value = node.inputs.get(socket.name)
        if socket.hint(File) is not None and isinstance(value, str):
            yield value


def _late(step: Step) -> tuple[str, ...]:
    return tuple(socket.name for socket, bound in step.slots if not isinstance(bound, Const))


def _texts(value: Any) -> Iterator[str]:
    """What could be the name of a file."""
    if isinstance(value, (str, Path)):
        text = str(value)
        if 0 < len(text) <= LONGEST and "\n" not in text and "\0" not in text:
            yield text
    elif isinstance(value, (list, tuple)):
        for item in value[:MOST_TEXTS]:
            yield from _texts(item)


def _files(folder: Path) -> Iterator[Path]:
    count = 0
    for place, _, names in os.walk(folder):
        for name in names:
            count += 1
            if count > MOST_FILES:
                raise AjarError(f"{folder.name} holds too many files to see whether one of them is confidential.",
                                "Choose a smaller folder.")
            yield Path(place, name).resolve()


def _fits(below: str, pattern: str) -> bool:
    """``client``, ``client/*``, ``**/face.png``, ``*.psd``: a folder's name stands for all in it."""
    plain = pattern.removesuffix("/**").removesuffix("/*")
    if below == plain or (not any(sign in plain for sign in "*?[") and below.startswith(f"{plain}/")):
        return True
    return fnmatch.fnmatchcase(below, pattern) or (
        "/" not in pattern.removeprefix("**/") and fnmatch.fnmatchcase(below.rpartition("/")[2],
                                                                       pattern.removeprefix("**/")))
