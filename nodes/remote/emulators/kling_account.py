"""Accounts of Kling's stand-in: what jobs cost by the vendor's list, and the signed tokens of the older scheme."""

import base64
import hashlib
import hmac
import json
import time
from typing import Any

from nodes.remote.emulators.server import Problem

SECOND = {
    # route or model, then by resolution: off, on; the vendor's list in dollars a second
    "kling-3.0": {"720p": (0.084, 0.126), "1080p": (0.112, 0.168), "4k": (0.42, 0.42)},
    "kling-3.0-omni": {"720p": (0.084, 0.112), "1080p": (0.112, 0.14), "4k": (0.42, 0.42)},
    "kling-3.0-turbo": {"720p": (0.112, 0.112), "1080p": (0.14, 0.14)},
    "kling-o1": {"720p": (0.084, 0.084), "1080p": (0.112, 0.112)},
    "kling-2.6": {"720p": (0.042, 0.042), "1080p": (0.07, 0.14)},
    "kling-2.5-turbo": {"720p": (0.042, 0.042), "1080p": (0.07, 0.07)},
}
FILMED = {"720p": 0.126, "1080p": 0.168, "4k": 0.42}
MOTION = {"kling-3.0": {"720p": 0.126, "1080p": 0.168}, "kling-2.6": {"720p": 0.07, "1080p": 0.112}}
SOURCE_SECONDS = 6
"""How long every film on the web is, here."""


def price(route: str, body: dict[str, Any]) -> float:
    settings, model = body.get("settings", {}), route.partition("/")[2]
    kinds = {entry["type"] for entry in body.get("contents", ())}
    resolution, seconds = settings.get("resolution", "720p"), settings.get("duration", 5)
    if route.startswith("motion-control/"):
        return MOTION[model][resolution] * SOURCE_SECONDS
    if "base_video" in kinds:
        return FILMED[resolution] * SOURCE_SECONDS
    if "feature_video" in kinds:
        return FILMED[resolution] * float(seconds)
    price = 0.168 if "voice" in kinds else SECOND[model][resolution][settings.get("audio") == "native"]
    return price * float(seconds)


def price_older(route: str, body: dict[str, Any]) -> float:
    if route == "images/omni-image":
        return 0.056 if body.get("resolution") == "4k" else 0.028
    if route == "images/generations":
        return 0.014 if body.get("model_name") == "kling-v2-1" and not body.get("image") else 0.028
    if route == "images/editing/expand":
        return 0.028
    if route == "videos/avatar/image2video":
        return 3 * (0.112 if body.get("mode") == "pro" else 0.056)
    return 0.07 * 2


def check_token(token: str, access: str, secret: str) -> None:
    """A JWT: HS256 over the secret key, its issuer the access key, valid now."""
    try:
        head, claims, mark = token.split(".")
        wanted = hmac.new(secret.encode(), f"{head}.{claims}".encode(), hashlib.sha256).digest()
        found = json.loads(_unpadded(claims))
        good = hmac.compare_digest(_unpadded(mark), wanted) and json.loads(_unpadded(head))["alg"] == "HS256"
        if not good or found["iss"] != access:
            raise ValueError
    except (ValueError, KeyError):
        raise Problem(401, "Authorization is invalid", "1002") from None
    if found["nbf"] > time.time():
        raise Problem(401, "Authorization is not yet valid", "1003")
    if found["exp"] < time.time():
        raise Problem(401, "Authorization has expired", "1004")


def _unpadded(text: str) -> bytes:
    return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
