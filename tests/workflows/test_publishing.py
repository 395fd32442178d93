"""``ajar inputs``: the published inputs of a model are shown, kept, and checked against from then on."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from ajar.published import kept
from nodes.remote.emulators.fal import Fal
from workflows import headless
from workflows.publishing import load_inputs
from workflows.settings import Home
from workflows.studio import Studio

LORA = "fal-ai/flux-lora"


@pytest.fixture
def fal(monkeypatch: pytest.MonkeyPatch, tmp_path: Path) -> Iterator[Fal]:
    monkeypatch.setenv("AJAR_HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)
    with Fal(job_seconds=0) as emulator:
        monkeypatch.setenv("AJAR_FAL_URL", emulator.base)
        monkeypatch.setenv("AJAR_FAL_KEY", emulator.key)
        yield emulator


def test_inputs_are_shown_and_kept(fal: Fal, capsys: pytest.CaptureFixture[str]) -> None:
    assert headless.main(["inputs", "fal", LORA]) == 0
    shown = [line.split() for line in capsys.readouterr().out.splitlines()]
    assert ["num_inference_steps", "whole", "28", "1", "to", "50"] in shown and ["prompt", "text", "needed"] in shown
    assert (kept("fal", LORA) or {})["required"] == ["prompt"]
    assert not any(request.headers.get("authorization") for request in fal.requests), "no key is needed for it"


def test_inputs_as_json(fal: Fal, capsys: pytest.CaptureFixture[str]) -> None:
    assert headless.main(["inputs", "fal", LORA, "--json"]) == 0
    rows = {row["name"]: row for row in map(json.loads, capsys.readouterr().out.splitlines())}
    assert rows["loras"]["many"] and rows["num_images"]["high"] == 4


def test_what_can_not_be_had(fal: Fal, capsys: pytest.CaptureFixture[str]) -> None:
    assert headless.main(["inputs", "fal", "acme/none"]) == 1
    assert 'fal publishes no form of "acme/none"' in capsys.readouterr().err
    assert headless.main(["inputs", "kling", "kling-3.0"]) == 2
    assert "There are: fal, replicate." in capsys.readouterr().err
    fal.close()
    assert headless.main(["inputs", "fal", LORA]) == 1
    assert "fal could not be asked" in capsys.readouterr().err


def test_a_workflow_is_checked_against_it(fal: Fal, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    graph = {"ajar": 1, "nodes": {"toy": {"type": "fal", "inputs": {
        "prompt": "a tin toy", "model": LORA, "settings": '{"num_inference_steps": 90}'}}}}
    (tmp_path / "toy.json").write_text(json.dumps(graph), encoding="utf-8")
    with Studio.open(Home.find(), writable=False) as studio:
        load_inputs(studio.packs.providers["fal"], LORA, studio.new_transport)
    assert headless.main(["run", "toy.json", "--pay-unknown"]) != 0
    assert 'takes "num_inference_steps" from 1 to 50' in capsys.readouterr().err
    assert not fal.jobs
