"""The command line as a program or a person meets it."""

import json
import os
import sqlite3
import threading
import time
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ajar.values import Image
from tests.workflows.toy_commands import GREY, Ajar, summary, toy, write
from workflows import headless


def test_help_and_version(ajar: Ajar) -> None:
    code, out, _ = ajar("--help")
    assert code == 0 and "run" in out and "exit codes" in out
    assert ajar()[0] == 0
    assert ajar("run", "--help")[0] == 0
    assert ajar("--version")[1].startswith("ajar")


@pytest.mark.parametrize(
    "argv", [("dance",), ("run",), ("run", "a.json", "--stage", "middle"), ("run", "a.json", "--seed", "-1"),
             ("run", "a.json", "--seed", "x"), ("check", "a.json", "--nonsense"), ("completion", "tcsh")]
)
def test_a_wrong_command_line_is_exit_2(ajar: Ajar, argv: tuple[str, ...]) -> None:
    code, out, err = ajar(*argv)
    assert code == 2 and not out
    assert err.startswith("error: ") and "\nhint: " in err


def test_a_wrong_command_line_with_json_ends_with_a_summary(ajar: Ajar) -> None:
    code, out, err = ajar("run", "--json")
    assert code == 2 and not err
    assert summary(out)["status"] == "failed" and summary(out)["error"]["hint"]


def test_run_saves_and_says_where(ajar: Ajar, here: Path) -> None:
    code, out, err = ajar("run", write(here, GREY), "--pack", "toys.py")
    assert code == 0, err
    assert (here / "out" / "work-save-1.png").is_file()
    assert str(Path("out/work-save-1.png")) in out


def test_run_json_tells_every_step_and_the_digest(ajar: Ajar, here: Path) -> None:
    code, out, err = ajar("run", write(here, GREY), "--pack", "toys.py", "--json", "--out", "there")
    assert code == 0 and not err
    events = [json.loads(line) for line in out.splitlines()]
    assert {"event": "started", "node": "paint", "index": []} in events
    [output] = [output for output in summary(out)["outputs"] if output["path"]]
    assert output["node"] == "save" and len(output["digest"]) == 64
    assert Path(output["path"]).parent.name == "there"


def test_a_second_run_is_cached_and_leaves_the_file(ajar: Ajar, here: Path) -> None:
    file = write(here, {"slow": toy("slow", seconds=0.01)})
    first = summary(ajar("run", file, "--pack", "toys.py", "--json")[1])
    second = summary(ajar("run", file, "--pack", "toys.py", "--json")[1])
    third = summary(ajar("run", file, "--pack", "toys.py", "--json", "--no-cache")[1])
    assert [(told["ran"], told["cached"]) for told in (first, second, third)] == [(1, 0), (0, 1), (1, 0)]


def test_set_takes_json_else_text_and_replaces_a_wire(ajar: Ajar, here: Path) -> None:
    file = write(here, {
        "words": {"type": "prompt", "inputs": {"text": "old"}},
        "count": toy("count", text={"from": "words"}, number=1),
    })
    run = ["run", file, "--pack", "toys.py", "--only", "count", "--json"]
    for change, expected in (
        ("count.number=7", "old7"), ("count.text=plain words", "plain words1"), ('count.text="quoted"', "quoted1"),
        ("count.text=12", "121"), ('words.text={"value": "x"}', None), ("words.text=a=b", "a=b1"),
    ):
        code, out, _ = ajar(*run, "--set", change)
        if expected is not None:
            assert code == 0 and [output["value"] for output in summary(out)["outputs"]] == [expected]
    code, out, _ = ajar(*run, "--set", "count.text=a", "--set", "count.number=2")
    assert [output["value"] for output in summary(out)["outputs"]] == ["a2"]


@pytest.mark.parametrize("change", [
    "nonsense", "count.number", "count.number=three", "count.nothing=1", "nobody.number=1", "count.number=NaN"
])
def test_a_wrong_set_is_exit_2(ajar: Ajar, here: Path, change: str) -> None:
    file = write(here, {"count": toy("count", text="a")})
    code, out, err = ajar("run", file, "--pack", "toys.py", "--set", change)
    assert code == 2 and not out and "hint: " in err
    assert not (here / "out").exists()


def test_seed_sets_what_is_not_wired(ajar: Ajar, here: Path) -> None:
    file = write(here, {"s": {"type": "seed", "inputs": {"value": 3}}, "n": {"type": "whole", "inputs": {"value": 3}}})
    code, out, err = ajar("run", file, "--seed", "41", "--json")
    assert code == 0, err
    assert [(output["node"], output["value"]) for output in summary(out)["outputs"]] == [("n", 3), ("s", 41)]


def test_stage_chooses(ajar: Ajar, here: Path) -> None:
    file = write(here, {"stage": {"type": "stage", "inputs": {"draft": {"from": "a"}, "final": {"from": "b"}}},
                        "a": {"type": "prompt", "inputs": {"text": "rough"}},
                        "b": {"type": "prompt", "inputs": {"text": "fine"}}})
    assert "stage: rough" in ajar("run", file)[1]
    assert "fine" in ajar("run", file, "--stage", "final")[1]


@pytest.mark.parametrize(
    ("toy_name", "code", "status"),
    [("fail", 1, "failed"), ("crash", 1, "failed"), ("wait_for_person", 4, "waiting")],
)
def test_exit_codes_of_nodes(ajar: Ajar, here: Path, toy_name: str, code: int, status: str) -> None:
    file = write(here, {"bad": toy(toy_name), "good": toy("count", text="x")})
    found, out, _ = ajar("run", file, "--pack", "toys.py", "--json")
    told = summary(out)
    assert (found, told["status"]) == (code, status)
    assert told["error"]["node"] == "bad" and told["error"]["message"]
    assert [output["value"] for output in told["outputs"]] == ["x1"]  # the sibling was not stopped


def test_what_lies_outside_the_project_is_refused(ajar: Ajar, here: Path, tmp_path: Path) -> None:
    (tmp_path / "in.png").write_bytes(Image.of(np.zeros((4, 5, 3), np.uint8)).encode())
    file = write(here, {"load": {"type": "load_image", "inputs": {"file": "../in.png"}}})
    code, out, err = ajar("run", file)
    assert code == 3 and not out and "hint: " in err
    assert summary(ajar("run", file, "--json")[1])["status"] == "refused"
    assert ajar("run", file, "--set", "load.file=../in.png")[0] == 0


def test_a_failing_node_is_a_sentence_with_a_hint(ajar: Ajar, here: Path) -> None:
    code, _, err = ajar("run", write(here, {"bad": toy("fail")}), "--pack", "toys.py")
    assert code == 1 and "It broke." in err and "hint: Mend it." in err


def test_a_crashing_node_leaves_its_traceback_in_a_log(ajar: Ajar, here: Path, tmp_path: Path) -> None:
    code, _, err = ajar("run", write(here, {"bad": toy("crash")}), "--pack", "toys.py")
    assert code == 1 and "surprise" in err
    [log] = (tmp_path / "home" / "logs").iterdir()
    assert str(log) in err and "Traceback" in log.read_text()


def test_ctrl_c_stops_a_run(ajar: Ajar, here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = write(here, {"slow": toy("slow")})
    press_soon(monkeypatch, presses=1)
    start = time.monotonic()
    code, out, _ = ajar("run", file, "--pack", "toys.py", "--json")
    assert code == 130 and summary(out)["status"] == "cancelled"
    assert time.monotonic() - start < 10


def test_a_node_that_does_not_listen_cannot_hold_us(ajar: Ajar, here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = write(here, {"hang": toy("hang")})
    press_soon(monkeypatch, presses=1)
    start = time.monotonic()
    code, out, _ = ajar("run", file, "--pack", "toys.py", "--json")
    assert code == 130 and summary(out)["status"] == "cancelled"
    assert time.monotonic() - start < 15


def press_soon(monkeypatch: pytest.MonkeyPatch, presses: int) -> None:
    """Press Ctrl+C while the run is being watched."""
    from workflows.run import Run

    left = [presses]
    wait = Run.wait

    def pressed(run: Run, timeout: float | None = None) -> Any:
        if left[0] and time.perf_counter() - run.started > 0.3:
            left[0] -= 1
            raise KeyboardInterrupt
        return wait(run, timeout)

    monkeypatch.setattr(Run, "wait", pressed)


BAD_FILES: dict[str, bytes] = {
    "empty": b"", "no json": b"hello", "cut": b'{"ajar": 1, "nodes": {', "deep": b"[" * 100_000,
    "nan": b'{"ajar": 1, "nodes": {"a": {"type": "whole", "inputs": {"value": NaN}}}}',
    "newer": b'{"ajar": 99, "nodes": {}}', "utf-16": '{"ajar": 1}'.encode("utf-16"),
    "latin": b'{"ajar": 1, "x": "\xe9"}',
    "list": b"[]", "binary": bytes(range(256)) * 100, "png head": b"\x89PNG\r\n\x1a\n" + b"\0" * 50,
    "jpeg head": b"\xff\xd8\xff" + b"\0" * 50,
    "unknown type": b'{"ajar": 1, "nodes": {"a": {"type": "numbr"}}}',
    "unknown input": b'{"ajar": 1, "nodes": {"a": {"type": "whole", "inputs": {"valu": 1}}}}',
    "wrong type": b'{"ajar": 1, "nodes": {"a": {"type": "whole", "inputs": {"value": "x"}}}}',
    "dangling": b'{"ajar": 1, "nodes": {"a": {"type": "whole", "inputs": {"value": {"from": "b"}}}}}',
    "cycle": b'{"ajar": 1, "nodes": {"a": {"type": "whole", "inputs": {"value": {"from": "a"}}}}}',
    "required": b'{"ajar": 1, "nodes": {"a": {"type": "resize"}}}',
    "no picture": b'{"ajar": 1, "nodes": {"a": {"type": "load_image", "inputs": {"file": "gone.png"}}}}',
    "no model": b'{"ajar": 1, "nodes": {"a": {"type": "flux", "inputs": {"prompt": "x", "model": "gone"}}}}',
}


@pytest.mark.parametrize("name", BAD_FILES)
def test_bad_files_are_exit_2_with_a_hint(ajar: Ajar, here: Path, name: str) -> None:
    (here / "bad.json").write_bytes(BAD_FILES[name])
    code, out, err = ajar("run", "bad.json")
    assert code == 2 and not out
    assert err.count("error: ") == 1 and "hint: " in err
    assert not (here / "out").exists()
    told = summary(ajar("run", "bad.json", "--json")[1])
    assert told["status"] == "failed" and told["error"]["message"]


@pytest.mark.parametrize("name", ["gone.json", "."])
@pytest.mark.parametrize("command", ["run", "check", "plan", "show"])
def test_a_file_that_is_not_there(ajar: Ajar, command: str, name: str) -> None:
    code, out, err = ajar(command, name)
    assert code == 2 and not out and "hint: " in err


def test_check_lists_every_problem(ajar: Ajar, here: Path) -> None:
    file = write(here, {"a": {"type": "numbr"}, "b": {"type": "whole", "inputs": {"value": "x"}}})
    code, out, _ = ajar("check", file)
    assert code == 2 and out.count("error: ") == 2
    code, out, _ = ajar("check", file, "--json")
    assert code == 2 and summary(out)["error"]["node"] == "a"
    code, out, _ = ajar("check", write(here, {"b": {"type": "whole"}}))
    assert code == 0 and "no errors" in out


def test_looking_makes_no_data_folder(ajar: Ajar, here: Path, tmp_path: Path) -> None:
    file = write(here, GREY)
    for argv in (("check", file), ("plan", file), ("nodes",), ("schema",), ("history",), ("models",), ("doctor",)):
        ajar(*argv, *(("--pack", "toys.py") if argv[0] in ("check", "plan", "nodes", "schema") else ()))
    assert not (tmp_path / "home").exists()
    assert not (here / "out").exists()


def test_plan_shows_calls_and_what_is_cached(ajar: Ajar, here: Path) -> None:
    file = write(here, GREY)
    code, out, err = ajar("plan", file, "--pack", "toys.py")
    assert code == 0, err
    assert "paint" in out and "2 calls to make; nothing leaves this machine" in out
    lines = [json.loads(line) for line in ajar("plan", file, "--pack", "toys.py", "--json")[1].splitlines()]
    assert [line.get("id") for line in lines] == ["paint", "save", None]
    ajar("run", file, "--pack", "toys.py", "--only", "paint")
    assert "1 call to make" in ajar("plan", file, "--pack", "toys.py")[1]


def test_nodes(ajar: Ajar) -> None:
    code, out, _ = ajar("nodes", "--pack", "toys.py")
    assert code == 0 and "toys/fail" in out and "Raises a mistake" in out
    code, out, _ = ajar("nodes", "toys/count", "--pack", "toys.py")
    assert "number" in out and "default 1" in out and "required" in out
    assert {json.loads(line)["id"] for line in ajar("nodes", "--json")[1].splitlines()} >= {"prompt", "switch"}
    code, _, err = ajar("nodes", "promt")
    assert code == 2 and "prompt" in err


def test_schema_is_json(ajar: Ajar) -> None:
    code, out, _ = ajar("schema", "--pack", "toys.py")
    assert code == 0 and "toys/fail" in out and json.loads(out)["$schema"]


def test_history(ajar: Ajar, here: Path) -> None:
    assert "Nothing" in ajar("history")[1]
    ajar("run", write(here, GREY), "--pack", "toys.py")
    ajar("run", write(here, {"bad": toy("fail")}, "bad.json"), "--pack", "toys.py")
    out = ajar("history")[1]
    assert out.index("bad.json") < out.index("work.json")
    assert "failed" in out and "It broke." in out and "work-save-1.png" in out
    told = [json.loads(line) for line in ajar("history", "--json", "-n", "1")[1].splitlines()]
    assert [past["status"] for past in told] == ["failed"]


def test_show_and_run_again(ajar: Ajar, here: Path) -> None:
    file = write(here, {
        "load": {"type": "load_image", "inputs": {"file": "in.png"}},
        "flip": {"type": "flip", "inputs": {"image": {"from": "load"}}},
        "save": {"type": "save_image", "inputs": {"image": {"from": "flip"}}},
    })
    (here / "in.png").write_bytes(Image.of(np.arange(60, dtype=np.uint8).reshape(4, 5, 3)).encode())
    code, out, err = ajar("run", file)
    assert code == 0, err
    made = here / "out" / "work-save-1.png"
    code, out, _ = ajar("show", str(made))
    assert code == 0 and "workflow: work" in out and '"flip"' in out
    graph = ajar("show", str(made), "--graph")[1]
    assert json.loads(graph)["nodes"].keys() == {"load", "flip", "save"}
    code, out, err = ajar("run", str(made), "--out", "again", "--no-cache")
    assert code == 0, err
    again = here / "again" / "work-save-1.png"
    assert (Image.open(again).array == Image.open(made).array).all()
    code, out, err = ajar("show", "in.png")
    assert code == 2 and "carries no workflow" in err


def test_a_change_goes_on_after_the_highest_number(ajar: Ajar, here: Path) -> None:
    file = write(here, GREY)
    for level in ("100", "100", "90", "100"):
        ajar("run", file, "--pack", "toys.py", "--set", f"paint.level={level}")
    assert sorted(path.name for path in (here / "out").iterdir()) == [
        "work-save-1.png", "work-save-2.png"
    ]


def test_doctor_says_what_there_is(ajar: Ajar) -> None:
    code, out, _ = ajar("doctor")
    assert code == 0 and "Python" in out and "Data folder" in out
    assert all("state" in json.loads(line) for line in ajar("doctor", "--json")[1].splitlines())


@pytest.mark.parametrize("shell", ["bash", "zsh", "fish"])
def test_completion_knows_every_command_and_option(ajar: Ajar, shell: str) -> None:
    code, out, _ = ajar("completion", shell)
    assert code == 0
    for word in ("run", "check", "history", "doctor", "no-cache", "stage", "draft"):
        assert word in out


def test_two_runs_at_once_share_a_data_folder(here: Path) -> None:
    file = write(here, GREY)
    codes: list[int] = []
    threads = [
        threading.Thread(target=lambda: codes.append(headless.main(["run", file, "--pack", "toys.py", "--out", "o"])))
        for _ in range(2)
    ]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    assert codes == [0, 0]
    assert [path.name for path in (here / "o").iterdir()] == ["work-save-1.png"]
    database = sqlite3.connect(Path(os.environ["AJAR_HOME"]) / "journal.db")
    assert database.execute("SELECT count(*) FROM runs WHERE status = 'done'").fetchone() == (2,)
    database.close()
