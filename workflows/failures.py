"""Why there is no value, in a person's words."""

from dataclasses import dataclass
from typing import Any

from ajar.errors import AjarError, Cancelled, Refused, Waiting
from workflows.plan import Const, Step


@dataclass(frozen=True, slots=True)
class Failure:
    """``failed`` itself, ``skipped`` for another's failure, ``waiting`` for a person, or ``cancelled``."""

    kind: str
    message: str
    hint: str = ""
    detail: str = ""
    choices: tuple[Any, ...] = ()
    """What a person has to choose from."""
    refused: bool = False
    """By a policy: a cap, a place where nothing may go."""


def no_result(step: str) -> Failure:
    """What cells are told that need a step which failed."""
    return Failure("skipped", f'"{step}" has no result')


def empty_stream(step: str) -> Failure:
    """What cells are told that belong to an item which will never come."""
    return Failure("skipped", f'the stream "{step}" is empty')


def failure_of(step: Step, error: BaseException, detail: str) -> Failure:
    """What a call that raised means: stopped, waiting for a person, refused by the node, or a fault in it."""
    if isinstance(error, Cancelled):
        return Failure("cancelled", "It was stopped.")
    if isinstance(error, Waiting):
        asks = next((socket.name for socket, bound in step.slots if bound == Const("ask", '"ask"')), None)
        example = f" Run it again with --set {step.id}.{asks}=0, or another." if asks else ""
        return Failure("waiting", error.message, error.hint + example, choices=error.choices)
    if isinstance(error, AjarError):
        return Failure("failed", error.message, error.hint, refused=isinstance(error, Refused))
    text = str(error) or "no further word"
    return Failure("failed", f'"{step.type.title}" stopped with {type(error).__name__}: {text}',
                   "This is a fault of the node, not of your workflow; the log has the details.", detail)
