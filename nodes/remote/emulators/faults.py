"""What can go wrong with a job, and the jobs that it goes wrong with."""

from dataclasses import dataclass, field
from typing import Any, Literal, get_args

FaultKind = Literal[
    "slow", "busy", "error_before", "error_after", "reset_before", "reset_after", "lost", "garbled", "key", "no_credit",
    "blocked", "blocked_result", "failed", "expired", "truncated", "html", "odd_status", "forgotten", "poll_error",
]
"""What can go wrong with one job, by the moment it strikes:

at the paid call   slow (answers after ``seconds``), busy (429 with Retry-After ``seconds``), error_before and
                   error_after (5xx without and with the job made), reset_before and reset_after (the connection is
                   torn down likewise), lost (made, and never answered), garbled (made, the answer is broken JSON),
                   key (401), no_credit, blocked (moderation)
at its polls       odd_status (an undocumented status, ``times`` polls long), poll_error (5xx, ``times`` polls long),
                   forgotten (the job is unknown), failed, blocked_result
at its file        expired (the address is dead once; asking the job again gives a new one), truncated, html
"""


@dataclass(frozen=True, slots=True)
class Fault:
    """One thing that goes wrong, for the next ``times`` paid calls (or polls, or downloads of the next job)."""

    kind: FaultKind
    times: int = 1
    seconds: float = 1.0


FAULTS: tuple[FaultKind, ...] = get_args(FaultKind)
AT_SUBMIT = (
    "slow", "busy", "error_before", "error_after", "reset_before", "reset_after", "lost", "garbled", "key", "no_credit",
    "blocked",
)


@dataclass(slots=True)
class Job:
    """A job that was made; it was paid for unless ``charged`` says otherwise."""

    id: str
    made: float
    request: Any
    faults: list[Fault]
    nonce: str = ""
    stopped: bool = False
    charged: bool = True
    downloads: int = 0
    seen: int = 0
    """How often it was asked about."""
    data: dict[str, Any] = field(default_factory=dict)

    def struck(self, kind: FaultKind) -> Fault | None:
        """Take one strike of this fault off the job; None where there is none (left)."""
        for number, fault in enumerate(self.faults):
            if fault.kind == kind:
                rest = Fault(kind, fault.times - 1, fault.seconds)
                self.faults[number : number + 1] = [rest] if rest.times > 0 else []
                return fault
        return None

    def has(self, kind: FaultKind) -> bool:
        return any(fault.kind == kind for fault in self.faults)
