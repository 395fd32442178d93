import io
import struct
import zlib
from pathlib import Path

import numpy as np
import PIL.Image
import pytest
from PIL import ImageCms

from ajar import colour, pictures, png
from ajar.errors import UserError
from ajar.values import Color, Image, Lora, LoraPart, Mask, Size

RAMP = np.arange(4 * 6 * 3, dtype=np.uint8).reshape(4, 6, 3)


def wide_gamut() -> bytes:
    """A matrix profile with other primaries than sRGB: its red and green tags swapped would be silly, so gamma 1.8."""
    base = bytearray(ImageCms.ImageCmsProfile(ImageCms.createProfile("sRGB")).tobytes())
    count = struct.unpack_from(">I", base, 128)[0]
    curve = b"curv\0\0\0\0" + struct.pack(">IHH", 1, round(1.8 * 256), 0)
    for at in range(count):
        name, _, _ = struct.unpack_from(">4sII", base, 132 + 12 * at)
        if name in (b"rTRC", b"gTRC", b"bTRC"):
            struct.pack_into(">II", base, 136 + 12 * at, len(base), len(curve))
    base += curve
    struct.pack_into(">I", base, 0, len(base))
    return bytes(base)


def test_sizes_and_colours_are_written_as_text() -> None:
    assert Size.parse("1024x768") == Size(1024, 768)
    assert str(Size(3, 4)) == "3x4"
    assert str(Color.parse("#FF8000")) == "#ff8000"
    assert Color.parse("#f80") == Color(255, 136, 0)
    assert str(Color(1, 2, 3, 4)) == "#01020304"
    for bad in ("", "0x5", "12", "axb", "-1x4"):
        with pytest.raises(ValueError, match=r"size"):
            Size.parse(bad)
    for bad in ("#12345", "red", ""):
        with pytest.raises(ValueError, match="not a colour"):
            Color.parse(bad)


def test_an_image_is_its_array_and_never_changes() -> None:
    array = RAMP.copy()
    image = Image.of(array)
    assert image.array is array
    assert (image.width, image.height, image.channels, image.dtype, image.nbytes) == (6, 4, 3, "uint8", 72)
    with pytest.raises(ValueError, match="read-only"):
        array[0, 0, 0] = 1
    assert Image.of(np.zeros((2, 3), np.float32)).array.shape == (2, 3, 1)
    for bad in (np.zeros((2, 3)), np.zeros((2, 3, 2), np.uint8), np.zeros((0, 3), np.uint8)):
        with pytest.raises(TypeError, match="picture"):
            Image.of(bad)


def test_depths_convert_exactly_there_and_back() -> None:
    every = Image.of(np.arange(256, dtype=np.uint8).reshape(16, 16))
    assert every.to("uint8") is every
    assert every.to("uint16").array.max() == 65535
    assert (every.to("uint16").to("uint8").array == every.array).all()
    assert (every.to(np.float32).to("uint8").array == every.array).all()
    wild = Image.of(np.array([[-1, 2, np.nan]], np.float32))
    assert wild.to("uint8").array.ravel().tolist() == [0, 255, 0]


def test_channels() -> None:
    image = Image.of(RAMP.copy())
    assert image.rgba().array[0, 0].tolist() == [0, 1, 2, 255]
    assert (image.rgba().rgb().array == image.array).all()
    assert image.gray().array.shape == (4, 6, 1)
    assert (image.gray().rgb().array[:, :, 0] == image.gray().array[:, :, 0]).all()


@pytest.mark.parametrize("channels", [1, 3, 4])
@pytest.mark.parametrize("dtype", ["uint8", "uint16"])
def test_png_round_trip_with_profile_and_about(tmp_path: Path, channels: int, dtype: str) -> None:
    array = np.random.default_rng(1).integers(0, np.iinfo(dtype).max, (5, 7, channels)).astype(dtype)
    profile = wide_gamut() if channels > 1 else colour._srgb_gray()
    path = tmp_path / "a.png"
    path.write_bytes(Image.of(array, profile).encode("png", about='{"word": "木\U0001f600"}'))
    back = Image.open(path)
    assert (back.width, back.height, back.channels, back.dtype) == (7, 5, channels, dtype)
    assert (back.array == array).all()
    assert back.profile == profile
    assert pictures.read_about(path) == '{"word": "木\U0001f600"}'
    with PIL.Image.open(path) as other:
        other.load()
        assert other.info["icc_profile"] == profile


def test_float_pictures_become_16_bit_pngs(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    path.write_bytes(Image.of(np.full((2, 2, 3), 0.25, np.float32)).encode("png"))
    assert Image.open(path).array[0, 0, 0] == 16384


@pytest.mark.parametrize("format", ["jpeg", "webp"])
def test_jpeg_and_webp_carry_the_graph(tmp_path: Path, format: str) -> None:
    import json

    path = tmp_path / f"a.{format}"
    about = {"prompt": 'a "木"\n\U0001f600', "more": "x" * 300}
    image = Image.of(np.full((16, 16, 4), 200, np.uint8))
    path.write_bytes(image.encode(format, about=json.dumps(about, ensure_ascii=False)))  # type: ignore[arg-type]
    assert json.loads(pictures.read_about(path) or "") == about
    assert Image.open(path).channels == (3 if format == "jpeg" else 4)


def test_a_graph_too_long_for_exif_survives_in_a_jpeg(tmp_path: Path) -> None:
    path = tmp_path / "a.jpg"
    about = '{"a": "' + "".join(map(chr, np.random.default_rng(0).integers(97, 122, 200_000))) + '"}'
    path.write_bytes(Image.of(RAMP.copy()).encode("jpeg", about=about))
    assert pictures.read_about(path) == about
    assert Image.open(path).array.shape == (4, 6, 3)


def test_jpeg_puts_white_behind_what_is_transparent() -> None:
    data = Image.of(np.zeros((8, 8, 4), np.uint8)).encode("jpeg")
    assert pictures.decode(data)[0].min() > 250


@pytest.mark.parametrize("turn", range(1, 9))
@pytest.mark.parametrize("format", ["JPEG", "PNG", "TIFF", "WEBP"])
def test_pictures_are_turned_upright(tmp_path: Path, turn: int, format: str) -> None:
    from PIL import ImageOps

    array = np.zeros((16, 32, 3), np.uint8)
    array[:8, :8] = 255
    exif = PIL.Image.Exif()
    exif[0x0112] = turn
    path = tmp_path / "a"
    PIL.Image.fromarray(array).save(path, format, exif=exif)
    with PIL.Image.open(path) as raw:
        expected = np.array(ImageOps.exif_transpose(raw))
    image = Image.open(path)
    assert image.size == Size(*expected.shape[1::-1])
    assert (image.array == expected).all()


def test_a_16_bit_picture_is_turned_upright_too(tmp_path: Path) -> None:
    array = np.random.default_rng(2).integers(0, 65535, (4, 6, 3)).astype(np.uint16)
    exif = PIL.Image.Exif()
    exif[0x0112] = 6
    data = png.insert(Image.of(array).encode("png"), [(b"eXIf", exif.tobytes()[6:])])
    (tmp_path / "a.png").write_bytes(data)
    image = Image.open(tmp_path / "a.png")
    assert image.size == Size(4, 6)
    assert (image.array == np.rot90(array, -1)).all()


def test_palette_gray_alpha_and_print_pictures(tmp_path: Path) -> None:
    source = PIL.Image.fromarray(RAMP)
    for mode, channels in {"P": 3, "L": 1, "1": 1, "LA": 4, "RGBA": 4, "CMYK": 3}.items():
        path = tmp_path / f"{mode}.tif"
        source.convert(mode).save(path, "TIFF" if mode != "P" else "PNG")
        image = Image.open(path)
        assert image.channels == channels, mode
        assert image.array.shape == (4, 6, channels), mode
    source.quantize(4).save(tmp_path / "t.gif", transparency=0)
    assert Image.open(tmp_path / "t.gif").array[:, :, 3].min() == 0


def test_opening_reads_only_the_header(tmp_path: Path) -> None:
    path = tmp_path / "a.png"
    path.write_bytes(Image.of(np.zeros((50, 60, 3), np.uint8)).encode("png"))
    image = Image.open(path)
    path.write_bytes(path.read_bytes()[:60])
    assert image.size == Size(60, 50)
    with pytest.raises(UserError, match="damaged or cut short"):
        _ = image.array


def test_the_digest_is_that_of_the_file(tmp_path: Path) -> None:
    from blake3 import blake3

    path = tmp_path / "a.png"
    path.write_bytes(Image.of(RAMP.copy()).encode("png"))
    assert Image.open(path).digest == blake3(path.read_bytes()).hexdigest()
    assert Image.of(RAMP.copy()).digest is None


def chunked(*chunks: tuple[bytes, bytes]) -> bytes:
    return png.insert(png.SIGNATURE + bytes(25), list(chunks))[:8] + png.insert(bytes(33), list(chunks))[33:]


DEEP = [(0, 1, None), (2, 3, None), (4, 2, None), (6, 4, None), (2, 3, 0)]


@pytest.mark.parametrize(("kind", "count", "clear"), DEEP)
def test_every_kind_of_16_bit_png(tmp_path: Path, kind: int, count: int, clear: int | None) -> None:
    values = np.random.default_rng(kind).integers(1, 65535, (3, 5, count)).astype(">u2")
    values[0, 0] = 0
    rows = b"".join(b"\0" + row.tobytes() for row in values)
    extra = [] if clear is None else [(b"tRNS", bytes(6))]
    head = (b"IHDR", struct.pack(">IIBBBBB", 5, 3, 16, kind, 0, 0, 0))
    (tmp_path / "a.png").write_bytes(chunked(head, *extra, (b"IDAT", zlib.compress(rows)), (b"IEND", b"")))
    image = Image.open(tmp_path / "a.png")
    expected = {0: 1, 2: 3, 4: 4, 6: 4}[kind] + (clear is not None)
    assert image.channels == expected
    assert image.array.dtype == np.uint16
    assert image.array.shape == (3, 5, expected)
    assert (image.array[:, :, 0] == values[:, :, 0]).all()
    if expected == 4:
        alpha = (values.any(axis=2) * 65535) if clear is not None else values[:, :, -1]
        assert (image.array[:, :, 3] == alpha).all()


def test_a_gray_profile_survives_in_webp_as_colours(tmp_path: Path) -> None:
    image = Image.of(np.full((8, 8, 1), 77, np.uint8), colour._srgb_gray())
    array, profile = pictures.decode(image.encode("webp", lossless=True))
    assert profile is None
    assert abs(int(array[0, 0, 0]) - 77) <= 1


def bomb(width: int, height: int) -> bytes:
    head = struct.pack(">IIBBBBB", width, height, 8, 2, 0, 0, 0)
    chunks = [(b"IHDR", head), (b"IDAT", zlib.compress(bytes(1000))), (b"IEND", b"")]
    return png.SIGNATURE + b"".join(
        struct.pack(">I", len(c)) + k + c + struct.pack(">I", zlib.crc32(k + c)) for k, c in chunks
    )


@pytest.mark.parametrize("size", [(12_000, 12_000), (30_000, 30_000), (2_000_000_000, 2)])
def test_pixel_bombs_are_refused(tmp_path: Path, size: tuple[int, int]) -> None:
    path = tmp_path / "bomb.png"
    path.write_bytes(bomb(*size))
    with pytest.raises(UserError) as caught:
        Image.open(path)
    assert "bomb.png" in caught.value.message
    assert caught.value.hint


def test_files_that_are_no_pictures_are_one_sentence(tmp_path: Path) -> None:
    (tmp_path / "text.png").write_text("hello")
    (tmp_path / "empty.png").write_bytes(b"")
    cases = {"no.png": "no file", "text.png": "not a picture", "empty.png": "not a picture", ".": "can't be"}
    for name, words in cases.items():
        with pytest.raises(UserError, match=words) as caught:
            Image.open(tmp_path / name)
        assert caught.value.hint


@pytest.mark.parametrize("deep", [False, True])
@pytest.mark.parametrize("format", ["png", "jpeg", "webp"])
def test_truncated_and_mutated_files_never_crash(tmp_path: Path, format: str, deep: bool) -> None:
    random = np.random.default_rng(3)
    array = random.integers(0, 255, (40, 40, 3)).astype("uint16" if deep else "uint8")
    data = Image.of(array).encode(format)  # type: ignore[arg-type]
    with pytest.raises(UserError):
        pictures.decode(data[: len(data) // 2])
    for _ in range(60):
        broken = bytearray(data)
        for at in random.integers(0, len(data), 4):
            broken[at] = random.integers(0, 256)
        try:
            pictures.decode(bytes(broken))
        except UserError as error:
            assert error.hint


def test_colours_are_converted_alike_at_every_depth() -> None:
    profile = wide_gamut()
    array = np.random.default_rng(4).integers(0, 256, (16, 16, 4)).astype(np.uint8)
    engine = Image.of(array, profile).srgb()
    own = Image.of(array, profile).to("float32").srgb()
    assert engine.profile is None
    assert (engine.array[:, :, 3] == array[:, :, 3]).all()
    assert np.abs(engine.array / 255 - own.array).max() < 0.006
    assert np.abs(engine.array.astype(int) - array).max() > 10
    assert (Image.of(array).srgb().array is array)


def test_gray_profiles_convert_too() -> None:
    array = np.arange(256, dtype=np.uint8).reshape(16, 16, 1)
    assert np.abs(Image.of(array, colour._srgb_gray()).srgb().array.astype(int) - array).max() <= 1


def test_a_damaged_profile_is_a_sentence() -> None:
    with pytest.raises(UserError, match="profile"):
        Image.of(RAMP.copy(), b"nonsense" * 40).srgb()


def test_formats_refuse_what_they_cannot_hold() -> None:
    with pytest.raises(UserError, match="WEBP"):
        Image.of(np.zeros((1, 20_000, 3), np.uint8)).encode("webp")


def test_masks_and_loras() -> None:
    mask = Mask.of(np.ones((2, 3), np.float32))
    assert (mask.width, mask.height, mask.nbytes) == (3, 2, 24)
    with pytest.raises(TypeError):
        Mask.of(np.ones((2, 3)))
    one, two = (Lora((LoraPart(name, 1.0),)) for name in "ab")
    assert [part.model for part in two.onto(one).parts] == ["a", "b"]
    assert two.onto(None) == two


def test_pillow_sees_the_picture() -> None:
    assert Image.of(RAMP.copy()).pil().size == (6, 4)
    assert Image.of(np.zeros((2, 2, 1), np.uint16)).pil().mode == "L"
    buffer = io.BytesIO()
    Image.of(RAMP.copy()).pil().save(buffer, "PNG")
    assert (pictures.decode(buffer.getvalue())[0] == RAMP).all()


@pytest.mark.parametrize("broken", ["few", "stream", "none"])
def test_a_16_bit_png_with_too_few_pixels_is_refused_though_its_checksums_hold(broken: str) -> None:
    rows = (b"\0" + bytes(5 * 6)) * (2 if broken == "few" else 3)
    packed = zlib.compress(rows)
    packed = packed[:-6] + b"broken" if broken == "stream" else packed
    head = (b"IHDR", struct.pack(">IIBBBBB", 5, 3, 16, 2, 0, 0, 0))
    data = chunked(head, (b"IDAT", packed), (b"IEND", b""))
    if broken == "none":
        assert pictures.decode(data)[0].shape == (3, 5, 3)
    else:
        with pytest.raises(UserError, match="damaged"):
            pictures.decode(data)
