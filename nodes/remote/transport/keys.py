"""Where keys are: ``AJAR_<NAME>_KEY``, the names that a provider's own tools use, or the system's keyring.

Nothing of ours ever writes a key into a file. Where the system has no keyring, a key comes by the environment.
"""

import importlib
import os
import threading
import time
from collections.abc import Callable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any

from ajar.errors import UserError
from nodes.remote.transport.secret import Secret

SERVICE = "ajar"
PATIENCE = 6.0
"""Seconds to wait for the keyring, which may be asking the person to unlock it; the answer may come later."""
UNLOCKING = 120.0
"""Seconds to wait where the person is giving a key just now, and will unlock it."""
SILENT = "the system's keyring does not answer; perhaps it waits to be unlocked"
BELIEVED = 30.0
"""Seconds for which "there is none" is believed without asking the keyring again."""


@dataclass(frozen=True, slots=True)
class Found:
    """A key and where it was, or why there is none."""

    secret: Secret | None
    where: str = ""
    """``AJAR_KLING_KEY`` or ``the keyring``; never the key."""
    reason: str = ""
    """Why the keyring could not be asked; empty where it simply has none."""


class NoKeyring(Exception):
    """The system's keyring can't be used; the text says why."""


def env_name(name: str, ending: str) -> str:
    """``AJAR_KLING_KEY`` of ``kling`` and ``KEY``."""
    return f"AJAR_{name.upper().replace('-', '_')}_{ending}"


def find_key(name: str, names: Sequence[str] = (), account: str = "", *, shares: str = "",
             environ: Mapping[str, str] | None = None) -> Found:
    """The key of a provider; with ``account`` (``Secret.mark``) only that one.

    ``names`` are the provider's own environment names; ``ID+SECRET`` are two that are joined as ``ID:SECRET``.
    ``shares`` is a provider with the same account, whose key is taken where this one has none of its own.
    """
    environ = os.environ if environ is None else environ
    mine = [one for one in (name, shares) if one]
    for variable in (*(env_name(one, "KEY") for one in mine), *names):
        if (secret := _of_environment(variable, environ)) and account in ("", secret.mark()):
            return Found(secret, variable)
    reason = ""
    for one in mine:
        try:
            kept = _ring.find(one, environ)
        except NoKeyring as problem:
            reason = str(problem)
            break
        if kept is not None and account in ("", kept.mark()):
            return Found(kept, "the keyring")
    return Found(None, "", reason)


def store_key(name: str, text: str) -> None:
    """Keep a key in the keyring. UserError where the text is no key or the system has no keyring for it."""
    key = as_key(text)
    if not key:
        raise UserError("That is no key: it is empty, or holds spaces or letters no key has.", "Copy the key again.")
    _change(name, "kept", lambda ring: ring.set_password(SERVICE, name, key))
    # The null keyring takes everything and keeps nothing.
    if _change(name, "kept", lambda ring: ring.get_password(SERVICE, name)) != key:
        raise UserError("The keyring did not keep the key.", f"Set {env_name(name, 'KEY')} instead.")
    _ring.forget(name)


def forget_key(name: str) -> bool:
    """Take a key out of the keyring; whether there was one."""
    found = _change(name, "removed", lambda ring: ring.get_password(SERVICE, name)) is not None
    if found:
        _change(name, "removed", lambda ring: ring.delete_password(SERVICE, name))
    _ring.forget(name)
    return found


def as_key(text: str) -> str:
    """A key as it can stand in a header; empty where it can't."""
    key = text.strip()
    return key if all("!" <= one <= "~" for one in key) else ""


def _of_environment(variable: str, environ: Mapping[str, str]) -> Secret | None:
    parts = [as_key(environ.get(part, "")) for part in variable.split("+")]
    return Secret(":".join(parts)) if all(parts) else None


class _Question:
    """Something asked of the keyring in a thread of its own, as it may never answer."""

    def __init__(self, ask: Callable[[Any], Any]) -> None:
        self._ask = ask
        self._answers: list[Any] = []
        self._problems: list[str] = []
        self._thread = threading.Thread(target=self._work, name="ajar-keyring", daemon=True)
        self._thread.start()

    def answer(self, patience: float) -> Any:
        """What the keyring says. NoKeyring where there is none, it fails, or it is silent for so long."""
        self._thread.join(patience)
        if self._answers:
            return self._answers[0]
        raise NoKeyring(self._problems[0] if self._problems else SILENT)

    @property
    def open(self) -> bool:
        return self._thread.is_alive()

    def _work(self) -> None:
        try:
            self._answers.append(self._ask(_backend()))
        except NoKeyring as problem:
            self._problems.append(str(problem))
        except Exception as error:  # each backend has its own; its text may hold anything, so only its name is kept
            self._problems.append(f"the system's keyring failed ({type(error).__name__})")


class _Ring:
    """The keyring, asked at most once for each name while it says the same."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._kept: dict[str, tuple[float, Secret | None, str]] = {}
        self._open: tuple[str, _Question] | None = None
        """What was asked and not yet answered: nothing else is asked before, and nobody waits for it again."""

    def find(self, name: str, environ: Mapping[str, str]) -> Secret | None:
        """NoKeyring says why it could not be asked."""
        if _left_out(environ):
            return None
        with self._lock:
            if self._open is not None:
                asked, question = self._open
                if question.open:
                    if name not in self._kept or self._kept[name][1] is None:
                        raise NoKeyring(SILENT)
                else:
                    self._open = None
                    self._kept[asked] = self._read(question, 0)
            known = self._kept.get(name)
            if known is None or (known[1] is None and time.monotonic() - known[0] > BELIEVED):
                question = _Question(lambda ring: ring.get_password(SERVICE, name))
                known = self._kept[name] = self._read(question, PATIENCE)
                self._open = (name, question) if question.open else None
        if known[2]:
            raise NoKeyring(known[2])
        return known[1]

    def forget(self, name: str) -> None:
        with self._lock:
            self._kept.pop(name, None)
            self._open = None

    def _read(self, question: _Question, patience: float) -> tuple[float, Secret | None, str]:
        try:
            text = question.answer(patience)
        except NoKeyring as problem:
            return time.monotonic(), None, str(problem)
        key = as_key(text) if isinstance(text, str) else ""
        return time.monotonic(), Secret(key) if key else None, ""


_ring = _Ring()


def _left_out(environ: Mapping[str, str]) -> bool:
    return environ.get("AJAR_KEYRING", "").lower() in ("off", "0", "no")


def _change(name: str, done: str, change: Callable[[Any], Any]) -> Any:
    try:
        if _left_out(os.environ):
            raise NoKeyring("AJAR_KEYRING is off")
        return _Question(change).answer(UNLOCKING)
    except NoKeyring as problem:
        raise UserError(f"The key can't be {done}: {problem}.",
                        f"Set {env_name(name, 'KEY')} in the environment instead.") from None


def _backend() -> Any:
    """The keyring to use. NoKeyring where there is none, or only one that would write the key into a plain file."""
    try:
        keyring = importlib.import_module("keyring")
        ring = keyring.get_keyring()
    except ImportError:
        raise NoKeyring("the package keyring is not installed") from None
    rings = getattr(ring, "backends", None) or [ring]
    names = [f"{type(one).__module__}.{type(one).__qualname__}" for one in rings]
    if any("plaintext" in one.lower() or one.startswith("keyrings.alt.") for one in names):
        raise NoKeyring("the only keyring here would write it into a plain file")
    if all(one.startswith("keyring.backends.fail.") for one in names):
        raise NoKeyring("this system has no keyring")
    return ring


def how_to_give(name: str, found: Found, console: str = "") -> str:
    """What a person can do who has no key."""
    where = f" You get one at {console}." if console else ""
    if found.reason:
        return f"Give its key: set {env_name(name, 'KEY')} in the environment ({found.reason}).{where}"
    return f"Give its key: run \"ajar keys set {name}\", or set {env_name(name, 'KEY')}.{where}"
