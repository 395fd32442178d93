"""A run that asks a person: by a file that is answered later, at the terminal, and on from where it stopped."""

import io
import json
from pathlib import Path
from typing import Any

import pytest

from tests.workflows.toy_commands import Ajar

PACK = '''
import time
from collections.abc import Iterator
from pathlib import Path
from ajar.contract import node
from ajar.values import Image

@node
def shots(level: int = 0) -> Iterator[Image]:
    """Three grey pictures."""
    import numpy as np
    with Path("ran.txt").open("a") as file:
        file.write("shots ")
    time.sleep(0.3)  # what takes long is kept for the next start
    for grey in (10, 20, 30):
        yield Image.of(np.full((4, 4, 3), grey + level, np.uint8))
'''
GRAPH: dict[str, Any] = {
    "shots": {"type": "toys/shots"},
    "pick": {"type": "pick", "inputs": {"items": {"from": "shots"}, "choice": "ask"}},
    "save": {"type": "save_image", "inputs": {"image": {"from": "pick"}}},
}


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("AJAR_HOME", str(tmp_path / "home"))
    (tmp_path / "toys.py").write_text(PACK)
    (tmp_path / "film.json").write_text(json.dumps({"ajar": 1, "nodes": GRAPH}))
    return tmp_path


def grey(path: Path) -> int:
    from ajar.values import Image

    return int(Image.open(path).array[0, 0, 0])


def test_the_candidates_lie_in_a_file_and_its_answer_lets_the_run_go_on(ajar: Ajar, here: Path) -> None:
    code, _, err = ajar("run", "film.json", "--pack", "toys.py")
    file = here / "out" / "film.pick.json"
    assert code == 4 and "ajar resume" in err
    asked = json.loads(file.read_text())
    [question] = asked["asked"]
    assert [grey(file.parent / one["file"]) for one in question["candidates"]] == [10, 20, 30]
    assert (question["node"], question["choice"]) == ("pick", None)
    code, _, err = ajar("resume", str(file))
    assert code == 4 and "Nobody has chosen" in err
    question["choice"] = 2
    file.write_text(json.dumps(asked))
    code, _, err = ajar("resume", str(file))
    assert code == 0, err
    assert grey(here / "out" / "film-save-1.png") == 30
    assert (here / "ran.txt").read_text() == "shots ", "what came before was not made again"
    assert ajar("run", "film.json", "--answer", str(file), "--pack", "toys.py")[0] == 0


def test_an_answer_can_stand_on_the_command_line(ajar: Ajar, here: Path) -> None:
    ajar("run", "film.json", "--pack", "toys.py", "--json")
    assert ajar("resume", "out/film.pick.json", "--choice", "1")[0] == 0
    assert grey(here / "out" / "film-save-1.png") == 20
    code, _, err = ajar("resume", "out/film.pick.json", "--choice", "7")
    assert code == 2 and "no candidate 7" in err


def test_an_answer_to_another_question_is_refused(ajar: Ajar, here: Path) -> None:
    ajar("run", "film.json", "--pack", "toys.py")
    GRAPH_2 = {**GRAPH, "shots": {"type": "toys/shots", "inputs": {"level": 5}}}
    (here / "film.json").write_text(json.dumps({"ajar": 1, "nodes": GRAPH_2}))
    code, _, err = ajar("resume", "out/film.pick.json", "--choice", "1")
    assert code == 2 and "has changed since it asked" in err
    (here / "film.json").unlink()
    assert ajar("resume", "out/film.pick.json", "--choice", "1")[0] == 2


@pytest.mark.parametrize("text", ["", "[]", '{"ajar-pick": 1}', '{"ajar-pick": 2}'])
def test_what_is_no_file_of_questions_is_said(ajar: Ajar, here: Path, text: str) -> None:
    (here / "no.json").write_text(text)
    code, _, err = ajar("resume", "no.json", "--choice", "0")
    assert code == 2 and "hint: " in err


class Terminal(io.StringIO):
    def isatty(self) -> bool:
        return True


def test_at_the_terminal_it_asks_and_goes_on(ajar: Ajar, here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", Terminal("nine\n7\n1\n"))
    monkeypatch.setattr("sys.stderr", Terminal())
    code, _, _ = ajar("run", "film.json", "--pack", "toys.py")
    assert code == 0 and grey(here / "out" / "film-save-1.png") == 20
    assert not (here / "out" / "film.pick.json").exists()


def test_who_leaves_it_for_later_gets_the_file(ajar: Ajar, here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("sys.stdin", Terminal("\n"))
    monkeypatch.setattr("sys.stderr", Terminal())
    assert ajar("run", "film.json", "--pack", "toys.py")[0] == 4
    assert (here / "out" / "film.pick.json").is_file()
