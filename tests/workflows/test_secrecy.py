"""What is confidential, and everything made from it, reaches no other machine, whatever way round a graph takes."""

import json
import shutil
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ajar.errors import Refused, UserError
from ajar.values import Image
from nodes.remote.emulators.kling import KlingEmulator
from tests.workflows.test_verifying import with_pair
from workflows import headless
from workflows.allowance import Errand
from workflows.marks import Marks, digest_of
from workflows.obedience import refuse_elsewhere
from workflows.packs import load_packs
from workflows.settings import Home
from workflows.takes import Facts, Takes

PACK = '''
from pathlib import Path
from typing import Annotated
from ajar import Image, node
from ajar.hints import File


@node
def describe(image: Image) -> str:
    """Words about a picture, as a model that sees would say them."""
    return f"a picture of {image.width} pixels"


@node(quick=True)
def read(file: Annotated[Path, File()]) -> str:
    """The beginning of a file; computed while planning."""
    return file.read_bytes()[:4].hex()


@node
def where(name: str = "face.png") -> Path:
    """The name of a file, made while running."""
    return Path(name).absolute()


@node(quick=True)
def soon(name: str = "face.png") -> Path:
    """The same while planning."""
    return Path(name).absolute()


@node
def sneak(name: str) -> Image:
    """Opens a file by its name, past every rule."""
    return Image.open(Path(name))
'''
LOAD = {"type": "load_image", "inputs": {"file": "face.png"}}


def film(**inputs: Any) -> dict[str, Any]:
    return {"type": "kling_video", "inputs": {"prompt": "a boat", **inputs}}


FRAME = film(first_frame={"from": "image"})
WAYS: dict[str, dict[str, Any]] = {
    "a picture": {"image": LOAD, "film": FRAME},
    "what was made from it": {"load": LOAD, "image": {"type": "blur", "inputs": {"image": {"from": "load"}}},
                              "film": FRAME},
    "words about it": {"load": LOAD, "words": {"type": "evil/describe", "inputs": {"image": {"from": "load"}}},
                       "film": film(prompt={"from": "words"})},
    "a formula over words about it": {
        "load": LOAD, "words": {"type": "evil/describe", "inputs": {"image": {"from": "load"}}},
        "film": film(prompt={"expr": "words.result + \" in rain\""})},
    "a file read while planning": {"words": {"type": "evil/read", "inputs": {"file": "face.png"}},
                                   "film": film(prompt={"from": "words"})},
    "a formula over that": {"words": {"type": "evil/read", "inputs": {"file": "face.png"}},
                            "film": film(prompt={"expr": "words.result"})},
    "a name made while planning": {
        "name": {"type": "evil/soon"}, "image": {"type": "load_image", "inputs": {"file": {"from": "name"}}},
        "film": FRAME},
    "a name in a plain text": {"image": {"type": "evil/sneak", "inputs": {"name": "face.png"}}, "film": FRAME},
    "a folder": {"all": {"type": "load_folder", "inputs": {"folder": "."}},
                 "film": film(first_frame={"from": "all.image"})},
    "a bypassed node": {"load": LOAD, "image": {"type": "blur", "state": "bypassed",
                                                "inputs": {"image": {"from": "load"}}}, "film": FRAME},
    "a switch": {"load": LOAD, "image": {"type": "switch", "inputs": {"options": [{"from": "load"}], "index": 0}},
                 "film": FRAME},
    "a stage": {"load": LOAD, "image": {"type": "stage", "inputs": {"draft": {"from": "load"}}}, "film": FRAME},
}


class Place:
    """A project, a data folder, a stand-in for a provider, and the command line."""

    def __init__(self, root: Path, kling: KlingEmulator, said: pytest.CaptureFixture[str]) -> None:
        self.root, self.kling, self._said = root, kling, said
        self.home = Home(root / "home")
        (root / "face.png").write_bytes(Image.of(np.full((320, 320, 3), 120, np.uint8)).encode("png"))

    def ajar(self, *arguments: str) -> tuple[int, str, str]:
        code = headless.main(list(arguments))
        return code, *self._said.readouterr()

    def run(self, nodes: dict[str, Any], *flags: str, **more: Any) -> tuple[int, str, str]:
        (self.root / "g.json").write_text(json.dumps({"ajar": 1, "nodes": nodes, **more}), "utf-8")
        return self.ajar("run", "g.json", "--pack", "evil.py", "--pay", "9", *flags)

    def mark(self, name: str = "face.png") -> None:
        assert self.ajar("confidential", "mark", name)[0] == 0


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[Place]:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("AJAR_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("AJAR_KLING_KEY", "test-key")
    (tmp_path / "home").mkdir()
    (tmp_path / "evil.py").write_text(PACK, "utf-8")
    with KlingEmulator().start() as kling:
        monkeypatch.setenv("AJAR_KLING_URL", kling.base)
        yield Place(tmp_path, kling, capsys)


def test_without_a_mark_it_is_sent(place: Place) -> None:
    code, _, err = place.run(WAYS["a picture"])
    assert code == 0 and place.kling.requests, err


@pytest.mark.parametrize("way", WAYS)
def test_no_way_leads_out(place: Place, way: str) -> None:
    place.mark()
    code, _, err = place.run(WAYS[way])
    assert code == Refused.exit_code, err
    assert "face.png" in err and '"film"' in err and "confidential" in err
    assert place.kling.requests == []


def test_a_group_is_no_way_round(place: Place) -> None:
    place.mark()
    group = {"inputs": {}, "outputs": {"image": {"from": "load"}}, "nodes": {"load": LOAD}}
    code, _, err = place.run({"image": {"type": "group:box"}, "film": FRAME}, groups={"box": group})
    assert code == Refused.exit_code and "image/load" in err
    assert place.kling.requests == []


def test_a_name_made_while_running_is_caught_before_the_order(place: Place) -> None:
    place.mark()
    nodes = {"name": {"type": "evil/where"}, "image": {"type": "load_image", "inputs": {"file": {"from": "name"}}},
             "film": FRAME}
    code, _, err = place.run(nodes)
    assert code == Refused.exit_code and "face.png" in err, err
    assert place.kling.requests == []


def test_renamed_and_copied_it_stays_what_it_is(place: Place) -> None:
    place.mark()
    shutil.copy("face.png", "holiday.png")
    Path("face.png").unlink()
    nodes = {"image": {"type": "load_image", "inputs": {"file": "holiday.png"}}, "film": FRAME}
    code, _, err = place.run(nodes)
    assert code == Refused.exit_code and "holiday.png" in err and "face.png" in err
    assert place.kling.requests == []


@pytest.mark.parametrize("pattern", ["face.png", "*.PNG", "**/face.*", "./face.png"])
def test_a_project_names_its_files(place: Place, pattern: str) -> None:
    Path("ajar.toml").write_text(f"confidential = [{json.dumps(pattern.removeprefix('./'))}]\n", "utf-8")
    code, _, err = place.run(WAYS["a picture"])
    assert code == Refused.exit_code and "ajar.toml" in err
    assert place.kling.requests == []


def test_what_a_project_names_is_known_outside_of_it(place: Place) -> None:
    Path("client").mkdir()
    Path("face.png").rename("client/face.png")
    Path("ajar.toml").write_text('confidential = ["client"]\n', "utf-8")
    nodes = {"image": {"type": "load_image", "inputs": {"file": "client/face.png"}}}
    assert place.run(nodes)[0] == 0
    Path("ajar.toml").unlink()
    shutil.copy("client/face.png", "elsewhere.png")
    code, _, err = place.run({"image": {"type": "load_image", "inputs": {"file": "elsewhere.png"}}, "film": FRAME})
    assert code == Refused.exit_code, err
    assert place.kling.requests == []


def test_a_link_into_a_confidential_folder_is_in_it(place: Place) -> None:
    Path("client").mkdir()
    Path("client/face.png").symlink_to(Path("face.png").absolute())
    Path("ajar.toml").write_text('confidential = ["client"]\n', "utf-8")
    nodes = {"image": {"type": "load_image", "inputs": {"file": "client/face.png"}}, "film": FRAME}
    assert place.run(nodes)[0] == Refused.exit_code
    assert place.kling.requests == []


@pytest.mark.parametrize("spot", ["node", "use"])
def test_a_node_can_be_marked_itself(place: Place, spot: str) -> None:
    words = {"type": "text_join", "inputs": {"parts": ["the new car", "of our client"]}}
    if spot == "node":
        nodes = {"words": {**words, "confidential": True}, "film": film(prompt={"from": "words"})}
        code, _, err = place.run(nodes)
    else:
        group = {"inputs": {}, "outputs": {"text": {"from": "words"}}, "nodes": {"words": words}}
        nodes = {"use": {"type": "group:box", "confidential": True}, "film": film(prompt={"from": "use"})}
        code, _, err = place.run(nodes, groups={"box": group})
    assert code == Refused.exit_code and "marked as confidential" in err, err
    assert place.kling.requests == []


@pytest.mark.parametrize("way", ["switch", "bypassed"])
def test_a_marked_node_that_only_passes_things_on_counts(place: Place, way: str) -> None:
    node = {"type": "switch", "inputs": {"options": [{"from": "load"}], "index": 0}} if way == "switch" else {
        "type": "blur", "state": "bypassed", "inputs": {"image": {"from": "load"}}}
    nodes = {"load": LOAD, "pass": {**node, "confidential": True}, "image": {"type": "switch", "inputs": {
        "options": [{"from": "pass"}], "index": 0}}, "film": FRAME}
    code, _, err = place.run(nodes)
    assert code == Refused.exit_code and '"pass"' in err, err
    assert place.kling.requests == []


def test_what_a_run_saves_is_marked_too(place: Place) -> None:
    place.mark()
    nodes = {"load": LOAD, "blur": {"type": "blur", "inputs": {"image": {"from": "load"}}},
             "save": {"type": "save_image", "inputs": {"image": {"from": "blur"}}}}
    code, out, err = place.run(nodes)
    assert code == 0, err
    saved = Path(out.strip().splitlines()[-1])
    saved.rename("innocent.png")
    nodes = {"image": {"type": "load_image", "inputs": {"file": "innocent.png"}}, "film": FRAME}
    code, _, err = place.run(nodes)
    assert code == Refused.exit_code and "as made from face.png" in err
    assert place.kling.requests == []


def test_on_another_computer_it_says_so_itself(place: Place, monkeypatch: pytest.MonkeyPatch) -> None:
    place.mark()
    nodes = {"load": LOAD, "save": {"type": "save_image", "inputs": {"image": {"from": "load"}}}}
    Path(place.run(nodes)[1].strip().splitlines()[-1]).rename("came.png")
    monkeypatch.setenv("AJAR_HOME", str(place.root / "another"))
    (place.root / "another").mkdir()
    nodes = {"image": {"type": "load_image", "inputs": {"file": "came.png"}}, "film": FRAME}
    code, _, err = place.run(nodes)
    assert code == Refused.exit_code and "it says so itself" in err
    assert place.kling.requests == []


def test_a_frozen_result_is_known_by_its_blob(place: Place) -> None:
    """A graph that only names the stored result, and nothing of what it was made from."""
    place.mark()
    nodes = {"load": LOAD, "blur": {"type": "blur", "inputs": {"image": {"from": "load"}}}}
    assert place.run(nodes)[0] == 0
    blobs = [path.name.partition(".")[0] for path in (place.root / "home/blobs").rglob("*.png")]
    assert blobs
    for blob in blobs:
        frozen = {"type": "blur", "state": "frozen", "result": {"result": blob}}
        code, _, err = place.run({"image": frozen, "film": FRAME})
        assert code == Refused.exit_code, err
    assert place.kling.requests == []


def test_a_frozen_node_keeps_what_it_was_made_from(place: Place) -> None:
    nodes = {"load": LOAD, "blur": {"type": "blur", "inputs": {"image": {"from": "load"}}}}
    assert place.run(nodes)[0] == 0
    place.mark()  # only now: the blob itself is not marked
    for blob in [path.name.partition(".")[0] for path in (place.root / "home/blobs").rglob("*.png")]:
        frozen = {"type": "blur", "state": "frozen", "inputs": {"image": {"from": "load"}}, "result": {"result": blob}}
        code, _, err = place.run({"load": LOAD, "image": frozen, "film": FRAME})
        assert code == Refused.exit_code and "face.png" in err
    assert place.kling.requests == []


def test_stored_results_are_no_way_round(place: Place) -> None:
    """All before the order comes from the store, and is confidential all the same."""
    nodes = {"load": LOAD, "image": {"type": "blur", "inputs": {"image": {"from": "load"}}}}
    assert place.run(nodes)[0] == 0
    place.mark()
    assert place.run({**nodes, "film": FRAME})[0] == Refused.exit_code
    assert place.kling.requests == []


def test_what_was_bought_before_it_was_marked_is_used_from_the_store(place: Place) -> None:
    assert place.run(WAYS["a picture"])[0] == 0
    sent = len(place.kling.requests)
    place.mark()
    code, _, err = place.run(WAYS["a picture"])
    assert code == 0, err
    assert len(place.kling.requests) == sent, "nothing more was sent"


def test_work_on_this_machine_goes_on(place: Place) -> None:
    place.mark()
    code, _, err = place.run({"load": LOAD, "blur": {"type": "blur", "inputs": {"image": {"from": "load"}}}})
    assert code == 0, err


def test_a_branch_that_is_not_taken_is_no_reason(place: Place) -> None:
    place.mark()
    Path("open.png").write_bytes(Image.of(np.full((320, 320, 3), 20, np.uint8)).encode("png"))
    nodes = {"load": LOAD, "other": {"type": "load_image", "inputs": {"file": "open.png"}},
             "image": {"type": "switch", "inputs": {"options": [{"from": "load"}, {"from": "other"}], "index": 1}},
             "film": FRAME}
    code, _, err = place.run(nodes)
    assert code == 0 and place.kling.requests, err


def test_a_take_that_is_dragged_onto_a_board_is_known(place: Place) -> None:
    """A file in the folder of takes, put into a node by its path as the gallery does."""
    with Takes(place.home) as takes:
        take = takes.add(Path("face.png").read_bytes(), ".png", Facts(document="d", node="n", kind="image"))
    marks = Marks(place.home)
    marks.mark(digest_of(take.path), "a take", "as made from face.png")
    marks.close()
    nodes = {"image": {"type": "load_image", "inputs": {"file": "x"}}, "film": FRAME}
    code, _, err = place.run(nodes, "--set", f"image.file={take.path}")
    assert code == Refused.exit_code, err
    assert place.kling.requests == []


def test_a_mark_is_cleared_only_with_a_reason_that_is_kept(place: Place) -> None:
    place.mark()
    assert place.ajar("confidential", "clear", "face.png")[0] == UserError.exit_code
    assert place.run(WAYS["a picture"])[0] == Refused.exit_code
    assert place.ajar("confidential", "clear", "face.png", "--reason", "the client agreed")[0] == 0
    assert place.run(WAYS["a picture"])[0] == 0
    assert "the client agreed" in place.ajar("confidential")[1]


def test_an_order_with_something_confidential_is_refused_whatever_the_plan_was() -> None:
    kling, ollama = (load_packs([], entry_points=False).providers[name] for name in ("kling", "ollama"))
    secret = Errand(secret='"load" brings in face.png, which is confidential')
    with pytest.raises(Refused, match=r"face\.png"):
        refuse_elsewhere(secret, kling, loopback=True)
    with pytest.raises(Refused):
        refuse_elsewhere(secret, ollama, loopback=False)
    refuse_elsewhere(secret, ollama, loopback=True)


def test_a_list_that_can_not_be_read_lets_nothing_go(place: Place) -> None:
    place.mark()
    (place.root / "home/marks.db").write_bytes(b"no database at all, but long enough to look like one" * 40)
    code, _, err = place.run(WAYS["a picture"])
    assert code != 0 and "list of confidential files" in err
    assert place.kling.requests == []


def test_copies_of_what_the_project_lists_are_confidential_wherever_they_land(place: Place, tmp_path: Path) -> None:
    (place.root / "client").mkdir()
    Path("face.png").rename("client/face.png")
    Path("ajar.toml").write_text('confidential = ["client"]\n')
    code, out, _ = place.ajar("strip", "client/face.png", "bare.png")
    assert code == 0 and "It is confidential, as client/face.png is (by ajar.toml of" in out
    nodes = {"image": {"type": "load_image", "inputs": {"file": "bare.png"}}, "film": FRAME}
    assert place.run(nodes)[0] == Refused.exit_code and place.kling.requests == []
    _, out, _ = place.ajar("confidential", "list", "bare.png", "client/face.png", "evil.py")
    assert out.count(": confidential, ") == 2 and "evil.py: not confidential" in out


def test_a_copy_of_what_says_so_itself_is_confidential_where_nothing_is_marked(place: Place) -> None:
    place.mark()
    saved = Path(place.run({"image": LOAD, "soft": {"type": "blur", "inputs": {"image": {"from": "image"}}},
                            "save": {"type": "save_image", "inputs": {"image": {"from": "soft"}}}})[1].split()[0])
    for gone in place.home.path.glob("marks.db*"):  # as on another computer
        gone.unlink()
    code, out, _ = place.ajar("strip", str(saved), "bare.png")
    assert code == 0 and "it says so itself" in out
    nodes = {"image": {"type": "load_image", "inputs": {"file": "bare.png"}}, "film": FRAME}
    assert place.run(nodes)[0] == Refused.exit_code and place.kling.requests == []


def test_a_signed_copy_is_confidential_too(place: Place, tmp_path: Path) -> None:
    pytest.importorskip("c2pa")
    with_pair(place.home, tmp_path)
    place.mark()
    code, out, err = place.ajar("sign", "face.png", "mine.png")
    assert code == 0 and "It is confidential, as face.png is (marked by hand)." in out, err
    nodes = {"image": {"type": "load_image", "inputs": {"file": "mine.png"}}, "film": FRAME}
    assert place.run(nodes)[0] == Refused.exit_code and place.kling.requests == []


def test_an_exported_sheet_of_it_is_confidential_too(place: Place) -> None:
    place.mark()
    nodes = {"load": LOAD, "soft": {"type": "blur", "inputs": {"image": {"from": "load"}}},
             "sheet": {"type": "compare_sheet", "inputs": {"cells": [{"from": "soft"}]}}}
    Path("g.json").write_text(json.dumps({"ajar": 1, "nodes": nodes}), "utf-8")
    assert place.ajar("sheet", "g.json", "--png", "sheet.png", "--html", "sheet.html")[0] == 0
    _, out, _ = place.ajar("confidential", "list", "sheet.png", "sheet.html")
    assert out.count(": confidential, ") == 2, out


def test_a_stripped_copy_is_confidential_too(place: Place) -> None:
    place.mark()
    assert place.ajar("strip", "face.png", "bare.png")[0] == 0 or place.ajar("strip", "face.png")[0] == 0
    copy = next(path for path in (Path("bare.png"), Path("face-bare.png")) if path.is_file())
    nodes = {"image": {"type": "load_image", "inputs": {"file": copy.name}}, "film": FRAME}
    assert place.run(nodes)[0] == Refused.exit_code
    assert place.kling.requests == []
