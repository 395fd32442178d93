"""The grammar of the command line: which commands there are, what each takes, and the parser that reads them."""

import argparse
import re
from typing import NoReturn

from ajar.errors import WorkflowError
from workflows.commands import options, traced

DESCRIPTION = "Make, run and inspect Ajar workflows."
EPILOG = """\
exit codes: 0 done, 1 a node failed, 2 the request or file is wrong, 3 refused by a policy,
4 stopped for a person, 130 cancelled

the data folder is AJAR_HOME, else where this system keeps a user's data
"""
_CHANGES = ("--set", "--stage", "--only", "--seed")
COMMANDS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("app", "open the window", ("[FILE]", "--pack")),
    ("run", "run a workflow and save what it makes", (
        "FILE", *_CHANGES, "--pay", "--pay-unknown", "--beyond-caps", "--residency", "--intent", "--licence-reason",
        "--hosts", "--answer", "--out", "--sidecar", "--no-cache", "--json", "--pack")),
    ("check", "say what is wrong with a workflow, without running it", (
        "FILE", "--set", "--stage", "--only", "--intent", "--json", "--pack")),
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


class _Parser(argparse.ArgumentParser):
    """Complains in sentences instead of printing the usage and leaving."""

    def error(self, message: str) -> NoReturn:
        # All that is converted is a number; argparse would tell the name of the function instead.
        message = re.sub(r"invalid \w+ value: (.*)$", r"\1 is no number", message, flags=re.DOTALL)
        raise WorkflowError(f"{message[:1].upper()}{message[1:]}.", f"See {self.prog} --help.")


def build_parser() -> argparse.ArgumentParser:
    """All commands and their options; completion is made from it too."""
    parser = _Parser(
        prog="ajar", description=DESCRIPTION, epilog=EPILOG, formatter_class=argparse.RawDescriptionHelpFormatter
    )
    parser.add_argument("--version", action="store_true", help="print the version and leave")
    arguments = {**options.ARGUMENTS, **traced.ARGUMENTS}
    commands = parser.add_subparsers(dest="command", metavar="COMMAND", parser_class=_Parser)
    for name, text, taken in COMMANDS:
        command = commands.add_parser(name, help=text, description=text[:1].upper() + text[1:] + ".")
        for option in taken:
            arguments[option](command)
    return parser
