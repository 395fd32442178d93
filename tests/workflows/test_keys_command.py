"""``ajar keys``: where keys are, keeping and forgetting them, trying one against a stand-in; a key is never printed."""

import io
import json
import sys
from collections.abc import Iterator
from pathlib import Path
from types import SimpleNamespace

import pytest
from keyring.backends import fail

from nodes.remote.emulators.kling import KlingEmulator
from nodes.remote.transport import keys
from workflows import headless

CANARY = "canary-0123456789abcdef"


class Ring:
    """A keyring in memory."""

    def __init__(self) -> None:
        self.kept: dict[str, str] = {}

    def get_password(self, service: str, name: str) -> str | None:
        return self.kept.get(name)

    def set_password(self, service: str, name: str, text: str) -> None:
        self.kept[name] = text

    def delete_password(self, service: str, name: str) -> None:
        del self.kept[name]


@pytest.fixture
def ring(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Ring]:
    found = Ring()
    monkeypatch.setitem(sys.modules, "keyring", SimpleNamespace(get_keyring=lambda: found))
    monkeypatch.setattr(keys, "_ring", keys._Ring())
    monkeypatch.setenv("AJAR_HOME", str(tmp_path / "home"))
    for name in ("AJAR_KEYRING", "AJAR_KLING_KEY", "KLING_API_KEY", "AJAR_KLING_URL"):
        monkeypatch.delenv(name, raising=False)
    yield found


def say(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    code = headless.main(["keys", *arguments])
    said = capsys.readouterr()
    assert CANARY not in said.out + said.err
    return code, said.out, said.err


def pipe(monkeypatch: pytest.MonkeyPatch, text: str) -> None:
    monkeypatch.setattr(sys, "stdin", io.StringIO(text))


def row(out: str) -> str:
    return next(line for line in out.splitlines() if line.startswith("kling "))


def test_from_none_to_one_and_back(
    ring: Ring, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch
) -> None:
    code, out, _ = say(capsys)
    assert code == 0
    assert row(out).endswith("no key")
    assert 'Give one with "ajar keys set NAME".' in out
    pipe(monkeypatch, f"{CANARY}\n")
    assert say(capsys, "set", "kling")[0] == 0
    assert ring.kept == {"kling": CANARY}
    assert row(say(capsys)[1]).endswith("the keyring")
    monkeypatch.setenv("KLING_API_KEY", CANARY + "2")
    assert row(say(capsys)[1]).endswith("KLING_API_KEY")
    pipe(monkeypatch, CANARY)
    assert "KLING_API_KEY is set too, and goes before it." in say(capsys, "set", "kling")[1]
    assert "There still is one: KLING_API_KEY." in say(capsys, "forget", "kling")[1]
    assert ring.kept == {}
    assert "had no key" in say(capsys, "forget", "kling")[1]


def test_as_json(ring: Ring, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AJAR_KLING_KEY", CANARY)
    _, out, _ = say(capsys, "list", "kling", "--json")
    (found,) = [json.loads(line) for line in out.splitlines()]
    assert found == {"name": "kling", "title": "Kling", "needed": True, "found": "AJAR_KLING_KEY",
                     "console": "https://kling.ai/dev/api-key"}


def test_what_is_asked_wrong(ring: Ring, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    code, _, err = say(capsys, "set")
    assert (code, "needs the name of a provider" in err) == (2, True)
    code, _, err = say(capsys, "set", "klong")
    assert (code, 'no provider called "klong"' in err, "kling" in err) == (2, True, True)
    assert say(capsys, "list", "klong")[0] == 2
    assert say(capsys, "give", "kling")[0] == 2
    pipe(monkeypatch, "\n")
    code, _, err = say(capsys, "set", "kling")
    assert (code, "That is no key" in err) == (1, True)


def test_without_a_keyring(ring: Ring, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "keyring", SimpleNamespace(get_keyring=fail.Keyring))
    code, out, _ = say(capsys)
    assert code == 0
    assert "The keyring can't be asked: this system has no keyring." in out
    pipe(monkeypatch, CANARY)
    code, _, err = say(capsys, "set", "kling")
    assert code == 1
    assert "The key can't be kept: this system has no keyring." in err
    assert "Set AJAR_KLING_KEY in the environment instead." in err


def test_trying_a_key(ring: Ring, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    with KlingEmulator(CANARY) as emulator:
        monkeypatch.setenv("AJAR_KLING_URL", emulator.base)
        code, _, err = say(capsys, "test", "kling")
        assert (code, "There is no key for Kling." in err) == (3, True)
        assert emulator.requests == []
        monkeypatch.setenv("AJAR_KLING_KEY", CANARY)
        code, out, _ = say(capsys, "test", "kling")
        assert (code, out.startswith("Kling: ")) == (0, True)
        monkeypatch.setenv("AJAR_KLING_KEY", CANARY + "2")
        code, _, err = say(capsys, "test", "kling")
        assert (code, "Kling refused the key" in err) == (1, True)
        assert emulator.paid == 0
    monkeypatch.setenv("AJAR_KLING_URL", "http://127.0.0.1:1")
    code, _, err = say(capsys, "test", "kling")
    assert (code, "refused the connection" in err) == (1, True)
