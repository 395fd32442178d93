"""What files from outside say they were made with; read once for each content."""

import json
import threading
from collections.abc import Mapping
from typing import Any

from workflows.plan import Origin

Records = tuple[Mapping[str, Any], ...]
MOST = 10_000


class MadeWith:
    """The models that a file of Ajar's names in its metadata. Used from several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._known: dict[str, Records] = {}

    def __call__(self, origin: Origin) -> Records:
        """Of a file from outside; nothing of folders, of strangers' files and of what can't be read."""
        if origin.path is None or len(origin.digests) != 1:
            return ()
        [digest] = origin.digests
        with self._lock:
            known = self._known.get(digest)
        if known is None:
            known = tuple(_models_of(origin))
            with self._lock:
                if len(self._known) > MOST:
                    self._known.clear()
                self._known[digest] = known
        return known


def _models_of(origin: Origin) -> list[Mapping[str, Any]]:
    from ajar import pictures

    assert origin.path is not None
    try:
        plain = json.loads(pictures.read_about(origin.path) or "null")
    except Exception:  # whatever a stranger's file holds, it is only asked what it says of itself
        return []
    models = plain.get("models") if isinstance(plain, dict) else None
    return [one for one in models if isinstance(one, dict)] if isinstance(models, list) else []
