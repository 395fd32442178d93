import json
import subprocess
import sys
from importlib.metadata import EntryPoint
from pathlib import Path

import pytest

from workflows import format, packs
from workflows.check import check
from workflows.packs import load_packs, load_spec

GOOD = '''
from __future__ import annotations
from dataclasses import dataclass
from ajar.contract import node
from ajar.hints import Seed

@dataclass(frozen=True)
class Thing:
    size: int

@node(was=("twice",))
def double(value: int, seed: Seed = 0) -> int:
    """Twice the value."""
    return value * 2

@node
def thing(size: int = 1) -> Thing:
    return Thing(size)

same = double
'''


def write(folder: Path, name: str, text: str) -> Path:
    path = folder / name
    path.write_text(text, "utf-8")
    return path


def test_built_in_nodes_have_bare_names_and_no_problems() -> None:
    found = load_packs()
    assert found.problems == ()
    assert found.types
    assert not any("/" in name for name in found.types)


def test_a_pack_given_as_a_file(tmp_path: Path) -> None:
    path = write(tmp_path, "my_pack.py", GOOD)
    found = load_packs([path, path])
    assert found.problems == ()
    assert [name for name in found.types if "/" in name] == ["my_pack/double", "my_pack/thing"]
    double = found.types["my_pack/double"]
    assert double.function(4) == 8
    assert double.group == "My pack"
    assert double.was == ("my_pack/twice",)
    assert found.salt("my_pack/double")
    assert found.salt("prompt") == ""
    assert not (tmp_path / "__pycache__").exists()
    again = load_spec(json.loads(json.dumps(found.spec())))
    assert list(again.types) == list(found.types)


def test_a_changed_pack_is_read_anew(tmp_path: Path) -> None:
    path = write(tmp_path, "p.py", GOOD)
    first = load_packs([path])
    write(tmp_path, "p.py", GOOD.replace("value * 2", "value * 3"))
    second = load_packs([path])
    assert second.types["p/double"].function(4) == 12
    assert first.salt("p/double") != second.salt("p/double")


@pytest.mark.parametrize(("text", "words"), [
    ("import nowhere_at_all", "nowhere_at_all"), ("def x(:", "line 1"), ("1 / 0", "division by zero (p.py, line 1)"),
    ("raise SystemExit(3)", "SystemExit"), ("from ajar.contract import node\n@node\ndef f(x): return 1", "return type"),
    ("\x00", "null"), ("raise ValueError('a\\nb\\nc')", "ValueError: a"),
])
def test_a_pack_that_fails_is_one_problem(tmp_path: Path, text: str, words: str) -> None:
    found = load_packs([write(tmp_path, "p.py", text), write(tmp_path, "good.py", GOOD)])
    [problem] = found.problems
    assert words in problem.message
    assert problem.message.startswith('The pack "p" could not be loaded')
    assert problem.hint
    assert "good/double" in found.types
    assert "prompt" in found.types


def test_missing_files_odd_names_and_doubles(tmp_path: Path) -> None:
    (tmp_path / "other").mkdir()
    files = [
        tmp_path / "missing.py", write(tmp_path, "my pack.py", GOOD), write(tmp_path, "p.py", GOOD),
        write(tmp_path / "other", "p.py", GOOD), tmp_path / "other",
    ]
    found = load_packs(files)
    messages = [problem.message for problem in found.problems]
    assert len(messages) == 4
    assert "the file is not there" in messages[0]
    assert '"my pack"' in messages[1]
    assert 'two packs called "p"' in messages[2]
    assert "p/double" in found.types


def test_installed_packs(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    write(tmp_path, "installed_pack_for_test.py", GOOD)
    monkeypatch.syspath_prepend(str(tmp_path))
    entries = [
        EntryPoint("bad", "nowhere.at_all", "ajar.nodes"), EntryPoint("nice", "installed_pack_for_test", "ajar.nodes"),
    ]
    monkeypatch.setattr(packs, "_entry_points", lambda: entries)
    found = load_packs()
    assert "nice/double" in found.types
    [problem] = found.problems
    assert '"bad"' in problem.message
    assert not any("/" in name for name in load_packs(entry_points=False).types)


def test_loading_needs_nothing_heavy() -> None:
    heavy = "'torch', 'scipy', 'PIL', 'cv2', 'diffusers', 'transformers', 'PySide6', 'httpx'"
    code = f"import sys, workflows.packs as p; p.load_packs(); print([m for m in ({heavy}) if m in sys.modules])"
    root = Path(packs.__file__).parent.parent
    done = subprocess.run([sys.executable, "-c", code], cwd=root, capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_the_example_of_the_documentation_checks_with_the_real_nodes() -> None:
    nodes = {
        "prompt": {"type": "prompt", "inputs": {"text": "a red circle above a blue square"}},
        "picture": {"type": "flux", "inputs": {"prompt": {"from": "prompt"}, "model": "builtin", "seed": 7}},
        "other": {"type": "load_image", "inputs": {"file": "other.png"}},
        "choice": {"type": "switch", "inputs": {"options": [{"from": "picture"}, {"from": "other.result"}]}},
        "soft": {"type": "blur", "inputs": {"image": {"from": "choice"}}},
    }
    graph = format.read(json.dumps({"ajar": 1, "nodes": nodes}).encode())
    assert check(graph, load_packs().types) == ()
