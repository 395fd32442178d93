from dataclasses import replace
from pathlib import Path

import pytest

from canvas.door_words import key_door, local_door, look_door
from canvas.machine import Machine
from workflows.settings import Home
from workflows.studio import Studio

GIB = 2**30


@pytest.fixture(scope="module")
def studio(tmp_path_factory: pytest.TempPathFactory) -> Studio:
    return Studio.open(Home.open(tmp_path_factory.mktemp("home")), writable=False)


def said(studio: Studio, machine: Machine | None) -> str:
    shelf = studio.catalogue
    door = local_door(machine, shelf.entries(), shelf.licences())
    return " / ".join((door.under, *(sentence for _, sentence in door.facts)))


def test_real_models_are_told_with_size_licence_and_whether_they_fit(studio: Studio) -> None:
    text = said(studio, Machine(8, 32 * GIB, "RTX 4070", 12 * GIB))
    assert "RTX 4070 with 12 GB" in text and "34 GB" in text and "may not fit" in text
    assert "May be sold: yes, Apache License 2.0" in text
    assert "fits" in said(studio, Machine(8, 64 * GIB, "RTX 6000", 48 * GIB))
    assert "none found here" in said(studio, Machine(2, 8 * GIB))
    assert "Looking at this computer" in said(studio, None)


def test_no_download_is_promised_as_there_is_none(studio: Studio) -> None:
    assert "Download it yourself" in said(studio, Machine(2))


def test_a_model_that_is_here_is_offered_and_not_asked_for(studio: Studio) -> None:
    shelf = studio.catalogue
    entries = [replace(row, path=Path("/models/x")) if row.id == "FLUX.1-dev" else row for row in shelf.entries()]
    door = local_door(Machine(8), entries, shelf.licences())
    sentences = [sentence for _, sentence in door.facts]
    assert sentences[0].startswith("FLUX.1 [dev] is here") and "May be sold: no" in sentences[1]


def test_the_door_of_keys_names_providers_and_what_becomes_of_a_key() -> None:
    door = key_door(["Anthropic", "fal", "Kling", "Luma", "OpenAI"])
    assert door.ready and "5 providers" in door.under and door.facts[0][1] == "Anthropic, fal, Kling and 2 more"
    assert any("keyring" in sentence for _, sentence in door.facts)
    assert key_door(["fal"]).facts[0][1] == "fal"


def test_templates_count_those_that_run() -> None:
    assert "8 of them run" in look_door(9, 8).facts[1][1]
    assert "All run" in look_door(9, 9).facts[1][1]
