"""Packs that bring an environment of their own: what they say of themselves, and the interpreter they run in.

Such a pack is a folder with ``ajar-pack.toml`` and a module of nodes that imports nothing but ``ajar`` and the
standard library at its top; what it needs besides is imported inside its nodes, in its own interpreter.
"""

import os
import re
import shutil
import subprocess
import sys
import tomllib
from collections.abc import Callable, Iterator
from dataclasses import dataclass
from hashlib import blake2b
from pathlib import Path
from typing import Any

from ajar.errors import AjarError, WorkflowError

FILE = "ajar-pack.toml"
NAME = re.compile(r"[a-z0-9][a-z0-9_-]{0,39}")
CARRIES = ("numpy", "pillow")
"""What pictures need to travel; every environment gets it."""
OLDEST = (3, 11)
"""The contract of nodes is written for this Python and newer ones."""
Say = Callable[[str], None]


@dataclass(frozen=True, slots=True)
class Pack:
    """What a folder says of the pack in it."""

    name: str
    title: str
    folder: Path
    nodes: Path
    licence: str
    source: str
    requirements: tuple[str, ...]
    """What pip is asked to install, exactly as the pack wrote it; empty: it needs nothing of its own."""
    python: str
    """``3.11``: the version of Python it wants; empty: that of Ajar."""
    isolated: bool
    """Whether it has an ``[environment]`` at all."""
    digest: str
    """Of all its files: what a person allowed."""

    def place(self, home: Path) -> Path:
        """Where its environment is or will be; another one whenever its needs change."""
        wants = "\n".join((self.python, *self.requirements, *CARRIES))
        mark = blake2b(wants.encode(), digest_size=6).hexdigest()
        return home / "environments" / f"{self.name}-{mark}"

    def interpreter(self, home: Path) -> Path | None:
        """The Python of its environment; None until it is made, and made whole."""
        place = self.place(home)
        return _python_in(place) if (place / "whole").is_file() else None


def read_pack(folder: Path) -> Pack:
    """The pack in a folder. WorkflowError if it says too little about itself, or what can't be."""
    try:
        with (folder / FILE).open("rb") as file:
            plain = tomllib.load(file)
    except OSError as error:
        raise WorkflowError(f"{folder} is no pack: {error.strerror or error}.", f"A pack has a file {FILE}.") from None
    except tomllib.TOMLDecodeError as error:
        raise WorkflowError(f"{FILE} of {folder.name} is not sound TOML ({error}).", "Mend the file.") from None
    said, wants = plain.get("pack", {}), plain.get("environment")
    name = _text(folder, said, "name")
    if not NAME.fullmatch(name):
        raise _wrong(folder, f'the name "{name[:40]}" is none', "Use small letters, digits, - and _.")
    nodes = (folder / _text(folder, said, "nodes")).resolve()
    if not nodes.is_relative_to(folder.resolve()) or not nodes.is_file():
        raise _wrong(folder, "its nodes are not in a file of its folder", 'Name it in "nodes".')
    needed = (wants or {}).get("requirements", [])
    if not isinstance(needed, list) or not all(isinstance(one, str) and _is_requirement(one) for one in needed):
        raise _wrong(folder, "its requirements are no list of packages", 'Write them as pip does: "trimesh==4.5.0".')
    python = (wants or {}).get("python", "")
    if not isinstance(python, str) or (python and not re.fullmatch(r"3\.\d{1,2}", python)):
        raise _wrong(folder, "its version of Python is none", 'Write it as "3.12".')
    if python and tuple(map(int, python.split("."))) < OLDEST:
        raise _wrong(folder, f"it wants Python {python}", "Nodes need Python 3.11 or newer.")
    return Pack(
        name, str(said.get("title") or name), folder, nodes, str(said.get("licence") or "unknown"),
        str(said.get("source") or ""), tuple(needed), python, wants is not None, digest_of(folder),
    )


def packs_in(home: Path) -> Iterator[Pack | AjarError]:
    """The packs in the data folder, by name; an error in place of one that can't be read."""
    folder = home / "packs"
    for place in sorted(folder.iterdir()) if folder.is_dir() else []:
        if (place / FILE).is_file():
            try:
                yield read_pack(place)
            except AjarError as error:
                yield error


def digest_of(folder: Path) -> str:
    """Of the names and contents of all files of a pack."""
    found = blake2b(digest_size=16)
    for file in sorted(path for path in folder.rglob("*") if path.is_file() and "__pycache__" not in path.parts):
        found.update(f"{file.relative_to(folder).as_posix()}\0{file.stat().st_size}\0".encode())
        found.update(file.read_bytes())
    return found.hexdigest()


def make(pack: Pack, home: Path, say: Say) -> Path:
    """Make the environment of a pack and give its interpreter. AjarError says why it could not be made.

    Half an environment is made anew; one that is whole is left alone.
    """
    ready = pack.interpreter(home)
    if ready is not None:
        return ready
    place = pack.place(home)
    shutil.rmtree(place, ignore_errors=True)
    place.parent.mkdir(parents=True, exist_ok=True)
    say(f"Making an environment for {pack.title}")
    _run([str(_base_python(pack)), "-m", "venv", str(place)], "The environment could not be made")
    for needed in (CARRIES, pack.requirements):
        if needed:
            say(f"Installing {', '.join(needed)}")
            _run([str(_python_in(place)), "-m", "pip", "install", "--no-input", "--disable-pip-version-check", *needed],
                 f"{needed[0]} and what belongs to it could not be installed")
    (place / "whole").write_text("", "utf-8")
    _forget_others(pack, home)
    return _python_in(place)


def remove(pack: Pack, home: Path) -> None:
    """Take the environment of a pack away."""
    shutil.rmtree(pack.place(home), ignore_errors=True)


def clean_environment() -> dict[str, str]:
    """The environment of a process that must not see the packages of this one."""
    hidden = ("PYTHONPATH", "PYTHONHOME", "VIRTUAL_ENV", "PYTHONSTARTUP")
    return {name: text for name, text in os.environ.items() if name not in hidden}


def _run(command: list[str], what: str) -> None:
    try:
        done = subprocess.run(command, capture_output=True, text=True, env=clean_environment(), check=False)
    except OSError as error:
        raise AjarError(f"{what}: {error.strerror or error}.", "Check that this Python works.") from None
    if done.returncode:
        lines = [line for line in (done.stderr or done.stdout).strip().splitlines() if line.strip()]
        reason = next((line for line in reversed(lines) if line.startswith("ERROR")), lines[-1] if lines else "")
        raise AjarError(f"{what}: {reason.removeprefix('ERROR: ')[:300]}", "Check the connection, then try again.")


def _base_python(pack: Pack) -> Path:
    here = f"{sys.version_info.major}.{sys.version_info.minor}"
    if pack.python in ("", here):
        return Path(sys.executable)
    found = shutil.which(f"python{pack.python}")
    if found is None:
        raise AjarError(f"{pack.title} needs Python {pack.python}, which is not on this machine.",
                        f"Install it so that the command python{pack.python} works.")
    return Path(found)


def _python_in(place: Path) -> Path:
    return place / ("Scripts/python.exe" if sys.platform == "win32" else "bin/python")


def _forget_others(pack: Pack, home: Path) -> None:
    """Environments of the same pack with other needs are of no use any more."""
    for place in (home / "environments").glob(f"{pack.name}-*"):
        if place != pack.place(home) and re.fullmatch(re.escape(pack.name) + "-[0-9a-f]{12}", place.name):
            shutil.rmtree(place, ignore_errors=True)


def _is_requirement(text: str) -> bool:
    """A package of an index, with a version or not: no address, no path, no option of pip."""
    return re.fullmatch(r"[A-Za-z0-9][A-Za-z0-9._-]*(\[[A-Za-z0-9,._ -]+\])?\s*([<>=!~]=?=?\s*[\w.*+!,<>=~ -]+)?",
                        text) is not None


def _text(folder: Path, said: dict[str, Any], key: str) -> str:
    found = said.get(key)
    if not isinstance(found, str) or not found:
        raise _wrong(folder, f'it does not say its "{key}"', f"Write it in [pack] of {FILE}.")
    return found


def _wrong(folder: Path, why: str, hint: str) -> WorkflowError:
    return WorkflowError(f"The pack in {folder.name} can't be used: {why}.", hint)
