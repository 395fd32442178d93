"""``ajar check``: what a plan would say of files, words and orders is said by a look, in both stages or in one."""

import json
from pathlib import Path
from typing import Any

import pytest

from workflows.headless import main


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("AJAR_HOME", str(tmp_path / "home"))
    return tmp_path


def check(nodes: dict[str, Any], capsys: pytest.CaptureFixture[str], *words: str) -> tuple[int, str]:
    Path("graph.json").write_text(json.dumps({"ajar": 1, "nodes": nodes}), "utf-8")
    code = main(["check", "graph.json", *words])
    return code, capsys.readouterr().out


def flux(prompt: str) -> dict[str, Any]:
    return {"type": "flux", "inputs": {"prompt": prompt, "model": "builtin"}}


def kling(**inputs: Any) -> dict[str, Any]:
    return {"type": "kling_video", "inputs": {"prompt": "a house", **inputs}}


def staged(draft: dict[str, Any], final: dict[str, Any]) -> dict[str, Any]:
    stage = {"type": "stage", "inputs": {"draft": {"from": "draft"}, "final": {"from": "final"}}}
    return {"draft": draft, "final": final, "stage": stage}


def test_words_that_the_model_does_not_know_are_named(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    nodes = {"words": {"type": "prompt", "inputs": {"text": "a red gruffalo"}}, "known": flux("a red house"),
             "picture": {"type": "flux", "inputs": {"model": "builtin", "prompt": {"from": "words"}}}}
    code, out = check(nodes, capsys)
    assert code == 0 and out.count('does not know "gruffalo"') == 1 and out.count("warning") == 1
    assert not (here / "home").exists(), "a look makes no data folder"


def test_a_file_that_is_not_there_is_an_error_until_it_is(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    nodes = {"photo": {"type": "load_image", "inputs": {"file": "photo.png"}}}
    code, out = check(nodes, capsys)
    assert code == 2 and 'There is no file "photo.png" for "file" of "photo"' in out and "no errors" not in out
    (here / "photo.png").write_bytes(b"never read")
    assert check(nodes, capsys)[0] == 0


def test_both_stages_are_judged_unless_one_is_named(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    nodes = staged(flux("a red house"), {"type": "load_image", "inputs": {"file": "gone.png"}})
    assert check(nodes, capsys)[0] == 2
    assert check(nodes, capsys, "--stage", "final")[0] == 2
    code, out = check(nodes, capsys, "--stage", "draft")
    assert code == 0 and "gone.png" not in out


def test_a_retired_model_is_named_with_its_substitute(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    nodes = staged(flux("a red house"), kling(model="kling-v1-6"))
    said = 'Kling 1.6 is no longer offered since 2026-09-15. Choose "kling-3.0" instead.'
    assert check(nodes, capsys)[0] == 2 and check(nodes, capsys, "--stage", "final")[0] == 2
    code, out = check(nodes, capsys, "--stage", "draft")
    assert code == 0 and f"warning: {said}" in out, "it is named also where it will not run"
    assert "kling-v1-6" in Path("graph.json").read_text("utf-8"), "nothing is replaced by itself"


def test_a_slip_in_a_hosted_model_s_name_is_asked_about(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out = check({"clip": kling(model="kling-3.o")}, capsys)
    assert code == 0 and 'knows no model "kling-3.o" of Kling' in out and '"kling-3.0"' in out
    assert "warning" not in check({"clip": kling(model="house-model")}, capsys)[1], "a new name may be typed in"
    assert "warning" not in check({"clip": kling(model="kling-3.0")}, capsys)[1]


def test_an_order_that_would_be_refused_is_an_error(here: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, out = check({"clip": kling(model="kling-2.6", seconds=7)}, capsys)
    assert code == 2 and "error: Kling 2.6 can't do seconds 7." in out and "It offers: 5, 10." in out


def test_what_may_not_leave_this_machine_is_refused_as_a_run_would(here: Path,
                                                                   capsys: pytest.CaptureFixture[str]) -> None:
    (here / "ajar.toml").write_text('residency = "local"\n', "utf-8")
    code, out = check({"clip": kling()}, capsys)
    assert code == 3 and '"clip" would send work out of this machine' in out
    closed = staged(flux("a red house"), kling())
    assert check(closed, capsys, "--stage", "draft")[0] == 0 and check(closed, capsys, "--stage", "final")[0] == 3
    code, out = check(closed, capsys)
    assert code == 0 and 'warning: In Final: "final" would send work out of this machine' in out
    (here / "ajar.toml").write_text('confidential = ["client"]\n', "utf-8")
    (here / "client").mkdir()
    (here / "client" / "face.png").write_bytes(b"never read")
    nodes = {"face": {"type": "load_image", "inputs": {"file": "client/face.png"}},
             "clip": kling(first_frame={"from": "face"})}
    code, out = check(nodes, capsys)
    assert code == 3 and "client/face.png, which is confidential" in out
