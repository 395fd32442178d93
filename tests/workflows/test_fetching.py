"""Fetching a model from the hub's stand-in: whole or not there, resumed, verified, asked first; whatever goes wrong."""

import errno
import json
import os
import shutil
import signal
import subprocess
import sys
import threading
import time
from collections.abc import Iterator
from hashlib import sha256
from pathlib import Path

import pytest

from ajar.errors import AjarError, Cancelled, Refused, UserError, Waiting
from nodes.remote.emulators.hub import Hub, Repo
from nodes.remote.emulators.hub_samples import weights
from nodes.remote.emulators.server import Fault, FaultKind
from workflows import fetching
from workflows.arriving import Begun, Done, Ended, Event, Progress, Trouble
from workflows.downloads import Downloads
from workflows.settings import Home
from workflows.shelved import NAME, read_record
from workflows.studio import Studio

CANARY = "hf_canary0123456789"
UNET = "unet/diffusion_pytorch_model.safetensors"
HALF = "unet/diffusion_pytorch_model.fp16.safetensors"


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    monkeypatch.delenv("HF_HUB_OFFLINE")
    for name in ("AJAR_HUB_KEY", "HF_TOKEN", "HUGGING_FACE_HUB_TOKEN", "HF_ENDPOINT"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(fetching, "pause", lambda tries: 0.01)
    with Hub() as made:
        monkeypatch.setenv("AJAR_HUB_URL", made.base)
        yield made


@pytest.fixture
def studio(tmp_path: Path, hub: Hub) -> Iterator[Studio]:
    with Studio.open(Home(tmp_path / "home"), writable=False) as made:
        yield made


@pytest.fixture
def loads(studio: Studio) -> Downloads:
    return studio.downloads


def get(loads: Downloads, name: str = "acme/tiny") -> tuple[Path, list[Event]]:
    events: list[Event] = []
    return loads.prepare(loads.offer(name), events.append, accept=True).run(), events


def test_a_model_comes_whole_with_its_record_and_under_usual_names(hub: Hub, loads: Downloads) -> None:
    offered = loads.offer("acme/tiny")
    assert (offered.licence.id if offered.licence else "") == "apache-2.0" and not offered.done and not offered.have
    assert not loads.folder.exists(), "looking at an offer writes nothing"
    folder, events = get(loads)
    files = hub.repos["acme/tiny"].files
    assert (folder / UNET).read_bytes() == files[HALF] and (folder / "LICENSE.md").read_bytes() == files["LICENSE.md"]
    record = read_record(folder)
    assert record is not None and record.revision == hub.repos["acme/tiny"].commit and record.asked == "main"
    assert record.accepted and record.fetched and record.licence == "apache-2.0"
    assert {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()} == {
        NAME, *(kept.path for kept in record.files)}
    index = len(files["model_index.json"])  # read for each of the two offers
    assert sum(hub.served.values()) == record.bytes + 2 * index, "each file came once"
    assert isinstance(events[0], Begun) and isinstance(events[-1], Done)
    done = [event.done for event in events if isinstance(event, Progress)]
    assert done == sorted(done) and done[-1] == record.bytes
    assert loads.offer("acme/tiny").done


def test_nothing_is_fetched_before_its_terms_are_accepted(hub: Hub, loads: Downloads) -> None:
    with pytest.raises(Waiting, match="accepted the terms"):
        loads.prepare(loads.offer("acme/tiny"), lambda event: None)
    assert set(hub.served) <= {"model_index.json"} and not loads.folder.exists()


def test_a_known_model_is_fetched_by_its_row_and_found_by_its_name(studio: Studio, hub: Hub) -> None:
    hub.repos["black-forest-labs/FLUX.1-schnell"] = Repo(dict(hub.repos["acme/tiny"].files))
    offered = studio.downloads.offer("flux.1-SCHNELL")
    assert offered.folder.name == "FLUX.1-schnell" and offered.record.repo == "black-forest-labs/FLUX.1-schnell"
    assert offered.title == "FLUX.1 [schnell]" and offered.licence is not None and offered.licence.id == "apache-2.0"


@pytest.mark.parametrize("kind", ["truncated", "html", "busy", "error_before", "garbled", "expired"])
def test_what_goes_wrong_once_is_tried_again(hub: Hub, loads: Downloads, kind: FaultKind) -> None:
    offered = loads.offer("acme/tiny")
    hub.fail(Fault(kind, 1, 0.01))
    events: list[Event] = []
    folder = loads.prepare(offered, events.append, accept=True).run()
    record = read_record(folder)
    assert record is not None and not any(
        sha256((folder / kept.path).read_bytes()).hexdigest() != kept.sha256 for kept in record.files if kept.sha256)
    assert any(isinstance(event, Trouble) for event in events)


def test_what_broke_off_goes_on_from_there(hub: Hub, loads: Downloads) -> None:
    hub.repos["acme/one"] = Repo({"a.safetensors": weights("a", 2_000_000)})
    hub.fail("truncated", "truncated", "truncated")
    get(loads, "acme/one")
    whole = len(hub.repos["acme/one"].files["a.safetensors"])
    assert hub.served["a.safetensors"] == whole, "no byte came twice"
    begins = [seen.headers.get("range") for seen in hub.requests if seen.path.startswith("/files/")]
    assert len(begins) == 4 and begins[0] is None and begins[1] == f"bytes={whole // 2}-"


def test_a_server_that_knows_no_ranges_sends_it_from_the_beginning(hub: Hub, loads: Downloads) -> None:
    hub.ranges = False
    hub.repos["acme/one"] = Repo({"a.safetensors": weights("a", 200_000)})
    hub.fail("truncated")
    folder, _ = get(loads, "acme/one")
    assert (folder / "a.safetensors").read_bytes() == hub.repos["acme/one"].files["a.safetensors"]


@pytest.mark.parametrize(("kind", "words"), [
    ("garbled", "checksum is wrong, twice"), ("html", "a web page came"), ("error_before", "status 503"),
    ("busy", "status 429"),
])
def test_what_goes_wrong_for_ever_ends_with_a_sentence_and_no_model(
    hub: Hub, loads: Downloads, kind: FaultKind, words: str,
) -> None:
    hub.repos["acme/one"] = Repo({"a.safetensors": weights("a", 5_000)})
    offered = loads.offer("acme/one")
    hub.fail(Fault(kind, 1000, 0.01))
    events: list[Event] = []
    with pytest.raises(AjarError, match=words) as told:
        loads.prepare(offered, events.append, accept=True).run()
    assert told.value.hint and isinstance(events[-1], Ended) and events[-1].message == told.value.message
    assert not offered.folder.exists() and [name.name for name, *_ in loads.unfinished()] == ["one"]


def test_a_repository_that_moved_is_fetched_under_its_new_name(hub: Hub, loads: Downloads) -> None:
    hub.moved["acme/was-tiny"] = "acme/tiny"
    folder, _ = get(loads, "acme/was-tiny")
    record = read_record(folder)
    assert record is not None and record.repo == "acme/tiny"


def test_a_revision_is_pinned_when_it_is_first_asked_for(hub: Hub, loads: Downloads) -> None:
    offered = loads.offer("acme/tiny")
    old = hub.repos["acme/tiny"].commit
    hub.change("acme/tiny", {HALF: weights("newer", 210_000)})
    folder = loads.prepare(offered, lambda event: None, accept=True).run()
    record = read_record(folder)
    assert record is not None and record.revision == old and len((folder / UNET).read_bytes()) < 205_000
    with pytest.raises(UserError, match="another revision") as told:
        loads.offer("acme/tiny", hub.repos["acme/tiny"].commit)
    assert "ajar models remove tiny" in told.value.hint
    assert loads.remove("tiny") == record.bytes and not folder.exists()
    assert loads.offer("acme/tiny", old).record.revision == old
    assert loads.offer("acme/tiny").record.revision == hub.repos["acme/tiny"].commit


def test_a_gated_repository_says_where_its_terms_are_and_opens_once_they_are_accepted(
    hub: Hub, loads: Downloads, monkeypatch: pytest.MonkeyPatch,
) -> None:
    with pytest.raises(UserError, match="accepted its terms") as told:
        loads.offer("acme/gated")
    assert "https://huggingface.co/acme/gated" in told.value.hint and "ajar keys set hub" in told.value.hint
    hub.key = CANARY
    monkeypatch.setenv("HF_TOKEN", CANARY)
    with pytest.raises(UserError, match="the account of your token"):
        loads.offer("acme/gated")
    hub.accepted.add("acme/gated")
    folder, _ = get(loads, "acme/gated")
    record = read_record(folder)
    assert record is not None and record.gated and record.licence_name == "acme-non-commercial"
    monkeypatch.setenv("HF_TOKEN", "hf_wrong_wrong")
    with pytest.raises(AjarError, match="refused the key"):
        loads.offer("acme/quants/tiny-Q4_0.gguf")


def test_the_token_goes_to_the_hub_only_and_is_written_nowhere(
    hub: Hub, studio: Studio, monkeypatch: pytest.MonkeyPatch,
) -> None:
    hub.key = CANARY
    hub.accepted.add("acme/gated")
    monkeypatch.setenv("HF_TOKEN", CANARY)
    get(studio.downloads, "acme/gated")
    stores = [seen for seen in hub.requests if seen.path.startswith("/files/")]
    others = [seen for seen in hub.requests if not seen.path.startswith("/files/")]
    assert stores and not any("authorization" in seen.headers for seen in stores)
    assert others and all(seen.headers["authorization"] == f"Bearer {CANARY}" for seen in others)
    written = [path.read_bytes() for path in studio.home.path.rglob("*") if path.is_file()]
    assert any(b"/resolve/" in content for content in written), "connections are in a log"
    assert not any(CANARY.encode() in content or b"Signature" in content for content in written)


def test_it_can_be_stopped_and_goes_on_later(hub: Hub, loads: Downloads) -> None:
    hub.repos["acme/big"] = Repo({"a.safetensors": weights("a", 3_000_000)})
    hub.speed = 2_000_000
    began, events = threading.Event(), list[Event]()

    def listen(event: Event) -> None:
        events.append(event)
        if isinstance(event, Progress):
            began.set()

    fetch = loads.start(loads.offer("acme/big"), listen, accept=True)
    assert began.wait(10) and "big" in loads.running()
    with pytest.raises(UserError, match="being fetched already"):
        loads.start(loads.offer("acme/big"), lambda event: None)
    with pytest.raises(UserError, match="being fetched already"):
        loads.remove("big")
    fetch.stop()
    _until(lambda: not loads.running())
    assert events[-1] == Ended()
    (folder, record, came), = loads.unfinished()
    assert folder.name == "big" and 0 < came < record.bytes and not folder.exists()
    hub.speed = 0
    offered = loads.offer("acme/big")
    assert offered.accepted and offered.have == came
    loads.prepare(offered, lambda event: None).run()
    assert hub.requests[-1].headers["range"] == f"bytes={came}-"
    assert not list(loads.unfinished())


def test_a_stopped_fetch_says_so_to_whoever_waits(hub: Hub, loads: Downloads) -> None:
    fetch = loads.prepare(loads.offer("acme/tiny"), lambda event: None, accept=True)
    fetch.stop()
    with pytest.raises(Cancelled):
        fetch.run()


def test_a_disk_that_is_too_small_is_said_before_anything_comes(
    hub: Hub, loads: Downloads, monkeypatch: pytest.MonkeyPatch,
) -> None:
    usage = shutil.disk_usage(loads.folder.parent.parent)
    monkeypatch.setattr(shutil, "disk_usage", lambda path: usage._replace(free=2_000_100_000))
    with pytest.raises(AjarError, match="needs 0.4 MB more and 2.0 GB to spare, but only 2.0 GB are free"):
        loads.prepare(loads.offer("acme/tiny"), lambda event: None, accept=True)
    assert not loads.folder.exists()


def test_a_disk_that_fills_up_meanwhile_is_a_sentence(
    hub: Hub, loads: Downloads, monkeypatch: pytest.MonkeyPatch,
) -> None:
    def full(number: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    fetch = loads.prepare(loads.offer("acme/ink-lora"), lambda event: None, accept=True)
    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(AjarError, match="disk is full"):
        fetch.run()


def test_files_that_changed_are_found_and_only_they_come_again(hub: Hub, loads: Downloads) -> None:
    from workflows.shelved import faults

    folder, _ = get(loads)
    record = read_record(folder)
    assert record is not None and not any(fault for _, fault in faults(folder, record))
    content = bytearray((folder / UNET).read_bytes())
    content[-1] ^= 1
    (folder / UNET).write_bytes(content)
    (folder / "vae/config.json").unlink()
    damaged = {kept.path: (kept, fault) for kept, fault in faults(folder, record) if fault}
    assert {path: fault for path, (_, fault) in damaged.items()} == {UNET: "was changed",
                                                                      "vae/config.json": "is missing"}
    hub.served.clear()
    loads.reopen(folder, [kept for kept, _ in damaged.values()])
    loads.prepare(loads.offer("acme/tiny"), lambda event: None).run()
    assert not any(fault for _, fault in faults(folder, record))
    assert set(hub.served) == {HALF, "vae/config.json"}


def test_a_record_that_points_out_of_its_folder_is_none(hub: Hub, loads: Downloads) -> None:
    folder, _ = get(loads)
    plain = json.loads((folder / NAME).read_text())
    plain["files"][0]["path"] = "../../settings.toml"
    (folder / NAME).write_text(json.dumps(plain))
    assert read_record(folder) is None
    with pytest.raises(UserError, match="was not fetched by Ajar"):
        loads.remove("tiny")
    for text in ("", "[]", "{}", '{"files": 3}', '{"files": [], "repo": "a/b", "revision": "c"}', "[" * 9999):
        (folder / NAME).write_text(text)
        assert read_record(folder) is None


def test_only_what_ajar_fetched_is_ever_removed(hub: Hub, loads: Downloads) -> None:
    own = loads.folder / "my-own"
    own.mkdir(parents=True)
    for name in ("my-own", "..", ".", "../home", "", "nothing"):
        with pytest.raises(UserError):
            loads.remove(name)
    assert own.is_dir()
    hub.repos["acme/my-own"] = Repo({"a.safetensors": weights("a", 5_000)})
    assert loads.offer("acme/my-own").folder.name == "acme--my-own"


def test_nothing_leaves_the_machine_where_that_is_asked_for(
    tmp_path: Path, hub: Hub, monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.delenv("AJAR_HUB_URL")
    home = Home(tmp_path / "home")
    home.path.mkdir()
    listed = 'residency = "listed"\nplaces = ["bfl"]'
    for text, words in (('residency = "local"', "residency = local"), (listed, '"hub" is not among it')):
        home.settings_file.write_text(text)
        with Studio.open(home, writable=False) as studio, pytest.raises(Refused, match=words):
            studio.downloads.offer("acme/tiny")
    home.settings_file.unlink()
    monkeypatch.setenv("HF_HUB_OFFLINE", "1")
    with Studio.open(home, writable=False) as studio, pytest.raises(Refused, match="HF_HUB_OFFLINE"):
        studio.downloads.offer("acme/tiny")


def test_a_mirror_is_used_as_the_hubs_own_tools_use_it(
    tmp_path: Path, hub: Hub, monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("HF_ENDPOINT", hub.base)
    monkeypatch.delenv("AJAR_HUB_URL")
    with Studio.open(Home(tmp_path / "home"), writable=False) as studio:
        assert studio.downloads.offer("acme/tiny").hosts[0] == hub.base.partition("://")[2]


@pytest.mark.skipif(sys.platform == "win32", reason="kill -9")
def test_killed_in_the_middle_it_goes_on_without_fetching_anything_twice(hub: Hub, tmp_path: Path) -> None:
    hub.repos["acme/big"] = Repo({"model_index.json": b'{"a": ["x", "X"], "b": ["x", "X"]}',
                                  "a/model.safetensors": weights("a", 6_000_000),
                                  "b/model.safetensors": weights("b", 100_000)})
    hub.speed = 3_000_000
    here = Path(__file__).parents[2]
    environ = {**os.environ, "AJAR_HOME": str(tmp_path / "home"), "PYTHONPATH": str(here)}
    command = [sys.executable, "-P", "-m", "ajar", "models", "get", "acme/big", "--accept"]
    with subprocess.Popen(command, env=environ, stdout=subprocess.DEVNULL) as program:
        _until(lambda: hub.served["a/model.safetensors"] > 1_500_000, 30)
        program.send_signal(signal.SIGKILL)
    models = tmp_path / "home" / "models"
    assert not (models / "big").exists()
    part = models / ".fetching/big/a/model.safetensors.part"
    came = part.stat().st_size
    assert came > 500_000
    hub.speed = 0
    time.sleep(0.2)  # what the killed one was being sent ends
    hub.served.clear()
    again = subprocess.run(command, env=environ, capture_output=True, text=True, check=False)
    assert again.returncode == 0, again.stderr
    assert "are here already" in again.stdout and "whole and verified" in again.stdout
    files = hub.repos["acme/big"].files
    assert hub.served == {"a/model.safetensors": len(files["a/model.safetensors"]) - came}
    assert all((models / "big" / name).read_bytes() == content for name, content in files.items())


def _until(true: "object", seconds: float = 10.0) -> None:
    assert callable(true)
    end = time.monotonic() + seconds
    while not true():
        assert time.monotonic() < end
        time.sleep(0.01)
