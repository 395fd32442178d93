"""A pack of gpu nodes for the tests of the lane. None of them needs a model."""

import os
import sys
import time
from collections.abc import Iterator
from pathlib import Path

import numpy as np

from ajar.context import Gpu
from ajar.contract import node
from ajar.errors import UserError
from ajar.values import Image


@node
def where(gpu: Gpu) -> str:
    return f"{os.getpid()} {gpu.device} {gpu.stage} {'torch' in sys.modules}"


@node
def invert(gpu: Gpu, image: Image) -> Image:
    return image.like(255 - image.array)


@node
def noisy(gpu: Gpu, text: str) -> str:
    print("a library talks", text)
    os.write(1, b"AJR1 so does its C code\n")
    return text + str(sys.stdin.read())


@node
def crash(gpu: Gpu, code: int = 7) -> int:
    os.write(2, b"last words of the library\n")
    os._exit(code)


@node
def hang(gpu: Gpu) -> int:
    gpu.progress(0.1, "hanging")
    while True:
        time.sleep(1)


@node
def polite(gpu: Gpu) -> int:
    for part in range(1000):
        gpu.progress(part / 1000, "working")
        time.sleep(0.02)
    return 1


@node
def refuse(gpu: Gpu) -> int:
    raise UserError("It can't be done.", "Do something else.")


@node
def break_(gpu: Gpu) -> int:
    raise KeyError("deep inside")


@node
def quit_(gpu: Gpu) -> int:
    sys.exit(3)


@node
def three(gpu: Gpu, fail: bool = False) -> Iterator[int]:
    for part in range(3):
        if fail and part == 2:
            raise UserError("The third fails.", "")
        yield part


@node
def previewing(gpu: Gpu) -> int:
    gpu.progress(0.5, "half", Image.of(np.zeros((2000, 1000, 3), np.uint8)))
    gpu.progress(1.0, "whole")
    return 1


@node
def flood(gpu: Gpu) -> int:
    for part in range(20_000):
        gpu.progress(part / 20_000, "flood")
    return 1


@node(writes=True)
def write(gpu: Gpu, content: str) -> Path:
    return gpu.save(content.encode() + gpu.about.encode(), ".txt")


@node(writes=True)
def copy_out(gpu: Gpu, file: str) -> Path:
    return gpu.save(Path(file), ".bin")


@node
def opaque(gpu: Gpu) -> object:
    return object()
