"""Errors that are sentences for people.

    AjarError                what could not be done and why; ``hint`` says what to do next
    ├── UserError            a node says: the person can put this right (exit 1)
    ├── WorkflowError        the file or the request is wrong (exit 2)
    │   └── EditError        an edit that would make the graph wrong
    ├── Refused              a policy forbids it: residency, licence, money (exit 3)
    └── Waiting              a person must decide before it can go on (exit 4)
    Cancelled                the person pressed stop (exit 130); not an Exception, never catch it
"""

from collections.abc import Sequence
from typing import Any, ClassVar


class AjarError(Exception):
    """One sentence on what could not be done and why, one (``hint``) on what to do next."""

    exit_code: ClassVar[int] = 1

    def __init__(self, message: str, hint: str = "", *, node: str | None = None) -> None:
        super().__init__(message)
        self.message = message
        self.hint = hint
        self.node = node


class UserError(AjarError):
    """Raised by a node: shown on the node, without a traceback."""


class WorkflowError(AjarError):
    """The workflow file or the request is wrong; nothing has been run."""

    exit_code = 2


class EditError(WorkflowError):
    """An edit was refused because the graph would be wrong after it."""


class Refused(AjarError):
    """A policy of the user, the project or the file forbids this."""

    exit_code = 3


class Waiting(AjarError):
    """Nothing is wrong, but a person has to decide before this can go on; ``choices`` are what there is to choose."""

    exit_code = 4

    def __init__(self, message: str, hint: str = "", *, node: str | None = None, choices: Sequence[Any] = ()) -> None:
        super().__init__(message, hint, node=node)
        self.choices = tuple(choices)


class Cancelled(BaseException):
    """The person pressed stop. Derived from BaseException so that ``except Exception`` lets it pass."""
