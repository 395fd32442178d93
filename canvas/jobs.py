"""The queue of runs as data: what a job is, and what moving, adding and removing make of the queue."""

import json
from collections.abc import Mapping, Sequence
from dataclasses import dataclass, replace
from pathlib import Path
from typing import Any, Literal

from ajar.context import Stage
from ajar.errors import AjarError
from workflows import format, plain
from workflows.allowance import NOTHING, Allowance
from workflows.graph import Graph

State = Literal["queued", "planning", "running", "stopping"]
PRICED = "Its price is being looked up."
ASKED = "Waits for your word: it costs money."
CLOSED = "Ajar was closed before this ran."
Jobs = tuple["Job", ...]


@dataclass(frozen=True, slots=True)
class Job:
    """One run: a workflow as it was when it was asked for, and what of it is wanted."""

    id: int
    document: str
    """The key of the document."""
    title: str
    """What the workflow is called."""
    what: str
    """What is wanted: ``all of it``, ``Wan 2.2, take 11``."""
    graph: Graph
    file: Path
    """Where the workflow lies or would lie."""
    out: Path
    """The folder of what save nodes save."""
    only: tuple[str, ...] = ()
    """Flat ids; empty for the whole workflow."""
    node: str = ""
    """The node that another take is wanted of."""
    take: int = 0
    """The number that take will have."""
    icon: str = "run"
    category: str = ""
    """Of the node it is about, for its colour."""
    stage: Stage = "draft"
    trusted: frozenset[tuple[str, str]] = frozenset()
    reason: str = ""
    """Why terms that forbid the work do not keep it from running."""
    state: State = "queued"
    place: int = 1
    """1 for the one that runs (or is next)."""
    done: float | None = None
    now: str = ""
    """What is being made: ``Wan 2.2, step 13 of 20``."""
    left: str = ""
    """``23 s left``."""
    note: str = ""
    """Where it runs, what it waits for."""
    held: str = ""
    """Why it does not begin by itself."""
    allowance: Allowance | None = NOTHING
    """What a person agreed to pay for it; None where that still has to be found out. Never survives a restart."""

    @property
    def going(self) -> bool:
        return self.state != "queued"


def added(jobs: Jobs, job: Job, *, front: bool = False) -> Jobs:
    """At the end of the queue, or next."""
    if not front:
        return placed((*jobs, job))
    going = sum(one.going for one in jobs)
    return placed((*jobs[:going], job, *jobs[going:]))


def removed(jobs: Jobs, id_: int) -> Jobs:
    return placed(tuple(job for job in jobs if job.id != id_))


def moved(jobs: Jobs, id_: int, place: int) -> Jobs:
    """With a waiting job at this place, counted from 0. What runs stays before all that wait."""
    job = next((job for job in jobs if job.id == id_), None)
    if job is None or job.going:
        return jobs
    rest = tuple(one for one in jobs if one.id != id_)
    going = sum(one.going for one in rest)
    place = min(max(place, going), len(rest))
    return placed((*rest[:place], job, *rest[place:]))


def changed(jobs: Jobs, id_: int, **fields: Any) -> Jobs:
    """With other fields for one job."""
    return placed(tuple(replace(job, **fields) if job.id == id_ else job for job in jobs))


def placed(jobs: Sequence[Job]) -> Jobs:
    """What runs first, then the others in their order, with their places."""
    order = [job for job in jobs if job.going] + [job for job in jobs if not job.going]
    return tuple(
        job if job.place == number else replace(job, place=number) for number, job in enumerate(order, 1)
    )


def next_of(jobs: Jobs) -> Job | None:
    """The one to begin now, where nothing runs and nothing holds it."""
    if any(job.going for job in jobs):
        return None
    return next((job for job in jobs if not job.held), None)


def named(job: Job) -> str:
    """A job in words: ``Harbour at dusk, Wan 2.2, take 11``."""
    return f"{job.title}, {job.what}" if job.what else job.title


def to_plain(job: Job) -> dict[str, Any]:
    """A job as JSON, for the session file."""
    return {
        "document": job.document, "title": job.title, "what": job.what, "graph": plain.plain(job.graph),
        "file": str(job.file), "out": str(job.out), "only": list(job.only), "node": job.node, "take": job.take,
        "icon": job.icon, "category": job.category, "stage": job.stage, "trusted": sorted(map(list, job.trusted)),
        **({"reason": job.reason} if job.reason else {}),
    }


def from_plain(plain_: Mapping[str, Any], id_: int) -> Job | None:
    """A job that was written down, held until a person lets it run; None where it can't be read."""
    try:
        stage: Stage = "final" if plain_.get("stage") == "final" else "draft"
        return Job(
            id_, str(plain_["document"]), str(plain_["title"]), str(plain_["what"]),
            format.read(json.dumps(plain_["graph"]).encode()), Path(plain_["file"]), Path(plain_["out"]),
            tuple(map(str, plain_.get("only", ()))), str(plain_.get("node", "")), int(plain_.get("take", 0)),
            str(plain_.get("icon", "run")), str(plain_.get("category", "")), stage,
            frozenset((str(node), str(key)) for node, key in plain_.get("trusted", ())),
            reason=str(plain_.get("reason", "")), held=CLOSED, allowance=None,
        )
    except (AjarError, KeyError, TypeError, ValueError):
        return None
