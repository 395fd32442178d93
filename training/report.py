"""Writes what an exported pipeline scores, and a sheet of pictures for captions kept back."""

from __future__ import annotations

import json
from collections import Counter
from pathlib import Path

from PIL import Image, ImageDraw

from training.export import load
from training.objects import caption
from training.score import KINDS, Tally, captions_of, drawn, generate, tally

QUESTIONS = ("background", "colour", "shape", "relation", "all")
BEGIN, END = "<!-- score -->", "<!-- end of score -->"
SHEET_ROWS = {"one shape": 5, "two shapes": 6, "one icon": 5}
CELL, TEXT = 192, 34


def write(out: Path, count: int) -> None:
    """Measure, draw the sheet, and put the table into the model card."""
    pipeline = load(out)
    tallies: dict[str, Tally] = {}
    for kind in KINDS:
        kept_back, seen = captions_of(kind, True, count), captions_of(kind, False, count)
        for title, wanted in (("never trained on", kept_back), ("trained on", seen)):
            pictures = generate(pipeline, [caption(what) for what in wanted])
            tallies[f"{kind}, {title}"] = tally(wanted, pictures)
            print(table_row(f"{kind}, {title}", tallies[f"{kind}, {title}"]), flush=True)
        tallies[f"{kind}, drawn by the program"] = tally(kept_back, drawn(kept_back))
    (out / "score.json").write_text(as_json(tallies))
    put_into_card(out / "README.md", table(tallies))
    sheet(pipeline).save(out / "sheet.png", optimize=True)


def table_row(title: str, counted: Tally) -> str:
    shares = (counted.share(question) for question in QUESTIONS)
    cells = ("-" if share is None else f"{share:.0%}" for share in shares)
    return f"| {title} | {counted.asked} | " + " | ".join(cells) + " |"


def table(tallies: dict[str, Tally]) -> str:
    """The Markdown table, and the shapes most often mistaken."""
    head = "| captions | asked | " + " | ".join((*QUESTIONS[:-1], "whole caption")) + " |"
    rule = "|---|" + "---:|" * (len(QUESTIONS) + 1)
    rows = [table_row(title, counted) for title, counted in tallies.items()]
    mistaken: Counter[tuple[str, str]] = Counter()
    for title, counted in tallies.items():
        if "drawn" not in title:
            mistaken += counted.confused
    worst = ", ".join(f"{a} read as {b} ({n})" for (a, b), n in mistaken.most_common(10))
    return "\n".join([head, rule, *rows, "", f"Most frequent mistakes of shape: {worst}."])


def as_json(tallies: dict[str, Tally]) -> str:
    """The same figures for programs."""
    figures = {title: {"asked": counted.asked, "right": dict(counted.right)} for title, counted in tallies.items()}
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
    """Sixteen captions kept back from training, each under its picture, none chosen by hand."""
    prompts = [caption(what) for kind, rows in SHEET_ROWS.items() for what in captions_of(kind, True, rows)]
    page = Image.new("RGB", (4 * (CELL + 8), 4 * (CELL + TEXT)), "white")
    pen = ImageDraw.Draw(page)
    for place, picture in enumerate(generate(pipeline, prompts)):
        left, top = place % 4 * (CELL + 8), place // 4 * (CELL + TEXT)
        page.paste(picture.resize((CELL, CELL), Image.Resampling.NEAREST), (left, top))
        for line, text in enumerate(_two_lines(prompts[place])):
            pen.text((left, top + CELL + 2 + 12 * line), text, fill="black")
    return page.quantize(256)


def _two_lines(text: str, width: int = 31) -> list[str]:
    """The caption broken once, so that it fits under its picture."""
    if len(text) <= width:
        return [text]
    cut = text.rindex(" ", 0, width + 1)
    return [text[:cut], text[cut + 1 :]]
