"""The queue as data: adding, moving, removing, and being written down."""

import json
from pathlib import Path

from canvas.jobs import CLOSED, Job, added, changed, from_plain, moved, named, next_of, removed, to_plain
from tests.toys import graph

MADE = graph(a=("whole", {"value": 3}))


def job(number: int, what: str = "") -> Job:
    return Job(number, "draft:x", "Harbour", what, MADE, Path("w.json"), Path("out"))


def queue(*numbers: int) -> tuple[Job, ...]:
    jobs: tuple[Job, ...] = ()
    for number in numbers:
        jobs = added(jobs, job(number))
    return jobs


def ids(jobs: tuple[Job, ...]) -> list[int]:
    assert [one.place for one in jobs] == list(range(1, len(jobs) + 1))
    return [one.id for one in jobs]


def test_jobs_wait_in_their_order_and_a_front_job_goes_behind_what_runs() -> None:
    jobs = changed(queue(1, 2), 1, state="running")
    assert ids(added(jobs, job(3))) == [1, 2, 3] and ids(added(jobs, job(3), front=True)) == [1, 3, 2]


def test_moving_never_passes_what_runs_nor_moves_it() -> None:
    jobs = changed(queue(1, 2, 3), 1, state="running")
    assert ids(moved(jobs, 3, 0)) == [1, 3, 2] and ids(moved(jobs, 2, 99)) == [1, 3, 2]
    assert ids(moved(jobs, 1, 2)) == [1, 2, 3] and ids(moved(jobs, 9, 0)) == [1, 2, 3]
    assert ids(removed(jobs, 2)) == [1, 3]


def test_the_next_is_the_first_that_nothing_holds_while_nothing_runs() -> None:
    jobs = changed(queue(1, 2), 1, held="later")
    found = next_of(jobs)
    assert found is not None and found.id == 2
    assert next_of(changed(jobs, 2, state="planning")) is None and next_of(()) is None


def test_a_job_comes_back_held_from_what_was_written() -> None:
    one = Job(4, "draft:x", "Harbour", "Wan 2.2, take 11", MADE, Path("w.json"), Path("out"), ("a",), "a", 11, "video",
              "generate", "final", frozenset({("a", "path")}), "running", done=0.5)
    back = from_plain(json.loads(json.dumps(to_plain(one))), 9)
    assert back is not None and (back.id, back.state, back.held, back.done) == (9, "queued", CLOSED, None)
    assert (back.graph, back.only, back.take, back.stage, back.trusted) == (MADE, ("a",), 11, "final", one.trusted)
    assert from_plain({"title": "no"}, 1) is None and from_plain({**to_plain(one), "graph": {"ajar": 99}}, 1) is None


def test_a_job_is_named_by_its_workflow_and_what_is_wanted() -> None:
    assert named(job(1)) == "Harbour" and named(job(1, "Save")) == "Harbour, Save"
