"""The house stands: imports go down only, heavy packages stay where they belong, nothing runs data as code."""

import ast
import json
import os
import subprocess
import sys
from collections.abc import Iterable, Iterator
from functools import cache
from pathlib import Path

import pytest

ROOT = Path(__file__).resolve().parent.parent
ROOMS = ("ajar", "canvas", "nodes", "workflows")
ARRAYS = {"numpy", "PIL", "cv2", "blake3", "orjson", "platformdirs"}
HEAVY = {
    "torch", "torchvision", "diffusers", "transformers", "accelerate", "peft", "safetensors", "spandrel", "einops",
    "scipy", "httpx", "requests",
}
QT = {"PySide6", "shiboken6", "NodeGraphQt", "Qt"}
CODE_FROM_DATA = {"pickle", "marshal", "shelve", "dill", "cloudpickle", "joblib"}
RISKY_OPTIONS = {"allow_pickle", "shell", "trust_remote_code"}
FILES = sorted(file for room in ROOMS for file in (ROOT / room).rglob("*.py"))


def name(file: Path) -> str:
    return file.relative_to(ROOT).as_posix()


@cache
def tree(file: Path) -> ast.Module:
    return ast.parse(file.read_text(encoding="utf-8"), name(file))


def outside(*rooms: str) -> Iterator[Path]:
    """The files that lie in none of these rooms."""
    return (file for file in FILES if not name(file).startswith(rooms))


def lines(file: Path, found: Iterable[tuple[str, int]], forbidden: set[str]) -> list[str]:
    """Where the file imports something forbidden, to be read."""
    return [f"{name(file)}:{line}: {module}" for module, line in found if module.partition(".")[0] in forbidden]


def imports(node: ast.AST) -> Iterator[tuple[str, int]]:
    """The modules imported anywhere below a node, with their lines; relative imports are refused by lint."""
    for part in ast.walk(node):
        if isinstance(part, ast.Import):
            yield from ((alias.name, part.lineno) for alias in part.names)
        elif isinstance(part, ast.ImportFrom) and part.module:
            yield part.module, part.lineno


def at_start(module: ast.Module) -> Iterator[tuple[str, int]]:
    """The modules that are imported when this one is: not those inside functions or for type checkers only."""
    left: list[ast.AST] = list(module.body)
    while left:
        part = left.pop()
        if isinstance(part, ast.FunctionDef | ast.AsyncFunctionDef):
            continue
        if isinstance(part, ast.If) and "TYPE_CHECKING" in ast.unparse(part.test):
            left.extend(part.orelse)
            continue
        if isinstance(part, ast.Import | ast.ImportFrom):
            yield from imports(part)
        left.extend(ast.iter_child_nodes(part))


def test_floors() -> None:
    """The contracts in pyproject.toml: canvas over workflows over nodes over ajar."""
    command = [sys.executable, "-c", "from importlinter.cli import lint_imports_command as c; c()", "--no-cache"]
    done = subprocess.run(command, cwd=ROOT, capture_output=True, text=True, check=False)
    assert done.returncode == 0, done.stdout + done.stderr


def test_heavy_packages_stay_below_nodes_local_and_remote() -> None:
    assert not [line for file in outside("nodes/local/", "nodes/remote/")
                for line in lines(file, imports(tree(file)), HEAVY)]


def test_qt_stays_in_the_canvas() -> None:
    assert not [line for file in outside("canvas/") for line in lines(file, imports(tree(file)), QT)]


def test_array_packages_are_imported_late() -> None:
    """So that `ajar --help` and `ajar check` start quickly. A node file may import numpy at its top."""
    wrong = []
    for file in outside("nodes/local/", "nodes/remote/"):
        late = {"PIL", "cv2"} if name(file).startswith("nodes/") else {"PIL", "cv2", "numpy"}
        wrong += lines(file, at_start(tree(file)), late)
    assert not wrong


def test_built_in_nodes_use_only_ajar() -> None:
    """What a built-in node can do, a third-party pack can do too."""
    allowed = {"ajar", "nodes", *ARRAYS, *sys.stdlib_module_names}
    assert not [
        f"{name(file)}:{line}: {module}"
        for file in sorted((ROOT / "nodes").glob("*.py"))
        for module, line in imports(tree(file))
        if module.partition(".")[0] not in allowed or module.startswith(("nodes.local", "nodes.remote"))
    ]


def test_nothing_runs_data_as_code() -> None:
    assert not [line for file in FILES for line in code_from_data(file)]


def code_from_data(file: Path) -> list[str]:
    """Where a file runs, or could run, data as code."""
    module, at = tree(file), name(file)
    wrong = lines(file, imports(module), CODE_FROM_DATA)
    for part in ast.walk(module):
        if not isinstance(part, ast.Call):
            continue
        called = ast.unparse(part.func).removeprefix("builtins.")
        if ast.unparse(part) == "os.system('')":
            continue  # runs nothing; makes old Windows consoles understand escapes
        if called in ("eval", "exec", "compile", "__import__", "os.system", "torch.load"):
            wrong.append(f"{at}:{part.lineno}: {called}")
        on = [word.arg for word in part.keywords if word.arg in RISKY_OPTIONS and ast.unparse(word.value) != "False"]
        wrong.extend(f"{at}:{part.lineno}: {option}" for option in on)
    return wrong


def test_the_search_for_code_from_data_does_find_it(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    file = tmp_path / "bad.py"
    file.write_text("import pickle\neval('1')\nload(allow_pickle=True)\n", "utf-8")
    monkeypatch.setattr("tests.test_house.ROOT", tmp_path)
    assert code_from_data(file) == ["bad.py:1: pickle", "bad.py:2: eval", "bad.py:3: allow_pickle"]


def test_nothing_is_left_unfinished() -> None:
    unfinished = ("TODO", "FIXME", "XXX", "NotImplementedError")
    assert not [f"{name(file)}: {word}" for file in FILES for text in [file.read_text(encoding="utf-8")]
                for word in unfinished if word in text]


def loaded_by(*arguments: str, home: Path) -> set[str]:
    """The top-level packages that one call of the command has loaded by its end."""
    ask = (
        "import sys, json\n"
        "from ajar.__main__ import main\n"
        "try:\n"
        "    main()\n"
        "except SystemExit:\n"
        "    pass\n"
        "finally:\n"
        "    print(json.dumps(sorted({name.partition('.')[0] for name in sys.modules})), file=sys.stderr)\n"
    )
    done = subprocess.run(
        [sys.executable, "-c", ask, *arguments], cwd=ROOT, capture_output=True, text=True, check=False,
        env={**os.environ, "AJAR_HOME": str(home), "COLUMNS": "100"},
    )
    assert "Traceback" not in done.stderr, done.stderr
    return set(json.loads(done.stderr.strip().splitlines()[-1]))


TEMPLATE = "resources/templates/hello.json"


@pytest.mark.parametrize("arguments", [["--help"], ["nodes"], ["check", TEMPLATE], ["schema"]], ids=" ".join)
def test_light_commands_load_nothing_heavy(arguments: list[str], tmp_path: Path) -> None:
    assert not loaded_by(*arguments, home=tmp_path) & (HEAVY | QT | {"PIL", "cv2"})
