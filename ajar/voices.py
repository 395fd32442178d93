"""How films are stored, and the sound that is written beside their pictures."""

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any

from ajar.clips import Audio
from ajar.film import opened, pyav, start_of
from ajar.tracks import Track, at_rate, blocks, frame_of, layout, of_audio, track

Sound = Audio | Track | Path | None
"""Of a path, the sound of that file is taken over as it is stored, where the new one can hold it."""
AAC_RATES = (8000, 11025, 12000, 16000, 22050, 24000, 32000, 44100, 48000, 88200, 96000)


@dataclass(frozen=True, slots=True)
class Form:
    """How a film is stored."""

    name: str
    suffix: str
    container: str
    codec: str
    pixels: str
    options: Mapping[str, str] = field(default_factory=dict)
    sound: str = "aac"
    """The codec of the sound; "" where the file holds none."""
    copies: tuple[str, ...] = ()
    """Codecs of sound that are taken over as they are."""
    tag: str = ""
    even: int = 2
    """What width and height are multiples of: colours are stored at half size."""


def voice_for(out: Any, sound: Sound, form: Form) -> "Voice":
    """What writes a sound into an open file, taken over as it is stored or encoded anew."""
    if sound is None or not form.sound:
        return Voice()
    if isinstance(sound, Path):
        found = track(sound)
        if found is None:
            return Voice()
        copied = _Copied.of(out, sound, form)
        if copied is not None:
            return copied
        sound = found
    return _Encoded(out, form, sound if isinstance(sound, Track) else of_audio(sound))


class Voice:
    """The sound beside the pictures; this one is silent."""

    def upto(self, seconds: float) -> None:
        """Write what belongs to the pictures up to here."""


class _Encoded(Voice):
    """Sound that is encoded anew."""

    def __init__(self, out: Any, form: Form, sound: Track) -> None:
        rate, channels = sound.rate, min(sound.channels, 2)
        if form.sound == "aac" and rate not in AAC_RATES:
            rate = 48_000
        if (rate, channels) != (sound.rate, sound.channels):
            sound = at_rate(sound, rate, channels)
        self.out = out
        self.rate = rate
        self.stream = out.add_stream(form.sound, rate=rate, **({"bit_rate": 256_000} if form.sound == "aac" else {}))
        self.stream.layout = layout(channels)
        self.parts = blocks(sound.parts, 1024)
        self.form = pyav().AudioResampler(format=self.stream.format.name, layout=layout(channels), rate=rate)
        self.at = 0
        self.over = False

    def upto(self, seconds: float) -> None:
        while not self.over and self.at < seconds * self.rate:
            part = next(self.parts, None)
            if part is None:
                self.over = True
                self.out.mux(self.stream.encode(None))
                return
            for frame in self.form.resample(frame_of(part, self.rate, self.at)):
                self.out.mux(self.stream.encode(frame))
            self.at += part.shape[1]


class _Copied(Voice):
    """Sound that is taken over as it is stored, so that it loses nothing."""

    def __init__(self, out: Any, packets: Iterator[Any], stream: Any) -> None:
        self.out, self.packets, self.stream = out, packets, stream
        self.waiting: Any = None

    @classmethod
    def of(cls, out: Any, path: Path, form: Form) -> "_Copied | None":
        with opened(path) as container:
            source = container.streams.audio[0]
            video = container.streams.video[0] if container.streams.video else source
            if source.codec_context.name not in form.copies:
                return None
            zero = start_of(container, video)
            stream = out.add_stream_from_template(source)
        return cls(out, _packets(path, zero), stream)

    def upto(self, seconds: float) -> None:
        while True:
            packet = self.waiting or next(self.packets, None)
            self.waiting = None
            if packet is None:
                return
            if float(packet.dts * packet.time_base) > seconds:
                self.waiting = packet
                return
            packet.stream = self.stream
            self.out.mux(packet)


def _packets(path: Path, zero: float) -> Iterator[Any]:
    with opened(path) as container:
        for packet in container.demux(container.streams.audio[0]):
            if packet.pts is None:
                continue
            packet.dts = packet.pts if packet.dts is None else packet.dts
            shift = round(zero / packet.time_base)
            packet.pts, packet.dts = packet.pts - shift, packet.dts - shift
            yield packet
