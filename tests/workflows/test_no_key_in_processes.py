"""The key in a real ``ajar run`` with orders that go well, fail or are blocked: in no file, word or child."""

import base64
import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest

from nodes.remote.emulators.bfl import Bfl
from nodes.remote.emulators.kling import KlingEmulator
from workflows.packs import load_packs
from workflows.worker_process import keyless

CANARY = "canary-0123456789abcdef"
SPY = '''
import os, sys

def note(event, given):
    if event in ("subprocess.Popen", "os.system", "os.exec", "os.posix_spawn"):
        with open(os.environ["SPY_FILE"], "a") as file:
            file.write(repr((event, given)))

sys.addaudithook(note)
'''
"""Writes down the arguments and the environment that are given to each process that is begun."""


def ajar(*words: str, **environment: str) -> subprocess.CompletedProcess[bytes]:
    return subprocess.run([sys.executable, "-m", "ajar", *words], capture_output=True, timeout=60, check=False,
                          env={**os.environ, **environment})


def found_in(folder: Path, *secrets: str) -> list[Path]:
    """Files whose names or bytes have a secret in them, plain or as base64 or hex."""
    forms = {form for one in secrets for form in (
        one.encode(), base64.b64encode(one.encode()).rstrip(b"="), one.encode().hex().encode(),
        one.encode("utf-16-le"))}
    return [file for file in folder.rglob("*")
            if file.is_file() and any(form in file.read_bytes() + os.fsencode(file) for form in forms)]


def test_the_search_finds(tmp_path: Path) -> None:
    for number, content in enumerate((CANARY.encode(), b"x" + CANARY.encode().hex().encode())):
        (tmp_path / str(number)).write_bytes(content)
    assert len(found_in(tmp_path, CANARY)) == 2


def test_a_real_run_leaves_no_key_anywhere(tmp_path: Path) -> None:
    (tmp_path / "spy").mkdir()
    (tmp_path / "spy/sitecustomize.py").write_text(SPY)
    graph: dict[str, Any] = {"ajar": 1, "nodes": {
        "film": {"type": "kling_video", "inputs": {"prompt": "a red fox"}},
        "picture": {"type": "bfl_image", "inputs": {"prompt": "a red fox"}},
        "bad": {"type": "bfl_image", "inputs": {"prompt": "another fox"}},
        "save": {"type": "save_image", "inputs": {"image": {"from": "picture"}}},
    }}
    (tmp_path / "work").mkdir()
    file = tmp_path / "work/graph.json"
    file.write_text(json.dumps(graph))
    said = b""
    with KlingEmulator(CANARY, job_seconds=0.1).start() as kling, Bfl(CANARY, job_seconds=0.1).start() as bfl:
        kling.fail("failed")
        bfl.fail("blocked_result")
        environment = {
            "AJAR_HOME": str(tmp_path / "home"), "AJAR_KLING_URL": kling.base, "AJAR_BFL_URL": bfl.base,
            "AJAR_KLING_KEY": CANARY, "AJAR_BFL_KEY": CANARY, "SPY_FILE": str(tmp_path / "spied"),
            "PYTHONPATH": os.pathsep.join(filter(None, (str(tmp_path / "spy"), os.environ.get("PYTHONPATH", "")))),
            "TMPDIR": str(tmp_path / "work"),
        }
        run = ["run", str(file), "--out", str(tmp_path / "out"), "--pay", "9", "--pay-unknown"]
        results = [ajar(*words, **environment) for words in (
            run, [*run, "--json", "--hosts"], ["jobs", "--all"], ["show", str(file)], ["ledger", "--csv"], ["keys"])]
        said = b"".join(one.stdout + one.stderr for one in results)
        assert results[0].returncode != 0, "one of them failed"
        assert results[1].returncode == 0, results[1].stderr
        for one in (kling, bfl):
            assert any(CANARY in text for seen in one.requests for text in seen.headers.values())
    outputs = [one for one in (tmp_path / "out").rglob("*") if one.suffix in (".png", ".jpg", ".mp4", ".webp")]
    assert len({one.suffix for one in outputs}) >= 2, "a picture and a film"
    assert (tmp_path / "home/orders.jsonl").exists() and (tmp_path / "home/logs/requests.log").exists()
    assert CANARY.encode() not in said
    assert found_in(tmp_path, CANARY) == []


def test_no_worker_is_given_a_key_of_any_provider(monkeypatch: pytest.MonkeyPatch) -> None:
    names: set[str] = set()
    for name, provider in load_packs([], entry_points=False).providers.items():
        names.add(f"AJAR_{name.upper()}_KEY")
        names.update(part for one in provider.facts.keys for part in one.split("+"))
    assert len(names) > 20
    for one in names:
        monkeypatch.setenv(one, CANARY)
    assert CANARY not in keyless().values()
