"""Kinds of installation to test, each in an environment of its own, and what must hold in all of them."""

import json
import os
import shutil
import subprocess
import sys
import sysconfig
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
ROOMS = ("canvas", "nodes", "workflows", "resources")
# Run with Ajar importable, in the way each kind of installation makes it so.
PROBE = """
import json, multiprocessing, sys

def where():
    import nodes, workflows
    return workflows.__file__, nodes.__file__

if __name__ == "__main__":
    import contextlib, io
    from ajar.__main__ import main
    with contextlib.redirect_stdout(io.StringIO()), contextlib.suppress(SystemExit):
        main(["--help"])
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        child = pool.apply(where)
    import ajar.contract
    print(json.dumps({"here": where(), "child": child, "contract": ajar.contract.__file__}))
"""


@dataclass(frozen=True)
class Installed:
    """An environment that has Ajar in some way, and a folder full of traps to start it from."""

    python: Path
    command: Path
    traps: Path

    def run(self, *command: str | Path, folder: Path | None = None) -> subprocess.CompletedProcess[str]:
        plain = {name: value for name, value in os.environ.items() if name not in ("PYTHONPATH", "VIRTUAL_ENV")}
        return subprocess.run(
            list(map(str, command)), cwd=folder or self.traps, env=plain, capture_output=True, text=True, check=False
        )

    def ajar(self, *arguments: str | Path) -> subprocess.CompletedProcess[str]:
        return self.run(self.command, *arguments)


def make_venv(folder: Path) -> Path:
    """A small environment that sees the packages of this one, but not an Ajar installed in it. Gives its Python."""
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", folder], check=True)
    python = folder / ("Scripts/python.exe" if os.name == "nt" else "bin/python")
    there = {"base": str(folder), "platbase": str(folder)}
    site = Path(sysconfig.get_path("purelib", vars=there))
    # A path in a .pth file is searched, but the .pth files in it (an editable install) are not read.
    (site / "packages.pth").write_text(sysconfig.get_path("purelib"), encoding="utf-8")
    return python


def pip(python: Path, *arguments: str | Path) -> None:
    command = [sys.executable, "-m", "pip", "--python", str(python), "-q", "--disable-pip-version-check"]
    done = subprocess.run([*command, *map(str, arguments)], capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def copy_of_the_clone(folder: Path) -> Path:
    leave = shutil.ignore_patterns("__pycache__", "*.pyc")
    for room in ("ajar", *ROOMS):
        shutil.copytree(ROOT / room, folder / room, ignore=leave)
    for file in ("pyproject.toml", "LICENSE", "README.md"):
        if (ROOT / file).exists():
            shutil.copy(ROOT / file, folder / file)
    return folder


def check_origin(done: subprocess.CompletedProcess[str], ajar: Path, rooms: Path) -> None:
    """All was imported from these folders, in the process itself and in one that it spawned."""
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout.splitlines()[-1])
    assert Path(said["contract"]).parent.samefile(ajar)
    for workflows, nodes in (said["here"], said["child"]):
        assert Path(workflows).parent.parent.samefile(rooms)
        assert Path(nodes).parent.parent.samefile(rooms)


def probe(folder: Path) -> Path:
    file = folder / "probe.py"
    file.write_text(PROBE, encoding="utf-8")
    return file


def site_of(installed: Installed) -> Path:
    done = installed.run(installed.python, "-c", "import sysconfig; print(sysconfig.get_path('purelib'))")
    return Path(done.stdout.strip())


def check_text_run(installed: Installed, folder: Path) -> None:
    """A table in, nothing but quick nodes: it runs from a folder full of traps and leaves no traceback."""
    (folder / "words.csv").write_text("animal\nfox\nowl\n", encoding="utf-8")
    graph = {
        "ajar": 1,
        "nodes": {
            "rows": {"type": "load_rows", "inputs": {"file": "words.csv"}},
            "text": {"type": "text_join", "inputs": {"parts": ["a", {"from": "rows.text"}], "separator": " "}},
        },
    }
    file = folder / "words.json"
    file.write_text(json.dumps(graph), encoding="utf-8")
    done = installed.ajar("run", file, "--json", "--out", folder / "out")
    assert done.returncode == 0, done.stdout + done.stderr
    assert json.loads(done.stdout.splitlines()[-1])["status"] == "done"
