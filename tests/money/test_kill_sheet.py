"""kill -9 in the middle of a compare sheet: no cell is paid twice, those that are done stay, and the sheet is made."""

import json
import os
import subprocess
import sys
from collections.abc import Iterator
from contextlib import ExitStack
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ajar.values import Image
from tests.money.emulator import Toys
from tests.money.test_kill import LAG, PACK, ROOT
from workflows.journal import look
from workflows.settings import Home

ROWS = ("toykey", "toylook")
COLUMNS = ("a lighthouse", "a cat", "a tram")
MAKE = ("sheet", "graph.json", "--pack", str(PACK), "--pay", "100", "--png", "sheet.png")

pytestmark = pytest.mark.skipif(sys.platform == "win32", reason="SIGKILL")


class Scene:
    """A sheet of two providers that count, each with three cells, beside a row that costs nothing."""

    def __init__(self, folder: Path, emulators: dict[str, Toys]) -> None:
        self.folder, self.emulators = folder, emulators
        self.home = Home(folder / "home")
        self.home.path.mkdir()
        self.home.settings_file.write_text("lookup_lag = 1.0\n", "utf-8")
        nodes: dict[str, Any] = {"axes": {"type": "sheet_axes", "inputs": {"down": "\n".join(COLUMNS)}}}
        nodes |= {name: {"type": "toys/film", "inputs": {"text": {"from": "axes.row"}, "by": name}} for name in ROWS}
        (folder / "white.png").write_bytes(Image.of(np.full((36, 64, 3), 250, np.uint8)).encode("png"))
        nodes["white"] = {"type": "load_image", "inputs": {"file": "white.png"}}
        nodes["drawn"] = {"type": "text_on_image", "inputs": {"image": {"from": "white"}, "text": {"from": "axes.row"}}}
        nodes["sheet"] = {"type": "compare_sheet", "inputs": {
            "cells": [{"from": name} for name in ("drawn", *ROWS)], "columns": {"from": "axes.row"}}}
        (folder / "graph.json").write_text(json.dumps({"ajar": 1, "nodes": nodes}), "utf-8")
        self.environment = {**os.environ, "AJAR_HOME": str(self.home.path), "AJAR_KEYRING": "off", "NO_PROXY": "*",
                            "PYTHONPATH": str(ROOT)}
        for name, emulator in emulators.items():
            self.environment |= {f"AJAR_{name.upper()}_URL": emulator.base, f"AJAR_{name.upper()}_KEY": emulator.key}

    def ajar(self, *words: str) -> tuple[int, str]:
        done = subprocess.run([sys.executable, "-m", *words], check=False, cwd=self.folder, env=self.environment,
                              text=True, capture_output=True, timeout=120)
        return done.returncode, done.stdout + done.stderr

    def texts(self, name: str) -> list[str]:
        """What was paid for at a provider."""
        return sorted(job.request["text"] for job in self.emulators[name].jobs.values())


@pytest.fixture
def scene(tmp_path: Path) -> Iterator[Scene]:
    with ExitStack() as opened:
        emulators = {}
        for name in ROWS:
            emulators[name] = opened.enter_context(Toys(job_seconds=0.3).start())
            emulators[name].keyed, emulators[name].lag = name == "toykey", LAG
        yield Scene(tmp_path, emulators)


@pytest.mark.parametrize("moment", ["posted", "after:submitted", "before:fetched", "after:committed"])
def test_a_sheet_that_is_killed_is_gone_on_with(scene: Scene, moment: str) -> None:
    code, said = scene.ajar("tests.money.killer", moment, *MAKE)
    assert code == -9, said
    done = [entry.cell for entry in look(scene.home) if entry.state == "committed"]
    assert (moment == "after:committed") == bool(done), "it died where it was meant to"
    code, said = scene.ajar("ajar", *MAKE)
    assert code == 0, said
    assert {name: scene.texts(name) for name in ROWS} == dict.fromkeys(ROWS, sorted(COLUMNS)), "each once"
    assert Image.open(scene.folder / "sheet.png").width > 600
    entries = look(scene.home)
    assert len(entries) == 6 and {entry.state for entry in entries} == {"committed"}
    code, said = scene.ajar("ajar", "sheet", "graph.json", "--pack", str(PACK), "--json")
    cells = [row for row in map(json.loads, said.splitlines()) if row.get("event") == "cell" and row["node"] in ROWS]
    assert code == 0 and [cell["state"] for cell in cells] == ["cached"] * 6, said
    assert [cell["spent"] for cell in cells] == [0.5] * 6, "the sheet tells what each has cost, also after a crash"


def test_killed_again_and_again_it_still_pays_each_cell_once(scene: Scene) -> None:
    for moment in ("after:sending", "after:submitted", "before:committed", "after:committed"):
        scene.ajar("tests.money.killer", moment, *MAKE)
    code, said = scene.ajar("ajar", *MAKE)
    lost = [entry for entry in look(scene.home) if entry.state == "unknown"]
    assert code == (4 if lost else 0) and {entry.provider for entry in lost} <= {"toylook"}, said
    for entry in lost:  # it died before they were sent, and only a person may say so
        code, said = scene.ajar("ajar", "jobs", entry.id, "again")
        assert code == 0, said
    code, said = scene.ajar("ajar", *MAKE)
    assert code == 0, said
    assert {name: scene.texts(name) for name in ROWS} == dict.fromkeys(ROWS, sorted(COLUMNS))
