"""Runs a real ``ajar`` command that kills itself, with SIGKILL, at one named moment of its paid work.

    python -m tests.money.killer before:submitted run graph.json --pay 9

Moments: ``before:STATE`` and ``after:STATE`` (the journal's commit of that state), ``posted`` (the provider has
answered the paid call, and nothing was done with the answer yet).
"""

import os
import signal
import sys
from typing import Any

from ajar.__main__ import main
from ajar.remote import Answer, Call, Provider
from nodes.remote.transport.client import Client
from workflows.journal import Change, Journal


def die() -> None:
    os.kill(os.getpid(), signal.SIGKILL)


def arm(moment: str) -> None:
    """Let this process die at that moment."""
    when, _, state = moment.partition(":")
    save, send = Journal._save, Client.send

    def saving(self: Journal, changes: list[Change]) -> None:
        met = any(entry.state == state for entry, _ in changes)
        if when == "before" and met:
            die()
        save(self, changes)
        if when == "after" and met:
            die()

    async def sending(self: Client, provider: Provider, call: Call, *more: Any) -> Answer:
        answer = await send(self, provider, call, *more)
        if when == "posted" and call.method == "POST":
            die()
        return answer

    Journal._save = saving  # type: ignore[method-assign]
    Client.send = sending  # type: ignore[method-assign, assignment]


if __name__ == "__main__":
    arm(sys.argv[1])
    sys.exit(main(sys.argv[2:]))
