"""What files say of their making: inside where they can, beside them where not, and never in a signed file."""

import json
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ajar import labels
from ajar.errors import AjarError, WorkflowError
from ajar.labels import xmp
from ajar.values import Image, Video
from tests.ajar.labels.test_labels import signed
from tests.workflows.test_studio import PACK
from workflows import sidecars
from workflows.dropped import holds_graph
from workflows.format import read
from workflows.project import find
from workflows.reading import read_about, read_source
from workflows.run import Summary
from workflows.sealing import sealed
from workflows.settings import Home
from workflows.studio import Options, Studio

FILM_PACK = PACK + '''

@node
def film(level: int = 1) -> "Video":
    """A film of four shots."""
    import numpy as np
    from ajar.values import Video
    return Video.write((Image.of(np.full((16, 16, 3), level * shot, np.uint8)) for shot in range(4)), 8)
'''


@pytest.fixture
def here(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    (tmp_path / "toys.py").write_text(FILM_PACK.replace('-> "Video"', "-> Video").replace(
        "from ajar import Context", "from ajar.values import Video\nfrom ajar import Context"))
    monkeypatch.chdir(tmp_path)
    return tmp_path


def run(here: Path, nodes: dict[str, Any], **options: Any) -> Summary:
    graph = read(json.dumps({"ajar": 1, "nodes": nodes}).encode())
    with Studio.open(Home.open(here / "home"), [here / "toys.py"]) as studio:
        prepared = studio.plan(graph, find(here / "work.json"), Options(out=here / "out", workflow="work", **options))
        return studio.start(prepared, lambda event: None).wait(60)


def file_of(summary: Summary) -> Path:
    [path] = [output.path for output in summary.outputs if output.path is not None]
    return path


def label_of(path: Path) -> labels.Label:
    return labels.read(path.read_bytes())


def test_pictures_say_what_made_them_and_that_a_model_did(here: Path) -> None:
    nodes: dict[str, Any] = {"a": {"type": "flux", "inputs": {"model": "builtin", "steps": 1, "prompt": "a red circle",
                                                              "seed": 4}}}
    for kind in ("png", "jpeg", "webp"):
        nodes[kind] = {"type": "save_image", "inputs": {"image": {"from": "a"}, "format": kind}}
    for path in [output.path for output in run(here, nodes).outputs if output.path is not None]:
        about = read_about(path)
        [line] = about["lineage"]
        assert line["node"] == "a" and line["seed"] == 4 and len(line["key"]) == 40
        [model] = about["models"]
        assert line["models"] == [{"id": model["id"], "revision": model["revision"]}] and model["licence"]
        found = label_of(path).xmp or ""
        assert xmp.source_of(found) == about["digital_source"] == "trainedAlgorithmicMedia"
        assert xmp.content_of(found) == labels.content_of(path.read_bytes())
        assert not sidecars.beside(path).exists()


def picked(choice: Any) -> dict[str, Any]:
    paint = {"model": "builtin", "steps": 1, "prompt": "a red circle"}
    return {"seeds": {"type": "variations", "inputs": {"count": 3, "seed": 5}},
            "a": {"type": "flux", "inputs": {**paint, "seed": {"from": "seeds"}}},
            "b": {"type": "flux", "inputs": {**paint, "seed": 77}},
            "pick": {"type": "pick", "inputs": {"items": [{"from": "a"}, {"from": "b"}], "choice": choice}}}


def test_only_the_item_that_was_picked_is_told(here: Path) -> None:
    for choice, node, seed in ((1, "a", 6), (3, "b", 77), ({"expr": "1 + 1"}, "a", 7), (1, "a", 6)):
        about = read_about(file_of(run(here, picked(choice))))
        [line] = about["lineage"]
        assert (line["node"], line["seed"]) == (node, seed) and about["seeds"][node] == seed, choice


def test_own_pictures_make_it_a_composite_and_their_digest_is_told(here: Path) -> None:
    (here / "mine.png").write_bytes(Image.of(np.full((32, 32, 3), 90, np.uint8)).encode("png"))
    load = {"type": "load_image", "inputs": {"file": "mine.png"}}
    made = {"type": "upscale", "inputs": {"image": {"from": "a"}, "factor": 2}}
    about = read_about(file_of(run(here, {"a": load, "b": made})))
    [line] = about["files"]
    assert line["name"] == "mine.png" and line["digest"] == sidecars.digest_of(here / "mine.png").partition(":")[2]
    assert about["digital_source"] == "compositeWithTrainedAlgorithmicMedia"
    plain = read_about(file_of(run(here, {"a": load, "b": {"type": "flip", "inputs": {"image": {"from": "a"}}}})))
    assert "digital_source" not in plain and "lineage" not in plain  # who took it, nobody here knows
    paint = read_about(file_of(run(here, {"a": {"type": "toys/paint"}})))
    assert paint["digital_source"] == "algorithmicMedia"


@pytest.mark.parametrize("format", ["mp4 H.264", "mov ProRes", "gif", "webp"])
def test_films_in_every_form_say_it_inside(here: Path, format: str) -> None:
    pytest.importorskip("av")
    nodes = {"f": {"type": "toys/film", "inputs": {"level": 9}},
             "s": {"type": "export_video", "inputs": {"video": {"from": "f"}, "format": format}}}
    path = file_of(run(here, nodes))
    assert read_source(str(path)).graph.nodes["f"].inputs == {"level": 9}
    assert xmp.source_of(label_of(path).xmp or "") == "algorithmicMedia"
    assert not sidecars.beside(path).exists()


def test_a_saved_film_keeps_its_samples(here: Path) -> None:
    pytest.importorskip("av")
    film = Video.write([Image.of(np.full((16, 16, 3), 40 * shot, np.uint8)) for shot in range(4)], 8)
    (here / "theirs.mp4").write_bytes(film.path.read_bytes())
    nodes = {"f": {"type": "load_video", "inputs": {"file": "theirs.mp4"}},
             "s": {"type": "save_video", "inputs": {"video": {"from": "f"}}}}
    path = file_of(run(here, nodes))
    assert path.read_bytes().startswith((here / "theirs.mp4").read_bytes())
    assert read_source(str(path)).graph.nodes["f"].type == "load_video"


@pytest.mark.parametrize(("kind", "loader"), [("mp4", "video"), ("png", "image"), ("jpeg", "image"), ("webp", "image")])
def test_a_signed_file_keeps_every_byte_and_gets_a_sidecar(here: Path, kind: str, loader: str) -> None:
    theirs = signed(kind, here)
    name = f"theirs.{kind}"
    (here / name).write_bytes(theirs)
    nodes = {"f": {"type": f"load_{loader}", "inputs": {"file": name}},
             "s": {"type": f"save_{loader}", "inputs": {loader: {"from": "f"}}}}
    if loader == "image":
        nodes["s"]["inputs"]["format"] = kind  # type: ignore[index]
    path = file_of(run(here, nodes))
    assert path.read_bytes() == theirs
    found = sidecars.find(path)
    assert found is not None and found.digest == sidecars.digest_of(path) and found.file == path
    assert read_source(str(path)).graph.nodes["f"].type == f"load_{loader}"
    assert read_source(str(found.path)).graph == read_source(str(path)).graph
    assert holds_graph(path) and holds_graph(found.path)
    assert file_of(run(here, {"f": nodes["f"]})).read_bytes() == theirs  # also as a leaf


def test_a_changed_signed_picture_is_a_new_one(here: Path) -> None:
    (here / "theirs.png").write_bytes(signed("png", here))
    nodes = {"f": {"type": "load_image", "inputs": {"file": "theirs.png"}},
             "g": {"type": "flip", "inputs": {"image": {"from": "f"}}}}
    path = file_of(run(here, nodes))
    assert not labels.signed(path.read_bytes()) and label_of(path).about


def test_sidecars_by_choice_and_nothing_where_that_is_asked_for(here: Path) -> None:
    path = file_of(run(here, {"a": {"type": "toys/paint"}}, sidecars=True))
    assert sidecars.find(path) is not None and label_of(path).about
    bare = file_of(run(here, {"a": {"type": "toys/paint", "inputs": {"level": 3}}}, strip=True, sidecars=True))
    assert label_of(bare) == (None, None) and not sidecars.beside(bare).exists()


def test_texts_get_a_sidecar_only_by_choice(here: Path) -> None:
    nodes = {"s": {"type": "save_text", "inputs": {"text": "hello"}}}
    path = file_of(run(here, nodes))
    assert path.read_bytes() == b"hello" and not sidecars.beside(path).exists()
    assert read_source(str(sidecars.find(file_of(run(here, nodes, sidecars=True))).path)).graph  # type: ignore[union-attr]


def test_the_same_run_writes_the_same_sidecar(here: Path) -> None:
    first = file_of(run(here, {"a": {"type": "toys/paint"}}, sidecars=True))
    before = sidecars.beside(first).stat().st_mtime_ns
    assert file_of(run(here, {"a": {"type": "toys/paint"}}, sidecars=True)) == first
    assert sidecars.beside(first).stat().st_mtime_ns == before


def test_a_damaged_sidecar_is_a_sentence(tmp_path: Path) -> None:
    for text in ("", "[]", "{}", '{"ajar-sidecar": 1}', '{"ajar-sidecar": 1, "about": 3}', "\xff"):
        path = tmp_path / "a.mp4.ajar.json"
        path.write_bytes(text.encode("latin-1"))
        with pytest.raises(WorkflowError, match=r"a\.mp4\.ajar\.json is damaged"):
            read_source(str(path))


def test_a_sidecar_can_name_no_file_elsewhere(tmp_path: Path) -> None:
    path = tmp_path / "a.mp4.ajar.json"
    path.write_text('{"ajar-sidecar": 1, "file": "../../etc/passwd", "about": {}}')
    assert sidecars.read(path).file == tmp_path / "passwd"


def test_a_frozen_take_is_named_on_the_way_and_counts_as_made_by_a_model(here: Path) -> None:
    first = run(here, {"a": {"type": "toys/paint", "inputs": {"level": 70}}})
    assert first.status == "done"
    with Studio.open(Home.open(here / "home"), [here / "toys.py"]) as studio:
        assert studio.results is not None
        digest = studio.results.store.put(file_of(first), ".png")
    frozen = {"type": "toys/paint", "state": "frozen", "result": {"result": digest}}
    shown = {"type": "flip", "inputs": {"image": {"from": "a"}}}
    about = read_about(file_of(run(here, {"a": frozen, "b": shown})))
    assert about["lineage"] == [{"node": "a", "type": "toys/paint", "frozen": [digest]}]
    assert "digital_source" not in about  # a frozen node may be anything
    taken = {**frozen, "result": {"result": digest, "_take": 12}}
    about = read_about(file_of(run(here, {"a": taken, "b": shown})))
    assert about["lineage"][0]["take"] == 12 and about["digital_source"] == "trainedAlgorithmicMedia"


def test_a_promotion_is_told_with_its_draft(here: Path) -> None:
    draft = {"take": 3, "number": 7, "node": "paint", "model": "builtin", "seed": 5, "digest": "ab", "as": ["prompt"]}
    nodes = {"a": {"type": "flux", "inputs": {"model": "builtin", "steps": 1, "prompt": "a red circle"},
                   "promoted": draft}}
    [line] = read_about(file_of(run(here, nodes)))["lineage"]
    assert line["draft"] == {name: draft[name] for name in ("take", "number", "node", "model", "seed", "digest")}


def test_single_pictures_of_a_film_say_it_each(here: Path) -> None:
    pytest.importorskip("av")
    nodes = {"f": {"type": "toys/film", "inputs": {"level": 9}},
             "s": {"type": "export_frames", "inputs": {"video": {"from": "f"}}}}
    folder = file_of(run(here, nodes, sidecars=True))
    shots = sorted(folder.iterdir())
    assert len(shots) == 4 and not sidecars.beside(folder).exists()
    for shot in shots:
        assert xmp.source_of(label_of(shot).xmp or "") == "algorithmicMedia"
        assert read_source(str(shot)).graph.nodes["f"].inputs == {"level": 9}
    assert file_of(run(here, nodes)) == folder  # the same again


def test_no_room_for_a_labelled_film_is_a_sentence(here: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    film = here / "film.mp4"
    film.write_bytes(signed("mp4", here)[:-64])

    def full(*_: object, **__: object) -> None:
        raise OSError(28, "No space left on device")

    monkeypatch.setattr("workflows.sealing.labels.bytes_of", full)
    with pytest.raises(AjarError, match="the disk is full"), sealed(film, '{"ajar": 1}'):
        pass
