"""What the name of a model to fetch means."""

import pytest

from ajar.errors import UserError
from ajar.models import ModelEntry
from nodes.local.folders import RESOURCES, known_rows
from workflows.sources import source_of


def entry(id: str, source: str, **settings: str) -> ModelEntry:
    return ModelEntry(id, id.title(), "flux", "flux.1", True, "mit", None, source, "", None, settings)


ROWS = [
    entry("FLUX.1-schnell", "https://huggingface.co/black-forest-labs/FLUX.1-schnell"),
    entry("pinned", "Somewhere", repo="acme/pinned", revision="v2", file="a/b.gguf"),
    entry("own", "Made here"), entry("builtin", "Made here", folder="builtin"),
]
HUB = "https://huggingface.co/acme/tiny"


@pytest.mark.parametrize(("name", "found"), [
    ("flux.1-schnell", ("black-forest-labs/FLUX.1-schnell", "", "", "FLUX.1-schnell")),
    ("pinned", ("acme/pinned", "a/b.gguf", "v2", "pinned")),
    ("acme/tiny", ("acme/tiny", "", "", "tiny")),
    (" acme/tiny/ ", ("acme/tiny", "", "", "tiny")),
    ("acme/quants/q/x-Q4_0.gguf", ("acme/quants", "q/x-Q4_0.gguf", "", "x-Q4_0")),
    ("acme/quants/x-00002-of-00009.gguf", ("acme/quants", "x-00002-of-00009.gguf", "", "x")),
    (HUB, ("acme/tiny", "", "", "tiny")),
    (f"{HUB}/tree/main", ("acme/tiny", "", "", "tiny")),
    (f"{HUB}/resolve/refs-1/a/b.safetensors?download=true", ("acme/tiny", "a/b.safetensors", "refs-1", "b")),
    (f"{HUB}/blob/v1.0/a/b.safetensors", ("acme/tiny", "a/b.safetensors", "v1.0", "b")),
    (f"{HUB}/resolve/main/b.safetensors", ("acme/tiny", "b.safetensors", "", "b")),
])
def test_names_and_addresses(name: str, found: tuple[str, str, str, str]) -> None:
    source = source_of(name, ROWS)
    assert (source.repo, source.file, source.revision, source.folder) == found
    assert source.other.startswith(source.repo.replace("/", "--"))


@pytest.mark.parametrize("name", [
    "", "nothing", "../x", "a/..", "a/b/..", "a/b/../c", "/etc/passwd", "C:\\models", "https://evil.example/a/b",
    "a/con", "a/b\nc", "file:///a/b", "a/b/c\\d", "own",
])
def test_what_is_no_name_is_a_sentence(name: str) -> None:
    with pytest.raises(UserError) as told:
        source_of(name, ROWS)
    assert told.value.hint


def test_what_needs_no_fetching_is_said() -> None:
    with pytest.raises(UserError, match="is a part of Ajar"):
        source_of("builtin", ROWS)
    with pytest.raises(UserError) as told:
        source_of("FLUX.1-schnel", ROWS)
    assert 'Did you mean "FLUX.1-schnell"?' in told.value.hint


def test_every_known_model_that_is_not_a_part_of_ajar_can_be_fetched_by_its_name() -> None:
    rows = [row for row in known_rows(RESOURCES).models if "folder" not in row.settings]
    lost = []
    for row in rows:
        try:
            source_of(row.id, rows)
        except UserError:
            lost.append(row.id)
    assert len(rows) > 5 and not lost
