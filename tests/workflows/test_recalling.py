"""Workflows as they were: opened again, compared, and asked which change made a picture."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ajar.values import Image
from workflows import archive, headless
from workflows.format import dump, load, read
from workflows.graph import Graph
from workflows.recalling import blame_of_take, upstream
from workflows.runs import Runs
from workflows.sealing import sealed
from workflows.settings import Home
from workflows.take import Facts
from workflows.takes import Takes

PICTURE = Image.of(np.full((8, 8, 3), 90, np.uint8)).encode("png")


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    monkeypatch.setenv("AJAR_HOME", str(tmp_path / "home"))
    return Home.open()


def graph(text: str = "a fox", steps: int = 4, model: str = "builtin", **nodes: Any) -> Graph:
    return read(json.dumps({"ajar": 1, "nodes": {
        "words": {"type": "prompt", "inputs": {"text": text}},
        "flux": {"type": "flux", "inputs": {"prompt": {"from": "words"}, "steps": steps, "model": model}},
        "aside": {"type": "prompt", "inputs": {"text": "nothing to do with it"}}, **nodes,
    }}).encode())


def told(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, str]:
    code = headless.main([str(one) for one in arguments])
    text = capsys.readouterr()
    assert "Traceback" not in text.err
    return code, text.out + text.err


def make_takes(home: Home, *graphs: Graph, seeds: tuple[int, ...] = ()) -> list[int]:
    made = []
    with Takes(home) as takes:
        for number, one in enumerate(graphs):
            about = json.dumps({"ajar": 1, "workflow": "w", "node": "flux", "graph": json.loads(dump(one))})
            with sealed(PICTURE, about) as seal:
                seed = seeds[number] if seeds else 1
                facts = Facts(document="w.json", node="flux", kind="image", seed=seed, model="Flux", revision="a")
                made.append(takes.add(seal.data, ".png", facts).id)
    return made


def test_a_run_opens_as_it_was_also_after_its_file_was_changed(home: Home, tmp_path: Path,
                                                               capsys: pytest.CaptureFixture[str]) -> None:
    with Runs(home) as runs:
        number = runs.start(str(tmp_path / "w.json"), "draft", graph())
    target = tmp_path / "as-it-was.json"
    assert told(capsys, "history", "open", number, "--out", target) == (0, f"{target}\n")
    assert load(target) == graph()
    assert told(capsys, "history", "open", f"run:{number}") == (0, dump(graph()))
    target.write_text("{}")
    code, text = told(capsys, "history", "open", number, "--out", target)
    assert code == 1 and "there already" in text and target.read_text() == "{}"
    for wrong in ("99", "run:99", "take:99"):
        assert told(capsys, "history", "open", wrong)[0] in (1, 2)
    assert "Which run" in told(capsys, "history", "open")[1]
    archive.place(home, archive.keep(home, graph())).unlink()
    assert "can't be read" in told(capsys, "history", "open", number)[1]


def test_diff_compares_files_outputs_runs_and_takes(home: Home, tmp_path: Path,
                                                    capsys: pytest.CaptureFixture[str]) -> None:
    (tmp_path / "a.json").write_text(dump(graph()))
    [take] = make_takes(home, graph(steps=8, model="flux.1-dev"))
    with Runs(home) as runs:
        number = runs.start("w", "draft", graph(text="a much longer sentence about a fox that runs through the snow"))
    code, text = told(capsys, "diff", tmp_path / "a.json", f"take:{take}")
    assert code == 0 and text.splitlines() == [
        "Changed: steps of Flux from 4 to 8", "Changed: model of Flux from “builtin” to “flux.1-dev”"]
    code, text = told(capsys, "diff", tmp_path / "a.json", f"run:{number}")
    assert "    - a fox\n    + a much longer sentence about a fox that runs through the snow" in text
    assert told(capsys, "diff", f"run:{number}", f"run:{number}") == (0, "Nothing differs.\n")
    code, text = told(capsys, "diff", tmp_path / "a.json", f"take:{take}", "--json")
    rows = [json.loads(line) for line in text.splitlines()]
    assert [(row["kind"], row["node"], row["input"], row["before"], row["after"]) for row in rows] == [
        ("value", "flux", "steps", 4, 8), ("rebound", "flux", "model", "builtin", "flux.1-dev")]
    assert told(capsys, "diff", tmp_path / "a.json", tmp_path / "gone.json")[0] == 2


def test_which_change_made_this_picture(home: Home, capsys: pytest.CaptureFixture[str]) -> None:
    first, second, third = make_takes(
        home, graph(), graph(steps=8, extra={"type": "prompt"}), graph(steps=8), seeds=(1, 1, 5))
    assert "the first take" in told(capsys, "history", "why", f"take:{first}")[1]
    code, text = told(capsys, "history", "why", f"take:{second}")
    assert text.splitlines() == ["Changed since take 1:", "  Changed: steps of Flux from 4 to 8"]
    code, text = told(capsys, "history", "why", f"take:{third}", "--json")
    plain = json.loads(text)
    assert code == 0 and plain["changes"] == [] and plain["more"] == ["Seed: 5 instead of 1"]
    further = plain["further"]
    assert further["before"] == "take 1" and [change["input"] for change in further["changes"]] == ["steps"]


def test_of_a_run_with_several_takes_the_one_with_the_same_seed_is_compared(home: Home,
                                                                            capsys: pytest.CaptureFixture[str]) -> None:
    *_, last = make_takes(home, graph(), graph(), graph(), graph(steps=8), graph(steps=8), seeds=(1, 2, 3, 1, 2))
    code, text = told(capsys, "history", "why", f"take:{last}")
    assert code == 0 and text.splitlines() == [
        "Changed since take 4:", "  Seed: 2 instead of 1", "The last one that another workflow made:",
        "Changed since take 2:", "  Changed: steps of Flux from 4 to 8"]


def test_what_lies_elsewhere_made_no_difference_to_a_picture(home: Home) -> None:
    _, second = make_takes(home, graph(), graph(text="a hare", aside={"type": "prompt", "inputs": {"text": "other"}}))
    assert [change.node for change in blame_of_take(home, second).changes] == ["words"]


def test_a_run_is_compared_with_the_one_before_of_the_same_workflow(home: Home,
                                                                    capsys: pytest.CaptureFixture[str]) -> None:
    with Runs(home) as runs:
        runs.start("a.json", "draft", graph())
        runs.start("b.json", "draft", graph(steps=2))
        number = runs.start("a.json", "final", graph(steps=9))
    code, text = told(capsys, "history", "why", number)
    assert code == 0 and text.splitlines() == [
        "Changed since run 1:", "  Changed: steps of Flux from 4 to 9", "  Stage: final instead of draft"]


def test_the_way_to_a_node_goes_through_formulas_and_groups() -> None:
    found = read(json.dumps({
        "ajar": 1, "nodes": {
            "n": {"type": "number"}, "use": {"type": "group:finish", "inputs": {"image": {"expr": "n.result * 2"}}},
            "save": {"type": "save_image", "inputs": {"image": {"from": "use"}}}, "other": {"type": "number"},
        }, "groups": {"finish": {"inputs": {"image": {}}, "outputs": {"result": {"from": "blur"}},
                                 "nodes": {"blur": {"type": "blur", "inputs": {"image": {"input": "image"}}}}}},
    }).encode())
    assert upstream(found, "save") == {"save", "use", "n", "group:finish"}
