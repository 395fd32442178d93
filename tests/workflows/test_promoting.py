"""A draft's take becomes a final: filled, priced, ordered once, and known to have come from the draft."""

import json
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

import pytest

from nodes.remote.emulators.kling import KlingEmulator
from workflows.format import dump, load
from workflows.graph import Graph, Node, Wire
from workflows.packs import load_packs
from workflows.promoting import roles_for
from workflows.settings import Home
from workflows.takes import Take, Takes
from workflows.twins import Target

PACKS = load_packs(entry_points=False)
Ajar = Callable[..., tuple[int, str, str]]
FILM = Graph(
    {"words": Node("prompt", {"text": "a boat at dawn"}),
     "draft": Node("kling_video", {"prompt": Wire("words"), "model": "kling-2.5-turbo", "shape": "9:16"}),
     "save": Node("save_video", {"video": Wire("draft")})},
    layout={"words": [0, 0], "draft": [300, 0], "save": [600, 0]},
)


@pytest.fixture
def kling(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[KlingEmulator]:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("AJAR_HOME", str(tmp_path / "home"))
    monkeypatch.setenv("AJAR_KEYRING", "off")
    with KlingEmulator(key="test-key", job_seconds=0.05).start() as emulator:
        monkeypatch.setenv("AJAR_KLING_URL", emulator.base)
        monkeypatch.setenv("AJAR_KLING_KEY", "test-key")
        yield emulator


@pytest.fixture
def here(kling: KlingEmulator, tmp_path: Path) -> Path:
    """Where `ajar` works: with Kling played."""
    return tmp_path


def takes_of(folder: Path) -> list[Take]:
    with Takes(Home(folder / "home")) as takes:
        return takes.search()


def test_a_promoted_take_is_ordered_once_and_known_by_its_draft(ajar: Ajar, kling: KlingEmulator,
                                                                tmp_path: Path) -> None:
    file = tmp_path / "film.json"
    file.write_text(dump(FILM))
    code, _, err = ajar("run", "film.json", "--pay", "1")
    assert code == 0, err
    [draft] = takes_of(tmp_path)
    assert (draft.node, draft.kind, draft.prompt, draft.revision) == (
        "draft", "video", "a boat at dawn", "kling-2.5-turbo")
    before = kling.paid
    code, _, err = ajar("promote", str(draft.id), "--model", "kling-3.0")
    assert code == 4 and "--pay" in err, err + "nothing is ordered before somebody agreed to its price"
    code, out, err = ajar("promote", str(draft.id), "--model", "kling-3.0", "--pay", "1")
    assert code == 0, err
    assert "5 s" not in err.split("Kling:")[0], "nothing is rounded from 5 s to 5 s"
    newest, oldest = takes_of(tmp_path)
    assert oldest == draft and newest.parents == (draft.id,) and newest.revision == "kling-3.0"
    assert str(draft.path) in out and str(newest.path) in out
    made = load(file)
    final = made.nodes["final"]
    assert final.inputs["prompt"] == "a boat at dawn" and final.inputs["shape"] == "9:16"
    frame = final.inputs["first_frame"]
    assert isinstance(frame, Wire) and made.nodes[frame.node].type in ("first_frame", "resize")
    assert made.nodes["save"].inputs["video"] == Wire("stage")
    assert final.extra["promoted"]["digest"] == draft.digest
    after = kling.paid
    code, out, err = ajar("promote", str(draft.id), "--model", "kling-3.0", "--pay", "1")
    again = kling.paid
    assert code == 0 and "made already" in err and "nothing was ordered" in err
    assert (after - before, again) == (1, after), "a second press orders nothing"
    assert len(takes_of(tmp_path)) == 2
    code, out, _ = ajar("takes", "show", str(newest.id), "--json")
    assert [one["id"] for one in json.loads(out)["lineage"]] == [draft.id]
    _, out, _ = ajar("verify", str(newest.path))
    assert f"promoted from: take {draft.number} of draft, Kling 2.5 Turbo" in out, "the file says it, wherever it goes"


def test_one_of_several_is_picked_for_the_final_that_stands_behind_the_pick(
        ajar: Ajar, kling: KlingEmulator, tmp_path: Path) -> None:
    several = Graph(
        {"words": Node("text_lines", {"text": "a boat at dawn\na cat at noon"}),
         "draft": Node("kling_video", {"prompt": Wire("words"), "model": "kling-2.5-turbo", "shape": "9:16"}),
         "pick": Node("pick", {"items": Wire("draft")}),
         "first": Node("first_frame", {"video": Wire("pick")}),
         "dear": Node("kling_video", {"prompt": "a boat at dawn", "model": "kling-3.0", "first_frame": Wire("large")}),
         "large": Node("resize", {"image": Wire("first"), "size": "720x1280"}),
         "stage": Node("stage", {"draft": Wire("pick"), "final": Wire("dear")}),
         "save": Node("save_video", {"video": Wire("stage")})},
        layout={"words": [0, 0], "draft": [300, 0], "pick": [600, 0], "first": [900, 200], "large": [1050, 200],
                "dear": [1200, 200], "stage": [1500, 0], "save": [1800, 0]})
    file = tmp_path / "film.json"
    file.write_text(dump(several))
    code, _, err = ajar("run", "film.json", "--pay", "2")
    assert code == 0, err
    cat = next(take for take in takes_of(tmp_path) if take.prompt == "a cat at noon")
    paid = kling.paid
    code, _, err = ajar("promote", str(cat.id), "--model", "kling-3.0", "--pay", "1")
    assert code == 0, err
    made = load(file)
    assert set(made.nodes) == set(several.nodes), "no second final, no second stage, no second way there"
    assert made.nodes["dear"].inputs["first_frame"] == Wire("large")
    assert made.nodes["pick"].inputs["choice"] == 1 and made.nodes["draft"] == several.nodes["draft"]
    assert made.nodes["dear"].inputs["prompt"] == "a cat at noon"
    newest = takes_of(tmp_path)[0]
    assert newest.node == "dear" and newest.parents == (cat.id,) and kling.paid == paid + 1
    code, _, err = ajar("run", "film.json", "--stage", "final")
    assert code == 0 and kling.paid == paid + 1, err + "what was promoted is what the final run goes on with"


def test_words_only_and_what_a_model_does_not_take(ajar: Ajar, tmp_path: Path) -> None:
    (tmp_path / "film.json").write_text(dump(FILM))
    ajar("run", "film.json", "--pay", "1")
    [draft] = takes_of(tmp_path)
    code, _, err = ajar("promote", str(draft.id), "--model", "kling-3.0", "--as", "clip")
    assert code == 2 and "takes no clip" in err and "first_frame" in err
    assert load(tmp_path / "film.json") == FILM, "a refusal changes nothing"
    ajar("promote", str(draft.id), "--model", "kling-3.0", "--as", "prompt")
    final = load(tmp_path / "film.json").nodes["final"]
    assert "first_frame" not in final.inputs and final.inputs["prompt"] == "a boat at dawn"
    code, out, _ = ajar("promote", str(draft.id))
    assert code == 0 and "kling_video:kling-3.0 " in out, "without a model it lists which there are"
    assert ajar("promote", "999", "--model", "kling-3.0")[0] == 1


def test_what_is_confidential_lends_nothing(ajar: Ajar, kling: KlingEmulator, tmp_path: Path) -> None:
    (tmp_path / "film.json").write_text(dump(FILM))
    ajar("run", "film.json", "--pay", "1")
    [draft] = takes_of(tmp_path)
    paid = kling.paid
    assert ajar("confidential", "mark", str(draft.path))[0] == 0
    for role in ("first_frame", "prompt"):
        code, _, err = ajar("promote", str(draft.id), "--model", "kling-3.0", "--as", role, "--pay", "1")
        assert code == 3 and "confidential" in err
    assert kling.paid == paid and load(tmp_path / "film.json") == FILM


def target(type_: str, model: str) -> Target:
    provider = PACKS.providers[PACKS.types[type_].provider]
    offer: Any = next(row for row in provider.facts.offers if row.id == model)
    return Target(PACKS.types[type_], model, offer.title, offer.can)


def test_what_a_take_can_be_is_what_the_model_takes() -> None:
    assert roles_for("video", target("kling_video", "kling-3.0")) == ("first_frame", "last_frame")
    assert roles_for("video", target("kling_video", "kling-3.0-turbo")) == ("first_frame",)
    assert roles_for("video", target("bfl_video", "flux-3-video")) == ("first_frame", "last_frame", "clip", "reference")
    assert roles_for("image", target("bfl_image", "flux-2-pro")) == ("reference",)
    assert roles_for("image", target("stability_image", "stable-image-core")) == ()
