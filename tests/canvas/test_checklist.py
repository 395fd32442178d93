import ast
from functools import cache
from pathlib import Path

import pytest

from tests.canvas.checklist import ITEMS

ROOT = Path(__file__).resolve().parents[2]


@cache
def functions_of(file: str) -> frozenset[str]:
    tree = ast.parse((ROOT / file).read_text("utf-8"))
    return frozenset(node.name for node in ast.walk(tree) if isinstance(node, ast.FunctionDef))


def test_all_44_are_in_the_table() -> None:
    assert sorted(ITEMS) == list(range(1, 45))


@pytest.mark.parametrize("number", sorted(ITEMS))
def test_each_item_has_tests_that_are_there_or_a_reason(number: int) -> None:
    item = ITEMS[number]
    assert item.tests or item.missing
    for test in item.tests:
        file, _, name = test.partition("::")
        assert name in functions_of(file), test
