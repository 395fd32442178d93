"""A compare sheet as one HTML file for any browser: pictures and clips inside it (or beside it), no network, no makers'
names where they are hidden. Every text in it may be a stranger's, so every one is escaped."""

import base64
import math
from collections.abc import Sequence
from html import escape
from pathlib import Path
from typing import Any

from ajar.errors import AjarError
from ajar.sheets import Head, Mode, Page, Place, style
from ajar.values import Image, Video
from workflows.disk import replace_file, trouble

RESOURCES = Path(__file__).resolve().parent.parent / "resources"
WITHIN = 80 << 20
"""Bytes of media up to which all of it goes into the file itself; more lies in a folder beside it."""
POSTER = 640
"""The longer side of the still that stands for a clip until it plays, and in a browser that can't play it."""
LARGE = 1600
"""Pictures with a longer side are made smaller: they are to be looked at, the originals are elsewhere."""
CANNOT = "This browser can't play some of these clips (H.264); of those a still is shown."
POLICY = ("default-src 'none'; img-src data: {own}; media-src data: {own}; style-src 'unsafe-inline'; "
          "script-src 'unsafe-inline'; base-uri 'none'; form-action 'none'")


def write_html(page: Page, values: Sequence[Any], path: Path, mode: Mode = "dark") -> list[Path]:
    """Write the sheet. ``values`` go with its places. Gives all files that were written; the first is the sheet."""
    media = [_bytes(place, value) for place, value in zip(page.places, values, strict=True)]
    beside = sum(len(data) for _, data in media) > WITHIN
    folder = path.with_name(f"{path.stem}_files")
    written = [path]
    try:
        sources = []
        if beside:
            folder.mkdir(parents=True, exist_ok=True)
        for number, (kind, data) in enumerate(media, 1):
            if not data or not beside:
                sources.append(f"data:{kind};base64,{base64.b64encode(data).decode()}" if data else "")
                continue
            file = folder / f"{number:03}.{kind.partition('/')[2].replace('jpeg', 'jpg')}"
            replace_file(file, data)
            written.append(file)
            sources.append(f"{folder.name}/{file.name}")
        path.parent.mkdir(parents=True, exist_ok=True)
        replace_file(path, html(page, values, sources, mode, beside=beside).encode())
    except OSError as error:
        raise trouble(error, f"write {path.name}") from error
    return written


def html(page: Page, values: Sequence[Any], sources: Sequence[str], mode: Mode, *, beside: bool = False) -> str:
    """The text of the file. ``sources``: of each place where its picture or clip is; empty where there is none."""
    films = [value for value in values if isinstance(value, Video)]
    rules, script = ((RESOURCES / "sheet" / name).read_text("utf-8") for name in ("sheet.css", "sheet.js"))
    look = "; ".join(f"--{name.replace('.', '-')}: rgb{ink}" for name, ink in style(RESOURCES, mode).colours.items())
    wide = max(len(page.columns), 1)
    left = "minmax(120px, 170px) " if any(head.title or head.lines for head in page.rows) else ""
    columns = f"{left}repeat({wide}, minmax(140px, 1fr))"
    parts = [f'<div class="grid" style="grid-template-columns: {columns}; --shape: {_shape(values)}">']
    parts += ["<div></div>"] if left else []
    parts += [_column(page, number, text) for number, text in enumerate(page.columns)]
    for row, head in enumerate(page.rows):
        parts += ['<div class="rule"></div>'] if row else []
        parts += [_head(head)] if left else []
        for index in range(row * wide, min((row + 1) * wide, len(page.places))):
            name = " · ".join(one for one in (head.title, page.columns[index % wide]) if one) or f"Cell {index + 1}"
            poster = _poster(page.places[index]) if isinstance(values[index], Video) else ""
            parts.append(_place(page.places[index], values[index], sources[index], name, poster))
    parts.append("</div>")
    title = escape(page.title or "Compare sheet")
    policy = POLICY.format(own="'self' file:" if beside else "").replace("  ", " ").replace(" ;", ";")
    return "\n".join((
        "<!doctype html>", f'<html lang="en" data-theme="{mode}">', '<head><meta charset="utf-8">',
        f'<meta http-equiv="Content-Security-Policy" content="{policy}">',
        '<meta name="viewport" content="width=device-width, initial-scale=1">',
        '<meta name="generator" content="Ajar">', f"<title>{title}</title>",
        f"<style>:root {{ color-scheme: {mode}; {look} }}\n{rules}</style></head>",
        f'<body data-fps="{max((film.fps for film in films), default=24):g}">', f"<h1>{title}</h1>",
        f'<p class="under">{escape(page.under)}</p>' if page.under else "", *parts,
        "<footer>", *(f"<p>{escape(line)}</p>" for line in page.feet),
        "<p>Click a cell to look closer; Shift+click two to compare them.</p>",
        f"<p hidden class=\"cannot\">{CANNOT}</p></footer>" if films else "</footer>",
        _transport() if films else "", _dialog(), f"<script>{script}</script></body></html>",
    ))


def _column(page: Page, number: int, text: str) -> str:
    ask = f"<small>{escape(page.asked(number))}</small>" if page.ask else ""
    return f'<div class="column">{ask}<b>{escape(text)}</b></div>'


def _head(head: Head) -> str:
    door = f'<span class="door {head.door}">{head.door.capitalize()}</span>' if head.door else ""
    return (f'<div class="head"><b>{escape(head.title)}</b>{door}'
            f"{''.join(f'<p>{escape(line)}</p>' for line in head.lines)}</div>")


def _place(place: Place, value: Any, source: str, name: str, poster: str) -> str:
    row = "★" * place.rating + "☆" * (5 - place.rating)
    said = f'role="img" aria-label="{place.rating} of 5 stars"'
    stars = f'<span class="stars" {said}>{row}</span>' if place.rating else ""
    price = f'<span class="{"paid" if place.paid else "price"}">{escape(place.price)}</span>' if place.price else ""
    time = f"<span>{escape(place.time)}</span>" if place.time else ""
    mark = f'<span class="mark">{escape(place.mark)}</span>' if place.mark else ""
    foot = f"<figcaption>{price}{time}{stars}</figcaption>"
    if not source:
        trouble_ = " trouble" if place.trouble else ""
        return f'<figure><div class="none{trouble_}">{escape(place.words)}</div>{foot}</figure>'
    name = escape(name, quote=True)
    if isinstance(value, Video):
        first = f' poster="{poster}"' if poster else ""
        inner = f'<video src="{escape(source)}"{first} muted playsinline preload="auto" title="{name}"></video>'
    else:
        inner = f'<img src="{escape(source)}" alt="{name}">'
    return f'<figure><button class="shot" data-name="{name}">{inner}{mark}</button>{foot}</figure>'


def _transport() -> str:
    return ('<div class="transport"><button class="back" aria-label="One frame back">◀</button>'
            '<button class="play" aria-label="Play">▶</button><button class="on" aria-label="One frame on">▶|</button>'
            '<input type="range" min="0" max="1" step="0.001" value="0" aria-label="Time">'
            "<output>00:00.00</output></div>")


def _dialog() -> str:
    return ('<dialog><div class="stage"></div><div class="bar"><span></span>'
            '<button class="difference">Difference</button><button class="close">Close</button></div></dialog>')


def _shape(values: Sequence[Any]) -> str:
    """The shape of the cells, as CSS has it: that of most pictures."""
    sizes = [(value.size.width, value.size.height) for value in values if isinstance(value, (Image, Video))]
    if not sizes:
        return "16 / 9"
    middle = sorted(sizes, key=lambda size: size[0] / size[1])[len(sizes) // 2]
    scale = math.gcd(*middle)
    return f"{middle[0] // scale} / {middle[1] // scale}"


def _bytes(place: Place, value: Any) -> tuple[str, bytes]:
    """The medium of a place as a browser shows it: (type, bytes); a clip's own bytes are not touched."""
    if isinstance(value, Video):
        suffix = value.path.suffix.lower()
        if suffix not in (".mp4", ".m4v", ".webm"):
            raise AjarError(f"{value.path.name} is no film that browsers play.", "Export the sheet as MP4 instead.")
        return ("video/webm" if suffix == ".webm" else "video/mp4"), value.path.read_bytes()
    return _still(place.picture, LARGE) if place.picture is not None else ("", b"")


def _poster(place: Place) -> str:
    """The still of a clip as a part of the file."""
    if place.picture is None:
        return ""
    kind, data = _still(place.picture, POSTER)
    return f"data:{kind};base64,{base64.b64encode(data).decode()}"


def _still(picture: Image, most: int) -> tuple[str, bytes]:
    """A picture as a browser shows it, no side longer than ``most``: (type, bytes)."""
    flat = picture.srgb().to("uint8").pil()
    if max(flat.size) > most:
        from PIL import Image as Pillow

        flat.thumbnail((most, most), Pillow.Resampling.LANCZOS)
    import numpy as np

    array = np.asarray(flat)
    small = Image.of(array if array.ndim == 3 else array[:, :, None])
    if small.channels == 4:
        return "image/png", small.encode("png")
    return "image/jpeg", small.rgb().encode("jpeg", quality=92)
