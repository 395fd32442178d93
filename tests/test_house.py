"""The house stands: imports go down only, heavy packages stay where they belong, nothing runs data as code."""

import ast
import json
import os
import subprocess
import sys
from collections.abc import Iterator
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


def tree(file: Path) -> ast.Module:
    return ast.parse(file.read_text(encoding="utf-8"), name(file))


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


@pytest.mark.parametrize("file", FILES, ids=name)
def test_heavy_packages_stay_below_nodes_local_and_remote(file: Path) -> None:
    if name(file).startswith(("nodes/local/", "nodes/remote/")):
        return
    wrong = [f"line {line}: {module}" for module, line in imports(tree(file)) if module.partition(".")[0] in HEAVY]
    assert not wrong


@pytest.mark.parametrize("file", FILES, ids=name)
def test_qt_stays_in_the_canvas(file: Path) -> None:
    if name(file).startswith("canvas/"):
        return
    assert not [f"line {line}: {module}" for module, line in imports(tree(file)) if module.partition(".")[0] in QT]


@pytest.mark.parametrize("file", FILES, ids=name)
def test_array_packages_are_imported_late(file: Path) -> None:
    """So that `ajar --help` and `ajar check` start quickly. A node file may import numpy at its top."""
    if name(file).startswith(("nodes/local/", "nodes/remote/")):
        return
    late = {"PIL", "cv2"} if name(file).startswith("nodes/") else {"PIL", "cv2", "numpy"}
    wrong = [f"line {line}: {module}" for module, line in at_start(tree(file)) if module.partition(".")[0] in late]
    assert not wrong


@pytest.mark.parametrize("file", sorted((ROOT / "nodes").glob("*.py")), ids=name)
def test_built_in_nodes_use_only_ajar(file: Path) -> None:
    """What a built-in node can do, a third-party pack can do too."""
    allowed = {"ajar", "nodes", *ARRAYS, *sys.stdlib_module_names}
    wrong = [
        f"line {line}: {module}"
        for module, line in imports(tree(file))
        if module.partition(".")[0] not in allowed or module.startswith(("nodes.local", "nodes.remote"))
    ]
    assert not wrong


@pytest.mark.parametrize("file", FILES, ids=name)
def test_nothing_runs_data_as_code(file: Path) -> None:
    module = tree(file)
    found = imports(module)
    wrong = [f"line {line}: import {what}" for what, line in found if what.partition(".")[0] in CODE_FROM_DATA]
    for part in ast.walk(module):
        if not isinstance(part, ast.Call):
            continue
        called = ast.unparse(part.func).removeprefix("builtins.")
        if ast.unparse(part) == "os.system('')":
            continue  # runs nothing; makes old Windows consoles understand escapes
        if called in ("eval", "exec", "compile", "__import__", "os.system", "torch.load"):
            wrong.append(f"line {part.lineno}: {called}")
        on = [word.arg for word in part.keywords if word.arg in RISKY_OPTIONS and ast.unparse(word.value) != "False"]
        wrong.extend(f"line {part.lineno}: {option}" for option in on)
    assert not wrong


@pytest.mark.parametrize("file", FILES, ids=name)
def test_nothing_is_left_unfinished(file: Path) -> None:
    text = file.read_text(encoding="utf-8")
    assert not [word for word in ("TODO", "FIXME", "XXX", "NotImplementedError") if word in text]


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
