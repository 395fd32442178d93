"""What files from outside say they were made with; read once for each content."""

import json
import threading
from collections.abc import Callable, Mapping
from pathlib import Path
from typing import Any, Protocol

from ajar.errors import AjarError
from ajar.models import ModelEntry, Terms
from workflows import sidecars
from workflows.licences import Used
from workflows.plan import Origin
from workflows.terms import Basis
from workflows.using import Asked

Records = tuple[Mapping[str, Any], ...]
MOST = 10_000


class Knowing(Protocol):
    """Who knows models and their terms."""

    @property
    def terms(self) -> Terms: ...

    def known(self, kind: str, name: str) -> ModelEntry | None: ...

    def basis(self, entry: ModelEntry) -> Basis: ...


class MadeWith:
    """What files of Ajar's say in their metadata. Used from several threads."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self._known: dict[str, Mapping[str, Any]] = {}

    def __call__(self, origin: Origin) -> Records:
        """The models that a file from outside names; none of folders, strangers' files and what can't be read."""
        return tuple(_models(self._about(origin)))

    def confidential(self, origin: Origin) -> bool:
        """Whether a file says of itself that it was made from something confidential."""
        return self._about(origin).get("confidential") is True

    def _about(self, origin: Origin) -> Mapping[str, Any]:
        if origin.path is None or len(origin.digests) != 1:
            return {}
        [digest] = origin.digests
        with self._lock:
            known = self._known.get(digest)
        if known is None:
            known = _about(origin.path, _label) or {}
            with self._lock:
                if len(self._known) > MOST:
                    self._known.clear()
                self._known[digest] = known
        return known


def of_file(path: Path, known: Knowing) -> tuple[Used, ...]:
    """What a file says it was made with. AjarError where it says nothing of its making."""
    about = _about(path)
    if about is None:
        raise AjarError(f"{path.name} does not say how it was made, so its terms are not known.",
                        "Files that Ajar made say it, or have a sidecar beside them.")
    asked = Asked(known.known, known.basis, lambda origin: (), known.terms)
    return tuple(asked.of_record(str(about.get("node", "")), record) for record in _models(about))


def _label(path: Path) -> str | None:
    """What the head of a file says, without the libraries that read pictures and films: a plan must not wait."""
    from ajar import labels

    with labels.opened(path) as data:
        known = labels.format_of(data)
        return known.read(data).about if known is not None else None


def _whole(path: Path) -> str | None:
    from ajar import pictures

    return pictures.read_about(path)


def _about(path: Path, read: Callable[[Path], str | None] = _whole) -> Mapping[str, Any] | None:
    """What a file, or its sidecar, says of its making."""
    try:
        plain = json.loads(read(path) or "null")
    except Exception:  # whatever a stranger's file holds, it is only asked what it says of itself
        plain = None
    if not isinstance(plain, dict):
        beside = sidecars.find(path)
        plain = beside.about if beside is not None else None
    return plain if isinstance(plain, Mapping) else None


def _models(plain: Mapping[str, Any]) -> list[Mapping[str, Any]]:
    models = plain.get("models")
    return [one for one in models if isinstance(one, dict)] if isinstance(models, list) else []
