"""Writes what an exported pipeline scores, and a sheet of pictures for captions kept back."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

from PIL import Image, ImageDraw

from training.export import load
from training.score import ALWAYS_SEEN, KINDS, Tally, captions_of, drawn, generate, tally, words_of
from training.words import RELATIONS

QUESTIONS = ("background", "colour", "shape", "relation", "fill", "land", "hour", "pattern", "all")
BEGIN, END = "<!-- score -->", "<!-- end of score -->"
SHEET_ROWS = {
    "one shape": 3,
    "one icon": 5,
    **{f"two things, {relation}": 3 for relation in RELATIONS},
    "three in a row": 2,
    "striped, dotted, checked": 2,
    "landscape": 4,
    "pattern": 2,
}
SHEET_COLUMNS = 6
CELL, TEXT = 128, 38


def of_model(pipeline: object, kind: str, count: int) -> tuple[str, Tally]:
    """The title of the kind's row, and what the pipeline's pictures show of its captions."""
    held_out = kind not in ALWAYS_SEEN
    wanted = captions_of(kind, held_out, count)
    title = f"{kind}, {'never trained on' if held_out else 'trained on'}"
    return title, tally(wanted, generate(pipeline, [words_of(what) for what in wanted]))


def of_drawings(kind: str, count: int) -> tuple[str, Tally]:
    """The same for the program's own drawings of these captions: what the reading gets right."""
    wanted = captions_of(kind, kind not in ALWAYS_SEEN, count)
    return f"{kind}, drawn by the program", tally(wanted, drawn(wanted))


def write(out: Path, count: int) -> None:
    """Measure, draw the sheet, and put the tables into the model card."""
    pipeline = load(out)
    tallies: dict[str, Tally] = {}
    for kind in KINDS:
        for title, counted in (of_model(pipeline, kind, count), of_drawings(kind, count)):
            tallies[title] = counted
            print(table_row(title, counted), flush=True)
    publish(out, tallies)


def publish(out: Path, tallies: dict[str, Tally]) -> None:
    """Put the figures into the folder and its card, and draw the sheet."""
    (out / "score.json").write_text(as_json(tallies))
    put_into_card(out / "README.md", table(tallies))
    sheet(load(out)).save(out / "sheet.png", optimize=True)


def table_row(title: str, counted: Tally) -> str:
    shares = (counted.share(question) for question in QUESTIONS)
    cells = ("-" if share is None else f"{share:.0%}" for share in shares)
    return f"| {title} | {counted.asked} | " + " | ".join(cells) + " |"


def table(tallies: dict[str, Tally]) -> str:
    """The Markdown tables: the shares of right answers, and what was taken for what."""
    head = "| captions | asked | " + " | ".join((*QUESTIONS[:-1], "whole caption")) + " |"
    rule = "|---|" + "---:|" * (len(QUESTIONS) + 1)
    rows = [table_row(title, counted) for title, counted in tallies.items()]
    seen: Counter[tuple[str, str]] = Counter()
    for title, counted in tallies.items():
        if "drawn" not in title:
            seen += counted.confused
    mistakes = Counter({pair: count for pair, count in seen.items() if pair[0] != pair[1] and pair[0] not in RELATIONS})
    worst = ", ".join(f"{asked} read as {found} ({count})" for (asked, found), count in mistakes.most_common(15))
    return "\n".join([head, rule, *rows, "", *relation_rows(seen), "", f"Most frequent mistakes besides: {worst}."])


def relation_rows(seen: Counter[tuple[str, str]]) -> list[str]:
    """How each relation asked for was read, over all captions of two things."""
    columns = [*RELATIONS, *sorted({found for asked, found in seen if asked in RELATIONS} - set(RELATIONS))]
    asked_for = [relation for relation in RELATIONS if any(asked == relation for asked, _ in seen)]
    rows = [f"| {asked} | " + " | ".join(str(seen[asked, found]) for found in columns) + " |" for asked in asked_for]
    return ["| asked \\ seen | " + " | ".join(columns) + " |", "|---|" + "---:|" * len(columns), *rows]


def as_json(tallies: dict[str, Tally]) -> str:
    """The same figures for programs, with everything that was taken for something."""
    figures = {
        title: {
            "asked": counted.asked,
            "right": dict(counted.right),
            "seen": {f"{asked} as {found}": count for (asked, found), count in sorted(counted.confused.items())},
        }
        for title, counted in tallies.items()
    }
    return json.dumps(figures, indent=1) + "\n"


def put_into_card(card: Path, text: str) -> None:
    """Replace what stands between the marks; a card without marks is left alone."""
    if not card.exists():
        return
    words = card.read_text()
    if BEGIN in words and END in words:
        before, after = words.split(BEGIN)[0], words.split(END)[1]
        card.write_text(f"{before}{BEGIN}\n{text}\n{END}{after}")


def sheet(pipeline: object) -> Image.Image:
    """The first captions of each kind under their pictures, kept back from training and none chosen by hand."""
    prompts = [
        words_of(what) for kind, rows in SHEET_ROWS.items() for what in captions_of(kind, kind not in ALWAYS_SEEN, rows)
    ]
    lines = -(-len(prompts) // SHEET_COLUMNS)
    page = Image.new("RGB", (SHEET_COLUMNS * (CELL + 8), lines * (CELL + TEXT)), "white")
    pen = ImageDraw.Draw(page)
    for place, picture in enumerate(generate(pipeline, prompts)):
        left, top = place % SHEET_COLUMNS * (CELL + 8), place // SHEET_COLUMNS * (CELL + TEXT)
        page.paste(picture, (left, top))
        for line, text in enumerate(_lines(prompts[place])):
            pen.text((left, top + CELL + 1 + 11 * line), text, fill="black", font_size=9)
    return page.quantize(256)


def _lines(text: str, width: int = 30) -> list[str]:
    """The caption broken at spaces, so that it fits under its picture."""
    lines = [""]
    for word in text.split():
        if len(lines[-1]) + len(word) >= width:
            lines.append("")
        lines[-1] = f"{lines[-1]} {word}".strip()
    return lines
