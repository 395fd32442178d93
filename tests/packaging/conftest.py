"""Wheels and environments are built once for all packaging tests."""

import os
import subprocess
import sys
from pathlib import Path

import pytest

from tests.packaging.installs import ROOMS, ROOT, Installed, copy_of_the_clone, make_venv, pip


@pytest.fixture(scope="module")
def traps(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """A user's project that has its own folders `nodes`, `workflows`, `resources` and `tests`."""
    folder = tmp_path_factory.mktemp("project")
    for room in (*ROOMS, "tests"):
        (folder / room).mkdir()
        (folder / room / "__init__.py").write_text("raise RuntimeError('the wrong folder was imported')\n")
    (folder / "headless.py").write_text("raise RuntimeError('the wrong file was imported')\n")
    return folder


@pytest.fixture(scope="module")
def wheel(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheel")
    build = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-d", str(folder)]
    done = subprocess.run(build, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr
    return next(folder.glob("*.whl"))


@pytest.fixture(scope="module")
def from_wheel(wheel: Path, traps: Path, tmp_path_factory: pytest.TempPathFactory) -> Installed:
    folder = tmp_path_factory.mktemp("from-wheel")
    python = make_venv(folder)
    pip(python, "install", "--no-deps", wheel)
    return Installed(python, python.with_name("ajar.exe" if os.name == "nt" else "ajar"), traps)


@pytest.fixture(scope="module")
def editable(traps: Path, tmp_path_factory: pytest.TempPathFactory) -> tuple[Installed, Path]:
    clone = copy_of_the_clone(tmp_path_factory.mktemp("clone"))
    python = make_venv(tmp_path_factory.mktemp("editable"))
    pip(python, "install", "--no-deps", "--no-build-isolation", "-e", clone)
    return Installed(python, python.with_name("ajar.exe" if os.name == "nt" else "ajar"), traps), clone
