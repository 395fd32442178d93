"""Small formulas over other values: ``flux.steps * 2``, ``"big" if resize.width > 1000 else "small"``.

An own parser turns text into a flat program for a stack machine: nothing of Python is ever evaluated, and neither
long nor deep texts recurse far. ``node.name`` is an input's value, or else an output, of that node. Ids may hold
hyphens, so a minus needs spaces: ``flux-2.seed`` is a node called flux-2. An id may stand in backquotes.
"""

import math
import re
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from typing import Any, NamedTuple

from ajar.errors import WorkflowError
from workflows.operations import BINARY, FUNCTIONS, negative, sound, truth

MAX_LENGTH = 20_000
MAX_DEPTH = 60
TOKEN = re.compile(
    r"""(?P<space>\s+)
    |(?P<reference>(?:[a-z0-9][a-z0-9-]*|`[a-z0-9/-]+`)\.[^\W\d]\w*)
    |(?P<number>(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d+)?)
    |(?P<text>"(?:[^"\\]|\\.)*"|'(?:[^'\\]|\\.)*')
    |(?P<name>[^\W\d]\w*)
    |(?P<sign>\*\*|//|<=|>=|==|!=|[-+*/%<>(),])""",
    re.VERBOSE | re.DOTALL,
)
CONSTANTS = {"true": True, "false": False, "True": True, "False": False, "none": None, "None": None}
# How strongly an operator binds to what stands left of it.
POWER = {
    "if": 1, "or": 2, "and": 3, "==": 5, "!=": 5, "<": 5, "<=": 5, ">": 5, ">=": 5,
    "+": 6, "-": 6, "*": 7, "/": 7, "//": 7, "%": 7, "**": 9,
}
NOT, NEGATIVE, COMPARISON = 4, 8, 5
Reference = tuple[str, str]


class Step(NamedTuple):
    """One instruction: ``push`` a value, ``get`` a reference, ``call`` with n arguments, or a jump ahead by n."""

    do: str
    what: Any
    amount: int = 0


class Token(NamedTuple):
    kind: str
    text: str
    start: int


@dataclass(frozen=True, slots=True)
class Expression:
    """A formula that has been read."""

    text: str
    references: tuple[Reference, ...]
    """(node, name) of every value it speaks of, each once, in order."""
    program: tuple[Step, ...]

    def evaluate(self, values: Mapping[Reference, Any]) -> Any:
        """Its value. WorkflowError says which operation could not be done and why."""
        stack: list[Any] = []
        at = 0
        while at < len(self.program):
            do, what, count = self.program[at]
            at += 1
            if do == "push":
                stack.append(what)
            elif do == "get":
                stack.append(values[what])
            elif do == "jump":
                at += count
            elif do == "unless":
                at += 0 if truth(stack.pop()) else count
            elif do == "keep":  # and, or: the left value stands if it decides
                at += count if truth(stack[-1]) == what else 0
            elif do == "drop":
                stack.pop()
            else:
                arguments = stack[len(stack) - count :]
                del stack[len(stack) - count :]
                stack.append(self._apply(what, arguments))
        [result] = stack
        return result

    def _apply(self, what: Callable[..., Any], arguments: list[Any]) -> Any:
        try:
            return sound(what(*arguments))
        except WorkflowError as error:
            raise WorkflowError(f"{_quote(self.text)} can't be computed: {error.message}", error.hint) from None
        except ZeroDivisionError:
            reason, hint = "it divides by zero.", "Make sure that the divisor is not zero."
        except OverflowError:
            reason, hint = "the result is too large.", "Use smaller numbers."
        except (TypeError, ValueError):
            reason, hint = "a value in it is of the wrong kind.", "Check the values that it speaks of."
        raise WorkflowError(f"{_quote(self.text)} can't be computed: {reason}", hint)


def parse(text: str) -> Expression:
    """Read a formula. WorkflowError says what is not understood."""
    if len(text) > MAX_LENGTH:
        raise WorkflowError(f"An expression of {len(text)} characters is too long.", "Split it over several nodes.")
    parser = _Parser(text)
    program = parser.formula(0, 0)
    if parser.token.kind != "end":
        raise parser.wrong()
    return Expression(text, tuple(dict.fromkeys(parser.references)), tuple(program))


def rewrite(text: str, replacement: Callable[[str, str], str]) -> str:
    """The text with every reference ``node.name`` replaced; text that can't be read stays as it is."""
    try:
        tokens = _tokens(text)
    except WorkflowError:
        return text
    result, end = [], 0
    for token in tokens:
        if token.kind == "reference":
            result += [text[end : token.start], replacement(*_split(token.text))]
            end = token.start + len(token.text)
    return "".join([*result, text[end:]])


def _tokens(text: str) -> list[Token]:
    tokens: list[Token] = []
    at = 0
    while at < len(text):
        found = TOKEN.match(text, at)
        if found is None:
            raise WorkflowError(
                f"The expression {_quote(text)} is not understood at {_quote(text[at : at + 10])}.", _hint(text[at]),
            )
        kind = str(found.lastgroup)
        if kind != "space":
            tokens.append(Token(kind, found.group(), at))
        at = found.end()
    return [*tokens, Token("end", "", len(text))]


class _Parser:
    """Operator precedence parsing: ``formula(n)`` reads as far as operators bind more strongly than n."""

    def __init__(self, text: str) -> None:
        self.text = text
        self.tokens = iter(_tokens(text))
        self.token = next(self.tokens)
        self.references: list[Reference] = []

    def formula(self, power: int, depth: int) -> list[Step]:
        if depth > MAX_DEPTH:
            raise WorkflowError(f"The expression {_quote(self.text)} is nested too deep.", "Split it.")
        code = self.value(depth)
        compared = False
        while (binds := self.binds()) > power:
            sign = self.take().text
            if binds == COMPARISON:
                if compared:
                    raise WorkflowError(
                        f"The expression {_quote(self.text)} compares three values at once.",
                        "Join two comparisons with and.",
                    )
                compared = True
            if sign == "if":
                code = self.choice(code, depth)
            elif sign in ("and", "or"):
                right = self.formula(binds, depth + 1)
                code += [Step("keep", sign == "or", len(right) + 1), Step("drop", None), *right]
            else:
                # ** groups to the right and binds more strongly than a minus in front of it.
                code += self.formula(binds - 1 if sign == "**" else binds, depth + 1)
                code.append(Step("call", BINARY[sign], 2))
        return code

    def choice(self, yes: list[Step], depth: int) -> list[Step]:
        condition = self.formula(POWER["if"], depth + 1)
        if self.token.text != "else" or self.token.kind != "name":
            raise WorkflowError(f"In {_quote(self.text)} an if has no else.", "Write: value if condition else other.")
        self.take()
        no = self.formula(0, depth + 1)
        return [*condition, Step("unless", None, len(yes) + 1), *yes, Step("jump", None, len(no)), *no]

    def value(self, depth: int) -> list[Step]:
        token = self.take()
        match token:
            case ("number", text, _):
                return [Step("push", sound(_number(text)))]
            case ("text", text, _):
                return [Step("push", _unquote(text))]
            case ("reference", text, _):
                self.references.append(_split(text))
                return [Step("get", self.references[-1])]
            case ("sign", "(", _):
                code = self.formula(0, depth + 1)
                self.expect(")")
                return code
            case ("sign", "-", _):
                return [*self.formula(NEGATIVE, depth + 1), Step("call", negative, 1)]
            case ("name", "not", _):
                return [*self.formula(NOT, depth + 1), Step("call", lambda value: not truth(value), 1)]
            case ("name", name, _) if name in CONSTANTS:
                return [Step("push", CONSTANTS[name])]
            case ("name", name, _) if self.token.text == "(" and self.token.kind == "sign":
                return self.call(name, depth)
        raise self.wrong(token)

    def call(self, name: str, depth: int) -> list[Step]:
        if name not in FUNCTIONS:
            raise WorkflowError(
                f'The expression {_quote(self.text)} uses "{name}", which is not a function.',
                f"There are {', '.join(sorted(FUNCTIONS))}.",
            )
        function, least, most = FUNCTIONS[name]
        self.take()
        code: list[Step] = []
        count = 0
        while self.token.text != ")" or self.token.kind != "sign":
            if count:
                self.expect(",")
            code += self.formula(0, depth + 1)
            count += 1
        self.take()
        if not least <= count <= most:
            raise WorkflowError(
                f'In {_quote(self.text)} "{name}" is given {count} values.',
                f"It takes {least}." if least == most else f"It takes {least} or more.",
            )
        return [*code, Step("call", function, count)]

    def binds(self) -> int:
        return POWER.get(self.token.text, 0) if self.token.kind in ("sign", "name") else 0

    def take(self) -> Token:
        token = self.token
        self.token = next(self.tokens, token)
        return token

    def expect(self, sign: str) -> None:
        if self.token.kind != "sign" or self.token.text != sign:
            raise self.wrong()
        self.take()

    def wrong(self, token: Token | None = None) -> WorkflowError:
        token = token or self.token
        if token.kind == "end":
            return WorkflowError(f"The expression {_quote(self.text)} ends too early.", "Complete it.")
        return WorkflowError(
            f"The expression {_quote(self.text)} is not understood at {_quote(token.text)}.",
            "Other values are written node.name." if token.kind == "name" else "Check the signs and brackets.",
        )


def _split(reference: str) -> Reference:
    node, _, name = reference.rpartition(".")
    return node.strip("`"), name


def _number(text: str) -> int | float:
    if not text.isdigit():
        return float(text)
    return int(text) if len(text) <= 40 else math.inf


def _unquote(text: str) -> str:
    escapes = {"n": "\n", "t": "\t"}
    return re.sub(r"\\(.)", lambda found: escapes.get(found[1], found[1]), text[1:-1], flags=re.DOTALL)


def _quote(text: str) -> str:
    return f"“{text}”" if len(text) <= 80 else f"“{text[:80]}…”"


def _hint(character: str) -> str:
    if character in "\"'":
        return "The quotation mark is never closed."
    if character == "=":
        return "Two values are compared with ==."
    return "Use numbers, texts in quotation marks, node.name and + - * / // % **."
