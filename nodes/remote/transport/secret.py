"""A key in memory, and texts from which keys are taken out."""

from collections.abc import Iterable
from hashlib import blake2b
from typing import NoReturn

HIDDEN = "***"
SHORTEST = 6
"""Shorter keys are not searched for in texts: they would be found in innocent words."""


class Secret:
    """A key. It shows itself to nobody who does not ask by ``reveal``, and can't be pickled or copied."""

    __slots__ = ("_text",)

    def __init__(self, text: str) -> None:
        self._text = text

    def reveal(self) -> str:
        return self._text

    def mark(self) -> str:
        """Eight characters that tell this key from others; the key can't be had from them."""
        return blake2b(self._text.encode(), digest_size=4, person=b"ajar-account").hexdigest()

    def parts(self) -> tuple[str, ...]:
        """What must not be seen of it: all of it, and the secret half of an ``ID:SECRET`` pair."""
        _, colon, half = self._text.partition(":")
        return (self._text, half) if colon and half else (self._text,)

    def __repr__(self) -> str:
        return "Secret(***)"

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        raise TypeError("a key is never pickled or copied")


def redact(text: str, secrets: Iterable[str]) -> str:
    """The text without these secrets."""
    for secret in _by_length(secrets):
        text = text.replace(secret, HIDDEN)
    return text


def redact_bytes(content: bytes, secrets: Iterable[str]) -> bytes:
    """The same for a body: providers like to repeat a wrong key in their answer."""
    for secret in _by_length(secrets):
        found = secret.encode()
        if found in content:
            content = content.replace(found, HIDDEN.encode())
    return content


def _by_length(secrets: Iterable[str]) -> list[str]:
    """The longest first, so that no half of a longer one is left over."""
    return sorted({one for one in secrets if len(one) >= SHORTEST}, key=len, reverse=True)
