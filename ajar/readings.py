"""What a model that knows only a few words makes of a prompt, and what a person should know of that."""

from dataclasses import dataclass

MOST_NAMED = 5
"""Unknown words, or remarks, that a sentence names; more would not be read."""


@dataclass(frozen=True, slots=True)
class Reading:
    """What a model that knows few words makes of a prompt."""

    typed: str
    caption: str
    """What it reads instead of ``typed``."""
    reader: str
    """What a sentence about it begins with: ``The built-in model``."""
    unknown: tuple[str, ...] = ()
    """Words that it does not know, as they were typed."""
    assumed: tuple[str, ...] = ()
    """What was taken for something else or left out, in plain words: ``"beside" was read as "left of"``."""
    known: bool = True
    """Whether any word meant something to it; if not, the caption is one that stands for nothing."""

    makes: str = "It paints"
    """What a sentence about the caption begins with."""

    @property
    def brief(self) -> str:
        """The same in a few words."""
        return f"Does not know {self._names(2)}" if self.unknown else "Reads it in its own way" if self.assumed else ""

    @property
    def told(self) -> tuple[str, str] | None:
        """What a person should know, and what is painted; None where all was understood."""
        if not self.unknown and not self.assumed:
            return None
        listed = self._names(MOST_NAMED)
        first = f"{self.reader} does not know {listed}." if listed else ""
        rest = "; ".join(self.assumed[:MOST_NAMED])
        message = " ".join(filter(None, (first, f"{rest[0].upper()}{rest[1:]}." if rest else "")))
        if not first:
            message = f"{self.reader} reads this in its own way: {rest}."
        return message, f"{self.makes}: {self.caption}." if self.caption else "It leaves that out."

    def _names(self, most: int) -> str:
        """The unknown words in a row."""
        names = [f'"{word}"' for word in self.unknown[:most]]
        more = len(self.unknown) - len(names)
        names += [f"{more} more"] if more > 0 else []
        return " and ".join(filter(None, (", ".join(names[:-1]), *names[-1:])))
