"""Compare sheets given away: as a picture, as a page for a browser, as a film."""

import re
from dataclasses import replace
from datetime import date
from html.parser import HTMLParser
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ajar.errors import AjarError
from ajar.models import Licence
from ajar.sheets import MARGIN, Page, foot_lines, laid_out, style
from ajar.values import Image, Video
from workflows import compare_html
from workflows.compare import Maker, Sheet, SheetCell
from workflows.compare_export import export
from workflows.compare_page import duration, page_of, price, short, shuffled
from workflows.compare_results import Outcome

EVIL = '<script>alert(1)</script> & "quotes" \'too\''
LICENCES = {"apache-2.0": Licence("apache-2.0", "Apache-2.0", "yes", "", "", "", ""),
            "nc": Licence("nc", "Non-commercial", "no", "", "", "", "")}


def cell(row: int, column: int, **more: Any) -> SheetCell:
    maker = ("wan", "kling")[row]
    return SheetCell(row, column, (maker, (column,)), 0, f"k{row}{column}", maker, (maker, (column,)), **more)


def sheet(**more: Any) -> Sheet:
    makers = {"wan": Maker("wan", "Wan 2.2", "wan", "wan-2.2", True, "apache-2.0"),
              "kling": Maker("kling", "Kling 3.0", "kling_video", "kling-3.0", False, "nc", "Kling AI",
                             "api.kling.example")}
    cells = (cell(0, 0, cached=True), cell(0, 1, seconds=62.0), cell(1, 0, cached=True, spent=0.31),
             cell(1, 1, low=0.28, high=0.37, held="Not run: above the cap of $0.50."))
    return Sheet("sheet", "One prompt, two cameras", ("Wan 2.2", "Kling 3.0"), ("lighthouse", EVIL), cells, makers, 0.5,
                 "Prompt #", **more)


def picture(shade: int) -> Image:
    return Image.of(np.full((36, 64, 3), shade, np.uint8))


LOOK = style(Path(__file__).parents[2] / "resources", "dark")
MADE = {(0, 0): Outcome(picture(40), seconds=61.0), (0, 1): Outcome(words="The worker stopped.", trouble=True),
        (1, 0): Outcome(picture(200), seconds=108.0, cost=0.31),
        (1, 1): Outcome(words="Not run: above the cap of $0.50.")}
STARS = {(0, 0): 3, (1, 0): 5}


def page(**more: Any) -> Page:
    return page_of(sheet(), MADE, LICENCES, stars=STARS, today=date(2026, 11, 21), **more)


def values() -> list[Any]:
    return [MADE[one.row, one.column].value for one in sheet().cells]


def test_a_page_tells_price_time_licence_and_what_leaves() -> None:
    made = page()
    wan, kling = made.rows
    assert wan.door == "open" and {"free", "61 s each", "Apache-2.0, may be sold", "1 of 2 done"} <= set(wan.lines)
    assert kling.door == "closed" and "Non-commercial, may not be sold" in kling.lines
    assert "$0.28 – 0.37 each" in kling.lines, "what it costs and what is left, at the most"
    assert [place.words for place in made.places] == ["", "The worker stopped.", "", "Not run: above the cap of $0.50."]
    assert [(place.price, place.paid) for place in made.places] == [
        ("free", False), ("free", False), ("$0.31", True), ("$0.28 – 0.37", True)]
    assert made.places[2].mark == "Best for this prompt" and made.places[0].mark == ""
    assert made.under == "21 November 2026 · 2 of 4 cells · $0.31 charged · cap $0.50"
    assert any("Sent to api.kling.example" in line for line in made.feet)


def test_no_term_at_the_foot_is_cut_short_on_a_narrow_page() -> None:
    made = page()
    whole = laid_out(made, LOOK, 480)
    room = whole.size[0] - 2 * whole.px(MARGIN)
    long = replace(made, feet=("Sent to " + ", ".join(f"api.provider-{number}.example" for number in range(12)) + ".",))
    lines = foot_lines(long, LOOK, whole.scale, room)
    assert len(lines) > 2 and "".join(lines).replace(" ", "") == long.feet[0].replace(" ", "")
    assert laid_out(long, LOOK, 480).size[1] > laid_out(replace(made, feet=("Sent.",)), LOOK, 480).size[1]


def test_nothing_tells_the_model_while_names_are_hidden() -> None:
    text = repr(page(names=False))
    for secret in ("Wan", "Kling", "0.31", "61 s", "108", "Apache", "kling.example", "Best"):
        assert secret not in text
    order = shuffled(sheet(), 7)
    assert sorted(order) == [0, 1, 2, 3] and order == shuffled(sheet(), 7)
    assert all(place % 2 == source % 2 for place, source in enumerate(order)), "cells stay in their column"
    assert len({shuffled(sheet(), seed) for seed in range(40)}) > 2


class Tags(HTMLParser):
    """What a browser would make of it."""

    def __init__(self) -> None:
        super().__init__()
        self.found: list[tuple[str, dict[str, str | None]]] = []
        self.text = ""

    def handle_starttag(self, tag: str, attrs: list[tuple[str, str | None]]) -> None:
        self.found.append((tag, dict(attrs)))

    def handle_data(self, data: str) -> None:
        self.text += data


def read(path: Path) -> Tags:
    tags = Tags()
    tags.feed(path.read_text("utf-8"))
    return tags


def test_the_html_is_one_file_that_loads_nothing_and_runs_nobodys_script(tmp_path: Path) -> None:
    file = export("html", tmp_path / "sheet.html", page(), values())
    assert [one.name for one in tmp_path.iterdir()] == ["sheet.html"]
    tags = read(file)
    assert [tag for tag, _ in tags.found].count("script") == 1, "only ours"
    assert EVIL in tags.text and "The worker stopped." in tags.text and "Kling 3.0" in tags.text
    sources = [attrs[name] or "" for _, attrs in tags.found for name in ("src", "href") if name in attrs]
    assert len(sources) == 2 and all(source.startswith("data:image/jpeg;base64,") for source in sources)
    policy = next(attrs["content"] or "" for tag, attrs in tags.found if "http-equiv" in attrs)
    assert "default-src 'none'" in policy and "http" not in policy
    assert not re.search(r"https?://(?!www\.w3\.org)", file.read_text("utf-8"))


def test_large_media_lie_beside_the_page(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(compare_html, "WITHIN", 100)
    export("html", tmp_path / "sheet", page(), values())
    assert sorted(one.name for one in (tmp_path / "sheet_files").iterdir()) == ["001.jpg", "003.jpg"]
    sources = [attrs["src"] for tag, attrs in read(tmp_path / "sheet.html").found if tag == "img"]
    assert sources == ["sheet_files/001.jpg", "sheet_files/003.jpg"]


def film(shades: list[int], fps: float) -> Video:
    return Video.write((picture(shade) for shade in shades), fps)


def test_a_clip_has_a_still_until_it_plays_also_where_the_browser_can_t(tmp_path: Path) -> None:
    clip = film([40, 200], 2.0)
    made = replace(page(), places=(replace(page().places[0], picture=picture(90)), *page().places[1:]))
    tags = read(export("html", tmp_path / "film.html", made, [clip, *values()[1:]]))
    [video] = [attrs for tag, attrs in tags.found if tag == "video"]
    assert (video["poster"] or "").startswith("data:image/jpeg;base64,") and video["title"] == "Wan 2.2 · lighthouse"
    [note] = [attrs for tag, attrs in tags.found if attrs.get("class") == "cannot"]
    assert "hidden" in note and "can't play some of these clips" in tags.text
    still = read(export("html", tmp_path / "stills.html", page(), values()))
    assert not [attrs for _, attrs in still.found if attrs.get("class") == "cannot"]


def test_clips_of_different_rates_are_held_together_by_time(tmp_path: Path) -> None:
    pytest.importorskip("av")
    slow, fast = film([0, 250], 2.0), film([0] * 5 + [250] * 5 + [125] * 10, 10.0)  # 1 s and 2 s
    made = dict(MADE) | {(0, 0): Outcome(slow), (1, 0): Outcome(fast)}
    whole = page_of(sheet(), made, LICENCES, stars={})
    clips = [made[one.row, one.column].value for one in sheet().cells]
    file = export("mp4", tmp_path / "sheet.mp4", whole, clips, cell=120)
    told = Video.open(file)
    assert (told.fps, round(told.seconds, 1)) == (10.0, 2.0)
    from ajar.sheets import laid_out, style
    from workflows.compare_export import RESOURCES

    layout = laid_out(whole, style(RESOURCES, "dark"), 120)
    frames = list(told.frames())

    def seen(index: int, moment: float) -> float:
        left, top, wide, high = layout.box(index)
        return float(frames[int(moment * 10)].array[top + high // 2, left + wide // 2].mean())

    assert seen(0, 0.2) < 40 and seen(2, 0.2) < 40
    assert seen(0, 0.7) > 200 and seen(2, 0.7) > 200, "both turn at half a second, whatever their rates"
    assert seen(0, 1.7) > 200, "the shorter one stays at its last picture"
    assert 90 < seen(2, 1.7) < 160
    with pytest.raises(AjarError, match="no clip"):
        export("mp4", tmp_path / "none.mp4", page(), values())


def test_the_picture_is_written_and_other_kinds_are_refused(tmp_path: Path) -> None:
    file = export("png", tmp_path / "deep" / "sheet", page(), values(), cell=200)
    assert file.name == "sheet.png" and Image.open(file).width > 400
    with pytest.raises(AjarError, match="gif"):
        export("gif", tmp_path / "sheet.gif", page(), values())


def test_amounts_and_times_as_people_read_them() -> None:
    assert [price(*one) for one in ((0, 0), (0.31, 0.31), (0.28, 0.37), (0.0, 0.4), (None, None), (0.002, 0.002))] == [
        "free", "$0.31", "$0.28 – 0.37", "up to $0.40", "?", "0.2 ¢"]
    assert [duration(one) for one in (0.42, 62, 126, 120)] == ["0.4 s", "62 s", "2 min 6 s", "2 min"]
    assert short("Built-in (small, made for trying out)") == "Built-in" and short("Wan (fal)") == "Wan (fal)"
