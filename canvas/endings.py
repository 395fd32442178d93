"""How a run ended, in a sentence and what to do next. Pure."""

from collections.abc import Iterator, Sequence

from canvas.jobs import Job, named
from canvas.kit import words
from workflows.launching import Finished
from workflows.problems import Problem
from workflows.verdicts import NOBODY_KNOWS


def told(job: Job, status: str, event: Finished, failures: Sequence[Problem], lost: Sequence[str], paid: str = "",
         ) -> Iterator[tuple[str, str]]:
    """What the status line says; the last is what stays. ``lost``: the leaves that could not run at all.

    ``paid``: what the run cost, in words.
    """
    for problem in event.problems:
        if problem.severity == "warning":
            yield problem.message, problem.hint
    summary = event.summary
    if summary is None:
        first = next((one for one in event.problems if one.severity == "error"), None)
        if first is not None:
            yield first.message, first.hint
    elif status == "failed":
        error = failures[0] if failures else summary.error
        message, hint = (error.message, error.hint) if error is not None else ("The run failed.", "")
        yield message, f"The details are in {event.log}." if event.log is not None else hint
    elif status == "cancelled":
        yield f"{named(job)} was stopped.", words.facts("What was finished is kept.", paid)
    elif status == "waiting":
        message = summary.error.message if summary.error else "A choice is needed."
        owed = message.startswith(NOBODY_KNOWS)
        yield message, "Say what became of it in Paid work." if owed else "Choose in the strip of takes."
    else:
        files = {output.path for output in summary.outputs if output.path is not None}
        saved = f"{words.count(len(files), 'file')} saved in {job.out}" if files else ""
        rest = f"{words.count(len(lost), 'part')} can't run yet; see Problems." if lost else ""
        yield words.facts(f"Done in {words.duration(summary.seconds)}", paid, saved), rest
