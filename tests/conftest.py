"""What all tests share: a data folder of their own, no network, and property tests without deadlines."""

import os
import socket
from collections.abc import Iterator
from pathlib import Path

import pytest
from hypothesis import HealthCheck, settings

from tests import sight

# What is this small only waits for a second thread, and the tests run in two processes already. Torch reads it once.
os.environ.setdefault("OMP_NUM_THREADS", "1")

# The same examples on every run, and no deadlines: other work on the machine must not fail a test.
settings.register_profile(
    "ajar", deadline=None, derandomize=True, suppress_health_check=[HealthCheck.too_slow], print_blob=True
)
settings.load_profile(os.environ.get("HYPOTHESIS_PROFILE", "ajar"))


def pytest_plugin_registered(plugin: object, plugin_name: str, manager: pytest.PytestPluginManager) -> None:
    """Without Qt, pytest-qt would end everything before the first test."""
    if plugin_name == "pytest-qt" and sight.missing():
        manager.unregister(plugin)


def pytest_collect_directory(path: Path, parent: pytest.Collector) -> pytest.Collector | None:
    if path == Path(__file__).parent / "canvas" and sight.missing():
        return sight.Unseen.from_parent(parent, path=path)
    return None


@pytest.fixture(scope="session", autouse=True)
def own_home(tmp_path_factory: pytest.TempPathFactory) -> Iterator[None]:
    """Nothing in the tests touches the data folder, keyring or models of whoever runs them, nor asks a model hub."""
    ours = {
        "AJAR_HOME": str(tmp_path_factory.mktemp("home") / "ajar"),
        "HF_HUB_OFFLINE": "1",
        "AJAR_KEYRING": "off",
        "AJAR_FIND_MODELS": "off",
    }
    with pytest.MonkeyPatch.context() as patch:
        for name, value in ours.items():
            patch.setenv(name, value)
        yield


@pytest.fixture(scope="session", autouse=True)
def no_network() -> Iterator[None]:
    """A test that wants to leave the machine fails. Processes started by tests are not held back by this."""
    connect = socket.socket.connect

    def here_only(self: socket.socket, address: object) -> None:
        host = address[0] if isinstance(address, tuple) else ""
        if self.family in (socket.AF_INET, socket.AF_INET6) and host not in ("127.0.0.1", "::1", "localhost"):
            raise AssertionError(f"a test wants to connect to {host}")
        connect(self, address)  # type: ignore[arg-type]

    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(socket.socket, "connect", here_only)
        yield
