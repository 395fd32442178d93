"""What the name of a model to fetch means: a row of the catalogue, or a repository of the hub and perhaps a file."""

import difflib
import re
from dataclasses import dataclass

from ajar.errors import UserError
from ajar.models import ModelEntry
from workflows.choosing import fits_on_disk

ADDRESS = re.compile(r"https?://(?:www\.)?(?:huggingface\.co|hf\.co)/(?P<rest>[^?#]+)(?:[?#].*)?")
REPO = re.compile(r"(?P<repo>[A-Za-z0-9][\w.-]{0,95}/[A-Za-z0-9][\w.-]{0,95}?)(?:/(?P<file>.+))?", re.ASCII)
VIEW = re.compile(r"(?:blob|resolve|tree)/(?P<revision>[^/]+)(?:/(?P<file>.+))?")


@dataclass(frozen=True, slots=True)
class Source:
    """Where a model comes from, and the name of its folder here."""

    name: str
    repo: str
    file: str = ""
    revision: str = ""
    folder: str = ""
    entry: ModelEntry | None = None

    @property
    def other(self) -> str:
        """The name of its folder where another model has the first."""
        return self.repo.replace("/", "--") + (f"--{_stem(self.file)}" if self.file else "")


def source_of(name: str, entries: list[ModelEntry]) -> Source:
    """UserError where a name is neither, or names what needs no fetching."""
    name = name.strip().rstrip("/")
    entry = next((one for one in entries if one.id.lower() == name.lower()), None)
    if entry is not None:
        return _of_entry(entry)
    found = _repository(name)
    if found is None:
        near = difflib.get_close_matches(name, [one.id for one in entries], 1)
        meant = f'Did you mean "{near[0]}"? ' if near else ""
        raise UserError(f'No model called "{name}" is known.',
                        f"{meant}Give a name of ajar models list, or a repository of the hub: owner/name.")
    return found


def _of_entry(entry: ModelEntry) -> Source:
    if entry.provider:
        raise UserError(f"{entry.title} runs at its provider; its weights are not to be had.", "Use it as it is.")
    if "folder" in entry.settings:
        raise UserError(f"{entry.title} is a part of Ajar.", "Use it as it is.")
    given = str(entry.settings.get("repo", ""))
    found = _repository(given or entry.source)
    if found is None:
        where = f" It lies at {entry.path}." if entry.path is not None else f" See {entry.source}."
        raise UserError(f"Where {entry.title} can be fetched is not known.{where}",
                        "Give a repository of the hub: owner/name.")
    revision = str(entry.settings.get("revision", "")) or found.revision
    file = str(entry.settings.get("file", "")) or found.file
    return Source(entry.id, found.repo, file, revision, entry.id.replace("/", "--"), entry)


def _repository(text: str) -> Source | None:
    """``owner/name``, ``owner/name/file``, or an address of the hub's pages."""
    address = ADDRESS.fullmatch(text)
    found = REPO.fullmatch(address["rest"].rstrip("/") if address else text)
    if found is None or ".." in found["repo"] or (not address and "://" in text):
        return None
    repo, file, revision = found["repo"], found["file"] or "", ""
    if address and file:
        view = VIEW.fullmatch(file)
        file, revision = ((view["file"] or "", view["revision"]) if view else ("", ""))
    revision = "" if revision == "main" else revision
    if not fits_on_disk(repo) or (file and not fits_on_disk(file)):
        return None
    return Source(text if not address else repo + (f"/{file}" if file else ""), repo, file, revision,
                  _stem(file) if file else repo.partition("/")[2])


def _stem(file: str) -> str:
    """The name of a file without folders and ending; of a shard without its number."""
    name = file.rstrip("/").rpartition("/")[2]
    return re.sub(r"-\d{5}-of-\d{5}", "", name.rpartition(".")[0] or name)
