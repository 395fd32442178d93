"""Labels in every container: what is written is read back, and what is seen or heard stays as it was."""

import json
import struct
import zlib
from fractions import Fraction
from pathlib import Path
from typing import Any

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from ajar import glb, labels
from ajar.labels import Label, xmp
from ajar.values import Audio, Image, Video

WORDS = json.dumps({"ajar": 1, "word": "Kaffeehaus 木"}, ensure_ascii=False)
LABEL = Label(WORDS, xmp.packet("algorithmicMedia", "b3"))
PIXELS = np.linspace(0, 255, 40 * 24 * 3).astype(np.uint8).reshape(24, 40, 3)
SOUND = np.linspace(-0.5, 0.5, 9600, dtype=np.float32).reshape(2, -1)
KINDS = ["png", "jpeg", "webp", "lossless", "alpha", "wav", "gif", "animation", "mp4", "mov", "mkv", "webm", "flac",
         "mp3", "m4a", "glb"]


def made(kind: str, folder: Path) -> Path:
    """A file of this kind, as programs other than Ajar write it."""
    path = folder / f"plain.{ {'lossless': 'webp', 'alpha': 'webp', 'animation': 'webp'}.get(kind, kind) }"
    if kind in ("png", "jpeg", "webp", "lossless"):
        path.write_bytes(Image.of(PIXELS.copy()).encode("webp" if kind == "lossless" else kind,  # type: ignore[arg-type]
                                                        lossless=kind == "lossless"))
    elif kind == "alpha":
        path.write_bytes(Image.of(np.dstack([PIXELS, PIXELS[..., :1]])).encode("webp", lossless=True))
    elif kind == "wav":
        path.write_bytes(Audio(SOUND.copy(), 48_000).encode())
    elif kind in ("gif", "animation"):
        import PIL.Image

        frames = [PIL.Image.fromarray(np.roll(PIXELS, shift, 1)) for shift in range(3)]
        frames[0].save(path, save_all=True, append_images=frames[1:], duration=80, loop=0)
    elif kind == "glb":
        text = b'{"asset":{"version":"2.0"},"scenes":[]}'
        text += b" " * (-len(text) % 4)
        body = struct.pack("<II", 8, 0x4E4942) + b"geometry"
        path.write_bytes(struct.pack("<4sIIII", b"glTF", 2, 20 + len(text) + len(body), len(text), glb.JSON_CHUNK)
                         + text + body)
    else:
        _with_av(kind, path)
    return path


def _with_av(kind: str, path: Path) -> None:
    av = pytest.importorskip("av")
    codec = {"mkv": "libx264", "webm": "libvpx-vp9", "mp4": "libx264", "mov": "libx264", "flac": "flac",
             "mp3": "libmp3lame", "m4a": "aac"}[kind]
    with av.open(str(path), "w") as out:
        out.metadata["title"] = "a title of theirs"
        if kind in ("flac", "mp3", "m4a"):
            stream = out.add_stream(codec, rate=48_000)
            stream.layout = "stereo"
            frame = av.AudioFrame.from_ndarray(
                (SOUND * 30_000).astype(np.int16).T.reshape(1, -1).copy(), format="s16", layout="stereo")
            frame.sample_rate = 48_000
            frame.pts = 0
            resampler = av.AudioResampler(stream.format, stream.layout, 48_000, stream.frame_size or None)
            for one in resampler.resample(frame):
                out.mux(stream.encode(one))
        else:
            stream = out.add_stream(codec, rate=8)
            stream.width, stream.height, stream.pix_fmt = 40, 24, "yuv420p"
            for number in range(4):
                shot = av.VideoFrame.from_ndarray(np.roll(PIXELS, number, 1))
                shot.pts, shot.time_base = number, Fraction(1, 8)
                out.mux(stream.encode(shot))
        out.mux(stream.encode(None))


def seen(path: Path) -> Any:
    """What a person gets from a file, exactly."""
    if path.suffix == ".glb":
        return path.read_bytes().endswith(b"geometry")
    if path.suffix in (".wav", ".flac", ".mp3", ".m4a"):
        found = Audio.open(path)
        return found.rate, found.array.tobytes()
    if path.suffix in (".mp4", ".mov", ".mkv", ".webm", ".gif"):
        film = Video.open(path)
        return film.size, film.fps, round(film.seconds, 3), [image.array.tobytes() for image in film.frames()]
    import PIL.Image

    with PIL.Image.open(path) as picture:
        shots = []
        for number in range(getattr(picture, "n_frames", 1)):
            picture.seek(number)
            shots.append(picture.convert("RGBA").tobytes())
        return picture.size, shots


@pytest.mark.parametrize("kind", KINDS)
def test_a_label_is_read_back_and_nothing_that_is_seen_or_heard_changes(tmp_path: Path, kind: str) -> None:
    path = made(kind, tmp_path)
    before, plain = seen(path), path.read_bytes()
    assert labels.read(plain) == (None, None) and not labels.signed(plain)
    pieces = labels.written(plain, LABEL)
    assert pieces is not None
    path.write_bytes(labels.joined(plain, pieces))
    data = path.read_bytes()
    assert labels.read(data) == LABEL
    assert seen(path) == before
    assert labels.content_of(data) == labels.content_of(plain) != ""


@pytest.mark.parametrize("kind", KINDS)
def test_another_label_takes_the_place_of_the_first(tmp_path: Path, kind: str) -> None:
    plain = made(kind, tmp_path).read_bytes()
    once = labels.joined(plain, labels.written(plain, LABEL) or [])
    again = labels.joined(once, labels.written(once, Label('{"ajar":1,"second":true}', xmp.packet("", "c4"))) or [])
    assert json.loads(labels.read(again).about or "") == {"ajar": 1, "second": True}
    assert xmp.content_of(labels.read(again).xmp or "") == "c4"
    assert b"Kaffeehaus" not in again
    half = labels.joined(once, labels.written(once, Label(xmp=xmp.packet("", "d5"))) or [])
    assert labels.read(half).about == LABEL.about  # what is not given stays


@pytest.mark.parametrize("kind", KINDS)
def test_a_bare_file_holds_nothing_and_shows_the_same(tmp_path: Path, kind: str) -> None:
    path = made(kind, tmp_path)
    before, plain = seen(path), path.read_bytes()
    labelled = labels.joined(plain, labels.written(plain, LABEL) or [])
    bare = labels.joined(labelled, labels.bare(labelled) or [])
    path.write_bytes(bare)
    assert seen(path) == before
    assert labels.read(bare) == (None, None)
    assert b"Kaffeehaus" not in bare and b"rdf:" not in bare and b"a title of theirs" not in bare
    assert bare == labels.joined(plain, labels.bare(plain) or [])


@pytest.mark.parametrize("kind", KINDS)
@given(cut=st.floats(0, 0.999), at=st.integers(0, 10**9), flip=st.integers(1, 255))
def test_damage_is_one_of_the_known_errors(tmp_path_factory: pytest.TempPathFactory, kind: str, cut: float, at: int,
                                           flip: int) -> None:
    plain = _kept(kind, tmp_path_factory)
    damaged = bytearray(plain[: int(len(plain) * cut)] or b"\0")
    damaged[at % len(damaged)] ^= flip
    for work in (labels.read, labels.bare, labels.signed, lambda data: labels.written(data, LABEL)):
        try:
            work(bytes(damaged))
        except Exception as error:
            assert isinstance(error, labels.DAMAGED), repr(error)


_files: dict[str, bytes] = {}


def _kept(kind: str, factory: pytest.TempPathFactory) -> bytes:
    if kind not in _files:
        plain = made(kind, factory.mktemp("damaged")).read_bytes()
        _files[kind] = labels.joined(plain, labels.written(plain, LABEL) or [])
    return _files[kind]


def _png_with(kind: bytes, content: bytes) -> bytes:
    plain = Image.of(PIXELS.copy()).encode("png")
    chunk = struct.pack(">I", len(content)) + kind + content + struct.pack(">I", zlib.crc32(kind + content))
    return plain[:33] + chunk + plain[33:]


@pytest.mark.parametrize("kind", ["png", "jpeg", "webp", "wav", "mp4", "mp3", "gif"])
def test_a_manifest_is_seen(tmp_path: Path, kind: str) -> None:
    assert labels.signed(signed(kind, tmp_path))


def signed(kind: str, folder: Path) -> bytes:
    """A file with something where a C2PA manifest lies; what the manifest says is for the official library."""
    plain = made(kind, folder).read_bytes()
    box = struct.pack(">I4s", 40, b"jumb") + struct.pack(">I4s", 32, b"jumd") + b"c2pa" + bytes(20)
    if kind == "png":
        return _png_with(b"caBX", box)
    if kind == "jpeg":
        content = b"JP\0\1\0\0\0\1" + box
        return plain[:2] + struct.pack(">BBH", 0xFF, 0xEB, len(content) + 2) + content + plain[2:]
    if kind in ("webp", "wav"):
        body = plain[8:] + b"C2PA" + struct.pack("<I", len(box)) + box
        return b"RIFF" + struct.pack("<I", len(body)) + body
    if kind == "mp4":
        from ajar.labels.boxes import C2PA

        return plain + struct.pack(">I4s", 24 + len(box), b"uuid") + C2PA + box
    if kind == "gif":
        return plain[:-1] + b"\x21\xff\x0bC2PA_GIF\1\0\0" + bytes((len(box),)) + box + b"\0;"
    frame = b"\0application/c2pa\0c2pa\0c2pa\0" + box
    tag = b"GEOB" + struct.pack(">I", len(frame)) + b"\0\0" + frame
    return b"ID3\x03\0\0" + bytes((0, 0, len(tag) >> 7, len(tag) & 127)) + tag + plain


def test_the_digital_source_is_read_whoever_wrote_it() -> None:
    assert xmp.source_of(xmp.packet("trainedAlgorithmicMedia", "")) == "trainedAlgorithmicMedia"
    word = "http://cv.iptc.org/newscodes/digitalsourcetype/digitalCapture"
    assert xmp.source_of(f"<Iptc4xmpExt:DigitalSourceType>{word}</Iptc4xmpExt:DigitalSourceType>") == "digitalCapture"
    assert xmp.source_of(f'<Iptc4xmpExt:DigitalSourceType rdf:resource="{word}"/>') == "digitalCapture"
    assert xmp.source_of("<x/>") == ""


def test_the_packet_is_well_formed_xml() -> None:
    from xml.etree import ElementTree

    root = ElementTree.fromstring(xmp.packet("trainedAlgorithmicMedia", "blake3:00"))
    assert root.tag == "{adobe:ns:meta/}xmpmeta"
    said = [text for part in root.iter() for text in (part.text or "", *part.attrib.values())]
    assert any("trainedAlgorithmicMedia" in text for text in said) and any("blake3:00" in text for text in said)
