"""The final stage of each template that has one: ordered from stand-ins, paid once, from the store when run again."""

import importlib.util
from collections.abc import Iterator
from contextlib import ExitStack
from dataclasses import replace
from pathlib import Path

import pytest

from nodes.remote.emulators import emulators
from nodes.remote.emulators.server import Emulator
from tests.resources.test_templates import TEMPLATES
from workflows.allowance import Allowance
from workflows.format import load
from workflows.graph import Graph
from workflows.ledger import read_ledger
from workflows.packs import load_packs
from workflows.project import find
from workflows.settings import Home
from workflows.studio import Options, Studio

KEY = "canary-key-2b91ce"
ALWAYS = {"prototype-then-final", "draft-and-final", "confidential"}
"""The flagship, its shortest form, and the one that is refused; the others run with ``-m slow``."""
STAGED = [file for file in TEMPLATES if any(node.type == "stage" for node in load(file).nodes.values())]
TYPES = load_packs(entry_points=False).types
needs_torch = pytest.mark.skipif(importlib.util.find_spec("torch") is None, reason="needs PyTorch")


def providers_of(graph: Graph) -> list[str]:
    """Whom the finals of a workflow are ordered from."""
    found = []
    for node in graph.nodes.values():
        type_ = TYPES.get(node.type)
        if type_ is not None and type_.lane == "remote" and node.state is None:
            by = node.inputs.get("by")
            found.append(str(by) if by else type_.provider)
    return sorted(set(found))


def as_played(graph: Graph) -> Graph:
    """The stand-in for Ollama has models of its own names."""
    nodes = {name: replace(node, inputs={**node.inputs, "model": "words-small"}) if node.inputs.get("by") == "ollama"
             else node for name, node in graph.nodes.items()}
    return replace(graph, nodes=nodes)


@pytest.fixture
def played(request: pytest.FixtureRequest, monkeypatch: pytest.MonkeyPatch) -> Iterator[list[Emulator]]:
    """A stand-in for each provider of the template."""
    monkeypatch.setenv("AJAR_KEYRING", "off")
    with ExitStack() as stack:
        servers = []
        for name in providers_of(load(request.param)):
            server = stack.enter_context(emulators()[name](key=KEY, job_seconds=0.1).start())
            monkeypatch.setenv(f"AJAR_{name.upper()}_URL", server.base)
            monkeypatch.setenv(f"AJAR_{name.upper()}_KEY", KEY)
            servers.append(server)
        yield servers


@needs_torch
@pytest.mark.parametrize(("file", "played"), [
    pytest.param(file, file, id=file.stem, marks=() if file.stem in ALWAYS else pytest.mark.slow) for file in STAGED
], indirect=["played"])
def test_the_final_of_a_template_is_ordered_once(file: Path, played: list[Emulator], tmp_path: Path) -> None:
    with Studio.open(Home.open(tmp_path / "home")) as studio:
        graph, project = as_played(load(file)), find(file)
        if graph.settings.get("residency") == "local":
            with pytest.raises(Exception, match="local only"):
                studio.plan(graph, project, Options(stage="final"))
            return
        spent = []
        for number in range(2):
            options = Options(stage="final", out=tmp_path / f"out{number}", allowance=Allowance(None, unknown=True))
            prepared = studio.plan(graph, project, options)
            summary = studio.start(prepared, lambda event: None).wait(300)
            assert summary.status == "done", summary.error
            assert summary.outputs
            spent.append(len(read_ledger(studio.home).emulated().charges))
    assert spent[1] == spent[0] and (spent[0] > 0 or providers_of(graph) == ["ollama"])
