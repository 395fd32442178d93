"""Memory of a film that streams through nodes, short against four times as long, and what upscaling costs.

The films are made in processes of their own, as a process keeps what it once took.
"""

import importlib
import json
import os
import subprocess
import sys
import tempfile
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from tests.benchmarks.figures import Figure, best

SIDES = (3840, 2160)
SHORT, TIMES = 1, 4
"""Seconds of the short film, and how many times as long the long one is."""
CHAINS = ("trim and join", "sharpen and grain", "reverse", "loudness")
GROWTH = 1.15
"""How much more memory four times the length may take: the allocator's dust, and no more."""
MEASURE = """
import json, resource, sys
from pathlib import Path
from tests.benchmarks import films
films.work(sys.argv[1], Path(sys.argv[2]))
print(json.dumps(resource.getrusage(resource.RUSAGE_SELF).ru_maxrss))
"""


def work(chain: str, path: Path) -> None:
    """One chain of nodes over a film, and the films between are removed."""
    from ajar.testing import FakeContext
    from ajar.values import Video
    from nodes import cutting, finishing, sounds

    ctx, video = FakeContext(), Video.open(path)
    if chain == "trim and join":
        made = [cutting.trim(ctx, video, 0.1, 0), video]
        made = [cutting.join_videos(ctx, made), made[0]]
    elif chain == "sharpen and grain":
        made = [finishing.sharpen_video(ctx, video)]
        made.append(finishing.grain_video(ctx, made[0], 0.1, 2.0))
    elif chain == "reverse":
        made = [cutting.reverse(ctx, video)]
    else:
        made = [sounds.loudness_video(ctx, video).video]
    for film in made:
        if film is not video:
            film.path.unlink()


def figures() -> Iterator[Figure]:
    with tempfile.TemporaryDirectory(prefix="ajar-films-") as place:
        folder = Path(place)
        short, long = _film(folder / "short.mp4", SHORT), _film(folder / "long.mp4", SHORT * TIMES)
        for chain in CHAINS:
            few, many = _peak(chain, short), _peak(chain, long)
            name = f"4K film, {chain}: memory of {SHORT * TIMES} s against {SHORT} s"
            yield Figure(name, many / few, "x", GROWTH, f"{few / 1e6:.2f} and {many / 1e6:.2f} GB at most")
        yield from _upscaling(folder)


def _film(path: Path, seconds: int) -> Path:
    from ajar.values import Audio, Image, Video

    width, height = SIDES
    scene = np.random.default_rng(0).integers(0, 255, (height // 16, width // 16, 3), np.uint8)
    scene = np.ascontiguousarray(np.kron(scene, np.ones((16, 16, 1), np.uint8)))
    sound = Audio((np.random.default_rng(1).standard_normal((2, 48_000 * seconds)) * 0.1).astype(np.float32), 48_000)
    shots = (Image.of(np.roll(scene, 8 * at, axis=1)) for at in range(24 * seconds))
    Video.write(shots, 24, sound, path=path)
    return path


def _peak(chain: str, path: Path) -> int:
    """The most memory that a process took for a chain, in thousands of bytes."""
    done = subprocess.run(
        [sys.executable, "-c", MEASURE, chain, str(path)], capture_output=True, text=True, check=True,
        env={**os.environ, "PYTHONPATH": str(Path(__file__).resolve().parents[2])},
    )
    return int(json.loads(done.stdout.splitlines()[-1])) * (1024 if sys.platform != "darwin" else 1) // 1000


def _upscaling(folder: Path) -> Iterator[Figure]:
    """A real architecture with random weights: the app's tiles against one bare call of spandrel on all of it."""
    try:
        import torch
        from safetensors.torch import load_file

        from nodes.local import upscalers  # stands in for torchvision while spandrel is imported

        spandrel = importlib.import_module("spandrel")
    except ImportError:
        return
    from ajar.values import Image
    from nodes.local.catalogue import Shelf
    from nodes.local.devices import find_device
    from nodes.local.site import Site
    from tests.nodes.local.tiny import write_upscaler

    device = find_device()
    entry = Shelf([folder]).find("upscale", write_upscaler(folder / "sharp.safetensors").stem)
    assert entry.path is not None
    tool = upscalers.load(entry, Site(device))
    bare = spandrel.ModelLoader(device).load_from_state_dict(load_file(entry.path))
    bare.to(tool._model.dtype)
    array = np.random.default_rng(2).integers(0, 255, (512, 768, 3), np.uint8)
    image = Image.of(array.copy())

    def alone() -> object:
        pixels = torch.from_numpy(array).to(device).permute(2, 0, 1)[None].to(tool._model.dtype) / 255
        made = bare(pixels)[0].permute(1, 2, 0).float()
        return (made * 255).round().to(torch.uint8).cpu().numpy()

    def ours() -> object:
        return tool.enlarge(image, lambda done, note, preview: None).array

    alone()
    ours()
    slow, fast = best(ours, 5), best(alone, 5)
    million = array.shape[0] * array.shape[1] / 1e6
    note = f"{slow / million:.2f} s a megapixel here, {fast / million:.2f} bare, on {device}"
    yield Figure("upscaling by tiles against bare spandrel, a megapixel", slow / fast, "x bare", 1.5, note)
