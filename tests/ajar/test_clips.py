import json
import struct
import sys
import wave
from pathlib import Path

import numpy as np
import pytest

from ajar import pictures
from ajar.errors import UserError
from ajar.values import Audio, Image, Mesh, Size, Video

ABOUT = json.dumps({"prompt": 'a "木"\n\U0001f600;#=\\', "more": "x" * 200_000}, ensure_ascii=False)


def tone(channels: int = 2, rate: int = 8000, seconds: float = 1.0) -> Audio:
    time = np.arange(int(rate * seconds)) / rate
    return Audio(np.stack([np.sin(time * 440 * 6.28 * (at + 1)) for at in range(channels)]).astype(np.float32), rate)


@pytest.mark.parametrize(("depth", "off"), [("16", 1e-4), ("24", 1e-6), ("float", 0)])
@pytest.mark.parametrize("channels", [1, 2, 3])
def test_wav_round_trip(tmp_path: Path, depth: str, off: float, channels: int) -> None:
    path = tmp_path / "a.wav"
    audio = tone(channels, seconds=0.1237)
    path.write_bytes(audio.encode(depth, about=ABOUT))  # type: ignore[arg-type]
    back = Audio.open(path)
    assert back.rate == 8000
    assert back.array.shape == audio.array.shape
    assert np.abs(back.array - audio.array).max() <= off
    assert pictures.read_about(path) == ABOUT


def test_other_programs_read_our_wav_and_we_read_theirs(tmp_path: Path) -> None:
    path = tmp_path / "a.wav"
    path.write_bytes(tone().encode(about=ABOUT))
    with wave.open(str(path)) as file:
        assert (file.getnchannels(), file.getframerate(), file.getnframes()) == (2, 8000, 8000)
    for width in (1, 2, 3, 4):
        with wave.open(str(path), "wb") as file:
            file.setnchannels(1)
            file.setsampwidth(width)
            file.setframerate(100)
            file.writeframes((b"\x80" if width == 1 else b"\0" * width) * 50)
        assert Audio.open(path).array.tolist() == [[0.0] * 50]


def test_sound_never_changes() -> None:
    audio = tone()
    assert (audio.seconds, audio.nbytes) == (1.0, 64_000)
    with pytest.raises(AttributeError):
        audio.rate = 1
    with pytest.raises(ValueError, match="read-only"):
        audio.array[0, 0] = 1
    with pytest.raises(TypeError, match="float32"):
        Audio(np.zeros((1, 4)), 8000)


def test_damaged_wav_is_a_sentence(tmp_path: Path) -> None:
    path = tmp_path / "a.wav"
    data = tone().encode()
    for broken in (data[:30], data[:20] + b"\x99" * 20, b"RIFF    WAVE"):
        path.write_bytes(broken)
        with pytest.raises(UserError, match=r"a\.wav"):
            Audio.open(path)
    path.write_bytes(data[:5001])
    assert 0 < Audio.open(path).seconds < 1
    with pytest.raises(UserError, match="can't be read"):
        Audio.open(tmp_path / "b.wav")


def glb(scene: object) -> bytes:
    text = json.dumps(scene).encode()
    text += b" " * (-len(text) % 4)
    body = struct.pack("<II", len(text), 0x4E4F534A) + text + struct.pack("<II", 4, 0x004E4942) + b"\1\2\3\4"
    return struct.pack("<4sII", b"glTF", 2, 12 + len(body)) + body


def test_bodies_carry_the_graph_and_keep_their_geometry(tmp_path: Path) -> None:
    path = tmp_path / "a.glb"
    path.write_bytes(glb({"asset": {"version": "2.0", "extras": {"by": "me"}}}))
    assert pictures.read_about(path) is None
    data = Mesh.open(path).encode(about=ABOUT)
    path.write_bytes(data)
    assert struct.unpack_from("<I", data, 8)[0] == len(data)
    assert data.endswith(b"\1\2\3\4")
    assert json.loads(pictures.read_about(path) or "") == json.loads(ABOUT)
    assert Mesh.open(path).encode() == data
    for broken in (b"glTF", b"glTF" + bytes(40), glb([1])):
        path.write_bytes(broken)
        with pytest.raises(UserError, match="GLB"):
            Mesh.open(path)


def test_films_without_pyav_say_what_to_install(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(sys.modules, "av", None)
    with pytest.raises(UserError, match="PyAV") as caught:
        Video.open(tmp_path / "a.mp4")
    assert "pip install av" in caught.value.hint


def moving(count: int, width: int = 65, height: int = 48) -> list[Image]:
    shots = []
    for at in range(count):
        array = np.full((height, width, 3), 40, np.uint8)
        array[:, at * 4 : at * 4 + 12] = (220, 60, 60)
        shots.append(Image.of(array))
    return shots


def test_a_film_streams_in_and_out(tmp_path: Path) -> None:
    pytest.importorskip("av")
    path = tmp_path / "a.mp4"
    video = Video.write(iter(moving(12)), 24, tone(seconds=0.5), path=path, about=ABOUT)
    assert (video.path, video.size, video.fps, video.seconds) == (path, Size(66, 48), 24, 0.5)
    found = Video.open(path)
    assert (found.size, found.fps) == (video.size, 24)
    assert found.seconds == pytest.approx(0.5, abs=0.05)
    frames = list(found.frames())
    assert len(frames) == 12
    assert np.abs(frames[5].array[20, 26].astype(int) - (220, 60, 60)).max() < 25
    sound = found.audio()
    assert sound is not None
    assert sound.rate == 8000
    assert sound.seconds == pytest.approx(0.5, abs=0.3)
    assert pictures.read_about(path) == ABOUT


def test_a_film_that_cannot_be_made_leaves_nothing(tmp_path: Path) -> None:
    pytest.importorskip("av")
    path = tmp_path / "a.mp4"
    with pytest.raises(UserError, match="no picture"):
        Video.write([], 24, path=path)
    with pytest.raises(UserError, match="differ in size"):
        Video.write([*moving(2), *moving(1, 20, 20)], 24, path=path)
    with pytest.raises(UserError, match="frames a second"):
        Video.write(moving(1), 0, path=path)
    assert not path.exists()


def test_files_that_are_no_films(tmp_path: Path) -> None:
    pytest.importorskip("av")
    path = tmp_path / "a.mp4"
    for content in (b"", b"hello", b"#EXTM3U\n#EXT-X-TARGETDURATION:1\n#EXTINF:1,\nhttp://127.0.0.1:9/a.ts\n"):
        path.write_bytes(content)
        with pytest.raises(UserError, match=r"a\.mp4"):
            Video.open(path)
    path.write_bytes(tone().encode())
    with pytest.raises(UserError, match="holds no film"):
        Video.open(path)
    with pytest.raises(UserError, match="no file"):
        Video.open(tmp_path / "b.mp4")
