"""Drift watch: a canary is sent only for money that was agreed to, and says whether the model changed."""

import json
from collections.abc import Iterator
from dataclasses import replace
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ajar.values import Audio, Image
from nodes.remote.emulators import samples
from nodes.remote.emulators.kling import KlingEmulator
from workflows import canaries, headless
from workflows.entries import Entry, plain_order
from workflows.likeness import Look, compare, look_of
from workflows.quotes import Bid, Bids
from workflows.repricing import repriced
from workflows.settings import Home

KEY = "test-key"


def told(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, str]:
    code = headless.main([str(one) for one in arguments])
    text = capsys.readouterr()
    assert "Traceback" not in text.err
    return code, text.out + text.err


def sent(emulator: KlingEmulator) -> int:
    return emulator.paid


@pytest.fixture
def kling(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[KlingEmulator]:
    monkeypatch.setenv("AJAR_HOME", str(tmp_path / "home"))
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AJAR_KLING_KEY", KEY)
    with KlingEmulator(key=KEY, job_seconds=0.1).start() as emulator:
        monkeypatch.setenv("AJAR_KLING_URL", emulator.base)
        yield emulator


def test_a_canary_tells_whether_a_model_changed(kling: KlingEmulator, monkeypatch: pytest.MonkeyPatch,
                                                capsys: pytest.CaptureFixture[str]) -> None:
    plain = samples.picture
    monkeypatch.setattr(samples, "picture", lambda text, *size: plain("first", *size))
    code, text = told(capsys, "canary", "add", "fox", "--node", "kling_image")
    assert code == 0 and "Sending it costs $" in text and not sent(kling)
    code, text = told(capsys, "canary", "run", "fox")
    assert code == 4 and "nothing was run" in text and not sent(kling)  # nobody agreed to the price
    code, text = told(capsys, "canary", "run", "fox", "--pay", "1")
    assert code == 0 and "fox: kept: from now on" in text and "It cost $" in text and "An emulator played it" in text
    code, text = told(capsys, "canary", "run", "--pay", "1")
    assert "fox: unchanged: byte for byte" in text
    assert sent(kling) == 2  # it was really sent again
    monkeypatch.setattr(samples, "picture", lambda text, *size: plain("another", *size))
    code, text = told(capsys, "canary", "run", "--pay", "1", "--json")
    last = [json.loads(line) for line in text.splitlines() if '"canary"' in line][-1]
    assert last["verdict"].startswith("CHANGED") and "takes no seed" in last["verdict"] and last["cost"] > 0
    assert (canaries.folder(Home.find()) / last["file"]).is_file()
    code, text = told(capsys, "canary", "list")
    assert code == 0 and "fox" in text and "offered" in text
    assert told(capsys, "canary", "remove", "fox")[0] == 0
    assert list(canaries.folder(Home.find()).iterdir()) == []


def test_what_can_be_no_canary_is_refused(kling: KlingEmulator, capsys: pytest.CaptureFixture[str]) -> None:
    for arguments, word in ((("--node", "flux"), "works on this machine"), (("--node", "nothing"), "no node type"),
                            (("Bad Name", "--node", "kling_image"), "name of a canary"),
                            (("--node", "kling_image", "--set", "nonsense"), "understood"),
                            (("--node", "kling_image", "--set", "model=never-was-a-model=1"), "")):
        code, text = told(capsys, "canary", "add", *arguments)
        assert (code != 0 and word in text) or word == ""
    assert told(capsys, "canary", "run", "gone")[0] == 2


def test_a_retired_model_is_said_with_its_substitute_and_costs_nothing(kling: KlingEmulator,
                                                                       capsys: pytest.CaptureFixture[str]) -> None:
    home = Home.open()
    inputs = {"prompt": "a fox", "model": "imagen-4.0-generate-001"}
    canaries.write(home, canaries.Canary("old", "gemini_image", inputs, 0))
    for deed in ("list", "run"):
        code, text = told(capsys, "canary", deed)
        assert code == 0 and "no longer offered" in text and "instead" in text
    work = home.path / "work.json"
    work.write_text(json.dumps({"ajar": 1, "nodes": {
        "a": {"type": "gemini_image", "inputs": inputs}}}))
    for command in ("check", "plan"):
        code, text = told(capsys, command, work)
        assert code == 2 and "no longer offered" in text and "instead" in text


def test_another_price_is_said(kling: KlingEmulator, capsys: pytest.CaptureFixture[str]) -> None:
    told(capsys, "canary", "add", "fox", "--node", "kling_image")
    told(capsys, "canary", "run", "fox", "--pay", "1")
    home = Home.find()
    canary = canaries.find(home, "fox")
    before = canary.last
    assert before is not None and before.high
    canaries.write(home, replace(canary, tried=(replace(before, high=before.high * 2),)))
    assert "RE-PRICED" in told(capsys, "canary", "list")[1]
    work = home.path / "work.json"
    inputs = {**canary.inputs, "prompt": "something else for the same price"}
    work.write_text(json.dumps({"ajar": 1, "nodes": {"a": {"type": "kling_image", "inputs": inputs}}}))
    assert "costs" not in told(capsys, "plan", work)[1].partition("warning")[2]
    import sqlite3

    with sqlite3.connect(home.journal_db) as journal:
        rows = journal.execute("SELECT id, body FROM orders").fetchall()
        for id_, body in rows:
            plain = json.loads(body)
            journal.execute("UPDATE orders SET body = ? WHERE id = ?",
                            (json.dumps({**plain, "high": plain["high"] / 2}), id_))
    journal.close()
    code, text = told(capsys, "plan", work)
    assert code == 0 and 'warning: "a" costs more than before' in text and "Kling has another price" in text


def test_only_the_same_order_is_compared_by_price() -> None:
    class Provider:
        name = "kling"

        class facts:
            title = "Kling"

    from ajar.offers import Quote
    from ajar.remote import Order

    order = Order("kling-3.0", "video", {}, (), {"audio": True}, {"second": 5}, False)
    bid = Bid("film", (), Provider(), order, Quote(0.5, 0.5, checked="2026-09-20"))  # type: ignore[arg-type]
    entry = Entry("1", "k", "kling", "committed", "kling-3.0", high=0.25, made=1.0, order=plain_order(order, ()))

    def said(**change: Any) -> int:
        return len(list(repriced(Bids([bid]), [replace(entry, **change)])))

    assert said() == 1
    assert said(high=0.5) == said(high=None) == said(model="other") == said(provider="fal") == 0
    assert said(order={**plain_order(order, ()), "units": {"second": 10}}) == 0


def test_likeness_is_what_the_eye_says() -> None:
    x, y = np.meshgrid(np.linspace(0, 1, 96), np.linspace(0, 1, 64))
    scene = np.dstack([x * 200, y * 200, (x * y) * 255]).astype(np.uint8)
    noisy = np.clip(scene.astype(int) + np.random.default_rng(1).integers(-4, 5, scene.shape), 0, 255).astype(np.uint8)
    looks = [look_of(Image.of(array)) for array in (scene, noisy, scene[:, ::-1].copy())]
    assert compare(looks[0], looks[0]) == "same"
    assert compare(looks[0], looks[1]) == "alike"
    assert compare(looks[0], looks[2]) == "other"
    words = [look_of(text) for text in ("a red fox in the snow", "a red fox in the snow!", "nothing of that")]
    assert [compare(words[0], one) for one in words] == ["same", "alike", "other"]
    sound = look_of(Audio(np.zeros((1, 100), np.float32), 8000))
    assert compare(sound, sound) == "same" and compare(sound, looks[0]) == "other"
    assert compare(sound, Look("audio", "another")) == "other"


def test_a_damaged_canary_is_a_sentence(tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
                                        capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("AJAR_HOME", str(tmp_path / "home"))
    folder = canaries.folder(Home.open())
    folder.mkdir()
    (folder / "bad.json").write_text("{")
    code, text = told(capsys, "canary", "list")
    assert code == 1 and "canary bad is damaged" in text
