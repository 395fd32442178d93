"""Captions of a folder: beside the pictures, in a table, written back whole or not at all."""

from pathlib import Path

import pytest

from ajar.captions import read_captions, write_caption
from ajar.errors import UserError


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    for name in ("10.png", "2.jpg", "1.webp", ".hidden.png"):
        (tmp_path / name).touch()
    (tmp_path / "notes.md").write_text("no picture")
    return tmp_path


def captions(folder: Path) -> dict[str, str]:
    return {found.path.name: found.caption for found in read_captions(folder)}


def test_pictures_come_in_the_order_people_count_in_with_the_text_beside_them(folder: Path) -> None:
    (folder / "2.txt").write_text("\ufeffa red\n star \n", "utf-8")
    assert list(captions(folder).items()) == [("1.webp", ""), ("2.jpg", "a red star"), ("10.png", "")]


@pytest.mark.parametrize(("name", "text"), [
    ("captions.csv", 'File,Caption\n1.webp,"one, two"\n10,ten\n'),
    ("metadata.csv", "file_name,text\n1.webp,\"one, two\"\n10.png,ten\n"),
    ("captions.jsonl", '{"image": "1.webp", "prompt": "one, two"}\n\n{"image": "sub/10.png", "prompt": "ten"}\n'),
])
def test_one_table_may_hold_them_all_and_a_text_beside_a_picture_wins(folder: Path, name: str, text: str) -> None:
    (folder / name).write_text(text)
    assert captions(folder) == {"1.webp": "one, two", "2.jpg": "", "10.png": "ten"}
    write_caption(folder / "10.png", "mine")
    assert captions(folder)["10.png"] == "mine"


@pytest.mark.parametrize(("name", "text", "said"), [
    ("captions.csv", "a,b\n1,2\n", "no columns"), ("captions.jsonl", "{broken\n", "Line 1"),
    ("captions.jsonl", "[1]\n", "Line 1"), ("1.txt", b"\xff\xfe\x00", "not UTF-8"),
])
def test_what_can_not_be_read_is_named(folder: Path, name: str, text: str | bytes, said: str) -> None:
    (folder / name).write_bytes(text if isinstance(text, bytes) else text.encode())
    with pytest.raises(UserError, match=said):
        captions(folder)


def test_a_folder_that_is_not_there_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(UserError, match="can't be read"):
        read_captions(tmp_path / "nothing")


def test_a_link_that_leads_out_is_passed_over(folder: Path, tmp_path_factory: pytest.TempPathFactory) -> None:
    secret = tmp_path_factory.mktemp("elsewhere") / "secret.png"
    secret.touch()
    (folder / "link.png").symlink_to(secret)
    assert "link.png" not in captions(folder)


def test_a_caption_is_written_whole_and_an_empty_one_takes_the_file_away(folder: Path) -> None:
    write_caption(folder / "1.webp", "  a blue\n ring ")
    assert (folder / "1.txt").read_text("utf-8") == "a blue ring\n"
    write_caption(folder / "1.webp", " ")
    write_caption(folder / "1.webp", "")
    assert not (folder / "1.txt").exists()
    assert not list(folder.glob(".caption*"))


def test_a_caption_that_can_not_be_written_is_a_sentence(tmp_path: Path) -> None:
    with pytest.raises(UserError, match=r"x\.txt can't be written"):
        write_caption(tmp_path / "nothing" / "x.png", "words")
