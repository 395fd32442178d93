"""Which files are confidential: by their content, wherever they lie, and by the patterns of the project."""

import fnmatch
import os
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ajar.errors import AjarError
from workflows.digests import Digests
from workflows.marks import Marks
from workflows.plan import Origin
from workflows.project import Project

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

    def __init__(self, marks: Marks, digests: Digests, project: Project, base: Path, *, remember: bool = True,
                 says: Callable[[Origin], bool] = lambda origin: False) -> None:
        """Paths in graphs are relative to ``base``.

        ``remember``: what a pattern names is marked by content too, so that a copy elsewhere is known.
        """
        self._base = base
        self._says = says
        """Whether a file says of itself that it is confidential, as those do that Ajar made from one that was."""
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
        found = self.of_path(origin.node, origin.path, origin.written)
        if found is None and self._says(origin):
            return Secret(origin.node, self._shown(origin.path), "it says so itself")
        return found

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
