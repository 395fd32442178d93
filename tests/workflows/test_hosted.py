"""Hosted models as one chooses them: those that ended are refused with what to use instead, wherever they are named."""

import json
from collections.abc import Iterator
from pathlib import Path

import pytest

from ajar.errors import UserError
from ajar.offers import Offer
from workflows import headless
from workflows.hosted import Choice
from workflows.settings import Home
from workflows.studio import Studio

ENDED = {
    "sora-2": "2026-09-24", "sora-2-pro": "2026-09-24", "dall-e-2": "2026-05-12", "dall-e-3": "2026-05-12",
    "gpt-image-1": "2026-10-23", "imagen-4.0-generate-001": "2026-08-17", "imagen-4.0-ultra-generate-001": "2026-08-17",
    "imagen-4.0-fast-generate-001": "2026-08-17", "gemini-omni-flash-preview": "2026-09-30",
    "kling-v1-6": "2026-09-15", "kling-v2-1": "2026-09-15", "kling-v2-1-master": "2026-09-15",
}
"""Models that ended before 2026-11-20, and when."""
DOUBTED = {
    "gemini-2.5-flash-image": ("google-image", "2026-10-02"), "veo-3.1-generate-preview": ("google-veo", "2026-10-22"),
    "veo-3.1-fast-generate-preview": ("google-veo", "2026-10-22"),
    "veo-3.1-lite-generate-preview": ("google-veo", "2026-10-22"),
}
"""Models whose makers named a day that has passed as the earliest one; whether they still answer is not known."""


@pytest.fixture(scope="module")
def choice(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Choice]:
    with Studio.open(Home.open(tmp_path_factory.mktemp("home")), writable=False) as studio:
        yield studio.catalogue


@pytest.fixture(scope="module")
def offers(choice: Choice) -> list[Offer]:
    return [row for provider in choice._providers.values() for row in provider.facts.offers]


def test_every_model_that_ended_has_a_row_that_says_when_and_what_instead(offers: list[Offer]) -> None:
    retired = {row.id: row for row in offers if row.status == "retired"}
    assert {name: row.ended for name, row in retired.items() if name in ENDED} == ENDED
    for row in retired.values():
        assert row.ended and row.instead, row.id


def test_what_is_to_be_used_instead_is_still_to_be_had(offers: list[Offer]) -> None:
    current = {row.id for row in offers if row.status == "current"}
    for row in offers:
        assert not row.instead or row.instead in current, row.id


def test_the_substitute_makes_the_same_kind_of_thing(offers: list[Offer]) -> None:
    by_id = {row.id: row for row in offers if row.status == "current"}
    for row in offers:
        assert not row.instead or by_id[row.instead].modality == row.modality, row.id


def test_one_that_ended_is_refused_in_one_sentence_with_the_substitute(choice: Choice, offers: list[Offer]) -> None:
    for row in offers:
        if row.status == "retired":
            with pytest.raises(UserError) as caught:
                choice.find(row.kind if choice.provider(row.kind) else "openai-image", row.id)
            assert caught.value.message == f"{row.title} is no longer offered since {row.ended}."
            assert f'"{row.instead}"' in caught.value.hint
            assert (row.kind, row.id) not in {(one.kind, one.id) for one in choice.entries()}


def test_the_substitute_of_another_maker_is_said_to_be_of_another_node(choice: Choice) -> None:
    def hint(kind: str, name: str) -> str:
        with pytest.raises(UserError) as caught:
            choice.find(kind, name)
        return caught.value.hint

    assert hint("openai-video", "sora-2") == 'Choose "gemini-omni-1.2-flash" instead, in a node of Google Gemini.'
    assert hint("kling-video", "sora-2") == 'Choose "gemini-omni-1.2-flash" instead, in a node of Google Gemini.'
    assert hint("google-video", "sora-2") == 'Choose "gemini-omni-1.2-flash" instead.'
    assert hint("openai-image", "dall-e-3") == 'Choose "gpt-image-2" instead.'


def test_a_name_may_be_a_film_model_that_ended_and_a_picture_model_that_did_not(choice: Choice) -> None:
    assert choice.find("kling-image", "kling-v2-1").kind == "kling-image"
    with pytest.raises(UserError, match=r"Kling 2\.1 video is no longer offered"):
        choice.find("kling-video", "kling-v2-1")


@pytest.mark.parametrize("name", DOUBTED)
def test_one_that_may_have_ended_is_let_through_with_a_warning(choice: Choice, name: str) -> None:
    kind, day = DOUBTED[name]
    assert choice.find(kind, name).id == name
    problem = choice.doubt(kind, name)
    assert problem is not None and problem.severity == "warning"
    assert f"may have ended on {day}; that is not confirmed" in problem.message
    assert problem.hint.startswith('If it is refused, choose "gemini-')


def test_of_other_models_nothing_is_doubted(choice: Choice) -> None:
    for kind, name in (("google-image", "gemini-nano-banana-2.1"), ("openai-image", "gpt-image-1-mini"),
                       ("openai-image", "dall-e-3"), ("google-image", "gemini-99"), ("flux", "builtin")):
        assert choice.doubt(kind, name) is None


@pytest.mark.parametrize(("node", "model", "sentence"), [
    ("openai_image", "dall-e-3", 'DALL-E 3 is no longer offered since 2026-05-12. Choose "gpt-image-2" instead.'),
    ("openai_image", "gpt-image-1", "GPT Image 1 is no longer offered since 2026-10-23. Choose"),
    ("gemini_image", "imagen-4.0-generate-001", "Imagen 4 is no longer offered since 2026-08-17. Choose"),
    ("gemini_video", "gemini-omni-flash-preview", 'Choose "gemini-omni-1.2-flash" instead.'),
    ("kling_video", "kling-v1-6", 'Kling 1.6 is no longer offered since 2026-09-15. Choose "kling-3.0" instead.'),
    ("kling_video", "kling-v2-1", 'Kling 2.1 video is no longer offered since 2026-09-15. Choose "kling-3.0" instead.'),
    ("runway_video", "sora-2", 'Choose "gemini-omni-1.2-flash" instead, in a node of Google Gemini.'),
])
@pytest.mark.parametrize("command", ["check", "plan", "run"])
def test_a_graph_that_names_one_is_refused_before_anything_is_sent(
    command: str, node: str, model: str, sentence: str, tmp_path: Path, monkeypatch: pytest.MonkeyPatch,
    capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("AJAR_HOME", str(tmp_path / "home"))
    graph = tmp_path / "graph.json"
    graph.write_text(json.dumps({"ajar": 1, "nodes": {"a": {"type": node, "inputs": {"prompt": "x", "model": model}}}}))
    assert headless.main([command, str(graph)]) == 2
    said = capsys.readouterr()
    assert (said.out + said.err).count("is no longer offered") == 1
    assert sentence in said.out + said.err


def test_a_graph_with_one_that_may_have_ended_is_warned_of(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str],
) -> None:
    monkeypatch.setenv("AJAR_HOME", str(tmp_path / "home"))
    graph = tmp_path / "graph.json"
    graph.write_text(json.dumps({"ajar": 1, "nodes": {"a": {"type": "veo_video", "inputs": {"prompt": "x"}}}}))
    for command in ("check", "plan"):
        assert headless.main([command, str(graph)]) == 0
        said = capsys.readouterr()
        assert "Veo 3.1 Fast may have ended on 2026-10-22; that is not confirmed." in said.out + said.err
