"""The command line as a process of its own: signals, pipes, terminals, imports, sudden death."""

import json
import os
import signal
import subprocess
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PACK = '''
import time
from ajar.context import Context
from ajar.contract import node
from ajar.values import Image

@node
def slow(context: Context, seconds: float = 30.0, number: int = 0) -> str:
    """Takes its time, but stops when told to."""
    end = time.monotonic() + seconds
    while time.monotonic() < end:
        context.progress(1 - (end - time.monotonic()) / seconds, "working")
        time.sleep(0.01)
    return "done"
'''
HEAVY = ("torch", "diffusers", "transformers", "scipy", "PySide6", "PIL", "cv2")


@pytest.fixture
def here(tmp_path: Path) -> Path:
    (tmp_path / "toys.py").write_text(PACK)
    return tmp_path


def environment(here: Path) -> dict[str, str]:
    return {**os.environ, "AJAR_HOME": str(here / "home"), "PYTHONPATH": str(ROOT), "COLUMNS": "90", "LINES": "24"}


def start(here: Path, *argv: str, **options: object) -> "subprocess.Popen[str]":
    command = [sys.executable, "-m", "ajar", *argv]
    return subprocess.Popen(  # type: ignore[call-overload,no-any-return]
        command, cwd=here, env=environment(here), text=True,
        **{"stdout": subprocess.PIPE, "stderr": subprocess.PIPE, **options},
    )


def ajar(here: Path, *argv: str) -> tuple[int, str, str]:
    with start(here, *argv) as process:
        out, err = process.communicate(timeout=120)
        return process.returncode, out, err


def write(here: Path, count: int = 1, seconds: float = 30.0) -> str:
    nodes = {f"n{number}": {"type": "toys/slow", "inputs": {"seconds": seconds, "number": number}}
             for number in range(count)}
    (here / "slow.json").write_text(json.dumps({"ajar": 1, "nodes": nodes}))
    return "slow.json"


def wait_until_running(process: "subprocess.Popen[str]") -> None:
    assert process.stdout is not None
    for line in process.stdout:
        if json.loads(line)["event"] == "progress":
            return
    pytest.fail("it never started")


@pytest.fixture
def interruptible() -> Iterator[None]:
    """What a shell starts in the background ignores Ctrl+C, and so would all that it starts: not here."""
    before = signal.signal(signal.SIGINT, signal.default_int_handler)
    yield
    signal.signal(signal.SIGINT, before)


@pytest.mark.skipif(sys.platform == "win32", reason="signals are sent otherwise there")
@pytest.mark.usefixtures("interruptible")
@pytest.mark.parametrize("sign", [signal.SIGINT, signal.SIGTERM])
def test_being_stopped(here: Path, sign: signal.Signals) -> None:
    with start(here, "run", write(here), "--pack", "toys.py", "--json") as process:
        wait_until_running(process)
        process.send_signal(sign)
        begun = time.monotonic()
        out, err = process.communicate(timeout=30)
        assert process.returncode == 130 and not err
        assert json.loads(out.splitlines()[-1])["status"] == "cancelled"
        assert time.monotonic() - begun < 5
    assert "cancelled" in ajar(here, "history")[1]


def test_a_kill_loses_only_what_was_running(here: Path) -> None:
    file = write(here, count=20, seconds=0.05)
    nodes = json.loads((here / file).read_text())["nodes"]
    nodes["last"] = {"type": "toys/slow", "inputs": {"seconds": 30.0, "number": 99}}
    (here / file).write_text(json.dumps({"ajar": 1, "nodes": nodes}))
    with start(here, "run", file, "--pack", "toys.py", "--json") as process:
        assert process.stdout is not None
        done = 0
        for line in process.stdout:
            done += json.loads(line)["event"] == "done"
            if done == 20:
                break
        time.sleep(0.5)
        process.kill()
    assert "interrupted" in ajar(here, "history")[1]
    code, out, _ = ajar(here, "run", file, "--pack", "toys.py", "--json", "--set", "last.seconds=0.05")
    told = json.loads(out.splitlines()[-1])
    assert code == 0 and (told["ran"], told["cached"]) == (1, 20)


def test_two_processes_on_one_data_folder(here: Path) -> None:
    file = write(here, count=30, seconds=0.02)
    processes = [start(here, "run", file, "--pack", "toys.py", "--json") for _ in range(3)]
    for process in processes:
        with process:
            out, err = process.communicate(timeout=60)
            assert process.returncode == 0 and not err, err
            assert json.loads(out.splitlines()[-1])["status"] == "done"
    assert ajar(here, "history")[1].count("done") == 3


@pytest.mark.skipif(sys.platform == "win32", reason="pipes behave otherwise there")
@pytest.mark.parametrize("argv", [("schema",), ("nodes", "--json"), ("--help",), ("run", "slow.json", "--json")])
def test_nobody_listens(here: Path, argv: tuple[str, ...]) -> None:
    """``ajar nodes | head -0``: no traceback."""
    write(here, count=3, seconds=0.2)
    pack = ("--pack", "toys.py") if argv[0] == "run" else ()
    reading, writing = os.pipe()
    with start(here, *argv, *pack, stdout=writing) as process:
        os.close(writing)
        os.close(reading)
        _, err = process.communicate(timeout=60)
    assert err == ""


@pytest.mark.skipif(sys.platform == "win32", reason="needs a pseudo terminal")
def test_a_terminal_shows_bars(here: Path) -> None:
    import pty

    leader, follower = pty.openpty()
    file = write(here, count=2, seconds=1.0)
    with start(here, "run", file, "--pack", "toys.py", stderr=follower) as process:
        os.close(follower)
        out, _ = process.communicate(timeout=60)
    screen = b""
    try:
        while chunk := os.read(leader, 65536):
            screen += chunk
    except OSError:
        pass  # how a terminal says that the other side is closed
    os.close(leader)
    assert process.returncode == 0 and "n0: done" in out
    assert b"[####" in screen and b"%" in screen and b"working" in screen and b"\x1b[" in screen


def test_a_pipe_gets_plain_lines(here: Path) -> None:
    code, out, err = ajar(here, "run", write(here, seconds=0.6), "--pack", "toys.py")
    assert code == 0 and "n0: done\n" in out
    assert "n0: done in 0." in err and "\x1b" not in out + err


@pytest.mark.parametrize("argv", [("--help",), ("nodes",), ("check", "plain.json"), ("plan", "plain.json")])
def test_looking_imports_nothing_heavy(here: Path, argv: tuple[str, ...]) -> None:
    (here / "plain.json").write_text('{"ajar": 1, "nodes": {"a": {"type": "flip", "inputs": {"image": '
                                     '{"from": "b"}}}, "b": {"type": "blur", "inputs": {"image": {"from": "c"}}}, '
                                     '"c": {"type": "load_image", "inputs": {"file": "in.png"}}}}')
    (here / "in.png").write_bytes(b"not looked into while planning")
    code = (
        "import sys\nfrom ajar.__main__ import main\ncode = main(sys.argv[1:])\n"
        f"print('heavy:', [name for name in {HEAVY} if name in sys.modules])\nsys.exit(code)"
    )
    found = subprocess.run(
        [sys.executable, "-c", code, *argv], cwd=here, env=environment(here), capture_output=True, text=True,
        timeout=60, check=False,
    )
    assert found.returncode == 0, found.stderr
    assert found.stdout.rstrip().endswith("heavy: []")


def test_from_a_folder_with_its_own_nodes(here: Path) -> None:
    for name in ("nodes", "workflows"):
        (here / name).mkdir()
        (here / name / "__init__.py").write_text("raise RuntimeError('the wrong one')")
    code = (
        f"import sys; sys.path.append({str(ROOT)!r}); import ajar.__main__ as door; "
        "sys.exit(door.main(['nodes', 'prompt']))"
    )
    command = [sys.executable, "-c", code]
    plain = {name: value for name, value in environment(here).items() if name != "PYTHONPATH"}
    found = subprocess.run(command, cwd=here, env=plain, capture_output=True, text=True, timeout=60, check=False)
    assert found.returncode == 0, found.stderr
    assert "Words for a picture" in found.stdout


def test_output_in_a_poor_terminal(here: Path) -> None:
    plain = {**environment(here), "PYTHONIOENCODING": "ascii", "LC_ALL": "C"}
    for argv in (["nodes"], ["nodes", "resize"], ["schema"]):
        found = subprocess.run(
            [sys.executable, "-m", "ajar", *argv], cwd=here, env=plain, capture_output=True, timeout=60, check=False
        )
        assert found.returncode == 0, found.stderr


def test_bash_completion_works(here: Path) -> None:
    import shutil

    if shutil.which("bash") is None:
        pytest.skip("needs bash")
    script = ajar(here, "completion", "bash")[1]
    words = ("ajar run --st", "ajar pl", "ajar run --stage f")
    tries = script + "".join(
        f'\nCOMP_WORDS=({line}); COMP_CWORD={line.count(" ")}; _ajar; echo "${{COMPREPLY[@]}}"' for line in words
    )
    found = subprocess.run(["bash", "-c", tries], capture_output=True, text=True, check=True)
    assert found.stdout.split() == ["--stage", "plan", "final"]
