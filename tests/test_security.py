"""Each sentence of the checklist of security is shown by tests that are there, or says why it does not apply yet."""

import ast
from functools import cache
from pathlib import Path

import pytest

from tests.security import ITEMS

ROOT = Path(__file__).resolve().parents[1]
FILES = [file for room in ("ajar", "workflows", "nodes", "canvas") for file in (ROOT / room).rglob("*.py")]


@cache
def named_in(file: str) -> frozenset[str]:
    tree = ast.parse((ROOT / file).read_text("utf-8"))
    return frozenset(node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))


def test_all_15_are_on_the_list() -> None:
    assert sorted(ITEMS) == list(range(1, 16))


@pytest.mark.parametrize("number", sorted(ITEMS))
def test_each_item_is_shown_or_says_why_not(number: int) -> None:
    item = ITEMS[number]
    assert item.tests or item.missing
    for test in item.tests:
        file, _, name = test.partition("::")
        assert name in named_in(file), test


def test_no_program_is_begun_by_a_shell() -> None:
    assert len(FILES) > 300
    for file in FILES:
        for part in ast.walk(ast.parse(file.read_text("utf-8"))):
            if isinstance(part, ast.Call):
                called = ast.unparse(part.func)
                assert not any(word.arg == "shell" for word in part.keywords), file
                assert called not in ("os.popen", "subprocess.getoutput", "subprocess.getstatusoutput"), file


def test_only_bundles_are_read_as_zip_and_nothing_as_yaml() -> None:
    bundles = {ROOT / "workflows" / "bundling.py", ROOT / "workflows" / "unbundling.py"}
    for file in FILES:
        allowed = {"zipfile"} if file in bundles else set()
        for part in ast.walk(ast.parse(file.read_text("utf-8"))):
            names = [one.name for one in part.names] if isinstance(part, ast.Import) else (
                [part.module or ""] if isinstance(part, ast.ImportFrom) else [])
            found = {name.partition(".")[0] for name in names} & {"zipfile", "tarfile", "yaml"}
            assert found <= allowed, file
