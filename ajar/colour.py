"""Colour profiles: the numbers of one colour space as those of another, at the depth they come in."""

import functools
import io
import struct
from collections.abc import Callable
from typing import TYPE_CHECKING, Any

from ajar import pictures, pixels
from ajar.errors import UserError

if TYPE_CHECKING:
    import numpy as np

    from ajar.values import Color, Image

    Array = np.ndarray[Any, np.dtype[Any]]

Curve = Callable[["Array"], "Array"]
SRGB_TO_XYZ = (
    (0.4360747, 0.3850649, 0.1430804),
    (0.2225045, 0.7168786, 0.0606169),
    (0.0139322, 0.0971045, 0.7141733),
)
"""Adapted to D50, the white of profile connection spaces."""


def convert(array: "Array", source: bytes | None, target: bytes | None) -> "Array":
    """Pixels in the target's numbers; None is sRGB. Alpha, channels and dtype stay. UserError for a damaged profile."""
    if source == target:
        return array
    channels = array.shape[2]
    if array.dtype.name != "uint8":
        ends = _matrix_space(source, channels), _matrix_space(target, channels)
        if ends[0] and ends[1]:
            return _through_matrices(array, ends[0], ends[1])
    # Profiles made of tables go through the colour engine, which works in 8 bits here.
    return pixels.convert(_through_engine(pixels.convert(array, "uint8"), source, target), array.dtype)


def ink(color: "Color", image: "Image") -> "Array":
    """A colour in the numbers of this picture, one a channel, in its dtype; a gray picture takes the luma."""
    import numpy as np

    parts = np.array([[[color.red, color.green, color.blue, color.alpha]]], np.uint8)
    values = pixels.convert(parts, "float32")
    if image.channels == 1:
        values = pixels.with_channels(values, 1)
    elif image.profile:
        values = convert(values, None, image.profile)
    found: Array = pixels.convert(values, image.dtype)[0, 0, : image.channels]
    return found


def with_room(image: "Image", color: "Color") -> "Image":
    """The picture with the channels it takes to hold this colour."""
    if color.alpha < 255:
        return image.rgba()
    return image.rgb() if image.channels == 1 and not color.red == color.green == color.blue else image


def from_print(image: Any, profile: bytes | None) -> Any:
    """A Pillow picture in CMYK, Lab, HSV or YCbCr as sRGB, by its profile where it has one."""
    from PIL import ImageCms

    if profile is None or image.mode != "CMYK":
        return image.convert("RGB")
    try:
        return ImageCms.profileToProfile(image, io.BytesIO(profile), ImageCms.createProfile("sRGB"), outputMode="RGB")
    except (ImageCms.PyCMSError, OSError):
        return image.convert("RGB")


def _through_engine(array: "Array", source: bytes | None, target: bytes | None) -> "Array":
    import numpy as np
    from PIL import ImageCms

    gray = array.shape[2] == 1
    mode = "L" if gray else "RGB"
    try:
        ends = _profile(source, gray), _profile(target, gray)
        transform = ImageCms.buildTransform(*ends, mode, mode, ImageCms.Intent.RELATIVE_COLORIMETRIC, _flags())
        colours = np.ascontiguousarray(array[:, :, :3])
        image = pictures.to_pil(colours)
        ImageCms.applyTransform(image, transform, inPlace=True)
    except (ImageCms.PyCMSError, OSError, ValueError) as error:
        raise UserError("A colour profile in a picture is damaged.", "Save the picture as sRGB.") from error
    done = np.array(image).reshape(colours.shape)
    return np.concatenate((done, array[:, :, 3:]), axis=2) if array.shape[2] == 4 else done


def _flags() -> Any:
    from PIL import ImageCms

    return ImageCms.Flags.BLACKPOINTCOMPENSATION


def _profile(data: bytes | None, gray: bool) -> Any:
    from PIL import ImageCms

    if data:
        return ImageCms.ImageCmsProfile(io.BytesIO(data))
    return ImageCms.ImageCmsProfile(io.BytesIO(_srgb_gray())) if gray else ImageCms.createProfile("sRGB")


def _through_matrices(
    array: "Array", source: "tuple[list[Curve], Array]", target: "tuple[list[Curve], Array]"
) -> "Array":
    import numpy as np

    values = pixels.convert(array, "float32")
    count = min(values.shape[2], 3)
    light = np.empty((*values.shape[:2], count), np.float32)
    for at in range(count):
        light[:, :, at] = source[0][at](np.clip(values[:, :, at], 0, 1))
    if count == 3:
        light = light @ (np.linalg.inv(target[1]) @ source[1]).T.astype(np.float32)
    out = np.array(values, copy=True)
    steps = np.linspace(0, 1, 4096, dtype=np.float32) ** 2
    for at in range(count):
        # Squared steps lie closer in the shadows, where the curves are steep.
        out[:, :, at] = _invert(target[0][at], steps)(np.clip(light[:, :, at], 0, 1))
    return pixels.convert(out, array.dtype)


def _invert(curve: Curve, steps: "Array") -> Curve:
    import numpy as np

    heights = curve(steps)
    return lambda light: np.interp(light, heights, steps).astype(np.float32)


@functools.lru_cache(maxsize=16)
def _matrix_space(profile: bytes | None, channels: int) -> "tuple[list[Curve], Array] | None":
    """Curves to light and a matrix to XYZ, if the profile is made of these; None if it is made of tables."""
    import numpy as np

    if profile is None:
        return [_srgb_curve] * 3, np.array(SRGB_TO_XYZ)
    try:
        tags = _tags(profile)
        if b"A2B0" in tags:
            return None
        if channels == 1:
            return ([_curve(tags[b"kTRC"])], np.eye(3)) if b"kTRC" in tags else None
        curves = [_curve(tags[name]) for name in (b"rTRC", b"gTRC", b"bTRC")]
        columns = [struct.unpack(">3i", tags[name][8:20]) for name in (b"rXYZ", b"gXYZ", b"bXYZ")]
        matrix = np.array(columns).T / 65536
        np.linalg.inv(matrix)
    except (KeyError, struct.error, IndexError, ValueError, np.linalg.LinAlgError):
        return None
    return curves, matrix


def _tags(profile: bytes) -> dict[bytes, bytes]:
    count = min(struct.unpack_from(">I", profile, 128)[0], 200)
    found = [struct.unpack_from(">4sII", profile, 132 + 12 * at) for at in range(count)]
    return {name: profile[start : start + length] for name, start, length in found}


def _curve(tag: bytes) -> Curve:
    import numpy as np

    if tag[:4] == b"curv":
        count = struct.unpack_from(">I", tag, 8)[0]
        if count == 0:
            return lambda value: value
        if count == 1:
            gamma = struct.unpack_from(">H", tag, 12)[0] / 256
            return lambda value: value**gamma
        table = np.frombuffer(tag, ">u2", count, 12) / 65535
        return lambda value: np.interp(value, np.linspace(0, 1, count), table).astype(np.float32)
    if tag[:4] != b"para":
        raise ValueError("unknown kind of curve")
    form = struct.unpack_from(">H", tag, 8)[0]
    g, *rest = (part / 65536 for part in struct.unpack_from(f">{(1, 3, 4, 5, 7)[form]}i", tag, 12))
    a, b, c, d, e, f = rest + [1.0, 0.0, 0.0, 0.0, 0.0, 0.0][len(rest) :]
    if form in (1, 2):
        d, e, c, f = -b / a, c, 0.0, c
    return lambda value: np.where(value >= d, np.maximum(a * value + b, 0) ** g + e, c * value + f).astype(np.float32)


def _srgb_curve(value: "Array") -> "Array":
    import numpy as np

    return np.where(value <= 0.04045, value / 12.92, ((value + 0.055) / 1.055) ** 2.4).astype(np.float32)


@functools.cache
def _srgb_gray() -> bytes:
    """A small profile of gray with the sRGB curve."""
    curve = b"para\0\0\0\0\0\3\0\0" + struct.pack(
        ">5i", *(round(part * 65536) for part in (2.4, 1 / 1.055, 0.055 / 1.055, 1 / 12.92, 0.04045))
    )
    white = b"XYZ \0\0\0\0" + struct.pack(">3i", 63190, 65536, 54061)
    name = b"desc\0\0\0\0" + struct.pack(">I", 5) + b"Gray\0" + bytes(79)
    parts = [(b"desc", name), (b"wtpt", white), (b"kTRC", curve)]
    table, body, at = struct.pack(">I", len(parts)), b"", 132 + 12 * len(parts)
    for tag, content in parts:
        content += bytes(-len(content) % 4)
        table += struct.pack(">4sII", tag, at + len(body), len(content))
        body += content
    head = struct.pack(
        ">I4sI4s4s4s12s4s28x3i48x", at + len(body), b"\0\0\0\0", 0x02100000, b"mntr", b"GRAY", b"XYZ ",
        struct.pack(">6H", 2026, 1, 1, 0, 0, 0), b"acsp", 63190, 65536, 54061,
    )
    return head + table + body
