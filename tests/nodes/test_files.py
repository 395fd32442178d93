from collections.abc import Iterable, Iterator, Sequence
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, TypeVar

import numpy as np
import pytest

from ajar import pictures
from ajar.captions import natural
from ajar.errors import UserError
from ajar.values import Audio, Image, Video
from nodes.files import (
    load_audio,
    load_folder,
    load_image,
    load_video,
    save_audio,
    save_image,
    save_text,
    save_video,
)
from tests.nodes.pictures_for_tests import every_form, flat, picture

T = TypeVar("T")


@dataclass
class Folder:
    """A context that saves into a folder."""

    home: Path
    about: str = ""
    stage: Any = "draft"
    saved: list[Path] = field(default_factory=list)

    def save(self, data: bytes | Path, suffix: str) -> Path:
        self.saved.append(self.home / f"{len(self.saved) + 1}{suffix}")
        self.saved[-1].write_bytes(data if isinstance(data, bytes) else data.read_bytes())
        return self.saved[-1]

    def progress(self, done: float, note: str = "", preview: Image | None = None) -> None: ...

    def each(self, items: Iterable[T], note: str = "") -> Iterator[T]:
        yield from items

    def ask(self, question: str, choices: Sequence[Any]) -> int:
        return 0


@every_form
def test_saved_pictures_load_again(tmp_path: Path, form: tuple[str, int]) -> None:
    image = picture(form)
    path = save_image(Folder(tmp_path, '{"ajar": 1}'), image)
    back = load_image(path)
    assert back.channels == form[1]
    assert back.dtype == ("uint8" if form[0] == "uint8" else "uint16")
    assert np.abs(back.to("float32").array - image.to("float32").array).max() < 0.003
    assert pictures.read_about(path) == '{"ajar": 1}'


def test_formats_and_depths(tmp_path: Path) -> None:
    ctx = Folder(tmp_path)
    image = picture(("float32", 3))
    assert save_image(ctx, image, "jpeg").suffix == ".jpg"
    assert save_image(ctx, image, "webp", lossless=True).suffix == ".webp"
    assert load_image(save_image(ctx, image, depth="8 bit")).dtype == "uint8"
    assert load_image(save_image(ctx, image.to("uint8"), depth="16 bit")).dtype == "uint16"
    assert (load_image(ctx.saved[1]).array == image.to("uint8").array).all()
    assert len(image.encode("jpeg", quality=20)) < len(image.encode("jpeg", quality=95))
    assert save_text(ctx, "Grüße", "md").read_bytes() == "Grüße".encode()


def test_a_truncated_picture_fails_where_it_is_loaded(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    data = picture(width=200, height=200).encode()
    path.write_bytes(data[: len(data) // 2])
    with pytest.raises(UserError, match=r"a\.png is damaged"):
        load_image(path)
    with pytest.raises(UserError, match="no file"):
        load_image(tmp_path / "b.png")


def test_a_folder_streams_its_pictures_as_people_count(tmp_path: Path) -> None:
    for name in ("shot10.png", "shot2.png", "Shot1.jpg", "notes.txt", "shot3.webp"):
        (tmp_path / name).write_bytes(flat(0.5, 0.5, 0.5).encode() if name != "notes.txt" else b"x")
    (tmp_path / "deeper.png").mkdir()
    assert [item.name for item in load_folder(tmp_path)] == ["Shot1", "shot2", "shot3", "shot10"]
    assert [item.name for item in load_folder(tmp_path, "*.png")] == ["shot2", "shot10"]
    assert next(load_folder(tmp_path)).image.size == flat(0.5).size
    with pytest.raises(UserError, match="holds no picture"):
        next(load_folder(tmp_path, "*.gif"))
    with pytest.raises(UserError, match="can't be read"):
        next(load_folder(tmp_path / "missing"))


def test_links_out_of_the_folder_are_passed_over(tmp_path: Path) -> None:
    inside, outside = tmp_path / "in", tmp_path / "out.png"
    inside.mkdir()
    outside.write_bytes(flat(0.5).encode())
    (inside / "a.png").write_bytes(flat(0.5).encode())
    try:
        (inside / "b.png").symlink_to(outside)
    except OSError:
        pytest.skip("this system makes no links")
    assert [item.name for item in load_folder(inside)] == ["a"]


def test_a_broken_picture_in_a_folder_says_its_name(tmp_path: Path) -> None:
    (tmp_path / "a.png").write_bytes(flat(0.5).encode())
    (tmp_path / "b.png").write_bytes(b"nonsense")
    stream = load_folder(tmp_path)
    assert next(stream).name == "a"
    with pytest.raises(UserError, match=r"b\.png"):
        next(stream)


def test_names_are_sorted_whatever_they_are() -> None:
    names = ["b1", "a10", "a2", "10", "9", "²", "a", "", "A2"]
    assert sorted(names, key=natural)[:3] == ["", "9", "10"]
    assert sorted(["a10", "a2", "A1"], key=natural) == ["A1", "a2", "a10"]


def test_a_film_comes_in_and_goes_out_as_it_is(tmp_path: Path) -> None:
    pytest.importorskip("av")
    shots = [flat(0.2, 0.2, 0.2, width=32, height=24), flat(0.8, 0.2, 0.2, width=32, height=24)]
    made = Video.write(shots, 8, path=tmp_path / "made.mp4")
    film = load_video(made.path)
    assert (film.size.width, film.size.height, film.fps) == (32, 24, 8)
    ctx = Folder(tmp_path)
    save_video(ctx, film)
    assert ctx.saved[0].suffix == ".mp4" and ctx.saved[0].read_bytes() == made.path.read_bytes()
    with pytest.raises(UserError):
        load_video(ctx.save(b"no film at all", ".mp4"))


def test_a_sound_comes_in_and_goes_out(tmp_path: Path) -> None:
    ctx = Folder(tmp_path, about='{"ajar":1}')
    save_audio(ctx, Audio(np.linspace(-1, 1, 800, dtype=np.float32).reshape(1, -1), 8000))
    back = load_audio(ctx.saved[0])
    assert back.rate == 8000 and back.array.shape == (1, 800)
    with pytest.raises(UserError):
        load_audio(ctx.save(b"no sound at all", ".wav"))
