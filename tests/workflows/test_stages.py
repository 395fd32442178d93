"""Draft and final as edits: a twin and a stage in one step, a model swapped, a stage pinned."""

from pathlib import Path

import pytest

from ajar.errors import EditError
from workflows import headless, stages
from workflows.check import check
from workflows.format import dump, read
from workflows.graph import Expr, Graph, Node, Wire
from workflows.packs import load_packs
from workflows.twins import Target

PACKS = load_packs(entry_points=False)
TYPES = PACKS.types
OFFER = PACKS.providers["kling"].facts.offer("kling-3.0")
KLING = Target(TYPES["kling_video"], "kling-3.0", OFFER.title, OFFER.can)
VEO_OFFER = PACKS.providers["google"].facts.offer("veo-3.1-generate-preview")
VEO = Target(TYPES["veo_video"], VEO_OFFER.id, VEO_OFFER.title, VEO_OFFER.can)


def film() -> Graph:
    return Graph(
        {"words": Node("prompt", {"text": "a boat"}), "wan": Node("wan", {"prompt": Wire("words"), "frames": 121,
                                                                          "fps": 24.0, "seed": 4}),
         "grain": Node("sharpen_video" if "sharpen_video" in TYPES else "resize_video", {"video": Wire("wan")}),
         "save": Node("save_video", {"video": Wire("grain")}), "also": Node("save_video", {"video": Wire("wan")})},
        layout={"wan": [0, 0], "grain": [300, 0], "also": [300, 300], "save": [600, 0]},
    )


def test_everything_downstream_takes_the_stage_and_the_workflow_is_sound() -> None:
    made = stages.add_final(film(), TYPES, "wan", KLING)
    nodes = made.graph.nodes
    assert nodes["grain"].inputs["video"] == nodes["also"].inputs["video"] == Wire(made.stage)
    assert nodes[made.stage].inputs == {"draft": Wire("wan"), "final": Wire(made.final)}
    assert nodes[made.final].type == "kling_video" and nodes[made.final].inputs["prompt"] == Wire("words")
    assert not [one for one in check(made.graph, TYPES) if one.severity == "error"]
    assert read(dump(made.graph).encode()) == made.graph
    [note] = made.graph.notes.values()
    assert all(loss in note["text"] for loss in made.losses) and "Kling 3.0 has no seed." in made.losses
    assert made.graph.layout["grain"][0] > made.graph.layout[made.stage][0] > 0, "there is room for the stage"
    assert stages.final_of(made.graph, "wan") == made.final and stages.draft_of(made.graph, made.final) == "wan"


def test_a_stage_that_waits_for_its_final_gets_it_and_a_second_final_is_refused() -> None:
    start = film()
    start = Graph({**start.nodes, "mine": Node("stage", {"draft": Wire("wan")})})
    made = stages.add_final(start, TYPES, "wan", KLING)
    assert made.stage == "mine" and len([one for one in made.graph.nodes.values() if one.type == "stage"]) == 1
    with pytest.raises(EditError, match="already"):
        stages.add_final(made.graph, TYPES, "wan", VEO)


@pytest.mark.parametrize("name", ["words", "save", "nobody"])
def test_only_what_generates_gets_a_final(name: str) -> None:
    with pytest.raises(EditError):
        stages.add_final(film(), TYPES, name, KLING)


def test_another_modality_is_refused() -> None:
    start = Graph({"flux": Node("flux", {"prompt": "a"})})
    with pytest.raises(EditError, match="does not make"):
        stages.add_final(start, TYPES, "flux", KLING)


def test_a_model_is_replaced_in_its_place_and_formulas_go_on() -> None:
    start = film()
    start = Graph({**start.nodes, "sum": Node("prompt", {"text": Expr("str(wan.frames) + str(wan.seed)")})},
                  layout=start.layout)
    after, losses = stages.replace_model(start, TYPES, "wan", KLING)
    assert after.nodes["wan"].type == "kling_video" and after.nodes["wan"].inputs["prompt"] == Wire("words")
    assert after.nodes["save"] == start.nodes["save"] and after.layout == start.layout
    assert after.nodes["sum"].inputs["text"] == Expr("str((121)) + str((4))")
    assert "121 frames at 24 fps become 5 s." in losses
    back, _ = stages.replace_model(after, TYPES, "wan", Target(TYPES["wan"], "Wan2.1-T2V-1.3B", "Wan 2.1", settings={
        "fps": 24, "frame_step": 4}))
    assert back.nodes["wan"].inputs["frames"] == 121 and back.nodes["wan"].inputs["prompt"] == Wire("words")
    assert not [one for one in check(after, TYPES) if one.severity == "error"]


def test_a_pin_stands_at_its_node_and_goes_without_a_trace() -> None:
    made = stages.add_final(film(), TYPES, "wan", KLING)
    pinned = stages.pin(made.graph, made.stage, "final")
    assert '"pin": "final"' in dump(pinned) and stages.pin_of(pinned, made.stage) == "final"
    assert dump(stages.pin(pinned, made.stage, "no")) == dump(made.graph)
    with pytest.raises(EditError):
        stages.pin(pinned, "wan", "draft")


def test_the_command_lists_prices_and_losses_and_writes_the_twin(
        tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setenv("AJAR_HOME", str(tmp_path / "home"))
    file = tmp_path / "film.json"
    file.write_text(dump(film()))
    before = file.read_text()
    assert headless.main(["final", str(file), "wan"]) == 0
    rows = [line for line in capsys.readouterr().out.splitlines() if "kling_video:kling-3.0 " in line]
    assert len(rows) == 1 and "$0.42" in rows[0] and "Kling 3.0 has no seed." in rows[0]
    assert file.read_text() == before, "listing changes nothing"
    assert headless.main(["final", str(file), "wan", "--model", "kling-3.0", "--into", str(tmp_path / "b.json")]) == 0
    said = capsys.readouterr()
    assert "121 frames at 24 fps become 5 s." in said.err and "$0.42 a call" in said.out
    made = read((tmp_path / "b.json").read_bytes())
    assert made.nodes["final"].inputs["model"] == "kling-3.0" and file.read_text() == before
    assert headless.main(["replace", str(tmp_path / "b.json"), "final", "--with", "veo_video"]) == 0
    assert "5 s become 6 s." in capsys.readouterr().err
    assert read((tmp_path / "b.json").read_bytes()).nodes["final"].type == "veo_video"
    assert headless.main(["final", str(file), "wan", "--model", "nonsense"]) == 2
    assert "hint: " in capsys.readouterr().err


def test_what_is_wrong_in_the_other_branch_keeps_no_stage_from_running() -> None:
    made = stages.add_final(film(), TYPES, "wan", KLING)

    def errors(stage: str | None) -> set[str | None]:
        found = check(made.graph, TYPES, find_model=lambda kind, name: f"No {name}." if kind == "wan" else None,
                      stage=stage)  # type: ignore[arg-type]
        return {one.node for one in found if one.severity == "error"}

    assert errors("final") == set() and errors("draft") == {"wan"} and errors(None) == {"wan"}
    pinned = stages.pin(made.graph, made.stage, "draft")
    found = check(pinned, TYPES, find_model=lambda kind, name: "No." if kind == "wan" else None, stage="final")
    assert {one.node for one in found if one.severity == "error"} == {"wan"}, "pinned to the draft, the draft is needed"
    again = Graph({**made.graph.nodes, "more": Node("save_video", {"video": Wire("wan")})})
    found = check(again, TYPES, find_model=lambda kind, name: "No." if kind == "wan" else None, stage="final")
    assert {one.node for one in found if one.severity == "error"} == {"wan"}, "something else still needs it"
