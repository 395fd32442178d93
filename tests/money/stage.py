"""Cases of providers on a stage for the real ``ajar``: a graph file, the files it reads, and emulators that count."""

import json
import os
import shutil
import subprocess
import sys
import time
from collections.abc import Callable, Mapping, Sequence
from contextlib import ExitStack
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Self

from ajar.offers import read_facts
from ajar.values import Audio, Image, Mask, Size, Video
from nodes.remote import FACTS
from nodes.remote.emulators.server import Emulator
from tests.nodes.remote.case import Case
from workflows.entries import Entry
from workflows.journal import look
from workflows.settings import Home

ROOT = Path(__file__).parents[2]
PACK = ROOT / "tests" / "money" / "media.py"
KEY = "test-key"
PATIENCE = 60.0


@dataclass(frozen=True)
class Said:
    """What ``ajar`` said, and how it left."""

    code: int
    out: str
    err: str

    @property
    def rows(self) -> list[dict[str, Any]]:
        """The lines of ``--json``."""
        return [json.loads(line) for line in self.out.splitlines()]


class Stage:
    """A data folder, a graph of one node a case (by its provider's name), and the emulators of their providers."""

    def __init__(self, folder: Path, cases: Sequence[Case]) -> None:
        self.folder, self.cases = folder, {case.provider: case for case in cases}
        self.home = Home(folder / "home")
        self.emulators: dict[str, Emulator] = {}
        self._open = ExitStack()
        self._nodes: dict[str, Any] = {}
        for case in cases:
            inputs = {name: self._plain(f"{_id(case)}-{name}".replace("_", "-"), value)
                      for name, value in case.inputs().items()}
            self._nodes[_id(case)] = {"type": case.node, "inputs": inputs}
        (folder / "graph.json").write_text(json.dumps({"ajar": 1, "nodes": self._nodes}), "utf-8")
        self.environment = {**os.environ, "AJAR_HOME": str(self.home.path), "AJAR_KEYRING": "off",
                            "PYTHONPATH": str(ROOT), "NO_PROXY": "*"}

    def __enter__(self) -> Self:
        for name, case in self.cases.items():
            emulator = self._open.enter_context(case.emulator(key=KEY).start())
            account = read_facts(FACTS / f"{name}.toml").shares or name
            self.environment |= {f"AJAR_{name.upper()}_URL": emulator.base, f"AJAR_{name.upper()}_KEY": KEY,
                                 f"AJAR_{account.upper()}_KEY": KEY}
            self.emulators[name] = emulator
        return self

    def __exit__(self, *_: object) -> None:
        self._open.close()

    def begin(self, *words: str) -> "subprocess.Popen[str]":
        """The command, running."""
        return subprocess.Popen([sys.executable, "-m", "ajar", *words], cwd=self.folder, env=self.environment,
                                text=True, stdout=subprocess.PIPE, stderr=subprocess.PIPE)

    def ajar(self, *words: str) -> Said:
        """The command, once it has ended."""
        process = self.begin(*words)
        out, err = process.communicate(timeout=PATIENCE)
        return Said(process.returncode, out, err)

    def plan(self) -> Said:
        return self.ajar("plan", "graph.json", "--pack", str(PACK))

    def run(self, *words: str) -> Said:
        return self.ajar(*self.paying(*words))

    def paying(self, *words: str) -> tuple[str, ...]:
        return ("run", "graph.json", "--pack", str(PACK), "--pay", "500", "--pay-unknown", *words)

    def until(self, process: "subprocess.Popen[str]", found: Callable[[Mapping[str, Entry]], bool]) -> None:
        """Wait until the journal looks like this, by provider, while the command runs."""
        deadline = time.monotonic() + PATIENCE
        while not found(entries := self.entries()):
            states = {name: entry.state for name, entry in entries.items()}
            assert process.poll() is None, f"it ended: {states}, {process.communicate()}"
            assert time.monotonic() < deadline, f"never: {states}"
            time.sleep(0.02)

    def entries(self) -> dict[str, Entry]:
        """The orders by provider, of which there must be at most one each."""
        if not self.home.path.exists():
            return {}
        orders = look(self.home)
        by_name = {entry.provider: entry for entry in orders}
        assert len(by_name) == len(orders), "somebody ordered twice"
        return by_name

    def file_of(self, case: Case) -> list[Path]:
        """What the run made of a case."""
        return sorted((self.folder / "out").glob(f"graph-{_id(case)}-*"))

    def _plain(self, name: str, value: Any) -> Any:
        """An input as the graph file has it; media are written to files, which nodes read."""
        if isinstance(value, tuple):
            return [self._plain(f"{name}-{number}", one) for number, one in enumerate(value)]
        if isinstance(value, Size):
            return str(value)
        if not isinstance(value, (Image, Mask, Audio, Video)):
            return value
        kind, ending = {Image: ("load_image", "png"), Mask: ("media/mask", "png"), Audio: ("media/sound", "wav"),
                        Video: ("media/film", "mp4")}[type(value)]
        file = self.folder / f"{name}.{ending}"
        if isinstance(value, Video):
            shutil.copyfile(value.path, file)
        elif isinstance(value, Mask):
            file.write_bytes(Image.of(value.array).encode("png"))
        else:
            file.write_bytes(value.encode("png") if isinstance(value, Image) else value.encode())
        self._nodes[name] = {"type": kind, "inputs": {"file": file.name}}
        return {"from": name}


def _id(case: Case) -> str:
    """The node's name in the graph."""
    return case.provider.replace("_", "-")
