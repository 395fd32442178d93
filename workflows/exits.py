"""How results leave a run: as files with names that say where they come from, and metadata that says how."""

import os
from collections.abc import Callable, Mapping, Sequence
from pathlib import Path
from typing import Any

from workflows import outputs, sidecars
from workflows.ancestry import told
from workflows.cells import Cells
from workflows.entries import Entry
from workflows.outputs import Outputs
from workflows.plan import Plan
from workflows.provenance import Read, as_typed, made_of
from workflows.sealing import is_signed, needs_sidecar, sealed
from workflows.streams import Path as Index


class Exit:
    """The output folder of a run and what its files say about themselves."""

    def __init__(self, folder: Outputs, workflow: str, document: Mapping[str, Any], base: str,
                 revisions: Callable[[str, str], Mapping[str, Any]], *, strip: bool = False,
                 leaves: bool = True, orders: Callable[[str], Sequence[Entry]] = lambda cell: (),
                 sidecars: bool = False, read: Read = as_typed) -> None:
        self._folder = folder
        self._workflow = workflow
        self._document = document
        self._base = base
        self._revisions = revisions
        """(kind, name) of a model -> its id, revision and licence."""
        self._strip = strip
        self._leaves = leaves
        self._orders = orders
        """Of the key of a result: what was ordered for it."""
        self._read = read
        """What models read instead of prompts."""
        self._sidecars = sidecars
        """Write one beside every file, also beside those that say themselves what made them."""

    def save(self, node: str, path: Index, data: bytes | Path, suffix: str, about: str = "") -> Path:
        """Write a file of a node, with what made it inside where it can carry that, else beside it."""
        with sealed(data, about) as seal:
            file = self._folder.save(node, path, seal.data, suffix)
        if about and (self._sidecars or needs_sidecar(seal, suffix)) and file.is_file():
            sidecars.write(file, about)
        return file

    def export(self, node: str, output: str, path: Index, value: Any, about: str) -> Path | None:
        """Pictures and masks as PNG, sounds as WAV; files that media stand for as they are."""
        if not self._leaves:
            return None
        data, suffix = encoded(value, about)
        if not suffix:
            return None
        return self.save(node if output == "result" else f"{node}-{output}", path, data, suffix, about)

    def about(self, plan: Plan, cells: Cells, node: str, path: Index) -> str:
        """Where a result comes from, as JSON; empty where that is to be left out."""
        if self._strip:
            return ""
        made = made_of(plan, cells, node, path, self._revisions, self._orders, self._read, told)
        return outputs.about(self._document, self._workflow, node, path, made, stage=plan.stage, base=self._base)


def encoded(value: Any, about: str) -> tuple[bytes | Path, str]:
    """A value as the bytes of a file or the file it lies in, and the ending of its name; ("", "") for plain values.

    A picture that lies in a file with a C2PA manifest, and that nothing has changed, is that file.
    """
    from ajar.values import Audio, Image, Mask, Mesh, Video

    if isinstance(value, Image):
        if value.path is not None and value.same_file and is_signed(value.path):
            return value.path, value.path.suffix.lower()
        return value.encode("png", about=about), ".png"
    if isinstance(value, Mask):
        return Image.of(value.array).encode("png", about=about), ".png"
    if isinstance(value, Audio):
        return value.encode(about=about), ".wav"
    if isinstance(value, (Video, Mesh)):
        return value.path, value.path.suffix  # films may be larger than the memory
    return b"", ""


def way_back(out: Path, base: Path) -> str:
    """The way from the output folder to the workflow's, for files that are run again; "" where there is none."""
    try:
        return Path(os.path.relpath(base.resolve(), out.resolve())).as_posix()
    except ValueError:  # another drive
        return ""
