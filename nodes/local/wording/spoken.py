"""What a person typed, word by word: which of the words a model knows each one is, or stands for."""

import difflib
import re
import unicodedata
from collections.abc import Iterator
from dataclasses import dataclass

from nodes.local.wording.lexicon import Meaning, Words

MOST_LETTERS, MOST_WORDS = 4000, 200
"""What is read of a prompt; no caption of such a model needs more."""
MOST_GUESSES, SHORTEST, ALIKE = 12, 5, 0.82
"""How many unknown words are looked at for a slip of the pen, how long they must be, and how like a known one."""
TOKEN = re.compile(r"[^\W_]+(?:['’][^\W_]+)*|[,;.:!?\n|]|[\u2190-\u2bff\U0001f000-\U0001faff]")
NOT_SAID = re.compile(r"<[^<>]*>|:\s*-?\d+(?:\.\d+)?(?=\s*[)\]])|[\ufe0e\ufe0f\u200d\U0001f3fb-\U0001f3ff]")
"""LoRAs and weights as other programs write them, and what only dresses a character up."""
GRAMMAR = {
    **dict.fromkeys(("a", "an", "the"), "article"),
    **dict.fromkeys(("on", "against", "upon", "onto"), "on"), "in": "in",
    "and": "and", "&": "and", "with": "with", "to": "to", "into": "to", "from": "from", "at": "filler",
    **dict.fromkeys(("background", "backdrop", "bg", "backgrounds"), "background"),
    **dict.fromkeys(("gradient", "gradients", "fade"), "gradient"),
    **dict.fromkeys((",", ";", ".", ":", "!", "?", "\n", "|"), "stop"),
}
"""Words that only order the others. What the model's file says goes before."""


@dataclass(frozen=True, slots=True)
class Part:
    """One word or phrase of a prompt."""

    kind: str
    """That of its Meaning, one of GRAMMAR, or ``unknown``."""
    word: str
    """The model's word for it."""
    typed: str
    how: str = "like"
    """As in Meaning; ``slip`` where it is spelled otherwise."""
    plural: bool = False
    soft: bool = False
    """It came with another word, as the red of a rose, and gives way."""


def parts_of(text: str, words: Words) -> tuple[list[Part], bool]:
    """The parts in order, and whether the text was too long to be read whole."""
    plain = NOT_SAID.sub(" ", unicodedata.normalize("NFKC", text[:MOST_LETTERS])[: 2 * MOST_LETTERS])
    typed = TOKEN.findall(plain)
    return list(_parts(typed[:MOST_WORDS], words)), len(text) > MOST_LETTERS or len(typed) > MOST_WORDS


def _parts(typed: list[str], words: Words) -> Iterator[Part]:
    small = [_plain(word) for word in typed]
    at = guessed = 0
    while at < len(typed):
        found = _longest(small, at, words)
        if found is None:
            kind = GRAMMAR.get(small[at], "unknown")
            kind = "number" if small[at].isdigit() and kind == "unknown" else kind
            if kind == "unknown" and guessed < MOST_GUESSES:
                guessed += 1
                if (meant := _slip(small[at], words)) is not None:
                    yield Part(meant.kind, meant.word, typed[at], "slip")
                    at += 1
                    continue
            yield Part(kind, small[at], typed[at][:40])
            at += 1
            continue
        count, meaning, plural = found
        said = " ".join(typed[at : at + count])
        at += count
        if meaning.kind == "instead":
            for word in meaning.word.split():
                yield from (Part(one.kind, one.word, said, "near", soft=True) for one in _parts([word], words))
        else:
            yield Part(meaning.kind, meaning.word, said, meaning.how, plural)


def _plain(word: str) -> str:
    """In small letters, without an owner's s."""
    return re.sub(r"['’]s?$", "", word.casefold()) or word


def _longest(small: list[str], at: int, words: Words) -> tuple[int, Meaning, bool] | None:
    """The longest phrase that begins here, its meaning, and whether it stands for several."""
    for count in range(min(words.longest, len(small) - at), 0, -1):
        *before, last = small[at : at + count]
        for number, form in enumerate((last, *_singulars(last))):
            meaning = words.lexicon.get(" ".join((*before, form)))
            if meaning is not None and not (number and meaning.kind in ("filler", "shade", "number")):
                return count, meaning, number > 0
    return None


def _singulars(word: str) -> Iterator[str]:
    """What a plural may be the plural of."""
    if len(word) < 4 or not word.endswith("s") or word.endswith("ss"):
        return
    yield word[:-1]
    if word.endswith("ies"):
        yield word[:-3] + "y"
    if word.endswith("ves"):
        yield word[:-3] + "f"
        yield word[:-3] + "fe"
    if word.endswith("es"):
        yield word[:-2]


def _slip(word: str, words: Words) -> Meaning | None:
    """The known word that this one is a misspelling of."""
    if not SHORTEST <= len(word) <= 20:
        return None
    known = [one for one, meaning in words.lexicon.items() if one[0] == word[0] and len(one) >= SHORTEST
             and " " not in one and meaning.how == "like" and meaning.kind in words.rows]
    near = difflib.get_close_matches(word, known, 1, ALIKE)
    return words.lexicon[near[0]] if near else None
