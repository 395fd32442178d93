"""What runs models has no connection: the process is unplugged where the system lets it be, and asks nobody anywhere.

It is done twice. An audit hook refuses what Python's sockets want; on Linux the process also gets a network of its
own with nothing in it, so that programs that it starts and libraries that go round Python reach nobody either.
"""

import os
import sys
from contextlib import suppress
from pathlib import Path
from typing import Any

HERE = (None, "", "localhost", "127.0.0.1", "::1", b"localhost", b"127.0.0.1", b"::1")
"""Addresses of this machine itself."""
NEW_USER, NEW_NET = 0x10000000, 0x40000000
"""``CLONE_NEWUSER`` and ``CLONE_NEWNET`` of Linux, <sched.h>."""
PLUGGED = "AJAR_WORKER_NETWORK"
"""``keep`` in the environment leaves the network as it is, should a driver want it; the hook stays."""


def stay() -> bool:
    """Called first thing, before there is a second thread. Whether the system has unplugged the process, too."""
    sys.addaudithook(_refuse)
    return os.environ.get(PLUGGED) != "keep" and _unplugged()


def _unplugged() -> bool:
    """A new, empty network; needs a user namespace, which some systems forbid: then only the hook holds."""
    if sys.platform != "linux":
        return False
    import ctypes

    user, group = os.getuid(), os.getgid()
    try:
        done = bool(ctypes.CDLL(None, use_errno=True).unshare(NEW_USER | NEW_NET) == 0)
    except (OSError, AttributeError):
        return False
    if done:
        # Else files that it writes would be nobody's.
        for name, text in (("setgroups", "deny"), ("uid_map", f"{user} {user} 1"), ("gid_map", f"{group} {group} 1")):
            with suppress(OSError):
                Path(f"/proc/self/{name}").write_text(text, "ascii")
    return done


def _refuse(event: str, given: tuple[Any, ...]) -> None:
    """Whatever a library or a file of a stranger asks for, nobody is called."""
    if event in ("socket.connect", "socket.sendto", "socket.sendmsg"):
        address = given[1]
        away = isinstance(address, tuple) and address[0] not in HERE
    else:
        away = event in ("socket.getaddrinfo", "socket.gethostbyname") and given[0] not in HERE
    if away:
        raise PermissionError("The process that runs models has no connection to other machines.")
