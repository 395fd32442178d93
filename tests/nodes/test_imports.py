import json
import re
from pathlib import Path

import numpy as np
import pytest

from ajar.contract import node_of
from ajar.errors import UserError
from nodes.imports import midjourney_import, suno_import, without_parameters
from nodes.remote.emulators import samples
from workflows import headless
from workflows.packs import load_packs

NODES = [found for function in (midjourney_import, suno_import) if (found := node_of(function)) is not None]


def test_a_picture_comes_in_with_its_prompt(tmp_path: Path) -> None:
    path = tmp_path / "fox.png"
    path.write_bytes(samples.picture("fox", 96, 64))
    found = midjourney_import(path, "a red fox --ar 3:2 --v 7")
    assert (found.image.width, found.image.height) == (96, 64)
    assert (found.prompt, found.words) == ("a red fox --ar 3:2 --v 7", "a red fox")


@pytest.mark.parametrize(("prompt", "words"), [
    ("", ""), ("a fox", "a fox"), ("--ar 3:2", ""), ("a fox —v 7 —ar 3:2", "a fox"), ("a fox\n--no dogs", "a fox"),
    ("a well-known fox -- the red one --s 50", "a well-known fox -- the red one"),
])
def test_words_are_the_prompt_without_midjourneys_parameters(prompt: str, words: str) -> None:
    assert without_parameters(prompt) == words


@pytest.mark.parametrize("kind", ["wav", "mp3"])
def test_a_song_comes_in_with_its_prompt(tmp_path: Path, kind: str) -> None:
    path = tmp_path / f"song.{kind}"
    path.write_bytes(samples.sound("song") if kind == "wav" else samples.mp3("song"))
    found = suno_import(path, "a slow waltz")
    assert found.prompt == "a slow waltz"
    assert found.sound.seconds == pytest.approx(1, abs=0.1) and np.abs(found.sound.array).max() > 0.1


def test_what_is_none_is_said(tmp_path: Path) -> None:
    path = tmp_path / "page.html"
    path.write_text("<!doctype html><p>Sign in")
    with pytest.raises(UserError, match=r"page\.html"):
        midjourney_import(path)
    with pytest.raises(UserError, match=r"page\.html"):
        suno_import(path)


def test_the_help_says_why_there_is_no_other_node_and_names_nodes_that_there_are() -> None:
    titles = {type_.title for type_ in load_packs(entry_points=False).types.values()}
    assert {"Flux", "Flux by Black Forest Labs", "ElevenLabs music", "Stable Audio by Stability AI"} <= titles
    for node in NODES:
        words = re.sub(r"\s+", " ", node.help)
        assert "As of May 2026".lower() in words.lower() and "public interface for programs" in words
        _, _, named = words.partition("Nodes that do make")
        # Those that are named as nodes: each begins the title of one.
        listed = [one.strip(" .") for one in re.split(r",| and |;", named.partition(":")[2].partition(". All")[0])]
        for one in (one.removesuffix(" on this machine") for one in listed if "where" not in one):
            assert any(title.startswith(one) for title in titles), one


def test_it_runs_in_a_workflow(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setenv("AJAR_HOME", str(tmp_path / "home"))
    (tmp_path / "fox.png").write_bytes(samples.picture("fox", 96, 64))
    graph = {"ajar": 1, "nodes": {
        "fox": {"type": "midjourney_import", "inputs": {"file": "fox.png", "prompt": "a fox --v 7"}},
        "kept": {"type": "save_text", "inputs": {"text": {"from": "fox.words"}}}}}
    (tmp_path / "graph.json").write_text(json.dumps(graph))
    assert headless.main(["run", str(tmp_path / "graph.json"), "--out", str(tmp_path / "out")]) == 0
    assert [file.read_text() for file in (tmp_path / "out").glob("*.txt")] == ["a fox"]
