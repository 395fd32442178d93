"""Lists of addresses and files dressed up as films: refused, and nothing of what they name is opened."""

import socket
import threading
from collections.abc import Iterator
from pathlib import Path

import pytest

from ajar import film
from ajar.clips import Video
from ajar.errors import UserError

pytest.importorskip("av")
HLS = "#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\n{}/a.ts\n#EXT-X-ENDLIST\n"
LISTS = {
    "hls": HLS, "concat": "ffconcat version 1.0\nfile '{}/x.mp4'\n",
    "dash": '<?xml version="1.0"?><MPD xmlns="urn:mpeg:dash:schema:mpd:2011"><BaseURL>{}/</BaseURL></MPD>',
    "sdp": "v=0\no=- 0 0 IN IP4 127.0.0.1\ns=x\nc=IN IP4 127.0.0.1\nt=0 0\nm=video 9 RTP/AVP 96\na=control:{}\n",
}


@pytest.fixture
def listener() -> Iterator[tuple[str, list[object]]]:
    """An address on this machine, and who connected there."""
    with socket.create_server(("127.0.0.1", 0)) as server:
        server.settimeout(0.05)
        came: list[object] = []
        over = threading.Event()

        def wait() -> None:
            while not over.is_set():
                try:
                    line, where = server.accept()
                except TimeoutError:
                    continue
                came.append(where)
                line.close()

        thread = threading.Thread(target=wait)
        thread.start()
        try:
            yield f"http://127.0.0.1:{server.getsockname()[1]}", came
        finally:
            over.set()
            thread.join()


def test_the_listener_hears(listener: tuple[str, list[object]]) -> None:
    address, came = listener
    with socket.create_connection(("127.0.0.1", int(address.rpartition(":")[2]))) as line:
        line.recv(1)
    assert came


@pytest.mark.parametrize("name", ["a.mp4", "a.m3u8", "a.ffconcat", "a.mpd", "a.sdp", "http:a.mp4", "concat:a.mp4"])
@pytest.mark.parametrize("kind", LISTS)
def test_nothing_of_a_list_is_fetched(tmp_path: Path, listener: tuple[str, list[object]], kind: str, name: str) -> None:
    address, came = listener
    path = tmp_path / name
    path.write_text(LISTS[kind].format(address))
    with pytest.raises(UserError):
        Video.open(path)
    with pytest.raises(UserError):
        film.read_sound(path)
    assert came == []


@pytest.mark.parametrize("form", [HLS.replace("{}/a.ts", "{}"), "ffconcat version 1.0\nfile '{}'\n"])
def test_no_other_file_is_read_by_a_list(tmp_path: Path, form: str) -> None:
    from nodes.remote.emulators.samples import film as sample

    (tmp_path / "mine.mp4").write_bytes(sample("mine", 0.5))
    assert Video.open(tmp_path / "mine.mp4").seconds > 0
    for name in ("mine.mp4", str(tmp_path / "mine.mp4"), f"file:{tmp_path / 'mine.mp4'}"):
        path = tmp_path / "theirs.mp4"
        path.write_text(form.format(name))
        with pytest.raises(UserError):
            Video.open(path)
