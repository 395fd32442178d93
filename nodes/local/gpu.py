"""One device and the models that are resident on it. Light: torch comes with the first model that is loaded."""

import gc
import importlib
import sys
from collections import OrderedDict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Protocol

from ajar.errors import UserError
from ajar.models import ModelEntry, Report
from ajar.plain import Precision
from ajar.values import Image, Lora, LoraPart, Tuning
from nodes.local.catalogue import Shelf
from nodes.local.devices import find_device
from nodes.local.estimates import as_tuned
from nodes.local.lora_facts import fits
from nodes.local.machine import ram
from nodes.local.memory import out_of_memory
from nodes.local.site import Site

Wear = Sequence[tuple[ModelEntry, LoraPart]]


class Resident(Protocol):
    """A loaded model."""

    bytes: int
    """About what it takes on the device."""

    def wear(self, loras: Wear) -> None:
        """Use exactly these LoRAs from now on, the last one on top."""


@dataclass(slots=True)
class _Kept:
    stamp: tuple[Any, ...]
    name: str
    model: Any
    site: Site

    def serves(self, tuning: Tuning) -> bool:
        """Whether a call may have it so. What can't be reckoned is placed only once, while it is loaded."""
        return tuning.offload == self.site.tuning.offload or getattr(self.model, "fit", None) is not None


def open_device(device: str, folders: Iterable[Path], scratch: Path | None = None) -> "Device":
    """The device of this process: ``auto``, ``cpu``, ``cuda:0`` or ``mps``. ``scratch`` goes when the process ends."""
    return Device(find_device() if device == "auto" else device, Shelf(list(folders)), scratch)


class Device:
    """Loads models, keeps them warm while there is room, and lets the longest unused go first."""

    def __init__(self, device: str, shelf: Shelf, scratch: Path | None = None) -> None:
        self.device = device
        self._shelf = shelf
        self._scratch = scratch
        self._kept: OrderedDict[tuple[str, Path, Precision], _Kept] = OrderedDict()
        self._report: Report = _quiet
        """Of the call at hand: a model that stays may ask for another one in a later call."""

    def load(
        self, model: str, *, kind: str, loras: Lora | None, report: Report, tuning: Tuning | None = None
    ) -> Any:
        """A model, loaded or still warm. UserError if it is missing, damaged or too large."""
        self._report = report
        entry = self._shelf.find(kind, model)
        wear = [(self._lora(part), part) for part in loras.parts] if loras else []
        for lora, _ in wear:
            if said := fits(lora, entry, self._shelf.rows):
                raise UserError(said, "Choose a LoRA of the same family, or another model.")
        resident: Resident = self._resident(entry, kind, tuning or Tuning())
        resident.wear(wear)
        return resident

    def learner(self, model: str, *, kind: str, folder: Path, report: Report) -> Any:
        """A model opened to be trained; ``folder`` keeps what it learned over a crash."""
        opening = self._imported("nodes.local.learning.opening", kind)
        entry = self._shelf.find(kind, model)
        report(0.0, f"Loading {entry.title}", None)
        # Training takes all the room there is on a card: gradients, and what is computed on the way to them.
        self._make_room(2 * (entry.bytes or 0) if self.device == "cpu" else sys.maxsize)
        return opening.open_learner(entry, kind, self.device, folder)

    def shelve(self, file: Path, name: str) -> Path:
        """Copy a LoRA into the models folder, whole or not at all. UserError where it can't be written."""
        from nodes.local.learning.shelving import shelve

        return shelve(file, self._shelf.folders[0] / "loras", name)

    def _lora(self, part: LoraPart) -> ModelEntry:
        if part.path is None:
            return self._shelf.find("lora", part.model)
        return replace(self._shelf.find("lora", str(part.path)), title=part.model)

    def prepare(self, kinds: Sequence[str]) -> None:
        """Import what models of these kinds need."""
        for kind in kinds:
            if kind in self._shelf.rows.modules:
                self._module(kind)

    def warm(self) -> list[str]:
        """The names of the models that are loaded."""
        return [kept.name for kept in self._kept.values()]

    def explained(self, error: BaseException) -> BaseException:
        """The error in words a person can use, where it is about memory; it then lets all models go."""
        if out_of_memory(error):
            last = next(reversed(self._kept.values())).model if self._kept else None
            fit = getattr(last, "fit", None)
            self._drop(len(self._kept))
            reckoned = f"; it was reckoned: {fit.line}" if fit is not None else ""
            return UserError(
                f"The memory of {self.device} was not enough for this{reckoned}.",
                " ".join(fit.advice) if fit is not None and fit.advice
                else "Choose a smaller size or a smaller model, or close other programs that use it.",
            )
        return error

    def _resident(self, entry: ModelEntry, kind: str, tuning: Tuning) -> Any:
        assert entry.path is not None
        place = (kind, entry.path, tuning.precision)
        stamp = tuple((file, (found := file.stat()).st_size, found.st_mtime_ns) for file in entry.files)
        kept = self._kept.get(place)
        if kept is not None and kept.stamp == stamp and kept.serves(tuning):
            self._kept.move_to_end(place)
            kept.site.tuning = tuning
            return kept.model
        if self._kept.pop(place, None) is not None:
            kept = None
            self._drop(0)  # of the old and the new one only one may fit
        module = self._module(kind)
        self._report(0.0, f"Loading {entry.title}", None)
        self._make_room(entry.bytes or 0)
        site = self._site(tuning)
        model = module.load(as_tuned(entry, tuning, self.device), site)
        self._kept[place] = _Kept(stamp, entry.id, model, site)
        return model

    def _site(self, tuning: Tuning) -> Site:
        def borrow(kind: str, name: str) -> Any:
            return self._resident(self._shelf.find(kind, name), kind, site.tuning)

        site = Site(self.device, tuning, self._scratch, self._shelf.find, borrow)
        return site

    def _module(self, kind: str) -> Any:
        return self._imported(self._shelf.rows.module(kind), kind)

    def _imported(self, module: str, kind: str) -> Any:
        # Thousands of modules are made and none of them is garbage: looking for it would take a tenth of the time.
        gc.disable()
        try:
            return importlib.import_module(module)
        except ModuleNotFoundError as error:
            extra = "upscale" if error.name == "spandrel" else "local"
            raise UserError(
                f'Models of the kind {kind} need the package "{error.name}", which is not installed.',
                f'Install it: pip install "ajar[{extra}]".',
            ) from error
        finally:
            gc.enable()

    def _make_room(self, needed: int) -> None:
        """Let models go until this many bytes more fit into what may be used."""
        allowed = self._allowed()
        while self._kept and sum(kept.model.bytes for kept in self._kept.values()) + needed > allowed:
            self._drop(1)

    def _drop(self, count: int) -> None:
        for _ in range(count):
            self._kept.popitem(last=False)
        gc.collect()
        if self.device.startswith("cuda"):
            import torch

            torch.cuda.empty_cache()

    def _allowed(self) -> int:
        """Bytes that resident models may take: most of a card's memory, half of the machine's."""
        if self.device.startswith("cuda"):
            import torch

            return int(torch.cuda.mem_get_info(torch.device(self.device))[1] * 0.9)
        total, _ = ram()
        return total // 2 if total is not None else 8 * 2**30


def _quiet(done: float, note: str, preview: Image | None) -> None:
    """Nobody asked for anything yet."""
