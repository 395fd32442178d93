"""Prompts that the built-in model does not wholly understand: said before a run, while it runs, and in what it made."""

import json
import shutil
from collections.abc import Iterator
from importlib.util import find_spec
from pathlib import Path
from typing import Any

import pytest

from workflows.format import read
from workflows.headless import main
from workflows.hearing import Hearing
from workflows.prepared import Prepared
from workflows.problems import Problem
from workflows.project import Project
from workflows.settings import Home
from workflows.studio import Options, Studio

ROOT = Path(__file__).parents[2]
PACK = '''
from ajar import Context, node

@node
def tell(ctx: Context, words: str) -> str:
    """Words that nobody knows before they are there."""
    ctx.progress(0.5)
    return words
'''


@pytest.fixture
def studio(tmp_path: Path) -> Iterator[Studio]:
    (tmp_path / "teller.py").write_text(PACK)
    with Studio.open(Home.open(tmp_path / "home"), [tmp_path / "teller.py"]) as studio:
        yield studio


def plan(studio: Studio, nodes: dict[str, Any]) -> Prepared:
    graph = read(json.dumps({"ajar": 1, "nodes": nodes}).encode())
    return studio.plan(graph, Project(studio.home.path, "p"), Options())


def flux(prompt: Any, **inputs: Any) -> dict[str, Any]:
    return {"type": "flux", "inputs": {"prompt": prompt, "model": "builtin", **inputs}}


def test_unknown_words_are_named_before_anything_runs(studio: Studio) -> None:
    [warning] = plan(studio, {"picture": flux("a red circle and a gruffalo")}).warnings
    assert warning == Problem(
        "warning", 'The built-in model does not know "gruffalo".', "It paints: a red circle on a white background.",
        "picture", "prompt", 'Does not know "gruffalo"',
    )


def test_what_is_understood_is_not_spoken_of(studio: Studio) -> None:
    for text in ("a red circle on a white background", "RED disc", "", "kitten"):
        assert plan(studio, {"picture": flux(text)}).warnings == ()


def test_wired_prompts_and_negative_ones_are_heard_and_each_is_said_once(studio: Studio) -> None:
    words = {"type": "prompt", "inputs": {"text": "a gruffalo"}}
    seeds = {"type": "variations", "inputs": {"count": 4, "seed": 7}}
    picture = flux({"from": "words"}, negative="blur", seed={"from": "seeds"})
    found = plan(studio, {"words": words, "seeds": seeds, "picture": picture}).warnings
    assert [(one.input, one.message.partition("know ")[2]) for one in found] == [
        ("prompt", '"gruffalo".'), ("negative", '"blur".')]


def test_a_model_without_a_list_of_words_is_left_alone(studio: Studio) -> None:
    own = studio.home.models / "own"
    shutil.copytree(ROOT / "resources" / "builtin", own, ignore=shutil.ignore_patterns("words.toml"))
    picture = flux("a gruffalo")
    picture["inputs"]["model"] = "own"
    assert plan(studio, {"picture": picture}).warnings == ()


def test_what_nobody_could_know_before_is_said_while_it_runs_and_once(studio: Studio) -> None:
    text = {"type": "teller/tell", "inputs": {"words": "a gruffalo"}}
    prepared = plan(studio, {"text": text, "picture": flux({"from": "text"})})
    assert prepared.warnings == ()
    hearing = Hearing(prepared.plan, prepared.cells, prepared.facts, prepared.warnings)
    step = prepared.plan.steps["picture"]
    given = {"prompt": "a gruffalo", "negative": ""}
    [(message, hint)] = hearing.told(step, (), given)
    assert message == 'The built-in model does not know "gruffalo".' and hint.startswith("It paints: ")
    assert list(hearing.told(step, (), given)) == []
    assert hearing.read(step, ()) == {"prompt": "a red circle on a white background"}
    assert hearing.read(prepared.plan.steps["text"], ()) == {}


@pytest.mark.xdist_group("torch")
@pytest.mark.skipif(not find_spec("diffusers"), reason="needs the extra local")
def test_a_run_says_what_it_read_and_its_file_knows(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    monkeypatch.setenv("AJAR_HOME", str(tmp_path / "home"))
    (tmp_path / "teller.py").write_text(PACK)
    nodes = {"text": {"type": "teller/tell", "inputs": {"words": "A gruffalo beside a KITTY"}},
             "picture": flux({"from": "text"}, steps=1)}
    (tmp_path / "work.json").write_text(json.dumps({"ajar": 1, "nodes": nodes}))
    code = main(["run", str(tmp_path / "work.json"), "--pack", str(tmp_path / "teller.py"), "--out",
                 str(tmp_path / "out")])
    said = capsys.readouterr()
    assert code == 0 and 'The built-in model does not know "gruffalo".' in said.err
    [file] = (tmp_path / "out").glob("*.png")
    main(["show", str(file), "--pack", str(tmp_path / "teller.py")])
    assert "prompt of picture was read as: an orange cat on a white background" in capsys.readouterr().out


def test_what_can_be_asked_for_is_listed(capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch,
                                         tmp_path: Path) -> None:
    monkeypatch.setenv("AJAR_HOME", str(tmp_path / "home"))
    assert main(["models", "list", "builtin"]) == 0
    assert "Built-in (small, made for trying out)" in capsys.readouterr().out
    assert main(["models", "show", "builtin"]) == 0
    out = capsys.readouterr().out
    for words in ("circle, square, triangle", "red, green, blue", "left of", "mountains", "try "):
        assert words in out
