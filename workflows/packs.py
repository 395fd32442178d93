"""All node types of a session: the built-in ones, installed packs (entry points), packs in folders and in files."""

import importlib
import importlib.util
import pkgutil
import sys
import traceback
from collections.abc import Iterable, Iterator, Mapping, Sequence
from dataclasses import dataclass, field, replace
from hashlib import blake2b
from importlib.machinery import SourceFileLoader
from importlib.metadata import EntryPoint, entry_points
from pathlib import Path
from types import CodeType, MappingProxyType, ModuleType
from typing import Any

from ajar.contract import NodeType, node_of
from ajar.remote import Provider
from workflows.environments import Pack, read_pack
from workflows.problems import Problem

GROUP = "ajar.nodes"


@dataclass(frozen=True, slots=True)
class Packs:
    """Node types by id, and what could not be loaded."""

    types: Mapping[str, NodeType]
    problems: tuple[Problem, ...] = ()
    files: tuple[Path, ...] = ()
    entry_points: bool = True
    digests: Mapping[str, str] = field(default_factory=lambda: MappingProxyType({}))
    """Of packs given as files: the digest of their source, by pack name."""
    providers: Mapping[str, Provider] = field(default_factory=lambda: MappingProxyType({}))
    """The providers of hosted models, by name."""
    folders: Mapping[str, Pack] = field(default_factory=lambda: MappingProxyType({}))
    """Packs that lie in folders, by name; some have an environment of their own."""

    def spec(self) -> dict[str, Any]:
        """From this, ``load_spec`` in another process loads the same packs, but for those that need another one."""
        shared = {str(pack.folder): pack.digest for pack in self.folders.values() if not pack.isolated}
        return {"files": [str(path) for path in self.files], "entry_points": self.entry_points, "folders": shared}

    def spec_of(self, name: str) -> dict[str, Any]:
        """The same for one pack with an environment of its own: nothing else is loaded there."""
        pack = self.folders[name]
        return {"files": [], "entry_points": False, "folders": {str(pack.folder): pack.digest}, "alone": True}

    def salt(self, type_id: str) -> str:
        """What else marks the code of a node type: the digest of a file pack's source, or nothing."""
        return self.digests.get(type_id.partition("/")[0], "") if "/" in type_id else ""


def load_packs(
    files: Sequence[Path] = (), entry_points: bool = True, folders: Sequence[Pack] = (),
    problems: Sequence[Problem] = (), *, built_in: bool = True,
) -> Packs:
    """Import all packs. One that fails to import is one problem; the others are there all the same.

    ``problems`` are those of packs that could not even be read.
    """
    loading = _Loading()
    loading.problems.extend(problems)
    for name in built_in_modules() if built_in else ():
        loading.add("", lambda name=name: importlib.import_module(name), name)
    if entry_points:
        for entry in sorted(_entry_points(), key=lambda entry: entry.name):
            loading.add(entry.name, entry.load, entry.value)
    for pack in folders:
        home = pack.name if pack.isolated else ""
        if loading.add(pack.name, lambda pack=pack: import_file(pack.nodes), str(pack.folder), home):
            loading.digests[pack.name] = pack.digest
    paths = tuple(dict.fromkeys(path.resolve() for path in files))
    for path in paths:
        if loading.add(path.stem, lambda path=path: import_file(path), str(path)):
            loading.digests[path.stem] = blake2b(path.read_bytes(), digest_size=16).hexdigest()
    types = MappingProxyType(loading.types)
    known = {pack.name: pack for pack in folders if pack.name in loading.digests}
    return Packs(types, tuple(loading.problems), paths, entry_points, MappingProxyType(loading.digests),
                 MappingProxyType(loading.providers), MappingProxyType(known))


def load_spec(spec: Mapping[str, Any]) -> Packs:
    """The packs that ``Packs.spec`` or ``Packs.spec_of`` describes, but for those in folders that have changed since:
    nobody has allowed them, and what they make would be kept as what the old ones made."""
    found = [(read_pack(Path(folder)), digest) for folder, digest in spec.get("folders", {}).items()]
    folders = [pack for pack, digest in found if pack.digest == digest]
    files = [Path(path) for path in spec["files"]]
    return load_packs(files, spec["entry_points"], folders, built_in=not spec.get("alone"))


def built_in_modules() -> list[str]:
    """The modules directly in ``nodes`` and in ``nodes.remote``; other packages hold what nodes need, not nodes."""
    import nodes
    import nodes.remote

    places = (("nodes", nodes.__path__), ("nodes.remote", nodes.remote.__path__))
    return [f"{name}.{module.name}" for name, path in places for module in pkgutil.iter_modules(path)
            if not module.ispkg]


def import_file(path: Path) -> ModuleType:
    """Import a file under a private name, always from its present source."""
    mark = blake2b(str(path).encode("utf-8", "surrogateescape"), digest_size=6).hexdigest()
    name = f"ajar_pack_{mark}.{path.stem}"
    spec = importlib.util.spec_from_file_location(name, path, loader=_Source(name, str(path)))
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module  # dataclasses and type hints of the pack look it up there
    try:
        spec.loader.exec_module(module)
    except BaseException:
        del sys.modules[name]
        raise
    return module


class _Source(SourceFileLoader):
    """Leaves no __pycache__ beside the user's file, and never takes an old one for its source."""

    def get_code(self, fullname: str) -> CodeType:
        path = self.get_filename(fullname)
        return self.source_to_code(self.get_data(path), path)


def _entry_points() -> Iterable[EntryPoint]:
    return entry_points(group=GROUP)


class _Loading:
    """The packs read so far."""

    def __init__(self) -> None:
        self.types: dict[str, NodeType] = {}
        self.problems: list[Problem] = []
        self.digests: dict[str, str] = {}
        self.providers: dict[str, Provider] = {}
        self._packs: dict[str, str] = {}

    def add(self, pack: str, load: Any, where: str, environment: str = "") -> bool:
        """Import one pack or built-in module and take its nodes. False where that was not possible."""
        if pack and not _can_be_pack(pack):
            self._problem(f'"{pack}" ({where}) can\'t be the name of a pack.', "Use letters, digits, - and _ only.")
            return False
        if pack and pack in self._packs:
            self._problem(
                f'There are two packs called "{pack}": {self._packs[pack]} and {where}. Only the first is used.',
                "Rename one of them.",
            )
            return False
        try:
            found = load()
        except (Exception, SystemExit) as error:
            what = f'The pack "{pack}"' if pack else f"The module {where}"
            self._problem(f"{what} could not be loaded: {_sentence(error, where)}.", _hint(error))
            return False
        if pack:
            self._packs[pack] = where
        for type_ in _types_of(found):
            self._take(replace(_named(type_, pack), environment=environment), where)
        for provider in _providers_of(found):
            self.providers.setdefault(provider.name, provider)
        return True

    def _take(self, type_: NodeType, where: str) -> None:
        if type_.id in self.types:
            self._problem(f'There are two nodes called "{type_.id}"; that of {where} is left out.', "Rename one.")
            return
        self.types[type_.id] = type_

    def _problem(self, message: str, hint: str) -> None:
        self.problems.append(Problem("error", message, hint))


def _can_be_pack(name: str) -> bool:
    return name.replace("-", "").replace("_", "").isalnum() and name.isascii()


def _types_of(found: Any) -> Iterator[NodeType]:
    """The nodes of a module, each once: those that it or its submodules define."""
    if not isinstance(found, ModuleType):
        type_ = node_of(found)
        if type_ is not None:
            yield type_
        return
    seen: set[int] = set()
    for thing in list(vars(found).values()):
        type_ = node_of(thing)
        if type_ is None or id(type_) in seen:
            continue
        home = getattr(thing, "__module__", "")
        if home == found.__name__ or home.startswith(found.__name__ + "."):
            seen.add(id(type_))
            yield type_


def _providers_of(found: Any) -> list[Provider]:
    """What a module calls ``PROVIDER``, or the several it calls ``PROVIDERS``."""
    several = getattr(found, "PROVIDERS", ())
    return [one for one in (getattr(found, "PROVIDER", None), *several) if isinstance(one, Provider)]


def _named(type_: NodeType, pack: str) -> NodeType:
    if not pack:
        return type_
    was = tuple(old if "/" in old else f"{pack}/{old}" for old in type_.was)
    return replace(type_, id=f"{pack}/{type_.id}", was=was)


def _sentence(error: BaseException, where: str) -> str:
    if isinstance(error, FileNotFoundError) and error.filename == where:
        return "the file is not there"
    if isinstance(error, SyntaxError):
        return f"{error.msg} (line {error.lineno})"
    text = str(error).strip().partition("\n")[0].rstrip(".")
    place = traceback.extract_tb(error.__traceback__)
    inside = [frame for frame in place if "importlib" not in frame.filename and frame.filename != __file__]
    line = f" ({Path(inside[-1].filename).name}, line {inside[-1].lineno})" if inside else ""
    return f"{type(error).__name__}: {text}{line}" if text else type(error).__name__ + line


def _hint(error: BaseException) -> str:
    if isinstance(error, ModuleNotFoundError):
        return f'Install "{error.name}" in the environment Ajar runs in.'
    if isinstance(error, OSError):
        return "Check the path given with --pack."
    return "Mend the pack, or run without it."
