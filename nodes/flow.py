"""Which way values go: choosing between wires, gathering streams and combining them."""

from collections.abc import Iterator
from typing import Annotated, Generic, Literal, NamedTuple, TypeVar

from ajar.context import Context
from ajar.contract import node
from ajar.errors import UserError
from ajar.hints import Levels, Range

T = TypeVar("T")
U = TypeVar("U")


class Cell(NamedTuple, Generic[T, U]):
    """One combination of a grid."""

    row: T
    column: U


@node(needs=lambda index: {f"options[{index}]"}, alias=True)
def switch(*options: T, index: Annotated[int, Range(0, 63)] = 0) -> T:
    """Let one of several wires through, counted from 0; the others are not computed."""
    if not 0 <= index < len(options):
        raise UserError(f"There is no option {index}: {_count(len(options), 'option')}.", "Set `index` to one of them.")
    return options[index]


@node(needs=lambda stage, pin: {stage if pin == "no" else pin}, alias=True)
def stage(draft: T | None = None, final: T | None = None, pin: Literal["no", "draft", "final"] = "no") -> T:
    """Let `draft` through in draft runs and `final` in final runs; the other is not computed.

    With a pin this node stays at one of the two, whatever the run's stage is.
    """
    chosen = draft if final is None else final
    if chosen is None:
        raise UserError("Nothing is wired for this stage.", "Wire both `draft` and `final`.")
    return chosen


@node(needs=lambda: {"value"}, alias=True, hidden=True)
def dot(value: T) -> T:
    """A dot on a wire, to lead it round other nodes. It changes nothing."""
    return value


@node
def gather(items: Annotated[list[T], Levels("by")], by: Annotated[int, Range(0, 8)] = 0) -> list[T]:
    """Wait for all items of a stream and hand them on together, in order.

    `by` keeps that many outer levels apart: with 1, the pictures of each prompt are a group of their own.
    """
    return items


@node(quick=True)
def grid(rows: list[T], columns: list[U]) -> Iterator[Cell[T, U]]:
    """Every row with every column: 3 prompts and 4 seeds give 12 pairs, row by row."""
    for row in rows:
        for column in columns:
            yield Cell(row, column)


@node(ask=True, partial=True)
def pick(ctx: Context, items: list[T], choice: int | Literal["ask"] = 0) -> T:
    """Let one item of a stream through, counted from 0; "ask" lets a person choose."""
    if not items:
        raise UserError("There is nothing to pick from.", "See why the nodes before gave no item.")
    index = ctx.ask("Which one should go on?", items) if choice == "ask" else choice
    if not 0 <= index < len(items):
        raise UserError(f"There is no item {index}: {_count(len(items), 'item')}.", "Set `choice` to one of them.")
    return items[index]


def _count(many: int, what: str) -> str:
    if many == 0:
        return f"there are no {what}s"
    return f"there is only {what} 0" if many == 1 else f"the {what}s are 0 to {many - 1}"
