"""Takes from the command line: made by runs, listed, explained, picked, rated, locked, thrown away."""

import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path

import pytest

from nodes.remote.emulators.bfl import Bfl
from workflows import headless

Ajar = Callable[..., tuple[int, str, str]]
GRAPH = {"paint": {"type": "bfl_image", "inputs": {"prompt": "a boat", "seed": 3}},
         "save": {"type": "save_image", "inputs": {"image": {"from": "paint"}}}}


@pytest.fixture
def ajar(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[Ajar]:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("AJAR_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("AJAR_KEYRING", "off")
    (tmp_path / "film.json").write_text(json.dumps({"ajar": 1, "nodes": GRAPH}))

    def call(*argv: str) -> tuple[int, str, str]:
        code = headless.main(argv)
        said = capsys.readouterr()
        assert "Traceback" not in said.out + said.err
        return code, said.out, said.err

    with Bfl(key="test-key", job_seconds=0.02).start() as bfl:
        monkeypatch.setenv("AJAR_BFL_URL", bfl.base)
        monkeypatch.setenv("AJAR_BFL_KEY", "test-key")
        yield call


def test_every_execution_is_a_take_and_exactly_one_flows_on(ajar: Ajar, tmp_path: Path) -> None:
    assert ajar("takes")[1].startswith("There are no takes yet.")
    for seed in (3, 4):
        assert ajar("run", "film.json", "--set", f"paint.seed={seed}", "--pay", "1")[0] == 0
    code, out, _ = ajar("takes", "film.json", "--json")
    takes = [json.loads(line) for line in out.splitlines()]
    assert code == 0 and [(one["seed"], one["number"], one["cost"]) for one in takes] == [(4, 2, 0.03), (3, 1, 0.03)]
    assert takes[0]["revision"] == "flux-2-pro" and takes[0]["licence"] and takes[0]["seconds"] is not None
    assert ajar("takes", "pick", str(takes[0]["id"]))[0] == 0
    assert json.loads((tmp_path / "film.json").read_text())["nodes"]["paint"]["inputs"]["seed"] == 4
    assert ajar("takes", "pick", str(takes[1]["id"]))[0] == 0
    assert json.loads((tmp_path / "film.json").read_text())["nodes"]["paint"]["inputs"]["seed"] == 3


def test_a_damaged_list_is_said_and_the_files_are_listed_again(ajar: Ajar, tmp_path: Path) -> None:
    assert ajar("run", "film.json", "--pay", "1")[0] == 0
    for path in (tmp_path / "home").glob("takes.db*"):
        path.write_bytes(b"not a database, but long enough to look like one " * 99)
    for file in (tmp_path / "home/takes").rglob("*.png"):
        os.utime(file, (1e9, 1e9))  # what is younger may still wait for its row
    code, _, err = ajar("run", "film.json", "--set", "paint.seed=4", "--pay", "1")
    assert code == 0 and "The list of takes was damaged and is begun anew." in err
    code, out, err = ajar("takes", "--json")
    assert code == 0 and "listed again as take 2" in err
    assert {(one["seed"], one["prompt"]) for one in map(json.loads, out.splitlines())} == {(3, "a boat"), (4, "a boat")}
    assert ajar("takes")[2] == "", "once is enough"


def test_a_bill_says_where_orders_go_also_where_another_node_is_paid_for(ajar: Ajar, tmp_path: Path) -> None:
    assert ajar("run", "film.json", "--pay", "1")[0] == 0
    more = {**GRAPH, "zoo": {"type": "bfl_image", "inputs": {"prompt": "a zoo"}}, "again": GRAPH["paint"]}
    (tmp_path / "film.json").write_text(json.dumps({"ajar": 1, "nodes": more}))
    assert "1 order, $0.03" in (out := ajar("plan", "film.json")[1]) and "sent to 127.0.0.1:" in out


def test_what_is_decided_about_a_take_stays(ajar: Ajar) -> None:
    ajar("run", "film.json", "--pay", "1")
    assert ajar("takes", "rate", "1", "4")[0] == 0 and ajar("takes", "note", "1", "the sky is right")[0] == 0
    assert ajar("takes", "lock", "1")[0] == 0
    code, _, err = ajar("takes", "throw", "1")
    assert code == 1 and "locked" in err
    line = json.loads(ajar("takes", "show", "1", "--json")[1])
    assert (line["rating"], line["note"], line["locked"]) == (4, "the sky is right", True)
    assert ajar("takes", "unlock", "1")[0] == 0 and ajar("takes", "throw", "1")[0] == 0
    assert "no takes" in ajar("takes", "film.json")[1]
    assert ajar("takes", "back", "1")[0] == 0 and "paint" in ajar("takes", "film.json")[1]


@pytest.mark.parametrize("words", [("show",), ("rate", "1"), ("rate", "1", "9"), ("pick", "x"), ("dance",)])
def test_what_is_not_said_is_asked_for(ajar: Ajar, words: tuple[str, ...]) -> None:
    code, _, err = ajar("takes", *words)
    assert code == 2 and "hint: " in err
