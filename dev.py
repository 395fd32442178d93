"""Ajar from a fresh clone, with nothing but Python.

    python dev.py run                     make a first picture: resources/templates/hello.json
    python dev.py run FILE [options]      run a workflow; the options are those of `ajar run`
    python dev.py app [FILE]              open the window, with a workflow if one is named
    python dev.py test                    lint, types, floors and the tests
    python dev.py test PYTEST-OPTIONS     only the tests these options choose

The first call makes the environment `.venv/` in this folder (about 2 GB, a few minutes); later calls reuse it.

    --cuda       with PyTorch for NVIDIA cards (several gigabytes); the default where such a card is seen
    --cpu        with PyTorch for the processor; on a Mac it uses the Apple GPU too
    --no-torch   without PyTorch: everything works but the nodes that run models on this machine
"""

from __future__ import annotations

import contextlib
import hashlib
import json
import os
import platform
import queue
import re
import shutil
import subprocess
import sys
import threading
import time
from collections.abc import Iterator, Sequence
from pathlib import Path
from typing import IO

ROOT = Path(__file__).resolve().parent
HELLO = ROOT / "resources" / "templates" / "hello.json"
VENV = ROOT / ".venv"
STAMP = VENV / "ajar-stamp.json"
LOG = VENV / "ajar-install.log"
LOCK = ROOT / ".venv.lock"
OLDEST, NEWEST = (3, 11), (3, 13)
TORCH_CHOICES = {"--cuda": "cuda", "--cpu": "cpu", "--no-torch": "none"}
# PyTorch's own package index: the usual one has no CPU builds for Linux and no CUDA builds for Windows.
TORCH_INDEX = {"cpu": "https://download.pytorch.org/whl/cpu", "cuda": "https://download.pytorch.org/whl/cu130"}
# Debian packages that the window needs, and a library of each by which it is known to be there.
LIBRARIES = {
    "libglib2.0-0": "libglib-2.0.so.0", "libgl1": "libGL.so.1", "libegl1": "libEGL.so.1",
    "libxkbcommon0": "libxkbcommon.so.0", "libfontconfig1": "libfontconfig.so.1", "libdbus-1-3": "libdbus-1.so.3",
    "libxkbcommon-x11-0": "libxkbcommon-x11.so.0", "libxcb-cursor0": "libxcb-cursor.so.0",
    "libxcb-icccm4": "libxcb-icccm.so.4", "libxcb-keysyms1": "libxcb-keysyms.so.1",
    "libxcb-shape0": "libxcb-shape.so.0",
}
ALWAYS = {"video": True}  # films come from hosted models and their stand-ins with and without the window
PATIENCE = 15.0  # seconds without news before saying that it still goes on


class Failure(Exception):
    """What could not be done, and what to do next."""


def main(arguments: list[str]) -> int:
    if not arguments or arguments[0] not in ("run", "app", "test"):
        print(__doc__)
        return 0 if arguments in (["--help"], ["-h"]) else 2
    if not OLDEST <= sys.version_info[:2] <= NEWEST:
        return start_again(arguments)
    verb, rest = arguments[0], [word for word in arguments[1:] if word not in TORCH_CHOICES]
    asked = next((TORCH_CHOICES[word] for word in arguments[1:] if word in TORCH_CHOICES), None)
    if verb == "run" and asked == "none" and not rest:
        print("dev.py: the first picture needs PyTorch; name a workflow that needs none, or leave out --no-torch.")
        return 2
    try:
        python = environment(verb, asked)
    except Failure as failure:
        print(f"dev.py: {failure}", file=sys.stderr)
        return 2
    except KeyboardInterrupt:
        print("\ndev.py: stopped. The next call goes on from here.", file=sys.stderr)
        return 130
    return {"run": run, "app": app, "test": test}[verb](python, rest)


def run(python: Path, rest: list[str]) -> int:
    if not rest or rest[0].startswith("-"):
        rest = [str(HELLO), *rest]
    # -P: a folder called `ajar` where one happens to be is not ours.
    return call([str(python), "-P", "-m", "ajar", "run", *rest])


def app(python: Path, rest: list[str]) -> int:
    return call([str(python), "-P", "-m", "ajar", "app", *rest])


def test(python: Path, rest: list[str]) -> int:
    """Everything runs even if something before it failed, so that one call shows all that is wrong."""
    workers = str(min(4, (os.cpu_count() or 1) + 1))  # one more than processors: many tests wait
    pytest = [str(python), "-m", "pytest", "-q", *(rest or ["-n", workers, "--dist", "loadfile"])]
    if rest:
        return call(pytest, ROOT)
    steps = {
        "lint": [str(python), "-m", "ruff", "check", "."],
        "types": [str(python), "-m", "mypy"],
        "floors": [str(python), "-c", "from importlinter.cli import lint_imports_command as c; c()"],
        "tests": pytest,
    }
    failed = []
    for name, command in steps.items():
        print(f"== {name}", flush=True)
        start = time.monotonic()
        code = call(command, ROOT)
        print(f"== {name}: {'ok' if code == 0 else 'FAILED'} ({time.monotonic() - start:.0f} s)\n", flush=True)
        if code == 130:
            return code
        if code:
            failed.append(name)
    print(f"Not right: {', '.join(failed)}." if failed else "All is well.")
    return 1 if failed else 0


def call(command: Sequence[str], folder: Path | None = None) -> int:
    """Run a program to its end and give its exit code. Ctrl-C reaches it too, so it decides when to stop."""
    process = subprocess.Popen(command, cwd=folder)
    while True:
        try:
            code = process.wait()
        except KeyboardInterrupt:
            continue
        return code if code >= 0 else 128 - code


# The right Python


def start_again(arguments: list[str]) -> int:
    """This Python is too old or too new: hand over to a fitting one, if there is one."""
    for command in candidates():
        if version_of(command):
            return call([*command, str(ROOT / "dev.py"), *arguments])
    here = ".".join(map(str, sys.version_info[:2]))
    print(
        f"dev.py: Ajar needs Python 3.11, 3.12 or 3.13; this is {here}, and no other one was found.\n"
        "Install one from https://www.python.org/downloads/ and call it by name, for example: python3.12 dev.py run",
        file=sys.stderr,
    )
    return 2


def candidates() -> Iterator[list[str]]:
    for minor in (11, 12, 13):
        if os.name == "nt" and shutil.which("py"):
            yield ["py", f"-3.{minor}"]
        found = shutil.which(f"python3.{minor}")
        if found:
            yield [found]


def version_of(command: Sequence[str]) -> str | None:
    """The version of a Python that works and fits, like "3.11.7"; else None."""
    question = "import sys, platform as p; print(p.python_version() if (3, 11) <= sys.version_info < (3, 14) else '')"
    try:
        done = subprocess.run([*command, "-c", question], capture_output=True, text=True, timeout=60, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return None
    return done.stdout.strip() or None if done.returncode == 0 else None


# The environment


def environment(verb: str, asked: str | None) -> Path:
    """The Python of an environment that has all that is needed, made or completed first if need be."""
    if is_ready(verb, asked):
        return venv_python()
    with locked():
        if not is_ready(verb, asked):  # somebody else may just have made it
            make(verb, asked)
    return venv_python()


def is_ready(verb: str, asked: str | None) -> bool:
    stamp = read_stamp()
    if asked not in (None, stamp.get("torch")) or any(not stamp.get(part) for part in parts_for(verb)):
        return False
    return stamp.get("wanted") == wanted() and venv_python().exists()


def parts_for(verb: str) -> tuple[str, ...]:
    """What an environment must have besides what every one has: the window, and what tests need."""
    return {"app": ("app",), "test": ("app", "tests")}.get(verb, ())


def make(verb: str, asked: str | None) -> None:
    before = read_stamp()
    torch = asked or str(before.get("torch") or ("cuda" if nvidia_card() else "cpu"))
    have: dict[str, object] = {part: True for part in ("app", "tests") if before.get(part) or part in parts_for(verb)}
    have["torch"] = torch
    start = time.monotonic()
    print("Making Ajar's environment in .venv. This is needed once and takes some minutes.", flush=True)
    make_venv()
    write_stamp(have)  # not finished: it does not say what it was made for
    remove_unfinished()
    if before.get("torch") not in (None, torch) and list(VENV.glob("**/site-packages/torch-*.dist-info")):
        pip("Removing the other build of PyTorch", "uninstall", "--yes", "torch")
    if torch != "none":
        install_torch(torch)
    wishes = {**ALWAYS, "local": torch != "none", "app": "app" in have, "dev": "tests" in have}
    extras = ",".join(extra for extra, wish in wishes.items() if wish)
    pip("Ajar and what it builds on", "install", "-c", "constraints.txt", "-e", f".[{extras}]")
    if torch != "none":
        # Alone: it asks for torchvision, which would bring the CUDA build, and Ajar uses nothing of that.
        pip("Upscaling models", "install", "--no-deps", "-c", "constraints.txt", "spandrel")
    if "app" in have:
        system_libraries("tests" in have)
    write_stamp({**have, "wanted": wanted()})
    print(f"The environment is ready ({time.monotonic() - start:.0f} s).\n", flush=True)


def make_venv() -> None:
    python = venv_python()
    if python.exists() and version_of([str(python)]) and succeeds([str(python), "-m", "pip", "--version"]):
        return
    # What is left of one that was interrupted, or whose Python is gone.
    shutil.rmtree(VENV, ignore_errors=True)
    done = subprocess.run([sys.executable, "-m", "venv", VENV], capture_output=True, text=True, check=False)
    if done.returncode:
        name = f"python3.{sys.version_info[1]}-venv"
        hint = f"On Debian and Ubuntu: sudo apt install {name}" if sys.platform == "linux" else "Reinstall Python."
        said = (done.stdout + done.stderr).strip()[-500:]
        raise Failure(f"Python could not make the environment {VENV}.\n{said}\n{hint}")


def install_torch(choice: str) -> None:
    version = pinned("torch")
    if choice == "cuda":
        windows = ["--extra-index-url", TORCH_INDEX["cuda"]] if os.name == "nt" else []
        pip("PyTorch for NVIDIA cards, several gigabytes", "install", *windows, f"torch=={version}")
        built = "import sys, torch; sys.exit(torch.version.cuda is None)"
        if not succeeds([str(venv_python()), "-c", built]):
            print("  Note: the PyTorch that came can't use NVIDIA cards; models will run on the processor.", flush=True)
        return
    if sys.platform != "linux":
        pip("PyTorch", "install", f"torch=={version}")
        return
    # The plain version on Linux is the CUDA build. The usual index may have the small one; if not, PyTorch's own does.
    want = f"torch=={version}+cpu"
    for place in ([], ["--extra-index-url", TORCH_INDEX["cpu"], "--retries", "1", "--timeout", "15"]):
        if find([*place, want]):
            pip("PyTorch for the processor", "install", *place, want)
            return
    raise Failure(
        f"PyTorch {version} for the processor is not to be had for Python {platform.python_version()} from here.\n"
        "Call again with --no-torch to go without models on this machine, or with --cuda to take the large build; "
        "or check the network."
    )


def system_libraries(tests: bool) -> None:
    """Qt's wheels lean on libraries of the system. Bring them where that can be done, else say which are missing."""
    if sys.platform != "linux":
        return
    packages = [name for name, library in LIBRARIES.items() if not has_library(library)]
    if tests:
        packages += [name for name, program in (("xvfb", "Xvfb"), ("xauth", "xauth")) if not shutil.which(program)]
    if not packages:
        return
    install = ["apt-get", "install", "-y", "--no-install-recommends", *packages]
    if shutil.which("apt-get") and os.geteuid() == 0:
        print(f"- System libraries for the window: {' '.join(packages)}", flush=True)
        if succeeds(install) or (succeeds(["apt-get", "update"]) and succeeds(install)):
            return
        print("  They could not be installed.", flush=True)
    print(
        "  Note: the window needs libraries of the system that are not here. On Debian and Ubuntu:\n"
        f"  sudo {' '.join(install)}", flush=True,
    )


def has_library(name: str) -> bool:
    import ctypes

    try:
        ctypes.CDLL(name)
    except OSError:
        return False
    return True


def find(requirement: Sequence[str]) -> bool:
    """Whether pip could install this."""
    trial = ["install", "--dry-run", "--no-deps", "--ignore-installed", *requirement]
    return succeeds([str(venv_python()), "-m", "pip", *trial])


def succeeds(command: Sequence[str]) -> bool:
    return subprocess.run(command, capture_output=True, check=False).returncode == 0


def remove_unfinished() -> None:
    """pip writes RECORD last: a package without one was interrupted, and pip would take it for installed."""
    for folder in VENV.glob("**/site-packages/*.dist-info"):
        if not (folder / "RECORD").exists():
            shutil.rmtree(folder, ignore_errors=True)


def wanted() -> str:
    """Changes with everything that decides what must be installed."""
    import tomllib

    project = tomllib.loads((ROOT / "pyproject.toml").read_text(encoding="utf-8"))
    parts = [project["project"], project["build-system"], project["tool"]["hatch"], ALWAYS]
    pins = (ROOT / "constraints.txt").read_text(encoding="utf-8")
    lines = (VENV / "pyvenv.cfg").read_text(encoding="utf-8").splitlines() if (VENV / "pyvenv.cfg").exists() else []
    python = [line for line in lines if line.startswith("version")]
    # The folder too: an environment does not survive being moved.
    return hashlib.sha256(json.dumps([parts, pins, python, str(ROOT)]).encode()).hexdigest()


def pinned(name: str) -> str:
    found = re.search(rf"^{name}==(\S+)$", (ROOT / "constraints.txt").read_text(encoding="utf-8"), re.MULTILINE)
    if not found:
        raise Failure(f"constraints.txt has no line for {name}.")
    return found[1]


def read_stamp() -> dict[str, object]:
    try:
        stamp = json.loads(STAMP.read_text(encoding="utf-8"))
    except (OSError, ValueError):
        return {}
    return stamp if isinstance(stamp, dict) else {}


def write_stamp(stamp: dict[str, object]) -> None:
    partial = STAMP.with_suffix(".partial")
    partial.write_text(json.dumps(stamp), encoding="utf-8")
    partial.replace(STAMP)


def venv_python() -> Path:
    return VENV / ("Scripts/python.exe" if os.name == "nt" else "bin/python")


def nvidia_card() -> bool:
    if sys.platform == "darwin" or not shutil.which("nvidia-smi"):
        return False
    try:
        done = subprocess.run(["nvidia-smi", "-L"], capture_output=True, text=True, timeout=20, check=False)
    except (OSError, subprocess.TimeoutExpired):
        return False
    return done.returncode == 0 and "GPU 0" in done.stdout


@contextlib.contextmanager
def locked() -> Iterator[None]:
    """One installation at a time. The system frees the lock of a process that dies."""
    with LOCK.open("a+") as file:
        said = False
        while not take(file):
            if not said:
                print("Another call is making the environment; waiting for it.", flush=True)
            said = True
            time.sleep(0.5)
        yield


def take(file: IO[str]) -> bool:
    try:
        if sys.platform == "win32":
            import msvcrt

            file.seek(0)
            msvcrt.locking(file.fileno(), msvcrt.LK_NBLCK, 1)
        else:
            import fcntl

            fcntl.flock(file, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except OSError:
        return False
    return True


# pip, in plain sentences


def pip(what: str, *arguments: str) -> None:
    print(f"- {what}", flush=True)
    command = [str(venv_python()), "-m", "pip", *arguments, "--disable-pip-version-check", "--no-input"]
    with LOG.open("a", encoding="utf-8") as log:
        log.write(f"\n$ {' '.join(command)}\n")
        process = subprocess.Popen(
            command, cwd=ROOT, stdout=subprocess.PIPE, stderr=subprocess.STDOUT, text=True, errors="replace"
        )
        try:
            last = follow(process, log)
        except BaseException:
            process.terminate()
            process.wait()
            raise
    if process.wait():
        errors = [line for line in last if "rror" in line or "No matching" in line]
        said = "\n".join(f"  {line.strip()}" for line in (errors or last)[-8:])
        raise Failure(f"This could not be installed: {what}.\n{said}\nAll of it is in {LOG}. Call again to retry.")


def follow(process: subprocess.Popen[str], log: IO[str]) -> list[str]:
    """Show what takes long, write down the rest, and give all lines."""
    lines: queue.Queue[str | None] = queue.Queue()
    threading.Thread(target=read_lines, args=(process, lines), daemon=True).start()
    everything: list[str] = []
    start = time.monotonic()
    while True:
        try:
            line = lines.get(timeout=PATIENCE)
        except queue.Empty:
            print(f"  still at it, {time.monotonic() - start:.0f} s", flush=True)
            continue
        if line is None:
            return everything
        log.write(line)
        everything.append(line.rstrip())
        news = worth_saying(line)
        if news:
            print(f"  {news}", flush=True)


def read_lines(process: subprocess.Popen[str], lines: queue.Queue[str | None]) -> None:
    if process.stdout:
        for line in process.stdout:
            lines.put(line)
    lines.put(None)


def worth_saying(line: str) -> str:
    """A sentence for the large downloads and the unpacking; nothing for the rest."""
    download = re.match(r"\s*Downloading (\S+) \(([\d.]+) (MB|GB)", line)
    if download and (download[3] == "GB" or float(download[2]) >= 10):
        name = download[1].rpartition("/")[2].partition("-")[0]
        return f"downloading {name}, {download[2]} {download[3]}"
    if line.startswith("Installing collected packages:"):
        return f"unpacking {line.count(',') + 1} packages"
    return ""


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
