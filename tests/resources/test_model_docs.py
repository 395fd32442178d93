"""The page about models names every node that runs one on this machine, and none that is not there."""

import re
from pathlib import Path

from ajar.hints import Model
from workflows.packs import load_packs

PAGE = (Path(__file__).parents[2] / "docs" / "models.md").read_text("utf-8")
BESIDE = {"control", "reference", "lora", "learned_word", "depth_map", "pose_map"}
"""Nodes that name a model which another node's model uses, or which reads guides."""


def test_every_node_with_a_model_is_in_the_table_and_every_name_in_it_is_a_node() -> None:
    types = load_packs(entry_points=False).types.values()
    runs = {type_.id for type_ in types if type_.lane == "gpu" and any(
        (hint := socket.hint(Model)) is not None and not hint.learns for socket in type_.inputs)}
    table = PAGE[PAGE.index("## What runs"):PAGE.index("## Folders of other programs")]
    listed = {name for line in table.splitlines() if line.startswith("| ")
              for name in re.findall(r"`(\w+)`", line.split("|")[2])}
    assert listed == runs - BESIDE
