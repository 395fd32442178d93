"""The captions of one folder while a person writes them: each goes to the disk at once, and can be taken back."""

from dataclasses import replace
from pathlib import Path

from ajar.captions import Captioned, read_captions, write_caption


class CaptionBook:
    """The pictures of a folder in order, with their captions. No Qt."""

    def __init__(self, folder: Path) -> None:
        """UserError where the folder or a caption can't be read."""
        self.folder = folder
        self.pages: list[Captioned] = read_captions(folder)
        self._undo: list[tuple[int, str]] = []
        """Place and the caption that was there before."""

    @property
    def missing(self) -> int:
        """How many pictures have no caption."""
        return sum(not page.caption for page in self.pages)

    @property
    def can_undo(self) -> bool:
        return bool(self._undo)

    def write(self, place: int, text: str) -> bool:
        """Give a picture this caption, in its own file. False: it has it already. UserError where it can't be."""
        page, text = self.pages[place], " ".join(text.split())
        if page.caption == text:
            return False
        self._put(place, text)
        self._undo.append((place, page.caption))
        return True

    def undo(self) -> int | None:
        """Take the last change back; gives its place, or None where nothing was changed."""
        if not self._undo:
            return None
        place, before = self._undo[-1]
        self._put(place, before)
        self._undo.pop()
        return place

    def _put(self, place: int, text: str) -> None:
        page = self.pages[place]
        write_caption(page.path, text)
        self.pages[place] = replace(page, caption=text)
