"""The accelerator is found without torch, and only taken where the installed torch can use it."""

import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from nodes.local import devices

VERSION = "__version__ = '2.13.0'\ncuda: Optional[str] = {}\ngit_version = 'x'\n"


def with_torch(folder: Path, monkeypatch: pytest.MonkeyPatch, cuda: str) -> None:
    (folder / "version.py").write_text(VERSION.format(cuda))
    found = SimpleNamespace(origin=str(folder / "__init__.py"))
    monkeypatch.setattr("importlib.util.find_spec", lambda name: found if name == "torch" else None)


def with_driver(folder: Path, monkeypatch: pytest.MonkeyPatch, script: str) -> None:
    program = folder / "nvidia-smi"
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")


@pytest.mark.skipif(sys.platform != "linux", reason="the driver's program is a shell script here")
@pytest.mark.parametrize(("cuda", "script", "device"), [
    ("'13.2'", "echo NVIDIA H200", "cuda:0"),
    ("None", "echo NVIDIA H200", "cpu"),
    ("'13.2'", "exit 9", "cpu"),
    ("'13.2'", "true", "cpu"),
])
def test_a_card_counts_where_driver_and_torch_agree(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, cuda: str, script: str, device: str
) -> None:
    with_torch(tmp_path, monkeypatch, cuda)
    with_driver(tmp_path, monkeypatch, script)
    assert devices.find_device() == device


def test_without_torch_it_is_the_processor(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("importlib.util.find_spec", lambda name: None)
    monkeypatch.setattr(sys, "platform", "linux")
    assert devices.torch_cuda() is None and devices.find_device() == "cpu"


def test_a_mac_with_its_own_chip_has_one(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sys, "platform", "darwin")
    monkeypatch.setattr("platform.machine", lambda: "arm64")
    assert devices.find_device() == "mps"
