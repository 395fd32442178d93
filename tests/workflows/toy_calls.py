"""A pack with a node that tries to call another machine from where models run."""

import socket

from ajar.context import Gpu
from ajar.contract import node


@node
def call(gpu: Gpu, host: str) -> str:
    try:
        socket.create_connection((host, 9), timeout=1).close()
    except OSError as error:
        return f"{type(error).__name__}: {error}"
    return "connected"
