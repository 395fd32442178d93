"""What begins quickly stays so: no HTTP library and no facts of providers are read by commands that need none."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
WATCH = """
import contextlib, io, json, sys
read = []
sys.addaudithook(lambda event, what: read.append(str(what[0])) if event == "open" and what[0] else None)
sys.argv = ["ajar", *json.loads(sys.argv[1])]
from ajar.__main__ import main
code = 0
with contextlib.redirect_stdout(io.StringIO()):
    try:
        code = main()
    except SystemExit as left:
        code = left.code
names = [name.replace(chr(92), "/") for name in read]
facts = sorted({name.rpartition("/")[2] for name in names if "resources/providers/" in name})
print(json.dumps({"code": code or 0, "modules": sorted(sys.modules), "facts": facts}))
"""
HEAVY = ("httpx", "keyring", "anthropic", "openai", "torch", "PySide6", "nodes.remote.emulators.server")


def begun(folder: Path, *words: str) -> tuple[set[str], list[str]]:
    """The modules a command loaded, and the facts it read."""
    environment = {**os.environ, "PYTHONPATH": str(ROOT), "AJAR_HOME": str(folder / "home")}
    done = subprocess.run([sys.executable, "-c", WATCH, json.dumps(words)], env=environment, cwd=folder, text=True,
                          capture_output=True, check=True)
    told = json.loads(done.stdout)
    assert told["code"] == 0, done.stderr
    return set(told["modules"]), told["facts"]


@pytest.mark.parametrize("words", [
    ["--help"], ["nodes"], ["nodes", "kling_video"], ["keys", "--help"], ["completion", "bash"],
])
def test_what_asks_no_provider_reads_no_facts(tmp_path: Path, words: list[str]) -> None:
    modules, facts = begun(tmp_path, *words)
    assert not modules & set(HEAVY) and facts == []


@pytest.mark.parametrize(("type_", "inputs", "expected"), [
    ("kling_video", {"prompt": "a fox"}, ["kling.toml"]),
    ("load_image", {"file": "a.png"}, []),
])
def test_a_check_reads_only_the_facts_of_what_is_in_the_graph(
        tmp_path: Path, type_: str, inputs: dict[str, str], expected: list[str]) -> None:
    (tmp_path / "a.png").write_bytes(b"")
    graph = {"ajar": 1, "nodes": {"it": {"type": type_, "inputs": inputs}}}
    (tmp_path / "graph.json").write_text(json.dumps(graph), "utf-8")
    modules, facts = begun(tmp_path, "check", "graph.json")
    assert not modules & set(HEAVY) and facts == expected
