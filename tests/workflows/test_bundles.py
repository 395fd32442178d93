"""Bundles: everything a workflow needs goes along, opens elsewhere, and a hostile one does nothing."""

import json
import stat
import zipfile
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ajar.errors import AjarError, WorkflowError
from ajar.values import Image
from workflows import headless
from workflows.bundling import MARK
from workflows.format import load
from workflows.settings import Home
from workflows.store import Store
from workflows.take import Facts
from workflows.takes import Takes
from workflows.unbundling import is_bundle, look_into, unbundle

PICTURE = Image.of(np.full((8, 8, 3), 90, np.uint8)).encode("png")


def told(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, str]:
    code = headless.main([str(one) for one in arguments])
    text = capsys.readouterr()
    assert "Traceback" not in text.err
    return code, text.out + text.err


@pytest.fixture
def project(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """A workflow that opens a file, a folder, and one far away, holds a frozen take, and has a key typed in."""
    monkeypatch.setenv("AJAR_HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path)
    home = Home.open()
    folder, away = tmp_path / "project", tmp_path / "away"
    (folder / "shots").mkdir(parents=True)
    away.mkdir()
    (folder / "mine.png").write_bytes(PICTURE)
    (away / "mine.png").write_bytes(PICTURE + b"other")
    for number in (1, 2):
        (folder / "shots" / f"{number}.png").write_bytes(PICTURE)
    file = folder / "harbour.json"
    digest = Store(home.blobs).put(PICTURE, ".png")
    with Takes(home) as takes:
        facts = [Facts(document=str(file), node=node, kind="image", model="Flux", seed=7, prompt="a fox")
                 for node in ("paint", "paint", "other")]
        held, _, _ = (takes.add(PICTURE, ".png", one) for one in facts)
        takes.rate(held.id, 4)
    file.write_text(json.dumps({"ajar": 1, "nodes": {
        "here": {"type": "load_image", "inputs": {"file": "mine.png"}},
        "again": {"type": "load_image", "inputs": {"file": "mine.png"}},
        "far": {"type": "load_image", "inputs": {"file": str(away / "mine.png")}},
        "all": {"type": "load_folder", "inputs": {"folder": "shots"}},
        "paint": {"type": "flux", "inputs": {"prompt": "a fox", "model": "builtin"}, "state": "frozen",
                  "result": {"result": digest, "_take": held.id}},
        "film": {"type": "kling_video", "inputs": {"prompt": "sk-abcdefghijklmnopqrstuvwx", "api_key": "secret"}},
        "odd": {"type": "strange/thing"}, "lora": {"type": "lora", "inputs": {"model": "not-here"}},
    }}))
    return folder


def test_a_bundle_opens_elsewhere_with_all_it_needs(project: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
                                                    capsys: pytest.CaptureFixture[str]) -> None:
    code, text = told(capsys, "bundle", project / "harbour.json", tmp_path / "harbour.zip")
    assert code == 0 and "4 files from outside, 1 take" in text
    monkeypatch.setenv("AJAR_HOME", str(tmp_path / "elsewhere"))
    (tmp_path / "away").rename(tmp_path / "gone")
    code, text = told(capsys, "unbundle", tmp_path / "harbour.zip", tmp_path / "there")
    assert code == 0
    for line in ('missing: The pack "strange" is not here.', "missing: The model not-here is not here.",
                 "missing: Kling 3.0 needs a key of Kling."):
        assert line in text
    graph = load(tmp_path / "there" / "workflow.json")
    paths = {name: graph.nodes[name].inputs["file"] for name in ("here", "again", "far")}
    assert paths == {"here": "files/mine.png", "again": "files/mine.png", "far": "files/mine-2.png"}
    assert (tmp_path / "there" / "files" / "mine-2.png").read_bytes() == PICTURE + b"other"
    assert sorted(file.name for file in (tmp_path / "there" / "files" / "shots").iterdir()) == ["1.png", "2.png"]
    assert b"sk-abc" not in (tmp_path / "harbour.zip").read_bytes()
    assert b"secret" not in (tmp_path / "harbour.zip").read_bytes()
    with Takes(Home.find()) as takes:
        [take] = takes.of(str(tmp_path / "there" / "workflow.json"), "paint")
        assert (take.rating, take.seed, take.model, take.path.read_bytes()) == (4, 7, "Flux", PICTURE)
    kept = graph.nodes["paint"].result
    assert kept is not None and Store(Home.find().blobs).has(kept["result"])
    [model] = [row for row in json.loads((tmp_path / "there" / "models.lock.json").read_text())["models"]
               if row["name"] == "builtin"]
    assert model["licence"] and all(file["digest"].startswith("blake3:") for file in model["files"])


def test_the_same_workflow_gives_the_same_bytes(project: Path, tmp_path: Path,
                                                capsys: pytest.CaptureFixture[str]) -> None:
    for name in ("a.zip", "b.zip"):
        assert told(capsys, "bundle", project / "harbour.json", tmp_path / name)[0] == 0
        (project / "mine.png").touch()
    assert (tmp_path / "a.zip").read_bytes() == (tmp_path / "b.zip").read_bytes()
    assert is_bundle(tmp_path / "a.zip") and not is_bundle(project / "mine.png")
    assert "is there already" in told(capsys, "bundle", project / "harbour.json", tmp_path / "a.zip")[1]


def test_which_takes_go_along(project: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    for which, count in (("none", 0), ("all", 2)):  # what is no node any more has no takes here
        told(capsys, "bundle", project / "harbour.json", tmp_path / f"{which}.zip", "--takes", which)
        assert len(look_into(tmp_path / f"{which}.zip").takes) == count


def test_the_takes_that_flow_on_go_along_and_of_many_only_the_one_that_was_picked(
        tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("AJAR_HOME", str(tmp_path / "home"))
    paint = {"model": "builtin", "steps": 1, "prompt": "a red circle"}
    file = tmp_path / "film.json"
    file.write_text(json.dumps({"ajar": 1, "nodes": {
        "seeds": {"type": "variations", "inputs": {"count": 3, "seed": 5}},
        "many": {"type": "flux", "inputs": {**paint, "seed": {"from": "seeds"}}},
        "pick": {"type": "pick", "inputs": {"items": {"from": "many"}, "choice": 1}},
        "one": {"type": "flux", "inputs": {**paint, "seed": 77}},
        "stage": {"type": "stage", "inputs": {"draft": {"from": "pick"}, "final": {"from": "one"}}},
    }}))
    for stage in ("draft", "final"):
        assert told(capsys, "run", file, "--stage", stage, "--out", tmp_path / "out")[0] == 0
    assert told(capsys, "run", file, "--stage", "final", "--set", "one.seed=9", "--out", tmp_path / "out")[0] == 0
    assert "2 takes" in told(capsys, "bundle", file, tmp_path / "a.zip")[1]
    facts = [row["facts"] for row in look_into(tmp_path / "a.zip").takes]
    assert [(one["node"], one["seed"]) for one in facts] == [("many", 6), ("one", 77)], "seed 9 does not flow on"


def test_what_was_confidential_is_so_where_it_is_unpacked(
        project: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch) -> None:
    (project / "ajar.toml").write_text('confidential = ["shots/2.png"]\n')
    (project / "shots/2.png").write_bytes(PICTURE + b"face")
    code, text = told(capsys, "bundle", project / "harbour.json", tmp_path / "a.zip", "--confidential")
    assert code == 0 and "1 of the files is confidential" in text
    monkeypatch.setenv("AJAR_HOME", str(tmp_path / "elsewhere"))
    code, text = told(capsys, "unbundle", tmp_path / "a.zip", tmp_path / "there")
    assert "confidential, as whoever packed it had marked it: files/shots/2.png" in text
    files = tmp_path / "there/files"
    _, text = told(capsys, "confidential", "list", files / "shots/2.png", files / "mine.png")
    assert text.count("confidential, marked in the bundle harbour") == 1 and "mine.png: not confidential" in text


def test_confidential_takes_frozen_results_and_typed_words_stop_it_too(
        project: Path, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    take = tmp_path / "take.png"
    take.write_bytes(PICTURE)
    told(capsys, "confidential", "mark", take)
    file = project / "harbour.json"
    plain = json.loads(file.read_text())
    for gone in ("here", "again", "all"):  # their files are of the same content
        del plain["nodes"][gone]
    file.write_text(json.dumps(plain))
    code, text = told(capsys, "bundle", file, tmp_path / "a.zip")
    assert code == 3 and "Nothing was packed" in text and not (tmp_path / "a.zip").exists()
    told(capsys, "confidential", "clear", take, "--reason", "shown already")
    assert told(capsys, "bundle", file, tmp_path / "a.zip")[0] == 0
    plain["nodes"]["film"]["confidential"] = True
    file.write_text(json.dumps(plain))
    code, text = told(capsys, "bundle", file, tmp_path / "b.zip")
    assert code == 3 and 'what "film" gives is marked as confidential' in text


def test_a_missing_file_and_a_confidential_one_stop_it(project: Path, tmp_path: Path,
                                                       capsys: pytest.CaptureFixture[str]) -> None:
    (project / "ajar.toml").write_text('confidential = ["shots/*"]\n')
    code, text = told(capsys, "bundle", project / "harbour.json", tmp_path / "a.zip")
    assert code == 3 and "confidential" in text and not (tmp_path / "a.zip").exists()
    assert told(capsys, "bundle", project / "harbour.json", tmp_path / "a.zip", "--confidential")[0] == 0
    (project / "mine.png").unlink()
    code, text = told(capsys, "bundle", project / "harbour.json", tmp_path / "b.zip")
    assert code == 2 and 'no file "mine.png"' in text and not (tmp_path / "b.zip").exists()


def test_another_model_of_the_same_name_is_told(project: Path, tmp_path: Path,
                                                capsys: pytest.CaptureFixture[str]) -> None:
    told(capsys, "bundle", project / "harbour.json", tmp_path / "a.zip")
    changed = rewritten(tmp_path / "a.zip", tmp_path / "b.zip", "models.lock.json",
                        lambda data: data.replace(b"blake3:", b"blake3:0"))
    assert "has other files than those that were used" in told(capsys, "unbundle", changed)[1]


def rewritten(source: Path, target: Path, name: str, change: Any) -> Path:
    """A bundle with one entry changed, and the list of contents made to fit."""
    from blake3 import blake3

    with zipfile.ZipFile(source) as old, zipfile.ZipFile(target, "w") as new:
        about = json.loads(old.read("bundle.json"))
        for info in old.infolist():
            data = old.read(info)
            if info.filename == name:
                data = change(data)
                for row in about["contents"]:
                    if row["name"] == name:
                        row |= {"bytes": len(data), "digest": f"blake3:{blake3(data).hexdigest()}"}
            if info.filename != "bundle.json":
                new.writestr(info, data)
        new.writestr("bundle.json", json.dumps(about))
    return target


def hostile(path: Path, entries: dict[str, bytes], *, contents: list[dict[str, Any]] | None = None,
            infos: dict[str, zipfile.ZipInfo] | None = None, compress: int = zipfile.ZIP_STORED) -> Path:
    from blake3 import blake3

    rows = contents if contents is not None else [
        {"name": name, "bytes": len(data), "digest": f"blake3:{blake3(data).hexdigest()}"}
        for name, data in entries.items()]
    with zipfile.ZipFile(path, "w", compress) as packed:
        for name, data in entries.items():
            packed.writestr((infos or {}).get(name, name), data, compress)
        packed.writestr("bundle.json", json.dumps({MARK: 1, "name": "x", "contents": rows}))
    return path


WORKFLOW = b'{"ajar": 1, "nodes": {}}'


@pytest.mark.parametrize("name", [
    "../evil.txt", "files/../../evil.txt", "/etc/evil", "C:/evil", "files\\..\\evil", "files/", "files//a", "evil.txt",
    "files/con", "files/NUL.txt", "files/a:b", "files/a.", "files/ a", "elsewhere/a", "files/" + "a" * 500,
    "files/a\nb",
])
def test_no_name_leads_elsewhere(tmp_path: Path, name: str) -> None:
    path = hostile(tmp_path / "x.zip", {"workflow.json": WORKFLOW, name: b"evil"})
    with pytest.raises(WorkflowError, match="can't be opened as a bundle") as caught:
        unbundle(look_into(path), tmp_path / "deep" / "in")
    assert caught.value.hint
    assert not (tmp_path / "evil.txt").exists() and not (tmp_path / "deep").exists()


def test_bombs_links_and_lies_are_refused(tmp_path: Path) -> None:
    zeros = bytes(30_000_000)
    bomb = hostile(tmp_path / "bomb.zip", {"workflow.json": WORKFLOW, "files/a": zeros}, compress=zipfile.ZIP_DEFLATED)
    link = zipfile.ZipInfo("files/link")
    link.external_attr = (stat.S_IFLNK | 0o777) << 16
    linked = hostile(tmp_path / "link.zip", {"workflow.json": WORKFLOW, "files/link": b"/etc/passwd"},
                     infos={"files/link": link})
    from blake3 import blake3

    rows = [{"name": "workflow.json", "bytes": len(WORKFLOW), "digest": f"blake3:{blake3(WORKFLOW).hexdigest()}"}]
    other = [*rows, {"name": "files/a", "bytes": 3, "digest": f"blake3:{blake3(b'abd').hexdigest()}"}]
    lie = hostile(tmp_path / "lie.zip", {"workflow.json": WORKFLOW, "files/a": b"abc"}, contents=other)
    huge = hostile(tmp_path / "huge.zip", {"workflow.json": WORKFLOW}, contents=[*rows, {
        "name": "files/a", "bytes": 1 << 60, "digest": ""}])
    lacking = hostile(tmp_path / "lacking.zip", {"workflow.json": WORKFLOW}, contents=[*rows, {
        "name": "files/a", "bytes": 4, "digest": ""}])
    for path in (bomb, linked, lie, huge, lacking):
        with pytest.raises(WorkflowError, match="can't be opened as a bundle"):
            unbundle(look_into(path), tmp_path / "out")
        assert not (tmp_path / "out").exists()


def test_what_is_no_bundle_is_a_sentence(tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    with zipfile.ZipFile(tmp_path / "other.zip", "w") as packed:
        packed.writestr("hello.txt", "hello")
    (tmp_path / "cut.zip").write_bytes(hostile(tmp_path / "x.zip", {"workflow.json": WORKFLOW}).read_bytes()[:-30])
    (tmp_path / "empty.zip").write_bytes(b"")
    for name in ("other.zip", "cut.zip", "empty.zip", "gone.zip"):
        code, text = told(capsys, "unbundle", tmp_path / name)
        assert code == 2 and "hint:" in text
    code, text = told(capsys, "run", tmp_path / "x.zip")
    assert code == 2 and "ajar unbundle" in text


def test_a_full_folder_is_left_alone(tmp_path: Path) -> None:
    path = hostile(tmp_path / "x.zip", {"workflow.json": WORKFLOW})
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "mine.txt").write_text("mine")
    with pytest.raises(AjarError, match="is not empty"):
        unbundle(look_into(path), tmp_path / "out")
    assert [file.name for file in (tmp_path / "out").iterdir()] == ["mine.txt"]
