"""Kling's nodes against its stand-in over HTTP, without the floor that journals and pays."""

import json
import urllib.error
import urllib.parse
import urllib.request
from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any

import pytest

from ajar.contract import node_of
from ajar.errors import UserError
from ajar.remote import Answer, Asking, Call, Delivered, Done, Job, Media, Order, Part, Provider, State
from ajar.testing import FakeContext
from ajar.values import Audio, Image
from nodes.remote import kling_image, kling_video, kling_voice
from nodes.remote.emulators.kling import KlingEmulator
from nodes.remote.kling import PROVIDER
from tests.nodes.remote.cases.kling import CASES, FILM, voice

OPENER = urllib.request.build_opener(urllib.request.ProxyHandler({}))
NODES = {name: value for module in (kling_video, kling_image, kling_voice) for name, value in vars(module).items()
         if node_of(value) is not None}


class Wire(FakeContext):
    """A Remote that speaks with the stand-in directly."""

    def __init__(self, kling: KlingEmulator, folder: Path) -> None:
        super().__init__()
        self.kling, self.folder = kling, folder
        self.costs: list[tuple[float | None, float | None]] = []
        """(the most it was expected to cost, what Kling said) of every order."""

    def run(self, provider: Provider, order: Order) -> Done:
        parts = [self._part(number, media) for number, media in enumerate(order.media)]
        answer = self.send(provider.submit(order, parts, f"nonce-{len(self.costs)}"))
        if not answer.ok:
            raise UserError(provider.refused(answer).message)
        found = provider.accepted(answer, order)
        if isinstance(found, Job):
            assert provider.lookup is not None
            assert self.talk(provider.lookup(f"nonce-{len(self.costs)}", order)) == found
            found = self._finished(provider, found)
        assert isinstance(found, State) and found.phase == "done", found
        self.costs.append((provider.facts.quote(order).high, found.cost.usd if found.cost else None))
        return Done(tuple(self._load(url.url, url.type, url.role) for url in found.files), found.text, found.data)

    def talk(self, asking: "Asking[Any]") -> Any:
        try:
            call = next(asking)
            while True:
                call = asking.send(self.send(call))
        except StopIteration as ended:
            return ended.value

    def send(self, call: Call) -> Answer:
        query = "?" + urllib.parse.urlencode(call.query) if call.query else ""
        request = urllib.request.Request(
            self.kling.base + call.path + query, json.dumps(call.json).encode() if call.json is not None else None,
            {"Authorization": "Bearer test-key", "Content-Type": "application/json"}, method=call.method)
        try:
            with OPENER.open(request) as found:
                return Answer(found.status, {}, found.read())
        except urllib.error.HTTPError as error:
            with error:
                return Answer(error.code, {}, error.read())

    def _finished(self, provider: Provider, job: Job) -> State:
        assert provider.poll is not None
        for _ in range(10):
            states: Mapping[str, State] = self.talk(provider.poll([job]))
            if states[job.id].phase not in ("queued", "running"):
                return states[job.id]
            self.kling.advance(30)
        raise AssertionError("it never ended")

    def _part(self, number: int, media: Media) -> Part:
        assert isinstance(media.value, Image | Audio)
        path = self.folder / f"in-{number}.{media.suffix}"
        if isinstance(media.value, Image):
            path.write_bytes(media.value.encode("jpeg" if media.suffix == "jpg" else "png"))
        else:
            path.write_bytes(media.value.encode())
        return Part(media.role, f"image/{media.suffix}", str(number), path)

    def _load(self, url: str, kind: str, role: str) -> Delivered:
        with OPENER.open(url) as found:
            path = self.folder / f"out{Path(url).suffix}"
            path.write_bytes(found.read())
        return Delivered(path, kind, role, path.name)


@pytest.fixture
def wire(tmp_path: Path) -> Iterator[Wire]:
    with KlingEmulator(job_seconds=60) as kling:
        yield Wire(kling, tmp_path)


@pytest.mark.parametrize("case", CASES, ids=[f"{number}-{case.node}" for number, case in enumerate(CASES)])
def test_every_case(wire: Wire, case: Any) -> None:
    made = NODES[case.node](wire, **case.inputs())
    assert type(made).__name__.lower() == case.gives
    assert wire.kling.paid == 1
    expected, said = wire.costs[0]
    assert said is not None and expected is not None
    if case.node == "kling_motion":
        assert 0 < said <= expected  # as long as the film on the web, which is not known before
    else:
        assert said == pytest.approx(expected, abs=0.0001)


def test_lip_sync(wire: Wire) -> None:
    made = kling_voice.kling_lip_sync(wire, FILM, voice(), start=1.0)
    assert made.seconds == pytest.approx(1.0, abs=0.2) and wire.kling.paid == 2
    assert wire.costs[0] == (0.007, 0.007)
    expected, said = wire.costs[1]
    assert said is not None and expected is not None and said <= expected


@pytest.mark.parametrize("model", ["kling-3.0", "kling-3.0-turbo", "kling-2.6", "kling-2.5-turbo"])
@pytest.mark.parametrize("resolution", ["720p", "1080p", "4k"])
@pytest.mark.parametrize("audio", [False, True])
def test_prices_of_films_are_as_billed(wire: Wire, model: str, resolution: str, audio: bool) -> None:
    """Whatever the node lets through is taken, and costs what was said."""
    try:
        kling_video.kling_video(wire, "a fox", model=model, resolution=resolution, audio=audio)
    except UserError as error:
        assert error.hint and not wire.kling.requests
        return
    assert wire.costs[0][0] == pytest.approx(wire.costs[0][1], abs=0.0001)


@pytest.mark.parametrize("model", ["kling-3.0-omni", "kling-o1"])
@pytest.mark.parametrize("film", ["", FILM])
@pytest.mark.parametrize("resolution", ["720p", "1080p", "4k"])
def test_prices_of_omni_films_are_as_billed(wire: Wire, model: str, film: str, resolution: str) -> None:
    try:
        kling_video.kling_omni(wire, "a fox", model=model, film=film, resolution=resolution)
    except UserError as error:
        assert error.hint and not wire.kling.requests
        return
    assert wire.costs[0][0] == pytest.approx(wire.costs[0][1], abs=0.0001)


def test_refused_by_the_stand_in_says_why(wire: Wire) -> None:
    wire.kling.fail("no_credit")
    answer = wire.send(Call("POST", "/text-to-video/kling-2.6", json={"prompt": "x"}))
    assert PROVIDER.refused(answer).kind == "credit"
    wire.kling.fail("busy")
    answer = wire.send(Call("POST", "/text-to-video/kling-2.6", json={"prompt": "x"}))
    assert answer.status == 429 and PROVIDER.refused(answer).kind == "busy"
