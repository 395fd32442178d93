"""Writing a compare sheet as a file: a picture, a page for a browser, or a film."""

from collections.abc import Sequence
from pathlib import Path
from typing import Any

from ajar import sheet_ink
from ajar.errors import AjarError
from ajar.sheets import Mode, Page, style
from workflows.disk import replace_file, trouble

RESOURCES = Path(__file__).resolve().parent.parent / "resources"
KINDS = ("png", "html", "mp4")


def export(kind: str, path: Path, page: Page, values: Sequence[Any], mode: Mode = "dark", cell: int = 480) -> Path:
    """Write a page; ``values`` go with its places. Gives the file that was written. AjarError where that can't be done.

    ``cell``: how many pixels wide a cell of a picture or film is.
    """
    if kind not in KINDS:
        raise AjarError(f'A sheet can\'t be written as "{kind}".', f"Choose one of {', '.join(KINDS)}.")
    if path.suffix.lower() != f".{kind}":
        path = path.with_name(f"{path.name}.{kind}")
    if kind == "html":
        from workflows.compare_html import write_html

        write_html(page, values, path, mode)
        return path
    look = style(RESOURCES, mode)
    try:
        path.parent.mkdir(parents=True, exist_ok=True)
        if kind == "png":
            replace_file(path, sheet_ink.draw(page, look, cell).encode("png"))
            return path
    except OSError as error:
        raise trouble(error, f"write {path.name}") from error
    from workflows.compare_film import film_sheet

    film_sheet(page, values, look, cell, path)
    return path
