"""Writes what an exported film pipeline scores, and a sheet of clips for captions kept back."""

from __future__ import annotations

import json
from pathlib import Path

from PIL import Image, ImageDraw

from training.clips.export import load
from training.clips.reading import Frames
from training.clips.score import Tally, by_picture, by_words, captions_of, drawn, hours, kept, samples, tally

QUESTIONS = ("background", "colour", "motion", "name", "all")
BEGIN, END = "<!-- score -->", "<!-- end of score -->"
SHOWN = (0, 4, 8, 12, 16)
CELL, TEXT = 96, 16


def write(out: Path, count: int) -> None:
    """Measure, draw the sheet, and put the table into the model card."""
    words, pictures = load(out)
    kept_back, seen = captions_of(True, count), captions_of(False, count)
    tallies = {
        "from words, never trained on": tally(kept_back, by_words(words)),
        "from words, trained on": tally(seen, by_words(words)),
        "from a first picture, never trained on": tally(kept_back, by_picture(pictures)),
        "drawn by the program": tally(kept_back, drawn),
        "day and night": hours(by_words(words)),
    }
    first = kept(kept_back[:12], by_picture(pictures))
    figures = {title: {"asked": one.asked, "right": dict(one.right)} for title, one in tallies.items()}
    (out / "score.json").write_text(json.dumps(figures | {"first frame, dB": round(first, 1)}, indent=1) + "\n")
    put_into_card(out / "README.md", f"{table(tallies)}\n\nA given first picture comes back at {first:.1f} dB.")
    print(table(tallies), flush=True)
    sheet(list(samples(kept_back[:12], by_words(words)))).save(out / "sheet.png", optimize=True)


def table(tallies: dict[str, Tally]) -> str:
    """The Markdown table, and what was most often mistaken."""
    head = "| clips | asked | background | colour | motion | thing | background, colour and motion |"
    rows = [head, "|---|" + "---:|" * 6]
    for title, one in tallies.items():
        shares = (f"{one.share(question):.0%}" if question in one.right else "-" for question in QUESTIONS)
        rows.append(f"| {title} | {one.asked} | " + " | ".join(shares) + " |")
    made = [one for title, one in tallies.items() if "drawn" not in title]
    worst = sum((one.confused for one in made), start=made[0].confused.__class__()).most_common(8)
    mistakes = ", ".join(f"{a} read as {b or 'nothing'} ({n})" for (a, b), n in worst)
    return "\n".join([*rows, "", f"Most frequent mistakes: {mistakes or 'none'}."])


def put_into_card(card: Path, text: str) -> None:
    """Replace what stands between the marks; a card without marks is left alone."""
    words = card.read_text() if card.exists() else ""
    if BEGIN in words and END in words:
        card.write_text(f"{words.split(BEGIN)[0]}{BEGIN}\n{text}\n{END}{words.split(END)[1]}")


def sheet(clips: list[tuple[str, Frames]], columns: int = 2) -> Image.Image:
    """Five frames of each clip in a row, under its caption."""
    width, height = len(SHOWN) * CELL + 12, CELL + TEXT + 4
    rows = -(-len(clips) // columns)
    page = Image.new("RGB", (columns * width, rows * height), "white")
    pen = ImageDraw.Draw(page)
    for place, (words, frames) in enumerate(clips):
        left, top = place % columns * width, place // columns * height
        pen.text((left + 2, top + 2), words, fill="black")
        for number, frame in enumerate(SHOWN):
            page.paste(Image.fromarray(frames[frame]), (left + number * CELL, top + TEXT))
    return page.quantize(256)
