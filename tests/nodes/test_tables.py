"""Tables as people save them: spreadsheets' CSV of any kind, JSON lists, and broken ones."""

import json
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from ajar.errors import UserError
from nodes.tables import Encoding, Row, load_numbers, load_rows


@pytest.fixture
def table(tmp_path: Path) -> Path:
    file = tmp_path / "animals.csv"
    file.write_text('animal,place\nfox,Rome\n"owl, old",Oslo\n', encoding="utf-8")
    return file


def texts(file: Path, text: str = "{1}", header: bool = True, encoding: Encoding = "utf-8") -> list[str]:
    return [row.text for row in load_rows(file, text, header=header, encoding=encoding)]


def test_rows_become_texts(table: Path) -> None:
    assert list(load_rows(table)) == [Row("fox", 1), Row("owl, old", 2)]
    assert texts(table, "{animal} in { place }") == ["fox in Rome", "owl, old in Oslo"]
    assert texts(table, "a {2} {animal} {1}")[0] == "a Rome fox fox"
    assert texts(table, "no columns") == ["no columns", "no columns"]
    assert [row.text for row in load_rows(table, limit=1)] == ["fox"]
    assert texts(table, header=False) == ["animal", "fox", "owl, old"]


@pytest.mark.parametrize("separator", [",", ";", "\t", "|"])
def test_any_separator(tmp_path: Path, separator: str) -> None:
    file = tmp_path / "t.csv"
    file.write_text(f"name{separator}words{separator}n\nfox{separator}a b{separator}1\n\n", encoding="utf-8")
    assert texts(file, "{name}-{words}-{n}") == ["fox-a b-1"]


def test_commas_inside_a_semicolon_table(tmp_path: Path) -> None:
    file = tmp_path / "t.csv"
    file.write_text("name;words\nfox;red, quick\nowl;old\n", encoding="utf-8")
    assert texts(file, "{words}") == ["red, quick", "old"]


def test_one_column_with_commas_only_in_some_rows(tmp_path: Path) -> None:
    file = tmp_path / "t.txt"
    file.write_text("prompt\na fox\nan owl\n", encoding="utf-8")
    assert texts(file) == ["a fox", "an owl"]


@pytest.mark.parametrize("encoding", ["utf-8", "utf-8-sig", "utf-16"])
def test_unicode_with_and_without_mark(tmp_path: Path, encoding: str) -> None:
    file = tmp_path / "t.csv"
    file.write_text("größe,wer\nklein,Ærøskøbing\n", encoding=encoding)
    assert texts(file, "{größe} {wer}") == ["klein Ærøskøbing"]


def test_older_spreadsheets_are_read_on_request_only(tmp_path: Path) -> None:
    file = tmp_path / "t.csv"
    file.write_bytes("name\nfox\ncafé\n".encode("cp1252"))
    with pytest.raises(UserError, match=r"not UTF-8 text \(line 3\)") as caught:
        texts(file)
    assert "windows-1252" in caught.value.hint
    assert texts(file, encoding="windows-1252") == ["fox", "café"]


def test_quoted_cells_may_hold_lines_and_quotes(tmp_path: Path) -> None:
    file = tmp_path / "t.csv"
    file.write_text('a,b\n"two\nlines","say ""x"""\n', encoding="utf-8", newline="")
    assert texts(file, "{a}/{b}") == ['two\nlines/say "x"']


def test_uneven_rows(tmp_path: Path) -> None:
    file = tmp_path / "t.csv"
    file.write_text("a,b,\nx\ny,z,,\n", encoding="utf-8")
    assert texts(file, "{a}-{b}") == ["x-", "y-z"]
    file.write_text("a,b\nx,y,z\n", encoding="utf-8")
    with pytest.raises(UserError, match="Line 2 of t.csv has 3 cells, and there are 2 columns"):
        texts(file)


def test_unknown_column_lists_the_columns(table: Path) -> None:
    with pytest.raises(UserError, match="no column 'colour'") as caught:
        texts(table, "{colour}")
    assert "animal, place" in caught.value.hint
    with pytest.raises(UserError, match="no column '3'"):
        texts(table, "{3}")


@pytest.mark.parametrize(
    ("content", "text", "expected"),
    [
        ([{"a": "x", "b": 1.50}, {"b": None}, {"a": True, "b": [1]}], "{a}|{b}", ["x|1.5", "|", 'true|["1"]']),
        ([["x", "y"], ["z"]], "{1}{2}", ["xy", "z"]),
        (["x", 7], "{1}", ["x", "7"]),
        ([], "same", []),
    ],
)
def test_json_lists(tmp_path: Path, content: object, text: str, expected: list[str]) -> None:
    file = tmp_path / "t.json"
    file.write_text(json.dumps(content), encoding="utf-8")
    assert texts(file, text) == expected


@pytest.mark.parametrize(
    ("content", "message"),
    [
        ("{}", "not a list of rows"),
        ('[{"a": }]', "line 1: Expecting value"),
        ("[" * 100_000, "nested too deep"),
    ],
)
def test_broken_json_is_one_sentence(tmp_path: Path, content: str, message: str) -> None:
    file = tmp_path / "t.json"
    file.write_text(content, encoding="utf-8")
    with pytest.raises(UserError, match=message):
        texts(file)


def test_files_that_cannot_be_read(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="can't be read"):
        texts(tmp_path / "none.csv")
    with pytest.raises(UserError, match="can't be read"):
        texts(tmp_path)
    big = tmp_path / "big.csv"
    with big.open("wb") as stream:
        stream.truncate(17_000_000)
    with pytest.raises(UserError, match="larger than 16 MB"):
        texts(big)


def test_a_cell_without_end_is_one_sentence(tmp_path: Path) -> None:
    file = tmp_path / "t.csv"
    file.write_text('a\n"' + "x" * 200_000, encoding="utf-8")
    with pytest.raises(UserError, match="not a table that can be read"):
        texts(file)


def test_an_empty_table_gives_no_items(tmp_path: Path) -> None:
    file = tmp_path / "t.csv"
    file.write_text("", encoding="utf-8")
    assert texts(file, "nothing") == []
    with pytest.raises(UserError, match="The table is empty|no column"):
        texts(file)


def test_numbers(tmp_path: Path) -> None:
    file = tmp_path / "t.csv"
    file.write_text("name,seed,weight\na,9007199254740993,0.5\nb,2,1e2\n", encoding="utf-8")
    assert [figure.whole for figure in load_numbers(file, "seed")] == [9007199254740993, 2]
    assert [figure.number for figure in load_numbers(file, "3")] == [0.5, 100.0]
    for column, bad in (("name", "'a'"),):
        with pytest.raises(UserError, match=f"Row 1 of t.csv has {bad}"):
            list(load_numbers(file, column))


@pytest.mark.parametrize("cell", ["nan", "inf", "1e999", "", "9" * 5000, "1,5"])
def test_cells_that_are_no_numbers(tmp_path: Path, cell: str) -> None:
    file = tmp_path / "t.json"
    file.write_text(json.dumps([[cell]]), encoding="utf-8")
    with pytest.raises(UserError, match="where a number is wanted"):
        list(load_numbers(file))


@given(data=st.binary(max_size=200), suffix=st.sampled_from([".csv", ".json"]))
def test_any_file_gives_rows_or_a_sentence(tmp_path_factory: pytest.TempPathFactory, data: bytes, suffix: str) -> None:
    file = tmp_path_factory.mktemp("fuzz") / f"t{suffix}"
    file.write_bytes(data)
    try:
        texts(file, "text")
    except UserError as error:
        assert error.hint
