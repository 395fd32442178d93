"""The accelerator is found without torch, and only taken where the installed torch can use it."""

import sys
from pathlib import Path
from types import SimpleNamespace

import pytest

from nodes.local import devices
from nodes.local.machine import apple_free

VERSION = "__version__ = '2.13.0'\ncuda: Optional[str] = {}\nhip: Optional[str] = {}\ngit_version = 'x'\n"
RADEON = """{"card0": {"Card Series": "Radeon RX 7900 XTX", "VRAM Total Memory (B)": "25753026560",
"VRAM Total Used Memory (B)": "1000000"}, "system": {"Driver version": "6.7"}}"""
VM_STAT = """Mach Virtual Memory Statistics: (page size of 16384 bytes)
Pages free:                               10000.
Pages active:                            400000.
Pages inactive:                           30000.
Pages speculative:                         2000.
Pages wired down:                         90000.
"""


def with_torch(folder: Path, monkeypatch: pytest.MonkeyPatch, cuda: str, hip: str = "None") -> None:
    (folder / "version.py").write_text(VERSION.format(cuda, hip))
    found = SimpleNamespace(origin=str(folder / "__init__.py"))
    monkeypatch.setattr("importlib.util.find_spec", lambda name: found if name == "torch" else None)


def with_driver(folder: Path, monkeypatch: pytest.MonkeyPatch, script: str, name: str = "nvidia-smi") -> None:
    program = folder / name
    program.write_text(f"#!/bin/sh\n{script}\n")
    program.chmod(0o755)
    monkeypatch.setenv("PATH", f"{folder}:/usr/bin:/bin")


linux = pytest.mark.skipif(sys.platform != "linux", reason="the driver's program is a shell script here")


@linux
@pytest.mark.parametrize(("cuda", "script", "device"), [
    ("'13.2'", "echo 0, NVIDIA H200, 143771, 523, 9.0", "cuda:0"),
    ("None", "echo 0, NVIDIA H200, 143771, 523, 9.0", "cpu"),
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


@linux
def test_every_card_has_a_device_with_its_own_memory(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with_torch(tmp_path, monkeypatch, "'13.2'")
    with_driver(tmp_path, monkeypatch, """case "$1" in
*index*) echo "0, NVIDIA GeForce RTX 4090, 24564, 1024, 8.9"; echo "1, NVIDIA, Inc. Card, 12282, [N/A], [N/A]" ;;
*) echo "1, 300" ;;
esac""")
    assert devices.find_devices() == ("cuda:0", "cuda:1")
    first, second = devices.nvidia()
    assert (first.capability, second.name, second.capability, second.used) == ("8.9", "NVIDIA, Inc. Card", "", None)
    room = devices.room("cuda:0")
    assert (room.name, room.total, room.free) == ("NVIDIA GeForce RTX 4090", 24564 * 2**20, 23540 * 2**20)
    assert devices.room("cuda:1").free == 12282 * 2**20  # it does not say what is used, so all of it is believed free
    assert devices.room("cuda:7").free is None


@linux
def test_what_our_own_worker_holds_counts_as_free(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with_torch(tmp_path, monkeypatch, "'13.2'")
    with_driver(tmp_path, monkeypatch, """case "$1" in
*index*) echo "0, Card, 8192, 6144, 8.6" ;;
*) echo "77, 5000"; echo "88, 1000" ;;
esac""")
    monkeypatch.setattr(devices, "children", lambda: [77])
    assert devices.room("cuda:0").free == (8192 - 6144 + 5000) * 2**20


@linux
def test_cards_that_are_hidden_from_torch_are_not_counted(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with_torch(tmp_path, monkeypatch, "'13.2'")
    with_driver(tmp_path, monkeypatch, 'echo "0, A, 8192, 0, 8.6"; echo "1, B, 16384, 0, 8.6"')
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "1")
    assert devices.find_devices() == ("cuda:0",) and devices.room("cuda:0").name == "B"
    monkeypatch.setenv("CUDA_VISIBLE_DEVICES", "")
    assert devices.find_devices() == ("cpu",)


@linux
def test_an_amd_card_is_a_cuda_device_of_a_torch_for_rocm(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    with_torch(tmp_path, monkeypatch, "None", "'6.4'")
    with_driver(tmp_path, monkeypatch, f"echo 'WARNING: low power state'; echo '{RADEON}'", "rocm-smi")
    assert devices.find_devices() == ("cuda:0",)
    room = devices.room("cuda:0")
    assert (room.name, room.total, room.free) == ("Radeon RX 7900 XTX", 25753026560, 25752026560)


def test_devices_can_be_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AJAR_DEVICES", "cuda:1, cpu")
    assert devices.find_devices() == ("cuda:1", "cpu")


def test_the_memory_of_the_processor_is_that_of_the_machine() -> None:
    room = devices.room("cpu")
    assert room.total is not None and room.free is not None and 0 < room.free <= room.total


def test_what_a_mac_says_of_its_memory_is_read() -> None:
    assert apple_free(VM_STAT) == 42000 * 16384
    assert apple_free("nothing") is None
