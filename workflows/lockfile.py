"""The models and packs that a workflow names, as they are on this machine; and what of such a list is missing here."""

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Any

from ajar.contract import NodeType
from ajar.errors import AjarError
from ajar.hints import Model
from ajar.models import ModelEntry
from workflows.graph import Graph, Node
from workflows.studio import Studio

Types = Mapping[str, NodeType]


@dataclass(frozen=True, slots=True)
class Missing:
    """Something that a workflow needs and that is not here, or is another one here."""

    what: str
    hint: str


def nodes_of(graph: Graph) -> Iterator[tuple[str, Node]]:
    """Every node, those inside groups too, by the name that people know it by."""
    yield from graph.nodes.items()
    for name, group in graph.groups.items():
        yield from ((f"group:{name}/{inner}", node) for inner, node in group.nodes.items())


def models_of(graph: Graph, types: Types) -> list[tuple[str, str]]:
    """(kind, name) of the models that are named in a workflow; what comes by wire is not known."""
    found: dict[tuple[str, str], None] = {}
    for _, node in nodes_of(graph):
        type_ = types.get(node.type)
        for socket in type_.inputs if type_ is not None else ():
            hint = socket.hint(Model)
            value = node.inputs.get(socket.name, socket.default)
            for one in value if isinstance(value, (list, tuple)) else (value,):
                if hint is not None and isinstance(one, str) and one:
                    found[hint.kind, one] = None
    return list(found)


def lock_of(studio: Studio, graph: Graph, root: Path) -> dict[str, Any]:
    """The list, as JSON: each model with its files' digests and its terms, each pack with that of its source."""
    rows = [_row(studio, kind, name, root) for kind, name in sorted(models_of(graph, studio.packs.types))]
    packs = sorted({node.type.partition("/")[0] for _, node in nodes_of(graph) if "/" in node.type})
    return {"ajar-lock": 1, "models": rows,
            "packs": [{"name": name, "digest": studio.packs.digests.get(name, "")} for name in packs]}


def missing_of(studio: Studio, graph: Graph, lock: Mapping[str, Any], root: Path) -> list[Missing]:
    """What of the list is not here, with where to get it. A model of other files is told too."""
    types = studio.packs.types
    unknown = sorted({node.type for _, node in nodes_of(graph) if not node.group and node.type not in types})
    packs = sorted({name.partition("/")[0] for name in unknown if "/" in name})
    found = [Missing(f'The pack "{pack}" is not here.', f"Get it, then: ajar packs add FOLDER, or --pack {pack}.py.")
             for pack in packs]
    found += [Missing(f'The node type "{name}" is not known.', "A newer Ajar may know it.")
              for name in unknown if "/" not in name]
    for row in _list(lock, "models"):
        found += _lacks(studio, row, root)
    for row in _list(lock, "packs"):
        name, digest = str(row.get("name", "")), str(row.get("digest", ""))
        here = studio.packs.digests.get(name, "")
        if digest and here and here != digest:
            found.append(Missing(f'The pack "{name}" here is another version.', "Results may differ."))
    return found


def _row(studio: Studio, kind: str, name: str, root: Path) -> dict[str, Any]:
    try:
        entry = studio.catalogue.find(kind, name, root)
    except AjarError:
        return {"kind": kind, "name": name, "missing": True}
    row: dict[str, Any] = {"kind": kind, "name": name, "title": entry.title, "family": entry.family,
                           "licence": entry.licence, "source": entry.source}
    if entry.provider:
        return {**row, "provider": entry.provider}
    licence = studio.catalogue.licences().get(entry.licence)
    return {**row, "terms": licence.text if licence is not None else "", "bytes": entry.bytes,
            "files": _files(studio, entry)}


def _files(studio: Studio, entry: ModelEntry) -> list[dict[str, Any]]:
    return [{"name": file.name, "bytes": file.stat().st_size, "digest": f"blake3:{studio.digests.of_file(file)}"}
            for file in entry.files]


def _lacks(studio: Studio, row: Mapping[str, Any], root: Path) -> Iterator[Missing]:
    kind, name = str(row.get("kind", "")), str(row.get("name", ""))
    title, source = str(row.get("title") or name), str(row.get("source") or "")
    try:
        entry = studio.catalogue.find(kind, name, root)
    except AjarError as error:
        digests = [str(file.get("digest", ""))[:19] for file in _list(row, "files")]
        known = f" Its files: {', '.join(digests[:4])}{' ...' if len(digests) > 4 else ''}." if digests else ""
        where = f" It comes from {source}." if source else ""
        yield Missing(f"The model {title} is not here.", f"{error.hint}{where}{known}")
        return
    if entry.provider:
        provider = studio.packs.providers.get(entry.provider)
        if provider is not None and (sentence := studio.transport.keyless(provider)):
            yield Missing(f"{title} needs a key of {provider.facts.title}.", sentence)
        return
    wanted = {str(file.get("digest", "")) for file in _list(row, "files")}
    here = {str(file["digest"]) for file in _files(studio, entry)}
    if wanted and wanted != here:
        yield Missing(f"The model {title} here has other files than those that were used.",
                      f"Results may differ.{f' The others came from {source}.' if source else ''}")


def _list(plain: Mapping[str, Any], name: str) -> Sequence[Mapping[str, Any]]:
    found = plain.get(name)
    return [one for one in found if isinstance(one, Mapping)] if isinstance(found, list) else []
