"""What can be said of a file: what made it, whether it is as it was then, and whether a manifest in it holds."""

from collections.abc import Mapping
from contextlib import suppress
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ajar import labels
from ajar.errors import AjarError, WorkflowError
from ajar.labels import xmp
from workflows import sidecars, signing
from workflows.reading import read_about
from workflows.signing import Signature
from workflows.take import Take
from workflows.takes import Takes


@dataclass(frozen=True, slots=True)
class Verdict:
    """Everything that was found out."""

    file: Path
    about: Mapping[str, Any] | None
    """What made it; None where nothing says so."""
    inside: bool
    """It says so itself."""
    sidecar: Path | None
    same: bool | None
    """Whether what is seen or heard is as it was when it was made; None where no digest was recorded."""
    whole: bool | None
    """Whether every byte is; None where no digest of the whole file was recorded."""
    source: str
    """A word of IPTC's list of digital source types."""
    signature: Signature
    take: Take | None = None
    """The take of this machine with these very bytes."""

    @property
    def sound(self) -> bool:
        """Whether something is known of it, and nothing speaks against it."""
        known = self.about is not None or self.take is not None or self.signature.state in ("valid", "untrusted")
        return known and self.same is not False and self.signature.state != "invalid"


def verify(file: Path, takes: Takes | None = None, trust: str = "") -> Verdict:
    """Look at a file, or at the one that a sidecar is about. WorkflowError where it can't be read."""
    if file.name.endswith(sidecars.ENDING):
        file = sidecars.read(file).file
    if not file.is_file():
        raise WorkflowError(f"There is no file {file}.", "Check the name; paths are relative to this folder.")
    beside = sidecars.find(file)
    about: Mapping[str, Any] | None = None
    with suppress(WorkflowError):
        about = read_about(file)
    label, content = _inside(file)
    digest = sidecars.digest_of(file)
    take = takes.find(digest.partition(":")[2]) if takes is not None else None
    recorded = xmp.content_of(label.xmp or "")
    whole = None if beside is None or not beside.digest else beside.digest == digest
    if whole is None and take is not None:
        whole = True
    same = recorded == content if recorded else whole
    source = xmp.source_of(label.xmp or "") or str((about or {}).get("digital_source") or "")
    signature = signing.look(file, trust)
    return Verdict(file, about, label.about is not None, beside.path if beside else None, same, whole,
                   source or signature.source, signature, take)


def _inside(file: Path) -> tuple[labels.Label, str]:
    """The label of a file and the digest of what it shows; nothing where it is damaged or of another kind."""
    try:
        with labels.opened(file) as data:
            return labels.read(data), labels.content_of(data)
    except labels.DAMAGED:
        return labels.Label(), ""
    except OSError as error:
        raise AjarError(f"{file.name} can't be read: {error.strerror or error}.", "Check its permissions.") from None
