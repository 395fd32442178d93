"""The command line: reads it, calls the command, and turns every error into sentences and an exit code."""

import importlib
import os
import signal
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO

from ajar.errors import AjarError, Cancelled
from workflows.commands.grammar import build_parser

OK, CANCELLED = 0, 130

Window = Callable[[Path | None, Sequence[Path]], int]
"""Opens the window with a workflow (or none) and packs, and gives the exit code once it was closed."""


def main(argv: Sequence[str] | None = None, window: Window | None = None) -> int:
    """Run one command line and give its exit code."""
    arguments = list(sys.argv[1:] if argv is None else argv)
    as_json = "--json" in arguments
    _prepare_streams()
    try:
        code = _run(arguments, window)
        sys.stdout.flush()
        return code
    except (KeyboardInterrupt, Cancelled):
        return _report(AjarError("Cancelled."), as_json, CANCELLED)
    except AjarError as error:
        return _report(error, as_json, error.exit_code)
    except BrokenPipeError:
        return _deaf()
    except Exception as error:
        return _report(_unexpected(error), as_json, 1)


def _run(arguments: list[str], window: Window | None) -> int:
    parser = build_parser()
    try:
        request = parser.parse_args(arguments)
    except SystemExit as leaving:  # --help
        return int(leaving.code or 0)
    if request.version:
        return _version()
    if request.command is None:
        parser.print_help()
        return OK
    request.window = window
    module = importlib.import_module(f"workflows.commands.{request.command}")
    signal_before = _stop_on_terminate()
    try:
        return int(module.run(request))
    finally:
        if signal_before is not None:
            signal.signal(signal.SIGTERM, signal_before)


def _version() -> int:
    from importlib.metadata import PackageNotFoundError, version

    try:
        print(f"ajar {version('ajar')}")
    except PackageNotFoundError:  # from a clone that was never installed
        print("ajar (from a clone)")
    return OK


def _report(error: AjarError, as_json: bool, code: int) -> int:
    from workflows.commands.said import summary_line

    try:
        if as_json:
            print(summary_line(error, code), flush=True)
        else:
            sys.stdout.flush()
            print(f"error: {error.message}", file=sys.stderr)
            if error.hint:
                print(f"hint: {error.hint}", file=sys.stderr)
    except BrokenPipeError:
        _deaf()
    return code


def _unexpected(error: Exception) -> AjarError:
    """A mistake of ours or of a pack: one sentence here, the traceback in a log file."""
    from workflows.logs import write_log

    what = str(error).partition("\n")[0][:200]
    log = write_log(error)
    hint = f"The details are in {log}." if log else "Run it with AJAR_HOME set to a writable folder to get the details."
    return AjarError(f"Something went wrong inside Ajar ({type(error).__name__}: {what}).", hint)


def _deaf() -> int:
    """Nobody reads what we print (`ajar nodes | head`): leave as a program that was stopped by that does."""
    with suppress(OSError, ValueError):
        os.dup2(os.open(os.devnull, os.O_WRONLY), sys.stdout.fileno())
    return 128 + 13


def _prepare_streams() -> None:
    for stream in (sys.stdout, sys.stderr):
        _never_fail(stream)


def _never_fail(stream: IO[str]) -> None:
    # A terminal that can't show a character gets a question mark, not a traceback.
    reconfigure = getattr(stream, "reconfigure", None)
    if reconfigure is not None:
        with suppress(OSError, ValueError):
            reconfigure(errors="replace")


def _stop_on_terminate() -> "signal._HANDLER | None":
    """Being told to end is handled like Ctrl+C. Only the main thread may say so."""

    def stop(*_: object) -> None:
        raise KeyboardInterrupt

    with suppress(ValueError):
        return signal.signal(signal.SIGTERM, stop)
    return None
