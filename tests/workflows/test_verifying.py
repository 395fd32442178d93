"""What can be said of a file, before and after somebody has worked on it; signing and stripping."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import PIL.Image
import PIL.PngImagePlugin
import pytest

from ajar import labels
from ajar.labels import xmp
from ajar.values import Image, Video
from tests.ajar.labels.test_labels import KINDS, LABEL, made, seen, signed
from workflows import headless, sidecars
from workflows.sealing import sealed
from workflows.settings import Home
from workflows.take import Facts
from workflows.takes import Takes

ABOUT = {"ajar": 1, "workflow": "harbour", "node": "paint", "item": [], "stage": "final", "seeds": {"paint": 7},
         "models": [{"id": "builtin", "licence": "apache-2.0", "revision": "ab"}], "cost": 0.4,
         "graph": {"ajar": 1, "nodes": {"paint": {"type": "prompt"}}}, "digital_source": "trainedAlgorithmicMedia"}
PIXELS = np.linspace(0, 255, 40 * 24 * 3).astype(np.uint8).reshape(24, 40, 3)


@pytest.fixture
def home(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Home:
    monkeypatch.setenv("AJAR_HOME", str(tmp_path / "home"))
    return Home.open()


@pytest.fixture
def picture(tmp_path: Path) -> Path:
    path = tmp_path / "harbour.png"
    with sealed(Image.of(PIXELS.copy()).encode("png"), json.dumps(ABOUT)) as seal:
        assert isinstance(seal.data, bytes)
        path.write_bytes(seal.data)
    return path


def told(capsys: pytest.CaptureFixture[str], *arguments: object) -> tuple[int, Any]:
    """The exit code and what is printed, as JSON or as text."""
    code = headless.main([str(one) for one in arguments])
    text = capsys.readouterr()
    assert "Traceback" not in text.err
    return code, json.loads(text.out) if "--json" in arguments else text.out + text.err


def test_a_file_as_it_was_made(home: Home, picture: Path, capsys: pytest.CaptureFixture[str]) -> None:
    code, text = told(capsys, "verify", picture)
    assert code == 0
    for line in ("workflow: harbour", "seed of paint: 7", "changed since: no", "made by a trained model",
                 "C2PA manifest: there is none", "said: inside"):
        assert line in text
    code, plain = told(capsys, "verify", picture, "--json")
    assert (code, plain["same"], plain["inside"], plain["about"]["cost"]) == (0, True, True, 0.4)


def test_another_picture_under_the_old_words_is_found_out(home: Home, picture: Path,
                                                          capsys: pytest.CaptureFixture[str]) -> None:
    with PIL.Image.open(picture) as old:
        texts = PIL.PngImagePlugin.PngInfo()
        for name, text in old.text.items():  # type: ignore[attr-defined]
            texts.add_itxt(name, text)
        PIL.Image.fromarray(255 - PIXELS).save(picture, pnginfo=texts)
    code, text = told(capsys, "verify", picture)
    assert code == 1 and "changed since: YES" in text and "workflow: harbour" in text


def test_other_words_around_the_same_pixels_are_told_apart(home: Home, picture: Path,
                                                           capsys: pytest.CaptureFixture[str]) -> None:
    sidecars.write(picture, json.dumps(ABOUT))
    assert told(capsys, "verify", picture, "--json")[1]["whole"] is True
    data = picture.read_bytes()
    changed = labels.written(data, labels.Label(about='{"ajar": 1, "workflow": "another"}'))
    picture.write_bytes(labels.joined(data, changed or []))
    code, text = told(capsys, "verify", picture)
    assert code == 0 and "only what is told about it" in text


def test_a_file_without_any_word(home: Home, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "a.png"
    path.write_bytes(Image.of(PIXELS.copy()).encode("png"))
    code, text = told(capsys, "verify", path)
    assert code == 1 and "nothing says so" in text and "unknown; no digest" in text
    for damaged in (b"", b"\x89PNG\r\n\x1a\n\0\0", b"\xff\xd8\xff\xe0\xff"):
        path.write_bytes(damaged)
        assert told(capsys, "verify", path)[0] == 1
    code, text = told(capsys, "verify", tmp_path / "gone.png")
    assert code == 2 and "There is no file" in text


def test_a_take_of_this_machine_is_known_by_its_bytes(home: Home, picture: Path,
                                                      capsys: pytest.CaptureFixture[str]) -> None:
    with Takes(home) as takes:
        take = takes.add(picture.read_bytes(), ".png", Facts(document="d", node="paint", kind="image", title="Harbour"))
    code, text = told(capsys, "verify", picture)
    assert code == 0 and f"take {take.number} of Harbour, byte for byte" in text


def test_the_sidecar_stands_for_its_file(home: Home, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "theirs.mp4"
    path.write_bytes(signed("mp4", tmp_path))
    beside = sidecars.write(path, json.dumps(ABOUT))
    code, text = told(capsys, "verify", beside)
    assert "said: beside it" in text and "every byte is as it was" in text and "it does NOT hold" in text and code == 1
    path.write_bytes(path.read_bytes() + b"\0\0\0\x08free")
    assert told(capsys, "verify", path, "--json")[1]["whole"] is False


@pytest.mark.parametrize("kind", KINDS)
def test_strip_writes_a_bare_copy_beside_the_file(home: Home, tmp_path: Path, kind: str,
                                                  capsys: pytest.CaptureFixture[str]) -> None:
    path = made(kind, tmp_path)
    plain = path.read_bytes()
    path.write_bytes(labels.joined(plain, labels.written(plain, LABEL) or []))
    before, shown = path.read_bytes(), seen(path)
    code, told_ = told(capsys, "strip", path, "--json")
    copy = path.with_name(f"plain-bare{path.suffix}")
    assert code == 0 and told_["written"] == str(copy) and told_["same"] and told_["removed"] > 0
    assert path.read_bytes() == before and seen(copy) == shown
    assert labels.read(copy.read_bytes()) == (None, None) and b"Kaffeehaus" not in copy.read_bytes()
    assert told(capsys, "verify", copy, "--json")[1]["about"] is None
    code, text = told(capsys, "strip", path)
    assert code == 1 and "is there already" in text


def test_strip_takes_manifests_too_and_leaves_the_sidecar_behind(home: Home, tmp_path: Path,
                                                                 capsys: pytest.CaptureFixture[str]) -> None:
    for kind in ("png", "jpeg", "webp", "wav", "gif", "mp3"):
        path = tmp_path / f"theirs.{kind}"
        path.write_bytes(signed(kind, tmp_path))
        sidecars.write(path, json.dumps(ABOUT))
        code, _ = told(capsys, "strip", path, tmp_path / f"out.{kind}")
        assert code == 0
        assert not labels.signed((tmp_path / f"out.{kind}").read_bytes())
        assert not sidecars.beside(tmp_path / f"out.{kind}").exists()


def test_what_lies_on_its_side_stays_upright(home: Home, tmp_path: Path, capsys: pytest.CaptureFixture[str]) -> None:
    path = tmp_path / "camera.jpg"
    exif = PIL.Image.Exif()
    exif[0x0112], exif[0x010F] = 6, "Somebody's camera"
    PIL.Image.fromarray(PIXELS).save(path, exif=exif)
    assert told(capsys, "strip", path)[0] == 0
    copy = tmp_path / "camera-bare.jpg"
    assert b"Somebody" not in copy.read_bytes()
    assert (Image.open(copy).width, Image.open(copy).height) == (24, 40)


def with_pair(home: Home, tmp_path: Path) -> None:
    pytest.importorskip("cryptography")
    from tests import certificates

    pair = certificates.make()
    for name, content in (("me.pem", pair.certificate), ("me.key", pair.key), ("root.pem", pair.root)):
        (tmp_path / name).write_bytes(content)
    home.settings_file.write_text(
        f'[signing]\ncertificate = "{(tmp_path / "me.pem").as_posix()}"\nkey = "{(tmp_path / "me.key").as_posix()}"\n')


@pytest.mark.parametrize("kind", ["png", "jpeg", "webp", "mp4", "wav", "gif", "mp3"])
def test_a_person_signs_with_their_own_certificate(home: Home, tmp_path: Path, kind: str,
                                                   capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("c2pa")
    with_pair(home, tmp_path)
    plain = made(kind, tmp_path)
    path = tmp_path / f"mine{plain.suffix}"
    with sealed(plain.read_bytes(), json.dumps(ABOUT)) as seal:
        assert isinstance(seal.data, bytes)
        path.write_bytes(seal.data)
    code, text = told(capsys, "sign", path)
    assert code == 0 and "Signed by Test Signer" in text
    copy = tmp_path / f"mine-signed{path.suffix}"
    assert labels.signed(copy.read_bytes()) and seen(copy) == seen(path)
    code, plain_ = told(capsys, "verify", copy, "--json")
    assert code == 0 and plain_["signature"]["state"] == "untrusted" and plain_["same"] is True
    assert plain_["about"]["workflow"] == "harbour" and plain_["signature"]["source"] == "trainedAlgorithmicMedia"
    with home.settings_file.open("a") as file:
        file.write(f'trust = "{(tmp_path / "root.pem").as_posix()}"\n')
    assert told(capsys, "verify", copy, "--json")[1]["signature"]["state"] == "valid"
    data = bytearray(copy.read_bytes())
    at = {"png": data.find(b"IDAT") + 20, "gif": data.find(b"NETSCAPE2.0") + 200}.get(kind, len(data) - 30)
    data[at] ^= 1
    copy.write_bytes(data)
    code, text = told(capsys, "verify", copy)
    assert code == 1


def test_signing_what_was_signed_keeps_the_first_signature_as_an_ingredient(home: Home, tmp_path: Path,
                                                                            capsys: pytest.CaptureFixture[str]) -> None:
    c2pa = pytest.importorskip("c2pa")
    with_pair(home, tmp_path)
    path = tmp_path / "mine.png"
    path.write_bytes(Image.of(PIXELS.copy()).encode("png"))
    sidecars.write(path, json.dumps(ABOUT))
    assert told(capsys, "sign", path, tmp_path / "once.png")[0] == 0
    assert told(capsys, "sign", tmp_path / "once.png", tmp_path / "twice.png")[0] == 0
    with (tmp_path / "twice.png").open("rb") as file, c2pa.Reader("image/png", file) as reader:
        store = json.loads(reader.json())
    assert len(store["manifests"]) == 2
    [ingredient] = store["manifests"][store["active_manifest"]]["ingredients"]
    assert ingredient["relationship"] == "parentOf"


def test_signing_without_a_certificate_says_what_is_missing(home: Home, picture: Path, tmp_path: Path,
                                                            monkeypatch: pytest.MonkeyPatch,
                                                            capsys: pytest.CaptureFixture[str]) -> None:
    code, text = told(capsys, "sign", picture)
    assert code == 2 and "no certificate" in text and "settings.toml" in text
    with_pair(home, tmp_path)
    key = (tmp_path / "me.key").read_text()
    (tmp_path / "me.key").unlink()
    code, text = told(capsys, "sign", picture)
    assert code == 2 and "me.key can't be read" in text
    monkeypatch.setenv("AJAR_SIGNING_KEY", key)
    pytest.importorskip("c2pa")
    assert told(capsys, "sign", picture)[0] == 0
    assert key.splitlines()[1].encode() not in (tmp_path / "harbour-signed.png").read_bytes()


def test_without_the_library_everything_else_still_works(home: Home, picture: Path, tmp_path: Path,
                                                         monkeypatch: pytest.MonkeyPatch,
                                                         capsys: pytest.CaptureFixture[str]) -> None:
    monkeypatch.setattr("workflows.signing.available", lambda: False)
    path = tmp_path / "theirs.png"
    path.write_bytes(signed("png", tmp_path))
    sidecars.write(path, json.dumps(ABOUT))
    code, text = told(capsys, "verify", path)
    assert code == 0 and "can't be checked here" in text and "pip install ajar[c2pa]" in text


def test_a_film_can_be_verified_and_found_changed(home: Home, tmp_path: Path,
                                                  capsys: pytest.CaptureFixture[str]) -> None:
    pytest.importorskip("av")
    film = Video.write([Image.of(np.full((16, 16, 3), 40 * shot, np.uint8)) for shot in range(4)], 8)
    with sealed(film.path, json.dumps(ABOUT)) as seal:
        assert isinstance(seal.data, Path)
        data = bytearray(seal.data.read_bytes())
    path = tmp_path / "film.mp4"
    path.write_bytes(data)
    assert told(capsys, "verify", path)[0] == 0
    at = data.find(b"mdat") + 60
    data[at] ^= 0xFF
    path.write_bytes(data)
    assert told(capsys, "verify", path, "--json")[1]["same"] is False
    assert xmp.source_of(labels.read(bytes(data)).xmp or "") == "trainedAlgorithmicMedia"
