"""Words: prompts, joining, replacing and templates with choices."""

import re
from collections.abc import Iterator
from random import Random
from typing import Annotated

from ajar.contract import node
from ajar.errors import UserError
from ajar.hints import Prompt, Range, Seed

MAX_TEXT = 1_000_000
MARKS = re.compile(r"\\[{}|\\]|[{}|]|[^{}|\\]+|\\", re.DOTALL)


BULLET = re.compile(r"^\s*(?:[-*•–]|\(?\d{1,3}[.):])\s+")
"""What a line of a list begins with."""


@node(quick=True)
def prompt(text: Prompt, style: str = "") -> str:
    """Words for a picture.

    `style` is put behind the text after a comma, so that several prompts can share one wired style.
    """
    return ", ".join(part for part in (text.strip(), style.strip()) if part)


@node(quick=True)
def text_join(*parts: str, separator: str = ", ") -> str:
    r"""Put texts behind one another.

    Empty texts are left out. In `separator`, \n stands for a new line.
    """
    return _fits(separator.replace("\\n", "\n").join(part for part in parts if part))


@node(quick=True)
def text_replace(text: str, find: str, replace: str = "", whole_words: bool = False, any_case: bool = False) -> str:
    """Replace words in a text, everywhere they occur.

    `find` is plain text, not a pattern. With `whole_words`, "cat" leaves "catalogue" alone.
    """
    if not find:
        raise UserError("There is nothing to look for: `find` is empty.", "Say which words are to be replaced.")
    pattern = rf"(?<!\w){re.escape(find)}(?!\w)" if whole_words else re.escape(find)
    found = re.compile(pattern, re.IGNORECASE if any_case else 0)
    growth = len(found.findall(text)) * max(len(replace) - len(find), 0)
    _check_length(len(text) + growth)
    return found.sub(lambda _: replace, text)


@node(quick=True)
def text_template(template: Prompt, *values: str, names: str = "", seed: Seed = 0) -> str:
    r"""Fill in a text: `{red|green|blue}` is one of the three, `{1}` the first value.

    The seed decides the choices: the same seed gives the same text. A choice may hold other choices and
    values: `{a {red|blue} hat|no hat}`; one of its sides may be empty: `{very |}old`.
    `names` names the values in their order: with "animal, place" one writes `{animal} in {place}`.
    Values go in as they are: braces inside them mean nothing. Plain braces are written \{ and \}, a plain bar \|.
    """
    known = {str(number): value for number, value in enumerate(values, 1)}
    for number, name in enumerate((name.strip() for name in names.split(",") if name.strip()), 1):
        if number > len(values):
            raise UserError(
                f"The name {name!r} is for value {number}, but there {_are(len(values))}.",
                "Wire one more value, or take the name out of `names`.",
            )
        known[name] = values[number - 1]
    _check_length(len(template))
    return _fill(template, known, Random(seed))


@node(quick=True)
def text_lines(text: Prompt, most: Annotated[int, Range(1, 1000)] = 100) -> Iterator[str]:
    """Give each line of a text, one after another: what follows runs once for each.

    Empty lines are left out, and so are numbers, dashes and dots that a list begins its lines with: "2. A hill" gives
    "A hill". After `most` lines it ends.
    """
    lines = [line for part in text.splitlines() if (line := BULLET.sub("", part).strip())]
    if not lines:
        raise UserError("There is no line: the text is empty.", "Write at least one line.")
    yield from lines[:most]


@node(quick=True)
def note(text: Prompt = "") -> None:
    """Words for people on the board. They change nothing."""


def _fill(template: str, known: dict[str, str], draw: Random) -> str:
    """Read the template from left to right; each open brace is a list of its sides so far, innermost last."""
    open_: list[list[list[str]]] = [[[]]]
    plain = [False]  # for each open brace: whether it can still be a name, `{animal}`
    for mark in MARKS.findall(template):
        if mark == "{":
            plain[-1] = False
            open_.append([[]])
            plain.append(True)
        elif mark == "|" and len(open_) > 1:
            open_[-1].append([])
        elif mark == "}":
            if len(open_) == 1:
                raise UserError("The template has a } without a { before it.", "A plain brace is written \\}.")
            sides, name = [_join(side) for side in open_.pop()], plain.pop()
            named = name and len(sides) == 1
            word = _value(sides[0], known) if named else sides[int(draw.random() * len(sides))]
            open_[-1][-1].append(word)
        else:
            open_[-1][-1].append(mark[1:] if len(mark) == 2 and mark[0] == "\\" else mark)
    if len(open_) > 1:
        raise UserError("The template has a { that is never closed.", "Add the }, or write a plain brace as \\{.")
    return _join(open_[0][0])


def _value(name: str, known: dict[str, str]) -> str:
    found = known.get(name.strip())
    if found is None:
        have = ", ".join(f"{{{each}}}" for each in known)
        hint = f"It can use {have}." if known else "Wire a value, or write plain braces as \\{ and \\}."
        raise UserError(f"The template asks for {{{name}}}, and there is no such value.", hint)
    return found


def _are(count: int) -> str:
    return "are no values" if count == 0 else "is one value" if count == 1 else f"are {count} values"


def _join(parts: list[str]) -> str:
    _check_length(sum(map(len, parts)))
    return "".join(parts)


def _fits(text: str) -> str:
    _check_length(len(text))
    return text


def _check_length(length: int) -> None:
    if length > MAX_TEXT:
        raise UserError(
            f"The text would be longer than {MAX_TEXT:,} characters.", "Split it, or join less into one text."
        )
