"""The film lab: ffmpeg's filters, as PyAV brings them, on pictures and sounds that stream through."""

from collections.abc import Iterable, Iterator, Sequence
from dataclasses import replace
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from ajar.errors import UserError
from ajar.film import pyav
from ajar.tracks import Track, frame_of, layout
from ajar.values import Image

if TYPE_CHECKING:
    import numpy as np

    Array = np.ndarray[Any, np.dtype[Any]]

Filter = tuple[str, str]
"""Its name and its options, as ffmpeg writes them."""


def has(name: str) -> bool:
    """Whether the installed PyAV brings this filter."""
    return name in pyav().filter.filters_available


def develop(shots: Iterable[Image], fps: float, *filters: Filter) -> Iterator[Image]:
    """Pictures of one size through filters, in full colour; what comes out may be more or fewer of them."""
    stream = iter(shots)
    first = next(stream, None)
    if first is None:
        return
    rate = Fraction(fps).limit_denominator(1001)
    size = f"video_size={first.width}x{first.height}:pix_fmt=rgb24:time_base={1 / rate}:frame_rate={rate}"
    chain = (("format", "yuv444p"), *filters, ("format", "rgb24"))
    line = _Line(("buffer", f"{size}:pixel_aspect=1/1"), chain, "buffersink")
    for number, image in enumerate(_chained(first, stream)):
        frame = pyav().VideoFrame.from_ndarray(_plain(image), format="rgb24")
        frame.pts, frame.time_base = number, 1 / rate
        yield from map(_picture, line.push(frame))
    yield from map(_picture, line.push(None))


def treat(sound: Track, *filters: Filter) -> Track:
    """A sound through filters, of the same rate and channels."""
    same = ("aformat", f"sample_fmts=fltp:sample_rates={sound.rate}:channel_layouts={layout(sound.channels)}")
    return replace(sound, parts=(frame.to_ndarray() for frame in _heard(sound, (*filters, same))))


def described(sound: Track, *filters: Filter) -> "Iterator[dict[str, str]]":
    """What filters that measure write beside the sound."""
    for frame in _heard(sound, filters):
        yield dict(frame.metadata)


def _heard(sound: Track, filters: Sequence[Filter]) -> Iterator[Any]:
    form = layout(sound.channels)
    options = f"time_base=1/{sound.rate}:sample_rate={sound.rate}:sample_fmt=fltp:channel_layout={form}"
    line = _Line(("abuffer", options), filters, "abuffersink")
    at = 0
    for part in sound.parts:
        yield from line.push(frame_of(part, sound.rate, at))
        at += part.shape[1]
    yield from line.push(None)


def palette(shots: Iterable[Image]) -> Any:
    """The 255 colours that a whole film needs most, as PyAV has a palette; pictures are only counted, not held."""
    stream = iter(shots)
    first = next(stream)
    size = f"video_size={first.width}x{first.height}:pix_fmt=rgb24:time_base=1/25:pixel_aspect=1/1"
    line = _Line(("buffer", size), (("palettegen", "stats_mode=full:reserve_transparent=0"),), "buffersink")
    for number, image in enumerate(_chained(first, stream)):
        frame = pyav().VideoFrame.from_ndarray(_plain(image), format="rgb24")
        frame.pts, frame.time_base = number, Fraction(1, 25)
        list(line.push(frame))
    return next(iter(line.push(None)))


class Printer:
    """Pictures as films store them: in the colours of HDTV, those at half size lying where players look for them.

    Without the latter, colours would wander to the side each time a film is made anew.
    """

    def __init__(self, width: int, height: int, source: str, goal: str) -> None:
        size = f"video_size={width}x{height}:pix_fmt={source}:time_base=1/25:pixel_aspect=1/1"
        ways = "flags=bicubic+accurate_rnd+full_chroma_int+full_chroma_inp"
        scale = ("scale", f"out_color_matrix=bt709:out_range=tv:out_chroma_loc=left:{ways}")
        self._line = _Line(("buffer", size), (scale, ("format", goal)), "buffersink")

    def print(self, frame: Any) -> Any:
        return next(self._line.push(frame))


class Painter256:
    """Pictures in the colours of one palette, scattered; what does not move keeps its pattern."""

    def __init__(self, colours: Any, width: int, height: int, rate: Fraction) -> None:
        av = pyav()
        self.graph = av.filter.Graph()
        beat = f"time_base={1 / rate}:pixel_aspect=1/1"
        size = f"video_size={width}x{height}:pix_fmt=rgb24:{beat}"
        small = f"video_size={colours.width}x{colours.height}:pix_fmt={colours.format.name}:{beat}"
        self.source = self.graph.add("buffer", size)
        table = self.graph.add("buffer", small)
        use = self.graph.add("paletteuse", "dither=sierra2_4a:diff_mode=rectangle")
        self.sink = self.graph.add("buffersink")
        self.source.link_to(use, 0, 0)
        table.link_to(use, 0, 1)
        use.link_to(self.sink)
        self.graph.configure()
        colours.pts, colours.time_base = 0, 1 / rate
        table.push(colours)
        table.push(None)

    def paint(self, frame: Any) -> list[Any]:
        """The frames that are ready; None for the last of them."""
        self.source.push(frame)
        return list(_pulled(self.sink))


class _Line:
    """Filters in a row."""

    def __init__(self, source: Filter, filters: Sequence[Filter], sink: str) -> None:
        graph = pyav().filter.Graph()
        try:
            self.source = last = graph.add(*source)
            for name, options in filters:
                node = graph.add(name, options) if options else graph.add(name)
                last.link_to(node)
                last = node
            self.sink = graph.add(sink)
            last.link_to(self.sink)
            graph.configure()
        except (ValueError, pyav().FFmpegError) as error:
            names = ", ".join(name for name, _ in filters)
            raise UserError(
                f"The installed PyAV can't do this ({names}: {error}).", "Install a newer one: pip install -U av."
            ) from error
        self.graph = graph

    def push(self, frame: Any) -> Iterator[Any]:
        """Put one in, and take out what is ready; None at the end."""
        self.source.push(frame)
        yield from _pulled(self.sink)


def _pulled(sink: Any) -> Iterator[Any]:
    errors = pyav().error
    while True:
        try:
            yield sink.pull()
        except (errors.BlockingIOError, errors.EOFError):
            return


def _chained(first: Image, rest: Iterator[Image]) -> Iterator[Image]:
    yield first
    for image in rest:
        if image.size != first.size:
            raise UserError(
                f"The pictures of a film differ in size: {first.size} and {image.size}.", "Resize them to one size."
            )
        yield image


def _plain(image: Image) -> "Array":
    import numpy as np

    return np.ascontiguousarray(image.rgb().srgb().to("uint8").array)


def _picture(frame: Any) -> Image:
    return Image.of(frame.to_ndarray(format="rgb24"))
