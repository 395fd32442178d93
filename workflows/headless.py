"""The command line: reads it, calls the command, and turns every error into sentences and an exit code."""

import argparse
import importlib
import os
import signal
import sys
from collections.abc import Callable, Sequence
from contextlib import suppress
from pathlib import Path
from typing import IO, NoReturn

from ajar.errors import AjarError, Cancelled, WorkflowError
from workflows.commands import traced

OK, CANCELLED = 0, 130
DESCRIPTION = "Make, run and inspect Ajar workflows."
EPILOG = """\
exit codes: 0 done, 1 a node failed, 2 the request or file is wrong, 3 refused by a policy,
4 stopped for a person, 130 cancelled

the data folder is AJAR_HOME, else where this system keeps a user's data
"""


class _Parser(argparse.ArgumentParser):
    """Complains in sentences instead of printing the usage and leaving."""

    def error(self, message: str) -> NoReturn:
        raise WorkflowError(f"{message[:1].upper()}{message[1:]}.", f"See {self.prog} --help.")


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


def build_parser() -> argparse.ArgumentParser:
    """All commands and their options; completion is made from it too."""
    parser = _Parser(
        prog="ajar", description=DESCRIPTION, epilog=EPILOG, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--version", action="store_true", help="print the version and leave")
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", parser_class=_Parser)
    for name, text, options in COMMANDS:
        command = commands.add_parser(name, help=text, description=text[:1].upper() + text[1:] + ".")
        for option in options:
            _ARGUMENTS[option](command)
    return parser


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
    from workflows.commands.said import write_log

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


def _seed(text: str) -> int:
    from ajar.hints import MAX_SEED

    number = int(text)
    if not 0 <= number <= MAX_SEED:
        raise argparse.ArgumentTypeError(f"a seed is a whole number from 0 to {MAX_SEED}, not {text}")
    return number


def _amount(text: str) -> float:
    amount = float(text.removeprefix("$"))
    if not 0 <= amount < 1e6:
        raise argparse.ArgumentTypeError(f"an amount is from 0 to a million dollars, not {text}")
    return amount


def _figure(text: str) -> float:
    number = float(text.removeprefix("$"))
    if not 0 < number < 1e9:
        raise argparse.ArgumentTypeError(f"a figure is above 0, not {text}")
    return number


def _pixels(text: str) -> int:
    number = int(text)
    if not 60 <= number <= 4096:
        raise argparse.ArgumentTypeError(f"a cell is 60 to 4096 pixels wide, not {text}")
    return number


_ARGUMENTS = {
    "FILE": lambda parser: parser.add_argument(
        "file", metavar="FILE", help="a workflow (.json), or a picture that Ajar made"),
    "[FILE]": lambda parser: parser.add_argument(
        "file", metavar="FILE", nargs="?", help="a workflow (.json), or a picture that Ajar made"),
    "NODE": lambda parser: parser.add_argument("node", metavar="NODE", help="the id of a generator in it"),
    "--model": lambda parser: parser.add_argument(
        "--model", metavar="MODEL", help="which hosted model (kling-3.0); without it, which there are, with prices"),
    "--with": lambda parser: parser.add_argument(
        "--with", dest="other", metavar="TYPE[:MODEL]", help="which model instead; without it, which there are"),
    "TAKE": lambda parser: parser.add_argument("take", metavar="TAKE", type=int, help="the id of a take: ajar takes"),
    "--as": lambda parser: parser.add_argument(
        "--as", dest="roles", action="append", default=[],
        choices=("first_frame", "last_frame", "clip", "reference", "image", "prompt"),
        help="what of the take the model is given besides its words; may be repeated (the first it takes)"),
    "[TAKING]": lambda parser: parser.add_argument(
        "deed", nargs="?", default="list", metavar="DEED|FILE",
        help="list, show, pick, rate, note, lock, unlock, throw or back; or a workflow, whose takes are listed (list)"),
    "[TAKE]": lambda parser: parser.add_argument(
        "which", metavar="TAKE", nargs="?", help="the id of a take"),
    "[VALUE]": lambda parser: parser.add_argument("value", metavar="VALUE", nargs="?", help="stars, or a note"),
    "--answer": lambda parser: parser.add_argument(
        "--answer", metavar="FILE", help="the answered questions that an earlier run wrote (out/NAME.pick.json)"),
    "--choice": lambda parser: parser.add_argument(
        "--choice", metavar="N", type=int, help="the answer to what is still open in a file of questions"),
    "[OPEN]": lambda parser: parser.add_argument(
        "order", metavar="ORDER|FILE", nargs="?", help="the id of an order, or a file of questions (NAME.pick.json)"),
    "--into": lambda parser: parser.add_argument(
        "--into", metavar="FILE", help="write the workflow here instead of where it was"),
    "OUTPUT": lambda parser: parser.add_argument("file", metavar="OUTPUT", help="a file that Ajar made"),
    "NAME": lambda parser: parser.add_argument("name", metavar="NAME", nargs="?", help="a node type, for all about it"),
    "SHELL": lambda parser: parser.add_argument("shell", choices=("bash", "zsh", "fish"), help="for which shell"),
    "--set": lambda parser: parser.add_argument(
        "--set", metavar="NODE.INPUT=VALUE", action="append", default=[],
        help="set an input (JSON, else text); replaces a wire; may be repeated"),
    "--stage": lambda parser: parser.add_argument(
        "--stage", choices=("draft", "final"), help="which branch of stage nodes is computed (draft)"),
    "--only": lambda parser: parser.add_argument(
        "--only", metavar="NODE", nargs="+", action="extend", default=[],
        help="compute these nodes and what they need"),
    "--out": lambda parser: parser.add_argument(
        "--out", metavar="DIR", default="out", help="the output folder (./out)"),
    "--seed": lambda parser: parser.add_argument(
        "--seed", metavar="N", type=_seed, help="set every seed that is not wired"),
    "--no-cache": lambda parser: parser.add_argument(
        "--no-cache", action="store_true", help="compute everything, neither using nor keeping earlier results"),
    "--json": lambda parser: parser.add_argument(
        "--json", action="store_true", help="print JSON only, one object a line"),
    "--pack": lambda parser: parser.add_argument(
        "--pack", metavar="FILE", action="append", default=[], help="a Python file with nodes; may be repeated"),
    "--pay": lambda parser: parser.add_argument(
        "--pay", metavar="USD", type=_amount, help="agree to spend at most this many dollars in this run"),
    "--pay-unknown": lambda parser: parser.add_argument(
        "--pay-unknown", action="store_true", help="agree to orders whose price is not known"),
    "--beyond-caps": lambda parser: parser.add_argument(
        "--beyond-caps", action="store_true", help="agree to go beyond caps where the settings say: over = \"ask\""),
    "--residency": lambda parser: parser.add_argument(
        "--residency", choices=("open", "listed", "local"), default="open",
        help="where work may be done; settings, project and file can only be stricter"),
    "--intent": lambda parser: parser.add_argument(
        "--intent", choices=("personal", "commercial", "client"), default="any",
        help="what the work is for; settings, project and file can only be stricter"),
    "--licence-reason": lambda parser: parser.add_argument(
        "--licence-reason", metavar="WHY", default="",
        help="go on where terms forbid what the work is for; the reason is kept with what is made"),
    "[STATED]": lambda parser: parser.add_argument(
        "past", metavar="RUN", nargs="?", type=int, help="the number of a run (the latest)"),
    "--save FILE": lambda parser: parser.add_argument(
        "--save", metavar="FILE", help="write it into a file that is not there yet"),
    "[MARKING]": lambda parser: parser.add_argument(
        "deed", nargs="?", choices=("list", "mark", "clear"), default="list",
        help="mark: neither the file nor what is made from it reaches another machine; clear needs --reason (list)"),
    "[FILES]": lambda parser: parser.add_argument("file", metavar="FILE", nargs="*", help="files, or folders of them"),
    "--reason": lambda parser: parser.add_argument(
        "--reason", metavar="WHY", default="", help="why a file may leave this machine; it is kept"),
    "[MADE]": lambda parser: parser.add_argument(
        "what", metavar="WHAT", nargs="?", help="a file that Ajar made, the number of a take, or a model"),
    "--save": lambda parser: parser.add_argument(
        "--save", action="store_true", help="write LICENSES.txt beside the file"),
    "--hosts": lambda parser: parser.add_argument(
        "--hosts", action="store_true", help="say at the end which machines were spoken with"),
    "[ORDER]": lambda parser: parser.add_argument(
        "order", metavar="ORDER", nargs="?", help="the id of an order, or its beginning"),
    "[WHAT]": lambda parser: parser.add_argument(
        "what", nargs="?", choices=("ran", "again", "forget", "stop"),
        help="ran JOB: it ran at the provider, fetch it; again: send anew (may pay twice); forget; stop"),
    "[JOB]": lambda parser: parser.add_argument("job", metavar="JOB", nargs="?", help="the provider's id of the job"),
    "--all": lambda parser: parser.add_argument("--all", action="store_true", help="also those that have ended"),
    "--csv": lambda parser: parser.add_argument(
        "--csv", action="store_true", help="one line an order, for a spreadsheet"),
    "--since": lambda parser: parser.add_argument("--since", metavar="DAY", help="from this day on, or so many days"),
    "--emulated": lambda parser: parser.add_argument(
        "--emulated", action="store_true", help="what emulators played instead of what was real"),
    "[PROJECT]": lambda parser: parser.add_argument(
        "project", metavar="FOLDER", nargs="?", help="a project: a workflow file or its folder (everything)"),
    "--watts": lambda parser: parser.add_argument(
        "--watts", metavar="W", type=_figure, help="what this machine draws while a model works"),
    "--tariff": lambda parser: parser.add_argument(
        "--tariff", metavar="USD", type=_figure, help="dollars for a kilowatt-hour"),
    "--hardware": lambda parser: parser.add_argument(
        "--hardware", metavar="USD", type=_figure, help="what the machine cost, to be paid off"),
    "--months": lambda parser: parser.add_argument(
        "--months", metavar="N", type=_figure, help="in how many months it shall be paid off (36)"),
    "[PROVIDER]": lambda parser: parser.add_argument(
        "provider", metavar="PROVIDER", nargs="?", help="whom to play; without it, who can be played"),
    "[ACTION]": lambda parser: parser.add_argument(
        "action", nargs="?", choices=("list", "set", "forget", "test"), default="list",
        help="set reads the key without showing it, or from a pipe; test asks the provider (list)"),
    "[NAME]": lambda parser: parser.add_argument("name", metavar="NAME", nargs="?", help="a provider: kling"),
    "[DEED]": lambda parser: parser.add_argument(
        "deed", nargs="?", choices=("list", "show", "get", "verify", "repair", "remove", "folders"), default="list",
        help="get fetches a model; verify reads all of one again; folders says where models are looked for (list)"),
    "[CARE]": lambda parser: parser.add_argument(
        "deed", nargs="?", choices=("list", "add", "allow", "make", "forbid", "remove"), default="list",
        help="add copies a folder here; allow lets it be loaded; make makes the environment it asks for (list)"),
    "[PACK]": lambda parser: parser.add_argument("which", metavar="PACK", nargs="?", help="a pack, or a folder to add"),
    "[WHICH]": lambda parser: parser.add_argument(
        "which", metavar="NAME", nargs="?",
        help="a name of the list, or a repository of Hugging Face: owner/name, owner/name/file"),
    "--revision": lambda parser: parser.add_argument(
        "--revision", metavar="REV", default="", help="a branch, tag or commit of the repository (main)"),
    "--accept": lambda parser: parser.add_argument(
        "--accept", action="store_true", help="accept the terms of the model without being asked"),
    "--full": lambda parser: parser.add_argument(
        "--full", action="store_true", help="full precision, where there is half precision too"),
    "PUBLISHER": lambda parser: parser.add_argument("publisher", metavar="PROVIDER", help="fal, replicate"),
    "MODEL": lambda parser: parser.add_argument("model", metavar="MODEL", help="the provider's own name of it"),
    "--port": lambda parser: parser.add_argument("--port", metavar="N", type=int, default=0, help="(any that is free)"),
    "--fault": lambda parser: parser.add_argument(
        "--fault", metavar="KIND", action="append", default=[],
        help="let this go wrong with the first order: lost, error_after, blocked, expired, ...; may be repeated"),
    "--seconds": lambda parser: parser.add_argument(
        "--seconds", metavar="S", type=float, default=5.0, help="how long a job takes (5)"),
    "-n": lambda parser: parser.add_argument("-n", metavar="N", type=int, default=20, help="how many (20)"),
    "[SHEET]": lambda parser: parser.add_argument(
        "node", metavar="NODE", nargs="?", help="a compare sheet or the group it is in; a generator to make one of"),
    "[PLACE]": lambda parser: parser.add_argument(
        "place", metavar="FOLDER", nargs="?", help="a project: its folder, or a workflow in it (this folder)"),
    "--models": lambda parser: parser.add_argument(
        "--models", metavar="M1,M2", default="",
        help="make a sheet of the generator against these models (kling-3.0, wan:Wan2.1-T2V-1.3B)"),
    "--prompts": lambda parser: parser.add_argument(
        "--prompts", metavar="TEXT", nargs="+", default=[], help="the columns of the sheet, one for each prompt"),
    "--seeds": lambda parser: parser.add_argument(
        "--seeds", metavar="N", type=_seed, nargs="+", default=[], help="seeds: a column for each, of every prompt"),
    "--x": lambda parser: parser.add_argument(
        "--x", metavar="INPUT=V1,V2", default="", help="make a sheet over the values of an input, from left to right"),
    "--y": lambda parser: parser.add_argument(
        "--y", metavar="INPUT=V1,V2", default="", help="and over another one, from top to bottom"),
    "--cap": lambda parser: parser.add_argument(
        "--cap", metavar="USD", type=_amount,
        help="what all cells may cost together: the cheapest are made, the others left out"),
    "--finished": lambda parser: parser.add_argument(
        "--finished", dest="chain", action="store_const", const="finished", default="",
        help="put the Finish chain behind every row"),
    "--raw": lambda parser: parser.add_argument(
        "--raw", dest="chain", action="store_const", const="raw", help="behind none"),
    "--png": lambda parser: parser.add_argument("--png", metavar="OUT", help="write the sheet as a picture"),
    "--html": lambda parser: parser.add_argument(
        "--html", metavar="OUT", help="write it for a browser: one file, no network"),
    "--mp4": lambda parser: parser.add_argument("--mp4", metavar="OUT", help="write its clips as one film"),
    "--blind": lambda parser: parser.add_argument(
        "--blind", action="store_true", help="without names and prices, in an order of chance"),
    "--theme": lambda parser: parser.add_argument(
        "--theme", choices=("dark", "light"), default="dark", help="how it looks (dark)"),
    "--cell": lambda parser: parser.add_argument(
        "--cell", metavar="PIXELS", type=_pixels, default=480, help="how wide a cell of a picture or film is (480)"),
    "--graph": lambda parser: parser.add_argument("--graph", action="store_true", help="print the workflow only"),
    **traced.ARGUMENTS,
}
_CHANGES = ("--set", "--stage", "--only", "--seed")
COMMANDS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("app", "open the window", ("[FILE]", "--pack")),
    ("run", "run a workflow and save what it makes", (
        "FILE", *_CHANGES, "--pay", "--pay-unknown", "--beyond-caps", "--residency", "--intent", "--licence-reason",
        "--hosts", "--answer", "--out", "--sidecar", "--no-cache",
        "--json", "--pack")),
    ("check", "say what is wrong with a workflow, without running it", (
        "FILE", "--set", "--only", "--intent", "--json", "--pack")),
    ("plan", "show what a run would do", (
        "FILE", *_CHANGES, "--residency", "--intent", "--licence-reason", "--no-cache", "--json", "--pack")),
    ("final", "put a hosted model beside a generator, with a stage after both",
     ("FILE", "NODE", "--model", "--into", "--json", "--pack")),
    ("replace", "put another model in the place of a node's, with all that fits",
     ("FILE", "NODE", "--with", "--into", "--json", "--pack")),
    ("promote", "make the final of a take: its words, seed and frames to a hosted model, once",
     ("TAKE", "--model", "--as", "--pay", "--pay-unknown", "--beyond-caps", "--residency", "--hosts", "--out", "--json",
      "--pack")),
    ("takes", "list what generators made, where one came from; pick, rate, note, lock or throw away one",
     ("[TAKING]", "[TAKE]", "[VALUE]", "-n", "--json")),
    ("sheet", "show what each cell of a compare sheet costs; make it, and write it as a picture, page or film", (
        "FILE", "[SHEET]", "--models", "--prompts", "--seeds", "--x", "--y", "--cap", "--finished", "--raw", "--png",
        "--html", "--mp4", "--blind", "--theme", "--cell", "--into", "--set", "--stage", "--seed", "--pay",
        "--pay-unknown", "--beyond-caps", "--residency", "--hosts", "--out", "--json", "--pack")),
    ("ratings", "say what quality costs: the ratings given on compare sheets of a project", ("[PLACE]", "--json")),
    ("jobs", "list paid work that is open, and decide about it",
     ("[ORDER]", "[WHAT]", "[JOB]", "--all", "--json", "--pack")),
    ("resume", "go on with paid work that an earlier run left open, or with a run that asked by a file",
     ("[OPEN]", "--choice", "--pay", "--pay-unknown", "--beyond-caps", "--json", "--pack")),
    ("ledger", "show what was spent", ("--since", "--csv", "--emulated", "--json")),
    ("cost", "show what work came to here and by order, and where a machine of one's own begins to pay",
     ("[PROJECT]", "--since", "--emulated", "--watts", "--tariff", "--hardware", "--months", "--json")),
    ("keys", "list the providers whose keys are here, keep, forget or try a key",
     ("[ACTION]", "[NAME]", "--json", "--pack")),
    ("emulate", "play a provider on this machine, without key and money",
     ("[PROVIDER]", "--port", "--seconds", "--fault")),
    ("nodes", "list the node types, or describe one", ("NAME", "--json", "--pack")),
    ("models", "list the models, and fetch, verify or remove one",
     ("[DEED]", "[WHICH]", "--revision", "--accept", "--full", "--json")),
    ("packs", "list the packs of nodes, add, allow or remove one", ("[CARE]", "[PACK]", "--json")),
    ("inputs", "ask a provider what one of its models takes, and keep it", ("PUBLISHER", "MODEL", "--json", "--pack")),
    ("schema", "print the JSON Schema of the workflow file, for editors", ("--pack",)),
    ("licences", "say under which terms a file, a take or a model is", ("[MADE]", "--intent", "--save", "--json")),
    ("confidential", "list, mark or clear files that may not reach another machine",
     ("[MARKING]", "[FILES]", "--reason", "--json")),
    ("statement", "say with whom a run spoke, to show it to a client", ("[STATED]", "--save FILE", "--json")),
    ("show", "print the workflow and settings inside a file that Ajar made", ("OUTPUT", "--graph", "--json", "--pack")),
    *traced.COMMANDS,
    ("doctor", "say what this machine can do and what is missing", ("--json",)),
    ("completion", "print a script that completes commands in your shell", ("SHELL",)),
)
