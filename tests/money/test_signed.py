"""What providers sign (C2PA) reaches the output folder byte by byte, as a leaf, by a save node and as a take."""

import json
from pathlib import Path
from typing import Any

import pytest

from ajar import labels
from nodes.remote.emulators import samples
from nodes.remote.emulators.server import Emulator
from tests.money.stage import Stage
from tests.nodes.remote.cases.kling import case
from workflows import sidecars, signing

pytest.importorskip("c2pa")
from tests import certificates

CASES = {
    "png": case("kling_image", {"prompt": "a red fox in snow"}, "image"),
    "mp4": case("kling_video", {"prompt": "a red fox runs through snow"}),
}


def signed(plain: bytes, ending: str, folder: Path, pair: certificates.Pair) -> bytes:
    """As a provider signs: by its own certificate, before it sends."""
    source, target = folder / f"plain.{ending}", folder / f"signed.{ending}"
    source.write_bytes(plain)
    about = {"digital_source": "trainedAlgorithmicMedia"}
    signing.sign(source, target, about, pair.certificate, pair.key)
    return target.read_bytes()


@pytest.mark.parametrize("ending", ["png", "mp4"])
def test_from_the_provider_to_the_saved_file_no_byte_changes(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, ending: str,
) -> None:
    pair, sent = certificates.make("Some Provider"), list[bytes]()
    name = {"png": "picture", "mp4": "film"}[ending]
    plain = getattr(samples, name)

    def made(*arguments: Any, **more: Any) -> bytes:
        if not sent:
            sent.append(signed(plain(*arguments, **more), ending, tmp_path, pair))
        return sent[0]

    monkeypatch.setattr(samples, name, made)
    (tmp_path / "stage").mkdir()
    with Stage(tmp_path / "stage", [CASES[ending]]) as stage:
        for emulator in stage.emulators.values():
            _hurry(emulator)
        graph = json.loads((stage.folder / "graph.json").read_text())
        kind = {"png": "image", "mp4": "video"}[ending]
        graph["nodes"]["save"] = {"type": f"save_{kind}", "inputs": {kind: {"from": "kling"}}}
        (stage.folder / "graph.json").write_text(json.dumps(graph))
        said = stage.run("--residency", "open")
        assert said.code == 0, said.err
        [file] = (stage.folder / "out").glob(f"graph-save-*.{ending}")
        takes = list(stage.home.takes.glob(f"*/*.{ending}"))
        verified = stage.ajar("verify", str(file), "--json")
        shown = stage.ajar("show", str(file), "--json")
    assert labels.signed(sent[0]) and file.read_bytes() == sent[0]
    assert [take.read_bytes() for take in takes] == sent
    found = sidecars.find(file)
    assert found is not None and found.digest == sidecars.digest_of(file)
    assert verified.code == 0
    plain_ = json.loads(verified.out)
    assert plain_["signature"]["state"] == "untrusted" and "Some Provider" in plain_["signature"]["by"]
    assert plain_["whole"] is True and plain_["take"] is not None
    [order] = json.loads(shown.out)["orders"]
    assert order["provider"] == "kling" and order["job"] and order["emulated"]
    assert json.loads(shown.out)["lineage"][0]["cost"] == order["cost"]


def _hurry(emulator: Emulator) -> None:
    emulator.job_seconds = 0.1
