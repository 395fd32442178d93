"""What commands take: every argument and option once, by the name that the grammar's table calls it."""

import argparse
from collections.abc import Callable, Mapping
from typing import Any

Argument = Callable[[argparse.ArgumentParser], object]
"""Puts itself into the parser of a command."""


def argument(*names: str, **settings: Any) -> Argument:
    """An argument or option, with the words of ``ArgumentParser.add_argument``."""
    return lambda parser: parser.add_argument(*names, **settings)


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


ARGUMENTS: Mapping[str, Argument] = {
    "FILE": argument("file", metavar="FILE", help="a workflow (.json), or a picture that Ajar made"),
    "[FILE]": argument("file", metavar="FILE", nargs="?", help="a workflow (.json), or a picture that Ajar made"),
    "NODE": argument("node", metavar="NODE", help="the id of a generator in it"),
    "--model": argument(
        "--model", metavar="MODEL", help="which hosted model (kling-3.0); without it, which there are, with prices"),
    "--with": argument(
        "--with", dest="other", metavar="TYPE[:MODEL]", help="which model instead; without it, which there are"),
    "TAKE": argument("take", metavar="TAKE", type=int, help="the id of a take: ajar takes"),
    "--as": argument(
        "--as", dest="roles", action="append", default=[],
        choices=("first_frame", "last_frame", "clip", "reference", "image", "prompt"),
        help="what of the take the model is given besides its words; may be repeated (the first it takes)"),
    "[TAKING]": argument(
        "deed", nargs="?", default="list", metavar="DEED|FILE",
        help="list, show, pick, rate, note, lock, unlock, throw or back; or a workflow, whose takes are listed (list)"),
    "[TAKE]": argument("which", metavar="TAKE", nargs="?", help="the id of a take"),
    "[VALUE]": argument("value", metavar="VALUE", nargs="?", help="stars, or a note"),
    "--answer": argument(
        "--answer", metavar="FILE", help="the answered questions that an earlier run wrote (out/NAME.pick.json)"),
    "--choice": argument(
        "--choice", metavar="N", type=int, help="the answer to what is still open in a file of questions"),
    "[OPEN]": argument(
        "order", metavar="ORDER|FILE", nargs="?", help="the id of an order, or a file of questions (NAME.pick.json)"),
    "--into": argument("--into", metavar="FILE", help="write the workflow here instead of where it was"),
    "OUTPUT": argument("file", metavar="OUTPUT", help="a file that Ajar made"),
    "NAME": argument("name", metavar="NAME", nargs="?", help="a node type, for all about it"),
    "SHELL": argument("shell", choices=("bash", "zsh", "fish"), help="for which shell"),
    "--set": argument(
        "--set", metavar="NODE.INPUT=VALUE", action="append", default=[],
        help="set an input (JSON, else text); replaces a wire; may be repeated"),
    "--stage": argument("--stage", choices=("draft", "final"), help="which branch of stage nodes is computed (draft)"),
    "--only": argument(
        "--only", metavar="NODE", nargs="+", action="extend", default=[],
        help="compute these nodes and what they need"),
    "--out": argument("--out", metavar="DIR", default="out", help="the output folder (./out)"),
    "--seed": argument("--seed", metavar="N", type=_seed, help="set every seed that is not wired"),
    "--no-cache": argument(
        "--no-cache", action="store_true", help="compute everything, neither using nor keeping earlier results"),
    "--json": argument("--json", action="store_true", help="print JSON only, one object a line"),
    "--pack": argument(
        "--pack", metavar="FILE", action="append", default=[], help="a Python file with nodes; may be repeated"),
    "--pay": argument(
        "--pay", metavar="USD", type=_amount, help="agree to spend at most this many dollars in this run"),
    "--pay-unknown": argument("--pay-unknown", action="store_true", help="agree to orders whose price is not known"),
    "--beyond-caps": argument(
        "--beyond-caps", action="store_true", help="agree to go beyond caps where the settings say: over = \"ask\""),
    "--residency": argument(
        "--residency", choices=("open", "listed", "local"), default="open",
        help="where work may be done; settings, project and file can only be stricter"),
    "--intent": argument(
        "--intent", choices=("personal", "commercial", "client"), default="any",
        help="what the work is for; settings, project and file can only be stricter"),
    "--licence-reason": argument(
        "--licence-reason", metavar="WHY", default="",
        help="go on where terms forbid what the work is for; the reason is kept with what is made"),
    "[STATED]": argument("past", metavar="RUN", nargs="?", type=int, help="the number of a run (the latest)"),
    "--save FILE": argument("--save", metavar="FILE", help="write it into a file that is not there yet"),
    "[MARKING]": argument(
        "deed", nargs="?", choices=("list", "mark", "clear"), default="list",
        help="mark: neither the file nor what is made from it reaches another machine; clear needs --reason (list)"),
    "[FILES]": argument("file", metavar="FILE", nargs="*", help="files, or folders of them"),
    "--reason": argument("--reason", metavar="WHY", default="", help="why a file may leave this machine; it is kept"),
    "[MADE]": argument(
        "what", metavar="WHAT", nargs="?", help="a file that Ajar made, the number of a take, or a model"),
    "--save": argument("--save", action="store_true", help="write LICENSES.txt beside the file"),
    "--hosts": argument("--hosts", action="store_true", help="say at the end which machines were spoken with"),
    "[ORDER]": argument("order", metavar="ORDER", nargs="?", help="the id of an order, or its beginning"),
    "[WHAT]": argument("what", nargs="?", choices=("ran", "again", "forget", "stop"),
        help="ran JOB: it ran at the provider, fetch it; again: send anew (may pay twice); forget; stop"),
    "[JOB]": argument("job", metavar="JOB", nargs="?", help="the provider's id of the job"),
    "--all": argument("--all", action="store_true", help="also those that have ended"),
    "--csv": argument("--csv", action="store_true", help="one line an order, for a spreadsheet"),
    "--since": argument("--since", metavar="DAY", help="from this day on, or so many days"),
    "--emulated": argument("--emulated", action="store_true", help="what emulators played instead of what was real"),
    "[PROJECT]": argument(
        "project", metavar="FOLDER", nargs="?", help="a project: a workflow file or its folder (everything)"),
    "--watts": argument("--watts", metavar="W", type=_figure, help="what this machine draws while a model works"),
    "--tariff": argument("--tariff", metavar="USD", type=_figure, help="dollars for a kilowatt-hour"),
    "--hardware": argument("--hardware", metavar="USD", type=_figure, help="what the machine cost, to be paid off"),
    "--months": argument("--months", metavar="N", type=_figure, help="in how many months it shall be paid off (36)"),
    "[PROVIDER]": argument(
        "provider", metavar="PROVIDER", nargs="?", help="whom to play; without it, who can be played"),
    "[ACTION]": argument(
        "action", nargs="?", choices=("list", "set", "forget", "test"), default="list",
        help="set reads the key without showing it, or from a pipe; test asks the provider (list)"),
    "[NAME]": argument("name", metavar="NAME", nargs="?", help="a provider: kling"),
    "[DEED]": argument(
        "deed", nargs="?", choices=("list", "show", "get", "verify", "repair", "remove", "folders"), default="list",
        help="get fetches a model; verify reads all of one again; folders says where models are looked for (list)"),
    "[CARE]": argument(
        "deed", nargs="?", choices=("list", "add", "allow", "make", "forbid", "remove"), default="list",
        help="add copies a folder here; allow lets it be loaded; make makes the environment it asks for (list)"),
    "[PACK]": argument("which", metavar="PACK", nargs="?", help="a pack, or a folder to add"),
    "[WHICH]": argument(
        "which", metavar="NAME", nargs="?",
        help="a name of the list, or a repository of Hugging Face: owner/name, owner/name/file"),
    "--revision": argument(
        "--revision", metavar="REV", default="", help="a branch, tag or commit of the repository (main)"),
    "--accept": argument("--accept", action="store_true", help="accept the terms of the model without being asked"),
    "--full": argument("--full", action="store_true", help="full precision, where there is half precision too"),
    "PUBLISHER": argument("publisher", metavar="PROVIDER", help="fal, replicate"),
    "MODEL": argument("model", metavar="MODEL", help="the provider's own name of it"),
    "--port": argument("--port", metavar="N", type=int, default=0, help="(any that is free)"),
    "--fault": argument(
        "--fault", metavar="KIND", action="append", default=[],
        help="let this go wrong with the first order: lost, error_after, blocked, expired, ...; may be repeated"),
    "--seconds": argument("--seconds", metavar="S", type=float, default=5.0, help="how long a job takes (5)"),
    "-n": argument("-n", metavar="N", type=int, default=20, help="how many (20)"),
    "[SHEET]": argument(
        "node", metavar="NODE", nargs="?", help="a compare sheet or the group it is in; a generator to make one of"),
    "[PLACE]": argument(
        "place", metavar="FOLDER", nargs="?", help="a project: its folder, or a workflow in it (this folder)"),
    "--models": argument(
        "--models", metavar="M1,M2", default="",
        help="make a sheet of the generator against these models (kling-3.0, wan:Wan2.1-T2V-1.3B)"),
    "--prompts": argument(
        "--prompts", metavar="TEXT", nargs="+", default=[], help="the columns of the sheet, one for each prompt"),
    "--seeds": argument(
        "--seeds", metavar="N", type=_seed, nargs="+", default=[], help="seeds: a column for each, of every prompt"),
    "--x": argument(
        "--x", metavar="INPUT=V1,V2", default="", help="make a sheet over the values of an input, from left to right"),
    "--y": argument("--y", metavar="INPUT=V1,V2", default="", help="and over another one, from top to bottom"),
    "--cap": argument(
        "--cap", metavar="USD", type=_amount,
        help="what all cells may cost together: the cheapest are made, the others left out"),
    "--finished": argument(
        "--finished", dest="chain", action="store_const", const="finished", default="",
        help="put the Finish chain behind every row"),
    "--raw": argument("--raw", dest="chain", action="store_const", const="raw", help="behind none"),
    "--png": argument("--png", metavar="OUT", help="write the sheet as a picture"),
    "--html": argument("--html", metavar="OUT", help="write it for a browser: one file, no network"),
    "--mp4": argument("--mp4", metavar="OUT", help="write its clips as one film"),
    "--blind": argument("--blind", action="store_true", help="without names and prices, in an order of chance"),
    "--theme": argument("--theme", choices=("dark", "light"), default="dark", help="how it looks (dark)"),
    "--cell": argument(
        "--cell", metavar="PIXELS", type=_pixels, default=480, help="how wide a cell of a picture or film is (480)"),
    "--graph": argument("--graph", action="store_true", help="print the workflow only"),
}
