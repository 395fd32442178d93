"""Where keys are found and kept, with a keyring that plays; and the token that is made of a pair."""

import sys
import threading
import time
from collections.abc import Iterator
from types import ModuleType, SimpleNamespace
from typing import Any

import pytest

from ajar.errors import UserError
from nodes.remote.transport import keys
from nodes.remote.transport.auth import header, kling_token
from nodes.remote.transport.keys import find_key, forget_key, store_key
from nodes.remote.transport.secret import Secret
from tests.nodes.remote.transport.servers import CANARY


class Ring:
    """Keeps passwords in memory and counts how often it is asked."""

    def __init__(self) -> None:
        self.kept: dict[tuple[str, str], str] = {}
        self.asked = 0

    def get_password(self, service: str, name: str) -> str | None:
        self.asked += 1
        return self.kept.get((service, name))

    def set_password(self, service: str, name: str, text: str) -> None:
        self.kept[service, name] = text

    def delete_password(self, service: str, name: str) -> None:
        del self.kept[service, name]


@pytest.fixture
def ring(monkeypatch: pytest.MonkeyPatch) -> Iterator[Ring]:
    found = Ring()
    use(monkeypatch, found)
    monkeypatch.delenv("AJAR_TOY_KEY")
    monkeypatch.delenv("AJAR_KEYRING")
    yield found


def use(monkeypatch: pytest.MonkeyPatch, ring: Any) -> None:
    monkeypatch.setitem(sys.modules, "keyring", SimpleNamespace(get_keyring=lambda: ring))


def text_of(found: keys.Found) -> str:
    assert found.secret is not None
    return found.secret.reveal()


def test_the_order(ring: Ring, monkeypatch: pytest.MonkeyPatch) -> None:
    ring.kept["ajar", "toy"] = "from-keyring"
    names = ("TOY_KEY", "TOY_ID+TOY_SECRET")
    assert (text_of(find_key("toy", names)), find_key("toy", names).where) == ("from-keyring", "the keyring")
    monkeypatch.setenv("TOY_ID", "id")
    assert text_of(find_key("toy", names)) == "from-keyring"
    monkeypatch.setenv("TOY_SECRET", "half")
    assert (text_of(find_key("toy", names)), find_key("toy", names).where) == ("id:half", "TOY_ID+TOY_SECRET")
    monkeypatch.setenv("TOY_KEY", " from-its-tools\n")
    assert (text_of(find_key("toy", names)), find_key("toy", names).where) == ("from-its-tools", "TOY_KEY")
    monkeypatch.setenv("AJAR_TOY_KEY", "ours")
    assert (text_of(find_key("toy", names)), find_key("toy", names).where) == ("ours", "AJAR_TOY_KEY")


def test_one_of_several_accounts(ring: Ring, monkeypatch: pytest.MonkeyPatch) -> None:
    ring.kept["ajar", "toy"] = "from-keyring"
    monkeypatch.setenv("AJAR_TOY_KEY", "ours")
    assert text_of(find_key("toy", account=Secret("from-keyring").mark())) == "from-keyring"
    assert find_key("toy", account=Secret("another").mark()).secret is None


def test_a_shared_key(ring: Ring, monkeypatch: pytest.MonkeyPatch) -> None:
    ring.kept["ajar", "uncle"] = "his"
    assert text_of(find_key("toy", shares="uncle")) == "his"
    monkeypatch.setenv("AJAR_UNCLE_KEY", "his-too")
    assert find_key("toy", shares="uncle").where == "AJAR_UNCLE_KEY"
    store_key("toy", "mine")
    monkeypatch.delenv("AJAR_UNCLE_KEY")
    assert text_of(find_key("toy", shares="uncle")) == "mine"


@pytest.mark.parametrize("text", ["", "  ", "two words", "line\nbreak", "sch\u00f6n", "a\x00b"])
def test_what_is_no_key(text: str, ring: Ring, monkeypatch: pytest.MonkeyPatch) -> None:
    if "\x00" not in text:
        monkeypatch.setenv("AJAR_TOY_KEY", text)
    assert find_key("toy").secret is None
    with pytest.raises(UserError):
        store_key("toy", text)
    assert ring.kept == {}


def test_keeping_and_forgetting(ring: Ring) -> None:
    assert find_key("toy").secret is None
    store_key("toy", f" {CANARY}\n")
    assert ring.kept == {("ajar", "toy"): CANARY}
    assert text_of(find_key("toy")) == CANARY
    store_key("toy", "another")
    assert text_of(find_key("toy")) == "another"
    assert forget_key("toy")
    assert not forget_key("toy")
    assert find_key("toy").secret is None


def test_the_keyring_is_asked_once(ring: Ring, monkeypatch: pytest.MonkeyPatch) -> None:
    ring.kept["ajar", "toy"] = CANARY
    for _ in range(3):
        find_key("toy")
    assert ring.asked == 1
    for _ in range(3):
        find_key("other")
    assert ring.asked == 2
    monkeypatch.setattr(keys, "BELIEVED", -1)
    find_key("other")
    assert ring.asked == 3, "that there is none is believed for a while only"


def test_the_keyring_can_be_left_out(ring: Ring, monkeypatch: pytest.MonkeyPatch) -> None:
    ring.kept["ajar", "toy"] = CANARY
    monkeypatch.setenv("AJAR_KEYRING", "off")
    assert find_key("toy") == keys.Found(None, "", "")
    with pytest.raises(UserError, match="AJAR_KEYRING is off"):
        store_key("toy", "another")
    assert ring.asked == 0


class Failing:
    def get_password(self, *_: str) -> str:
        raise RuntimeError(f"locked; {CANARY}")

    set_password = delete_password = get_password


class Slow:
    def get_password(self, *_: str) -> str:
        time.sleep(1)
        return CANARY

    set_password = delete_password = get_password


def backend(module: str, name: str, **more: Any) -> Any:
    return type(name, (), {"__module__": module, **more})()


FAIL = backend("keyring.backends.fail", "Keyring")
PLAIN = backend("keyrings.alt.file", "PlaintextKeyring")
HOPELESS = (
    (Failing(), "the system's keyring failed (RuntimeError)"), (FAIL, "this system has no keyring"),
    (PLAIN, "the only keyring here would write it into a plain file"),
    (backend("keyring.backends.chainer", "ChainerBackend", backends=[FAIL, PLAIN]),
     "the only keyring here would write it into a plain file"),
    (Slow(), keys.SILENT),
)


@pytest.mark.parametrize(("hopeless", "reason"), HOPELESS)
def test_no_keyring_is_a_reason_and_never_a_plain_file(
    hopeless: Any, reason: str, ring: Ring, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(keys, "PATIENCE", 0.1)
    monkeypatch.setattr(keys, "UNLOCKING", 0.1)
    use(monkeypatch, hopeless)
    assert find_key("toy") == keys.Found(None, "", reason)
    for change in (lambda: store_key("toy", CANARY), lambda: forget_key("toy")):
        with pytest.raises(UserError) as caught:
            change()
        assert reason in caught.value.message
        assert caught.value.hint == "Set AJAR_TOY_KEY in the environment instead."
        assert CANARY not in str(caught.value)
        assert caught.value.__cause__ is None
    monkeypatch.setenv("AJAR_TOY_KEY", "ours")
    assert text_of(find_key("toy")) == "ours", "the environment needs no keyring"


def test_a_keyring_that_forgets(ring: Ring, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(Ring, "set_password", lambda *_: None)
    with pytest.raises(UserError, match="did not keep"):
        store_key("toy", CANARY)


def test_a_broken_installation(ring: Ring, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "keyring", None)
    assert find_key("toy").reason == "the package keyring is not installed"
    broken = ModuleType("keyring")
    monkeypatch.setitem(sys.modules, "keyring", broken)
    assert "failed" in find_key("other").reason


def test_a_late_answer_is_taken_the_next_time(ring: Ring, monkeypatch: pytest.MonkeyPatch) -> None:
    """The system asks the person to unlock it; meanwhile there is no key, and after it there is."""
    unlocked = threading.Event()

    class Locked(Ring):
        def get_password(self, service: str, name: str) -> str | None:
            unlocked.wait(5)
            return CANARY

    monkeypatch.setattr(keys, "PATIENCE", 0.1)
    use(monkeypatch, Locked())
    begin = time.monotonic()
    assert find_key("toy").reason == keys.SILENT
    monkeypatch.setattr(keys, "PATIENCE", 30)
    for name in ("toy", "other", "third"):
        assert find_key(name).reason == keys.SILENT
    assert time.monotonic() - begin < 5, "one wait is enough, whatever is asked for"
    unlocked.set()
    for _ in range(100):
        if find_key("toy").secret is not None:
            break
        time.sleep(0.02)
    assert text_of(find_key("toy")) == CANARY


def test_the_token_of_a_pair() -> None:
    """The vector was computed with PyJWT and with the standard library (docs/providers.md)."""
    expected = (
        "eyJhbGciOiJIUzI1NiIsInR5cCI6IkpXVCJ9.eyJpc3MiOiJhayIsImV4cCI6MTgwMDAwMTgwMCwibmJmIjoxNzk5OTk5OTk1fQ."
        "9bB6YfXYauxkfil8lKURdqD43NDJix6EWqqkKDxrD6E"
    )
    assert kling_token("ak", "sk", 1800000000) == expected
    assert header("kling", Secret("ak:sk"), lambda: 1800000000.7) == ("Authorization", f"Bearer {expected}")


@pytest.mark.parametrize("key", ["api-key-kling-1", ":x", "x:"])
def test_a_key_that_is_no_pair_goes_as_it_is(key: str) -> None:
    assert header("kling", Secret(key)) == ("Authorization", f"Bearer {key}")
