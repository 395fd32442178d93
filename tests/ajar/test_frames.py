"""Values cross a pair of pipes unchanged, large ones by a file that is gone afterwards."""

import os
import threading
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ajar.errors import AjarError
from ajar.frames import BY_FILE, MAX_HEADER, Frames
from ajar.values import Image, Size


@pytest.fixture
def pair(tmp_path: Path) -> Iterator[tuple[Frames, Frames]]:
    there, here = os.pipe(), os.pipe()
    one = Frames(os.fdopen(here[0], "rb"), os.fdopen(there[1], "wb"), tmp_path)
    two = Frames(os.fdopen(there[0], "rb"), os.fdopen(here[1], "wb"), tmp_path)
    yield one, two
    one.close()
    two.close()


def across(pair: tuple[Frames, Frames], value: Any) -> Any:
    """Send from a thread, as a pipe holds little."""
    sender = threading.Thread(target=pair[0].send, args=({"do": "test"}, value))
    sender.start()
    frame = pair[1].receive()
    sender.join()
    assert frame is not None and frame[0] == {"do": "test"}
    return frame[1]


def test_plain_values_and_small_pictures_go_through_the_pipe(pair: tuple[Frames, Frames], tmp_path: Path) -> None:
    picture = Image.of(np.arange(48, dtype=np.uint8).reshape(4, 4, 3))
    value = across(pair, {"size": Size(3, 4), "items": (1, None, "ü"), "picture": picture})
    assert value["size"] == Size(3, 4) and value["items"] == (1, None, "ü")
    assert (value["picture"].array == picture.array).all()
    assert list(tmp_path.iterdir()) == []


def test_large_pictures_go_by_a_file_that_is_removed(pair: tuple[Frames, Frames], tmp_path: Path) -> None:
    picture = Image.of(np.random.default_rng(1).integers(0, 65_535, (800, 900, 4)).astype(np.uint16))
    assert picture.nbytes > BY_FILE
    pair[0].send({"do": "test"}, picture)  # no thread needed: almost nothing goes through the pipe
    assert len(list(tmp_path.iterdir())) == 1
    frame = pair[1].receive()
    assert frame is not None and (frame[1].array == picture.array).all()
    assert list(tmp_path.iterdir()) == []


def test_a_full_disk_is_a_sentence(tmp_path: Path) -> None:
    there, here = os.pipe(), os.pipe()
    frames = Frames(os.fdopen(there[0], "rb"), os.fdopen(here[1], "wb"), tmp_path / "missing")
    with pytest.raises(AjarError, match="can't be handed") as caught:
        frames.send({}, Image.of(np.zeros((1000, 1000, 3), np.uint8)))
    assert "Make room" in caught.value.hint
    frames.close()
    os.close(there[1])
    os.close(here[0])


def test_the_end_of_the_pipe_is_none_even_in_the_middle_of_a_frame(tmp_path: Path) -> None:
    for start in (b"", b"AJR1", b"AJR1\x10\x00\x00\x00{"):
        there, here = os.pipe(), os.pipe()
        os.write(there[1], start)
        os.close(there[1])
        frames = Frames(os.fdopen(there[0], "rb"), os.fdopen(here[1], "wb"), tmp_path)
        assert frames.receive() is None
        frames.close()
        os.close(here[0])


@pytest.mark.parametrize("raw", [
    b"print from a library\n",
    b"AJR1" + (MAX_HEADER + 1).to_bytes(4, "little"),
    b"AJR1\x02\x00\x00\x00{]",
    b"AJR1\x02\x00\x00\x00[]",
    b'AJR1\x2f\x00\x00\x00{"record":{},"value":1,"buffers":["../secret"]} ',
])
def test_what_is_no_frame_is_refused(tmp_path: Path, raw: bytes) -> None:
    folder = tmp_path / "folder"
    folder.mkdir()
    (tmp_path / "secret").write_bytes(b"x")
    there, here = os.pipe(), os.pipe()
    os.write(there[1], raw)
    os.close(there[1])
    frames = Frames(os.fdopen(there[0], "rb"), os.fdopen(here[1], "wb"), folder)
    with pytest.raises(AjarError):
        frames.receive()
    frames.close()
    os.close(here[0])
    assert (tmp_path / "secret").exists()
