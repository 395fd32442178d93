"""After runs that went well and badly the key is in no file of the data folder, no output and no word that was said."""

import json
from pathlib import Path

import pytest

from nodes.remote.emulators.kling import KlingEmulator
from nodes.remote.emulators.server import Problem, Seen
from workflows import headless

CANARY = "canary-0123456789abcdef"
PAIR = f"an-access-key:{CANARY}"
GRAPH = {"ajar": 1, "nodes": {"film": {"type": "kling_video", "inputs": {"prompt": "a red fox"}}}}


class Echo(KlingEmulator):
    """Repeats what it was sent in every refusal, as some providers do."""

    def authorise(self, seen: Seen) -> None:
        try:
            super().authorise(seen)
        except Problem as problem:
            sent = seen.headers.get("authorization", "")
            raise Problem(problem.status, f"{problem.message}: {sent} {CANARY}", problem.code) from None


def files_with(text: str, *folders: Path) -> list[Path]:
    return [file for folder in folders for file in folder.rglob("*")
            if file.is_file() and text.encode() in file.read_bytes()]


@pytest.mark.parametrize("key", [CANARY, PAIR])
def test_the_key_is_nowhere(
    key: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
    caplog: pytest.LogCaptureFixture,
) -> None:
    caplog.set_level("DEBUG")
    home, out = tmp_path / "home", tmp_path / "out"
    home.mkdir()
    (home / "settings.toml").write_text("lookup_lag = 0\n")
    monkeypatch.setenv("AJAR_HOME", str(home))
    monkeypatch.setenv("AJAR_KLING_KEY", key)
    (tmp_path / "work").mkdir()
    graph = tmp_path / "work/graph.json"
    graph.write_text(json.dumps(GRAPH))
    run = ["run", str(graph), "--out", str(out), "--pay", "5", "--pay-unknown"]
    with Echo("the-right-one", job_seconds=0.2) as emulator:
        monkeypatch.setenv("AJAR_KLING_URL", emulator.base)
        wrong = [headless.main(run), headless.main([*run, "--json"]), headless.main(["keys", "test", "kling"])]
        assert 0 not in wrong
        emulator.key = key
        if ":" not in key:
            emulator.fail("reset_after", "expired", "odd_status", "html")
            assert headless.main([*run, "--hosts"]) == 0
            assert emulator.paid == 1
            assert list(out.iterdir())
    for command in (["jobs", "--all", "--json"], ["ledger", "--csv"], ["keys"], ["keys", "--json"], ["history"]):
        headless.main(command)
    assert sum(1 for seen in emulator.requests if "authorization" in seen.headers) >= 3
    said = capsys.readouterr()
    assert "***" in said.out + said.err, "the stand-in did repeat the key"
    tokens = {seen.headers["authorization"].partition(" ")[2] for seen in emulator.requests
              if "authorization" in seen.headers}
    for secret in (CANARY, *tokens):
        assert secret not in said.out + said.err + caplog.text
        assert files_with(secret, tmp_path) == []
