"""A final says where it comes from: its draft, what was lost, what the shot cost and what it would have cost."""

from collections.abc import Iterator
from pathlib import Path
from typing import Any

import pytest

from canvas.viewers.facts import Facts as Told
from canvas.viewers.lineage import carried, costs, with_lineage
from workflows.settings import Home
from workflows.take import Take
from workflows.takes import Facts, Takes
from workflows.taking import LENT


@pytest.fixture
def takes(tmp_path: Path) -> Iterator[Takes]:
    with Takes(Home.open(tmp_path / "home")) as takes:
        yield takes


def add(takes: Takes, node: str, **more: Any) -> Take:
    plain: dict[str, Any] = {"document": "d", "node": node, "kind": "text", "title": node, "model": node}
    return takes.add(node.encode(), ".txt", Facts(**{**plain, **more}))


def test_a_final_tells_its_draft_its_losses_and_the_cost_of_the_shot(takes: Takes) -> None:
    drafts = [add(takes, "Wan 2.2", seed=number) for number in range(10)]
    lent = {"as": ["first_frame"], "losses": ["Kling 3.0 has no seed."]}
    final = add(takes, "Kling 3.0", cost=0.4, stage="final", parents=(drafts[6].id,), settings={LENT: lent})
    told = with_lineage(takes, Told(name="Kling 3.0", which="take 1"), final)
    assert [step.title for step in told.steps] == ["Draft, take 7", "Final, take 1"]
    assert told.steps[0].line.startswith("Wan 2.2 · free") and "$0.40" in told.steps[1].line
    assert told.carried == "Carried over: prompt, first frame. Kling 3.0 has no seed."
    assert told.cost == (("10 drafts, 1 final", "$0.40"), ("All 11 on Kling 3.0", "$4.40"))
    assert told.which == "final of take 7"


def test_what_was_made_larger_on_the_way_is_a_step_and_no_draft(takes: Takes) -> None:
    drafts = [add(takes, "Wan 2.2", prompt="a boat") for _ in range(3)]
    larger = add(takes, "Upscale", model="", stage="final", parents=(drafts[1].id,))
    final = add(takes, "Kling 3.0", cost=0.4, stage="final", prompt="a boat", parents=(drafts[1].id, larger.id),
                settings={LENT: {"as": ["first_frame"]}})
    told = with_lineage(takes, Told(), final)
    assert [step.title for step in told.steps] == ["Draft, take 2", "Made, take 1", "Final, take 1"]
    assert told.cost[0] == ("3 drafts, 1 final", "$0.40") and told.which == "final of take 2"


def test_what_came_from_no_other_take_is_told_as_before(takes: Takes) -> None:
    told = Told(name="Wan 2.2", which="take 1")
    assert with_lineage(takes, told, add(takes, "Wan 2.2")) == told and carried(None) == ""


def test_a_cost_that_is_not_known_makes_no_sum(takes: Takes) -> None:
    drafts = [add(takes, "a"), add(takes, "a")]
    assert costs(drafts, [add(takes, "b", cost=None)]) == [("2 drafts, 1 final", "?")]
