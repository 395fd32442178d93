"""The commands about where things come from and what they were: their options, for the command line's table."""

import argparse
from collections.abc import Mapping

from workflows.commands.options import Argument, argument

ARGUMENTS: Mapping[str, Argument] = {
    "A-FILE": argument("file", metavar="FILE", help="a file, or the sidecar of one"),
    "[TARGET]": argument(
        "target", metavar="TARGET", nargs="?", help="where the copy goes; nothing is ever overwritten"),
    "--sidecar": argument(
        "--sidecar", action="store_true", help="write beside every file what made it (FILE.ajar.json)"),
    "BEFORE": argument("before", metavar="A", help="a workflow, a file that Ajar made, run:12 or take:7"),
    "AFTER": argument("after", metavar="B", help="the same"),
    "[PAST]": argument(
        "deed", nargs="?", choices=("list", "open", "why"), default="list",
        help="open gives the workflow as it was; why says what was changed since the run before (list)"),
    "[RUN]": argument("which", metavar="RUN", nargs="?", help="the number of a run, or take:7"),
    "--to": argument("--out", dest="target", metavar="FILE", help="write the workflow here instead of printing it"),
    "WORKFLOW": argument("file", metavar="WORKFLOW", help="a workflow (.json)"),
    "ZIP": argument("target", metavar="ZIP", help="the bundle to write"),
    "BUNDLE": argument("file", metavar="BUNDLE", help="a bundle (.zip)"),
    "[FOLDER]": argument(
        "target", metavar="FOLDER", nargs="?", help="a new folder for what is in it; without it, what that is"),
    "--takes": argument(
        "--takes", choices=("chosen", "all", "none"), default="chosen", help="which takes go along (chosen)"),
    "--confidential": argument("--confidential", action="store_true", help="take confidential files along, too"),
    "[GIT]": argument("deed", choices=("install", "remove", "textconv", "merge"),
        help="install teaches the git repository here to compare and merge workflows; git itself calls the others"),
    "[PATHS]": argument("paths", metavar="PATH", nargs="*", help=argparse.SUPPRESS),
    "--yes": argument("--yes", action="store_true", help="do it without being asked"),
    "[WATCH]": argument(
        "deed", nargs="?", choices=("list", "add", "run", "remove"), default="list",
        help="add keeps a canary; run pays for it again and compares (list)"),
    "[CANARY]": argument("which", metavar="NAME", nargs="?", help="the name of a canary; without it, all"),
    "--node": argument(
        "--node", metavar="TYPE", default="", help="of a new canary: a hosted node type, like kling_image"),
    "--prompt": argument("--prompt", metavar="TEXT", default="", help="of a new canary"),
}
COMMANDS: tuple[tuple[str, str, tuple[str, ...]], ...] = (
    ("verify", "say what made a file, whether it has changed since, and whether its C2PA manifest holds",
     ("A-FILE", "--json")),
    ("strip", "write a copy of a file without anything about its making", ("A-FILE", "[TARGET]", "--json")),
    ("diff", "say what differs between two workflows, outputs or runs", ("BEFORE", "AFTER", "--json", "--pack")),
    ("history", "list the latest runs; open gives a workflow as it was, why says what was changed before it",
     ("[PAST]", "[RUN]", "--to", "-n", "--json")),
    ("bundle", "pack a workflow with its files, chosen takes and the list of its models into one zip",
     ("FILE", "ZIP", "--takes", "--confidential", "--json", "--pack")),
    ("unbundle", "unpack a bundle into a new folder, and say what it needs that is not here",
     ("BUNDLE", "[FOLDER]", "--json", "--pack")),
    ("git", "teach the git repository here to compare and merge workflows", ("[GIT]", "[PATHS]", "--yes")),
    ("canary", "keep a small order for a hosted model, and send it again to see whether the model changed",
     ("[WATCH]", "[CANARY]", "--node", "--prompt", "--set", "--pay", "--pay-unknown", "--beyond-caps", "--json",
      "--pack")),
    ("sign", "write a copy of a file with a C2PA manifest, signed with your own certificate",
     ("A-FILE", "[TARGET]", "--json")),
)
