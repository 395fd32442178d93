"""Which workflows come from elsewhere: those that were neither saved nor paid for on this computer ask once more."""

import json
from collections.abc import Iterable
from pathlib import Path

from canvas.document import Document
from workflows.disk import replace_file

MOST = 4000
"""Files that are remembered; the oldest are forgotten first, and then ask again."""


class Acquaintance:
    """Remembers files by what is in them, in ``known.json`` of the data folder, and drafts by their name."""

    def __init__(self, home: Path) -> None:
        self._file = home / "known.json"
        self._known: dict[str, None] = {}
        self._strange: dict[str, None] = {}
        try:
            plain = json.loads(self._file.read_bytes())
            self._known = dict.fromkeys(map(str, plain["known"]))
            self._strange = dict.fromkeys(map(str, plain["strange"]))
        except (OSError, ValueError, TypeError, KeyError):
            return  # nobody is known then: better to ask once too often

    def is_strange(self, document: Document) -> bool:
        """Whether nobody on this computer has saved or paid for it yet."""
        if document.key in self._strange:
            return True
        opened = document.opened
        return opened is not None and opened.hex() not in self._known

    def opened_elsewhere(self, document: Document) -> None:
        """What it holds was made by somebody else, though it has no file or a known one."""
        self._keep(self._strange, (document.key,))

    def met(self, document: Document) -> None:
        """A person agreed to pay for it."""
        self._strange.pop(document.key, None)
        document.opened = None
        self._keep(self._known, (document.on_disk.hex(),) if document.on_disk is not None else ())

    def saved(self, document: Document, before: str) -> None:
        """It was saved here; what came from elsewhere stays from elsewhere until somebody pays for it."""
        if before in self._strange:
            del self._strange[before]
            self._keep(self._strange, (document.key,))
        elif document.on_disk is not None and not self.is_strange(document):
            self._keep(self._known, (document.on_disk.hex(),))

    def _keep(self, shelf: dict[str, None], words: Iterable[str]) -> None:
        for word in words:
            shelf.pop(word, None)
            shelf[word] = None
        while len(shelf) > MOST:
            del shelf[next(iter(shelf))]
        plain = {"known": list(self._known), "strange": list(self._strange)}
        try:
            replace_file(self._file, json.dumps(plain).encode("ascii"))
        except OSError:
            return  # then it asks again the next time
