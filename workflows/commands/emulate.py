"""``ajar emulate``: a provider's stand-in on this machine, to try a graph without a key and without money."""

import argparse
import sys
import time
from importlib.util import find_spec

from ajar.errors import WorkflowError


def run(request: argparse.Namespace) -> int:
    from workflows.studio import emulators, start_emulator

    names = emulators()
    if not request.provider:
        print("\n".join(names))
        return 0
    if request.provider not in names:
        raise WorkflowError(f'There is no emulator called "{request.provider}".', f"There are: {', '.join(names)}.")
    emulator = start_emulator(request.provider, request.port, request.seconds, request.fault)
    name = request.provider.upper()
    then = "ajar models get acme/tiny" if request.provider == "hub" else "ajar run GRAPH --pay 5"
    print(f"{request.provider} is played at {emulator.base} until you press Ctrl+C. In another terminal:\n")
    if sys.platform == "win32":
        print(f"  set AJAR_{name}_URL={emulator.base}\n  set AJAR_{name}_KEY={emulator.key}\n  {then}")
    else:
        print(f"  export AJAR_{name}_URL={emulator.base} AJAR_{name}_KEY={emulator.key}\n  {then}")
    print("\nIts results are test patterns; nothing leaves this machine, no money is spent.", flush=True)
    if find_spec("av") is None:
        print("Films and MP3 can't be made without PyAV, which is not installed: pip install av", flush=True)
    told = 0
    try:
        while True:
            time.sleep(0.2)
            if emulator.paid != told:
                told = emulator.paid
                print(f"{told} order{'s' * (told != 1)} so far", flush=True)
    finally:
        emulator.close()
