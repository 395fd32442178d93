"""What files were told to be is kept over restarts, and told anew wherever anything may be another."""

import json
import os
from pathlib import Path

import pytest

from ajar.errors import UserError
from nodes.local import catalogue
from nodes.local.catalogue import Shelf
from nodes.local.recall import Recall
from nodes.local.recognise import Told
from tests.nodes.local.model_files import write_file

TOLD = Told("lora", "LoHa", "file", family="flux.1", brings=frozenset({"b", "a"}), also=("c",), written="F16")


def never(path: Path) -> Told:
    raise AssertionError(f"{path} was read")


def test_what_was_told_is_there_after_a_restart_and_gone_with_any_change(tmp_path: Path) -> None:
    file, memory, source = tmp_path / "a.safetensors", tmp_path / "memory.json", tmp_path / "rows.toml"
    file.write_bytes(b"1")
    source.write_text("x")
    first = Recall(memory, [source])
    assert first.tell(file, lambda path: TOLD) == TOLD and first.tell(file, never) == TOLD
    first.keep()
    assert Recall(memory, [source]).tell(file, never) == TOLD
    file.write_bytes(b"22")
    with pytest.raises(AssertionError):
        Recall(memory, [source]).tell(file, never)
    file.write_bytes(b"1")
    source.write_text("other rows")
    with pytest.raises(AssertionError):
        Recall(memory, [source]).tell(file, never)
    file.unlink()
    assert first.tell(file, never) is None


def test_why_a_file_is_none_is_kept_too(tmp_path: Path) -> None:
    def refuse(path: Path) -> Told:
        raise UserError("It is damaged.")

    file, memory = tmp_path / "a.safetensors", tmp_path / "memory.json"
    file.write_bytes(b"1")
    first = Recall(memory, [])
    assert first.tell(file, refuse) is None
    first.keep()
    again = Recall(memory, [])
    assert again.tell(file, never) is None and again.refusal(file) == "It is damaged."


@pytest.mark.parametrize("text", ["", "[]", "{", '{"mark": [], "files": {"/a": [1]}}', '{"mark": []}', "[" * 9999])
def test_a_memory_that_can_t_be_read_is_forgotten(tmp_path: Path, text: str) -> None:
    file, memory = tmp_path / "a.safetensors", tmp_path / "memory.json"
    file.write_bytes(b"1")
    memory.write_text(text)
    recall = Recall(memory, [])
    assert recall.tell(file, lambda path: TOLD) == TOLD
    recall.keep()
    assert json.loads(memory.read_text())["files"][str(file)][2]["kind"] == "lora"
    Recall(tmp_path / "no folder" / "memory.json", []).keep()


def test_the_next_start_reads_no_header(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    models, memory = tmp_path / "models", tmp_path / "models.json"
    models.mkdir()
    write_file(models / "ink.safetensors", {f"unet.attn.to_q.lora_{half}.weight": (4, 4) for half in "AB"})
    shelf = Shelf([models], memory=memory)
    before = shelf.find("lora", "ink")
    shelf.remember()
    monkeypatch.setattr(catalogue, "recognise", lambda path, rows: never(path))
    assert Shelf([models], memory=memory).find("lora", "ink") == before
    os.utime(models / "ink.safetensors", (1, 1))
    with pytest.raises(AssertionError):
        Shelf([models], memory=memory).find("lora", "ink")
