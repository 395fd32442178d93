"""What is said of work that is done elsewhere while one waits: on the card, and in the queue; words as they come."""

from collections.abc import Iterator
from dataclasses import replace
from typing import Any

import pytest
from PySide6.QtCore import QRectF
from PySide6.QtGui import QColor, QImage, QPainter
from pytestqt.qtbot import QtBot

from canvas.board.face import WORDS, face_of
from canvas.board.ink import Ink
from canvas.board.plan import plan
from canvas.board.text_paint import paint_said
from canvas.desk import Desk
from canvas.looks import IDLE, Look
from canvas.runner import Runner
from canvas.show import latest
from nodes.remote.emulators.chat import LocalChat
from nodes.remote.emulators.server import Job, Reply
from tests.canvas.hosted import film, kling
from tests.canvas.running import LONG, opened, toy_runner
from workflows.graph import Graph
from workflows.plain import build


class Slow(LocalChat):
    """Speaks a word at a time."""

    def _streamed(self, body: dict[str, Any], job: Job, text: str, end: str, usage: dict[str, int]) -> Reply:
        return replace(super()._streamed(body, job, text, end, usage), pause=0.05)


@pytest.fixture
def runner(desk: Desk) -> Iterator[Runner]:
    with toy_runner(desk) as runner:
        yield runner


def letter() -> Graph:
    return build({"ajar": 1, "nodes": {"words": {"type": "write_text", "inputs": {
        "prompt": "three shots of a lighthouse at dusk, please", "by": "ollama", "model": "words-small"}}}})


def test_the_words_of_a_model_are_seen_on_its_card_as_they_come(
    qtbot: QtBot, desk: Desk, runner: Runner, monkeypatch: pytest.MonkeyPatch,
) -> None:
    for name in ("HTTP_PROXY", "HTTPS_PROXY", "ALL_PROXY", "http_proxy", "https_proxy", "all_proxy"):
        monkeypatch.delenv(name, raising=False)
    with Slow().start() as emulator:
        monkeypatch.setenv("AJAR_OLLAMA_URL", emulator.base)
        document = opened(desk, letter())
        looks = desk.looks(document)
        seen: list[str] = []
        looks.changed.connect(lambda _: seen.append(looks.of("words").note))
        with qtbot.waitSignal(runner.ended, timeout=LONG) as ended:
            runner.run(document)
        assert ended.args[1] == "done", runner.problems(document)
        qtbot.waitUntil(lambda: bool(looks.of("words").text), timeout=LONG)
    whole = looks.of("words").text
    grown = [note for note in seen if note and whole.startswith(" ".join(note.split())[:20])]
    assert len(set(grown)) >= 3 and len(grown[0]) < len(grown[-1])


def test_where_an_order_is_stands_on_its_card_and_in_the_queue(
    qtbot: QtBot, desk: Desk, runner: Runner, monkeypatch: pytest.MonkeyPatch,
) -> None:
    with kling(monkeypatch, job_seconds=1.0):
        document = opened(desk, film())
        looks = desk.looks(document)
        notes: list[str] = []
        rows: list[str] = []
        looks.changed.connect(lambda _: notes.append(looks.of("film").note))
        runner.jobs_changed.connect(lambda: rows.extend(job.now for job in runner.jobs))
        runner.run(document)
        qtbot.waitUntil(lambda: bool(runner.agreeing.wishes), timeout=LONG)
        with qtbot.waitSignal(runner.ended, timeout=LONG):
            runner.pay(runner.agreeing.wishes[0])
    assert any("Kling" in note for note in notes) and any("Kling video · " in row for row in rows)


def test_a_card_that_writes_has_room_for_words_and_one_that_shows_a_picture_needs_none(desk: Desk) -> None:
    types = desk.studio.packs.types
    words, picture = face_of(letter(), types, "words"), face_of(film(), types, "film")
    assert (words.speaks, picture.speaks) == (WORDS, 0)
    ink = Ink(desk.theme)
    said = plan(words, IDLE, {}, ink).said
    assert said is not None and said.height() >= WORDS * 17 and plan(picture, IDLE, {}, ink).said is None
    done = plan(words, Look(text="a lighthouse"), {}, ink)
    assert done.said is not None and not [line for line in done.lines if line.text == "a lighthouse"]


def test_the_latest_words_are_painted_while_they_come(desk: Desk) -> None:
    ink = Ink(desk.theme)

    def painted(text: str, *, end: bool) -> QImage:
        image = QImage(220, 80, QImage.Format.Format_ARGB32)
        image.fill(QColor("black"))
        painter = QPainter(image)
        paint_said(painter, QRectF(0, 0, 220, 78), text, ink, full=True, end=end)
        painter.end()
        return image

    long = "one two three four five six seven eight nine ten " * 8
    assert painted(long, end=True) != painted(long + "the very last words", end=True)
    assert painted(long, end=False) == painted(long + "the very last words", end=False)


def test_a_note_is_one_line_in_the_queue() -> None:
    assert latest("Kling: at work") == "Kling: at work"
    assert latest("a\nb") == "a b" and len(latest("word " * 100)) == 80 and latest("word " * 100).startswith("…")
