import json
import os
from pathlib import Path

import pytest

from ajar.errors import WorkflowError
from workflows import format
from workflows.graph import VERSION, Expr, Graph, GroupInput, Node, Row, Wire

FORMATS = sorted((Path(__file__).parent.parent / "formats").glob("*.json"))
EXAMPLE = """
{"ajar": 1,
 "nodes": {"prompt":  {"type": "prompt", "inputs": {"text": "a red circle above a blue square"}},
           "picture": {"type": "flux", "inputs": {"prompt": {"from": "prompt"}, "model": "builtin", "seed": 7}},
           "choice":  {"type": "switch",
                       "inputs": {"options": [{"from": "picture"}, {"from": "other.result"}], "index": 0}}}}
"""


def refused(text: str | bytes) -> WorkflowError:
    with pytest.raises(WorkflowError) as caught:
        format.read(text.encode() if isinstance(text, str) else text)
    assert caught.value.message.endswith(".")
    assert caught.value.hint
    assert "\n" not in caught.value.message
    return caught.value


def one(node: object) -> str:
    return json.dumps({"ajar": 1, "nodes": {"a": node}})


def test_the_example_of_the_readme_reads() -> None:
    graph = format.read(EXAMPLE.encode())
    assert graph.nodes["picture"].inputs["prompt"] == Wire("prompt")
    assert graph.nodes["choice"].inputs["options"] == Row((Wire("picture"), Wire("other", "result")))


def test_a_dump_reads_as_if_written_by_hand() -> None:
    text = format.dump(format.read(EXAMPLE.encode()))
    assert text == """{
  "ajar": 1,
  "nodes": {
    "prompt": {"type": "prompt", "inputs": {"text": "a red circle above a blue square"}},
    "picture": {
      "type": "flux",
      "inputs": {"prompt": {"from": "prompt"}, "model": "builtin", "seed": 7}
    },
    "choice": {
      "type": "switch",
      "inputs": {"options": [{"from": "picture"}, {"from": "other.result"}], "index": 0}
    }
  }
}
"""
    assert format.dump(format.read(text.encode())) == text


def test_forms_of_values() -> None:
    values = {
        "plain": [1, None, {"from": 1, "to": 2}],
        "wire": {"from": "x.result"},
        "formula": {"expr": "x.steps * 2"},
        "escaped": {"value": {"from": "x"}},
        "escaped-list": {"value": [{"from": "x"}]},
        "row": [{"from": "x"}, None, 3, {"value": {"expr": "1"}}, {"expr": "1"}],
        "needless": {"value": 3},
    }
    graph = format.read(one({"type": "t", "inputs": values}).encode())
    assert graph.nodes["a"].inputs == {
        "plain": [1, None, {"from": 1, "to": 2}],
        "wire": Wire("x", "result"),
        "formula": Expr("x.steps * 2"),
        "escaped": {"from": "x"},
        "escaped-list": [{"from": "x"}],
        "row": Row((Wire("x"), None, 3, {"expr": "1"}, Expr("1"))),
        "needless": 3,
    }
    again = json.loads(format.dump(graph))["nodes"]["a"]["inputs"]
    assert again == {**values, "needless": 3}


def test_states_takes_results_and_unknown_fields_are_kept() -> None:
    node = {
        "type": "from-tomorrow", "title": "Sky", "inputs": {"x": 1}, "state": "frozen", "take": 3,
        "result": {"result": "ab12"}, "shine": {"deep": [1]},
    }
    plain = {
        "ajar": 1, "nodes": {"a": node, "b": {"type": "t"}}, "layout": {"a": [0, 10]},
        "frames": {"sky": {"title": "Sky", "at": [0, 0], "size": [300, 200]}}, "notes": {"note": {"text": "…"}},
        "settings": {"residency": "local"}, "future": True,
    }
    graph = format.read(json.dumps(plain).encode())
    assert graph.nodes["a"].state == "frozen"
    assert graph.nodes["a"].take == 3
    assert graph.nodes["b"].inputs == {}
    assert json.loads(format.dump(graph)) == plain


def test_groups() -> None:
    plain = {
        "ajar": 1, "nodes": {"use": {"type": "group:finish", "inputs": {"image": {"from": "x"}}}},
        "groups": {"finish": {
            "title": "Finish", "inputs": {"image": {}, "amount": {"default": 0.5}},
            "outputs": {"result": {"from": "blur.result"}},
            "nodes": {"blur": {"type": "blur", "inputs": {"image": {"input": "image"}, "radius": {"input": "amount"}}}},
            "future": 1,
        }},
    }
    graph = format.read(json.dumps(plain).encode())
    assert graph.groups["finish"].nodes["blur"].inputs["radius"] == GroupInput("amount")
    assert graph.groups["finish"].outputs == {"result": Wire("blur", "result")}
    assert json.loads(format.dump(graph)) == plain


@pytest.mark.parametrize("uses", [{"a": "a"}, {"a": "b", "b": "a"}, {"a": "b", "b": "c", "c": "b"}])
def test_a_group_that_contains_itself_is_refused(uses: dict[str, str]) -> None:
    groups = {name: {"nodes": {"n": {"type": f"group:{inner}"}}} for name, inner in uses.items()}
    assert "can't contain itself" in refused(json.dumps({"ajar": 1, "nodes": {}, "groups": groups})).message


@pytest.mark.parametrize(("text", "words"), [
    ('{"ajar": 1,\n "nodes": {]}', "line 2, column 12"),
    ('{"ajar": 1,', "line 1"),
    ("", "empty"),
    (" \n", "empty"),
    ("[1]", "one JSON object"),
    ("3", "one JSON object"),
    ('{"ajar": 1, "nodes": {"a": {"type": "t"}, "a": {"type": "u"}}}', '"a" is there twice'),
    ('{"ajar": 1, "nodes": {"a": {"type": "t", "inputs": {"x": NaN}}}}', "NaN"),
    ('{"ajar": 1, "nodes": {"a": {"type": "t", "inputs": {"x": -Infinity}}}}', "Infinity"),
    ('{"ajar": 1, "nodes": {"a": {"type": "t", "inputs": {"x": 1e999}}}}', "too large"),
    ('{"ajar": 1, "nodes": {"a": {"type": "t", "inputs": {"x": ' + "9" * 5000 + "}}}}", "number"),
    ('{"ajar": 1, "nodes": {"a": {"type": "t", "inputs": {"x": "\\ud800"}}}}', "half of a character"),
    ('{"ajar": 1, "nodes": {"a": {"type": "t", "inputs": {"\\udc00": 1}}}}', "half of a character"),
    ('{"ajar": 1, "nodes": ' + '{"a":' * 150 + "1" + "}" * 150 + "}", "nested"),
    ("[" * 100_000, "nested"),
    ('{"a":' * 100_000, "nested"),
    ('{"nodes": {}}', "no format version"),
    ('{"ajar": 2, "nodes": {}}', "format version 2"),
    ('{"ajar": "1", "nodes": {}}', "whole number"),
    ('{"ajar": true, "nodes": {}}', "whole number"),
    ('{"ajar": 0, "nodes": {}}', "whole number"),
    ('{"ajar": 1, "nodes": []}', '"nodes" has to be an object'),
    ('{"ajar": 1, "layout": 3}', '"layout" has to be an object'),
    ('{"ajar": 1, "nodes": {"Big": {"type": "t"}}}', '"Big" can\'t be the id'),
    ('{"ajar": 1, "nodes": {"a/b": {"type": "t"}}}', '"a/b" can\'t be the id'),
    ('{"ajar": 1, "nodes": {"": {"type": "t"}}}', '"" can\'t be the id'),
    (one(3), 'node "a" has to be an object'),
    (one({}), 'node "a" has no type'),
    (one({"type": 3}), 'node "a" has no type'),
    (one({"type": "t", "inputs": []}), 'node "a": inputs'),
    (one({"type": "t", "state": "asleep"}), "unknown state: asleep"),
    (one({"type": "t", "state": []}), "unknown state"),
    (one({"type": "t", "take": -1}), "take"),
    (one({"type": "t", "take": 1.5}), "take"),
    (one({"type": "t", "title": 5}), "title"),
    (one({"type": "t", "result": 5}), "result"),
    (one({"type": "t", "inputs": {"x": {"from": 3}}}), 'The input "x" of "a": "from" has to be text, not a number'),
    (one({"type": "t", "inputs": {"x": {"from": "A B"}}}), '"A B" does not name an output'),
    (one({"type": "t", "inputs": {"x": {"from": "a.b.c"}}}), '"a.b.c" does not name an output'),
    (one({"type": "t", "inputs": {"x": [{"from": ""}]}}), '"from" has to be text'),
    ('{"ajar": 1, "groups": {"G": {}}}', '"G" can\'t be the name of a group'),
    ('{"ajar": 1, "groups": {"g": {"outputs": {"r": 3}}}}', 'The group "g": the output "r"'),
    ('{"ajar": 1, "groups": {"g": {"inputs": {"i": 3}}}}', 'The group "g": the input "i"'),
    (b"\xff\xfe{\x00}\x00", "UTF-16"),
    ('{"ajar": 1}'.encode("utf-16-be"), "UTF-16"),
    ('{"ajar": 1}'.encode("utf-32"), "UTF-16 or UTF-32"),
    ('{"ajar": 1,\n"x": "grün"}'.encode("latin-1"), "line 2"),
    ("[" + "[]," * 1_000_001 + "[]]", "more values"),
    (b" " * (64 * 2**20 + 1), "64 MB"),
])
def test_a_broken_file_is_one_sentence(text: str | bytes, words: str) -> None:
    assert words in refused(text).message


def test_other_programs_files_are_recognised() -> None:
    assert "ComfyUI" in refused('{"last_node_id": 3, "nodes": []}').hint
    assert "ComfyUI" in refused('{"3": {"class_type": "KSampler", "inputs": {}}}').hint


def test_a_byte_order_mark_is_allowed() -> None:
    assert format.read(b'\xef\xbb\xbf{"ajar": 1, "nodes": {}}') == Graph()


def test_a_number_that_is_none_cannot_be_saved() -> None:
    with pytest.raises(WorkflowError, match="infinite"):
        format.dump(Graph({"a": Node("t", {"x": float("nan")})}))


def test_save_and_load(tmp_path: Path) -> None:
    path = tmp_path / "grün.json"
    graph = Graph({"a": Node("t", {"text": "日本 🎨"})})
    format.save(graph, path)
    assert format.load(path) == graph
    assert "日本 🎨" in path.read_text("utf-8")
    assert [entry.name for entry in tmp_path.iterdir()] == ["grün.json"]


def test_what_was_there_before_is_kept_five_times(tmp_path: Path) -> None:
    path, backups = tmp_path / "a.json", tmp_path / "backups"
    for number in range(8):
        format.save(Graph({"a": Node("t", {"x": number})}), path, backups)
        format.save(Graph({"a": Node("t", {"x": number})}), path, backups)
    found = sorted(backups.iterdir())
    assert [format.load(backup).nodes["a"].inputs["x"] for backup in found] == [6, 5, 4, 3, 2]


def test_a_failed_save_leaves_the_old_file(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    path = tmp_path / "a.json"
    format.save(Graph({"a": Node("t")}), path)

    def full(*_: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(WorkflowError, match="No space left"):
        format.save(Graph({"b": Node("t")}), path)
    assert list(format.load(path).nodes) == ["a"]
    assert len(list(tmp_path.iterdir())) == 1


@pytest.mark.skipif(os.name == "nt", reason="Windows has no such permissions")
def test_saving_keeps_permissions_and_follows_links(tmp_path: Path) -> None:
    path, link = tmp_path / "a.json", tmp_path / "link.json"
    format.save(Graph(), path)
    path.chmod(0o640)
    link.symlink_to(path)
    format.save(Graph({"a": Node("t")}), link)
    assert link.is_symlink()
    assert path.stat().st_mode & 0o777 == 0o640
    assert "a" in format.load(path).nodes


@pytest.mark.skipif(not Path("/dev/zero").exists(), reason="no such device")
def test_a_file_without_end_is_refused() -> None:
    with pytest.raises(WorkflowError, match="64 MB"):
        format.load(Path("/dev/zero"))


@pytest.mark.parametrize("path", FORMATS, ids=lambda path: path.name)
def test_files_of_all_versions_open_for_ever(path: Path) -> None:
    graph = format.load(path)
    assert graph.nodes
    assert format.read(format.dump(graph).encode()) == graph
    if json.loads(path.read_text("utf-8"))["ajar"] == VERSION:
        assert format.dump(graph) == path.read_text("utf-8")


@pytest.mark.parametrize("name", ["missing.json", "folder"])
def test_a_file_that_cannot_be_read(tmp_path: Path, name: str) -> None:
    (tmp_path / "folder").mkdir()
    with pytest.raises(WorkflowError) as caught:
        format.load(tmp_path / name)
    assert caught.value.hint


def test_half_a_character_is_refused_in_words_and_leaves_the_old_file(tmp_path: Path) -> None:
    path = tmp_path / "one.json"
    format.save(Graph(), path)
    before = path.read_bytes()
    with pytest.raises(WorkflowError, match="half of a character"):
        format.save(Graph(nodes={"a": Node("prompt", title="\ud83d")}), path)
    assert path.read_bytes() == before and list(tmp_path.iterdir()) == [path]
