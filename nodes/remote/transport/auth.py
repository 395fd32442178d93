"""How a key goes along with a call."""

import base64
import hashlib
import hmac
import json
import time
from collections.abc import Callable

from nodes.remote.transport.secret import Secret

LIFE = 1800
"""Seconds for which a token made from a key pair is good (kling.ai/document-api)."""


def header(auth: str, key: Secret, now: Callable[[], float] = time.time) -> tuple[str, str]:
    """The header that carries the key.

    ``auth`` is ``bearer``, ``Key`` (Authorization: Key ...), ``kling`` (an API key, or a token made of ``AK:SK``) or
    the name of a header that holds the bare key.
    """
    text = key.reveal()
    if auth == "bearer":
        return "Authorization", f"Bearer {text}"
    if auth == "Key":
        return "Authorization", f"Key {text}"
    if auth == "kling":
        access, colon, secret = text.partition(":")
        pair = bool(access and colon and secret)
        return "Authorization", f"Bearer {kling_token(access, secret, int(now())) if pair else text}"
    return auth, text


def kling_token(access: str, secret: str, now: int) -> str:
    """A JWT (HS256) as Kling's older addresses take it, good from five seconds ago for half an hour."""
    head = _piece({"alg": "HS256", "typ": "JWT"})
    claims = _piece({"iss": access, "exp": now + LIFE, "nbf": now - 5})
    signed = hmac.new(secret.encode(), f"{head}.{claims}".encode(), hashlib.sha256).digest()
    return f"{head}.{claims}.{_text(signed)}"


def _piece(plain: dict[str, object]) -> str:
    return _text(json.dumps(plain, separators=(",", ":")).encode())


def _text(content: bytes) -> str:
    return base64.urlsafe_b64encode(content).rstrip(b"=").decode("ascii")
