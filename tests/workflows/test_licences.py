"""The licence gate: the strictest terms along the way of a result count, unknown is never a pass, reasons are kept."""

import datetime
import json
from collections.abc import Iterator
from pathlib import Path
from typing import Any

import numpy as np
import pytest

from ajar.errors import Refused
from ajar.models import UNKNOWN, Licence, ModelEntry, Said
from nodes.local.catalogue import Shelf
from workflows import headless, notices, statement
from workflows.licences import Used, judge, worst_first
from workflows.project import INTENTS, Intent
from workflows.settings import Home
from workflows.terms import Basis, basis_of, spoken

PACK = '''
from typing import Annotated
from ajar import Image, node
from ajar.hints import Model


@node
def paint(lora: Annotated[str, Model("lora")]) -> Image:
    """A picture that only names a model."""
    import time
    import numpy as np
    time.sleep(0.3)  # so that it is worth keeping
    return Image.of(np.full((8, 8, 3), 90, np.uint8))


@node
def mix(one: Image, other: Image) -> Image:
    return one
'''
KNOWN = Shelf([]).terms


def of(id_: str) -> Licence:
    return KNOWN.licences[id_]


def used(*ids: str, unknown: str = "") -> Used:
    return Used("n", "flux", "m", "Model M", Basis(tuple(map(of, ids)), unknown))


def entry(name: str, kind: str = "flux", licence: str = UNKNOWN, family: str = "flux.1") -> ModelEntry:
    return ModelEntry(name, name, kind, family, True, licence, None, "", "", None)


# --- data -----------------------------------------------------------------------------------------------------------


def test_every_row_says_where_it_was_read_and_when() -> None:
    for row in KNOWN.licences.values():
        assert row.name and row.conditions and row.text and row.source
        assert datetime.date.fromisoformat(row.checked) <= datetime.date(2100, 1, 1)
    others = [(one.licence, one.source, one.checked) for one in KNOWN.follows]
    others += [(one.licence, one.source, one.checked) for one in KNOWN.versions]
    for licence, source, checked in others:
        assert licence in KNOWN.licences and source and datetime.date.fromisoformat(checked)


def test_no_name_stands_for_two_licences() -> None:
    names = [name for row in KNOWN.licences.values() for name in (row.id, *(one for one in row.names if one != row.id))]
    assert len(names) == len(set(names))


@pytest.mark.parametrize(("model", "licence", "commercial"), [
    ("FLUX.1-dev", "flux-1-dev-non-commercial", "no"), ("FLUX.1-schnell", "apache-2.0", "yes"),
    ("musicgen-small", "cc-by-nc-4.0", "no"), ("Z-Image-Turbo", "apache-2.0", "yes"),
])
def test_the_models_of_the_articles_are_what_they_say(model: str, licence: str, commercial: str) -> None:
    rows = {row.id: row for row in Shelf([]).rows.models}
    assert rows[model].licence == licence and of(licence).commercial == commercial


def test_the_terms_of_providers_that_nobody_read_are_unknown() -> None:
    """A contract that was not read must not look as if it had been."""
    assert of("kling-terms").commercial == "unknown" == of("provider-terms").commercial


# --- verdicts -------------------------------------------------------------------------------------------------------


@pytest.mark.parametrize(("ids", "intent", "word"), [
    (("apache-2.0",), "client", "pass"), (("apache-2.0",), "any", "pass"),
    (("flux-1-dev-non-commercial",), "commercial", "block"), (("flux-1-dev-non-commercial",), "client", "block"),
    (("flux-1-dev-non-commercial",), "personal", "pass"), (("cc-by-nc-4.0",), "client", "block"),
    (("stability-community",), "commercial", "warn"), (("stability-community",), "personal", "pass"),
    (("openrail-m",), "commercial", "pass"), (("openrail-m",), "client", "warn"),
    (("kling-terms",), "personal", "warn"), (("kling-terms",), "client", "warn"),
    (("apache-2.0", "flux-1-dev-non-commercial"), "client", "block"), ((), "personal", "warn"), ((), "client", "warn"),
])
def test_what_terms_mean_for_a_use(ids: tuple[str, ...], intent: Intent, word: str) -> None:
    found = judge(used(*ids), intent)
    assert found.word == word and "Model M" in found.sentence


@pytest.mark.parametrize("intent", INTENTS)
def test_unknown_is_a_warning_and_never_a_pass(intent: Intent) -> None:
    for one in (used(), used(unknown="nobody wrote it down"), used("apache-2.0", unknown="its file says xyz")):
        assert judge(one, intent).word == "warn"


def test_the_strictest_is_told_first() -> None:
    found = worst_first(judge(one, "client") for one in (
        used("apache-2.0"), used(), used("stability-community"), used("cc-by-nc-4.0")))
    assert [one.word for one in found] == ["block", "warn", "warn", "pass"]


# --- LoRAs ----------------------------------------------------------------------------------------------------------


def test_a_lora_made_for_flux_dev_follows_it_whatever_it_says() -> None:
    made = Said(licence="apache-2.0", made_with="flux-1-dev/lora")
    found = basis_of(entry("x", "lora"), made, KNOWN)
    assert found.id == "flux-1-dev-non-commercial, apache-2.0"
    assert judge(Used("n", "lora", "x", "x", found), "client").word == "block"


def test_a_lora_that_says_nothing_is_unknown() -> None:
    found = basis_of(entry("x", "lora"), Said(made_with="flux1-schnell"), KNOWN)
    assert found.id == UNKNOWN and "says nothing" in found.unknown


def test_a_lora_that_says_something_else_is_unknown_and_is_quoted() -> None:
    found = basis_of(entry("x", "lora", family="sdxl"), Said(licence="ask me on discord"), KNOWN)
    assert found.id == UNKNOWN and "ask me on discord" in found.unknown


@pytest.mark.parametrize("text", ["Apache-2.0", "apache license 2.0", "  APACHE 2.0 "])
def test_names_of_licences_are_read_as_people_write_them(text: str) -> None:
    row = spoken(text, KNOWN)
    assert row is not None and row.id == "apache-2.0"


def test_a_model_of_a_server_of_ones_own_is_known_by_its_name() -> None:
    found = basis_of(entry("llama3.1:8b", "ollama"), Said(), KNOWN)
    assert found.id == "llama-community" and found.notes
    assert basis_of(entry("words-small", "ollama"), Said(), KNOWN).unknown


# --- LICENSES.txt ---------------------------------------------------------------------------------------------------


def test_the_notices_of_a_folder_grow_and_say_each_thing_once() -> None:
    musicgen = Used("m", "musicgen", "musicgen-small", "MusicGen small", Basis((of("cc-by-nc-4.0"),)))
    first = notices.merged("", [notices.notice("a.wav", [judge(musicgen, "personal")], "personal")])
    both = notices.merged(first, [notices.notice("b.wav", [judge(musicgen, "personal")], "personal"),
                                  notices.notice("c.png", [judge(used("cc0-1.0"), "any")], "any")])
    assert both.startswith("Licences of what made") and "does not advise" in both
    assert "== a.wav, b.wav\n" in both and "== c.png\n" in both
    assert both.count("Made with MusicGen small, CC BY-NC 4.0") == 2, "at the top, and once where it belongs"
    assert notices.merged(both, []) == both
    assert notices.read("Some other text\n\n== no body") == {}


# --- whole runs -----------------------------------------------------------------------------------------------------


class Place:
    def __init__(self, root: Path, said: pytest.CaptureFixture[str]) -> None:
        self.root, self._said = root, said

    def lora(self, name: str, **about: str) -> None:
        from safetensors.numpy import save_file

        layer = "lora_unet_double_blocks_0_img_attn_proj"
        save_file({f"{layer}.lora_down.weight": np.zeros((4, 3072), np.float32),
                   f"{layer}.lora_up.weight": np.zeros((3072, 4), np.float32)},
                  self.root / "home/models" / f"{name}.safetensors", {key.replace("__", "."): value
                                                                     for key, value in about.items()})

    def ajar(self, command: str, nodes: dict[str, Any], *flags: str) -> tuple[int, str, str]:
        (self.root / "g.json").write_text(json.dumps({"ajar": 1, "nodes": nodes}), "utf-8")
        code = headless.main([command, "g.json", "--pack", "toys.py", *flags])
        return code, *self._said.readouterr()

    def main(self, *arguments: str) -> tuple[int, str, str]:
        return headless.main(list(arguments)), *self._said.readouterr()


@pytest.fixture
def place(tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]) -> Iterator[Place]:
    monkeypatch.chdir(tmp_path)
    monkeypatch.setenv("AJAR_HOME", str(tmp_path / "home"))
    (tmp_path / "home/models").mkdir(parents=True)
    (tmp_path / "toys.py").write_text(PACK, "utf-8")
    found = Place(tmp_path, capsys)
    found.lora("forbidden", modelspec__license="cc-by-nc-4.0")
    found.lora("allowed", modelspec__license="Apache-2.0")
    found.lora("silent")
    yield found


def graph(lora: str) -> dict[str, Any]:
    return {"paint": {"type": "toys/paint", "inputs": {"lora": lora}},
            "soft": {"type": "blur", "inputs": {"image": {"from": "paint"}}},
            "save": {"type": "save_image", "inputs": {"image": {"from": "soft"}}}}


@pytest.mark.parametrize("where", ["flag", "ajar.toml", "workflow"])
@pytest.mark.parametrize("command", ["plan", "run"])
def test_what_is_forbidden_is_refused_with_the_node_to_blame(place: Place, where: str, command: str) -> None:
    flags = ("--intent", "client") if where == "flag" else ()
    if where == "ajar.toml":
        (place.root / "ajar.toml").write_text('intent = "client"\n', "utf-8")
    nodes = graph("forbidden")
    (place.root / "g.json").write_text("{}")
    if where == "workflow":
        whole = {"ajar": 1, "nodes": nodes, "settings": {"intent": "client"}}
        (place.root / "h.json").write_text(json.dumps(whole), "utf-8")
        code, _, err = place.main(command, "h.json", "--pack", "toys.py")
    else:
        code, _, err = place.ajar(command, nodes, *flags)
    assert code == Refused.exit_code
    assert '"forbidden"' in err and "client work" in err and "--licence-reason" in err
    assert not list((place.root).glob("out/*"))


def test_a_file_can_only_tighten_what_the_work_is_for(place: Place) -> None:
    (place.root / "ajar.toml").write_text('intent = "personal"\n', "utf-8")
    assert place.ajar("plan", graph("forbidden"), "--intent", "commercial")[0] == Refused.exit_code
    (place.root / "ajar.toml").write_text('intent = "client"\n', "utf-8")
    assert place.ajar("plan", graph("forbidden"), "--intent", "personal")[0] == Refused.exit_code


def test_for_oneself_it_may_be_used_and_is_told(place: Place) -> None:
    code, out, _ = place.ajar("plan", graph("forbidden"), "--intent", "personal")
    assert code == 0 and "personal use: 1 pass" in out and "does not advise" in out


def test_unknown_terms_are_a_warning_in_a_plan(place: Place) -> None:
    code, out, err = place.ajar("plan", graph("silent"), "--intent", "client")
    assert code == 0 and "1 warning" in out and 'The terms of "silent" are not known' in err


def test_programs_read_the_word_of_each_node(place: Place) -> None:
    _, out, _ = place.ajar("plan", graph("silent"), "--intent", "client", "--json")
    rows = {row["id"]: row for row in map(json.loads, out.splitlines()) if row["event"] == "node"}
    assert rows["save"]["terms"] == "warn" and "silent" in rows["save"]["terms_said"]


def test_a_reason_lets_it_go_and_is_kept_everywhere(place: Place) -> None:
    why = "we bought a licence, order 17"
    code, out, err = place.ajar("run", graph("forbidden"), "--intent", "client", "--licence-reason", why)
    assert code == 0, err
    file = Path(out.strip().splitlines()[-1])
    text = (file.parent / "LICENSES.txt").read_text("utf-8")
    assert why in text and file.name in text and "CC BY-NC" in text
    said = statement.find(Home(place.root / "home"))
    [override] = said[max(said)].overrides
    assert override.reason == why and override.node == "paint" and override.model == "forbidden"
    about = json.loads(place.main("show", str(file), "--json")[1])
    assert any(model.get("override") == why for model in about["models"])


@pytest.mark.parametrize("empty", ["", "   "])
def test_an_empty_reason_is_none(place: Place, empty: str) -> None:
    assert place.ajar("run", graph("forbidden"), "--intent", "client", "--licence-reason", empty)[0] == 3


def test_a_result_is_under_the_terms_of_all_that_it_came_through(place: Place) -> None:
    nodes = {"good": {"type": "toys/paint", "inputs": {"lora": "allowed"}},
             "bad": {"type": "toys/paint", "inputs": {"lora": "forbidden"}},
             "mix": {"type": "toys/mix", "inputs": {"one": {"from": "good"}, "other": {"from": "bad"}}},
             "alone": {"type": "blur", "inputs": {"image": {"from": "good"}}}}
    _, out, _ = place.ajar("plan", nodes, "--intent", "client", "--licence-reason", "x", "--json")
    rows = {row["id"]: row["terms"] for row in map(json.loads, out.splitlines()) if row["event"] == "node"}
    assert rows == {"good": "pass", "bad": "block", "mix": "block", "alone": "pass"}


def test_a_file_that_comes_in_brings_the_terms_it_was_made_under(place: Place) -> None:
    code, out, err = place.ajar("run", graph("forbidden"))
    assert code == 0, err
    file = Path(out.strip().splitlines()[-1])
    file.rename("come-in.png")
    nodes = {"load": {"type": "load_image", "inputs": {"file": "come-in.png"}},
             "save": {"type": "save_image", "inputs": {"image": {"from": "load"}}}}
    code, _, err = place.ajar("plan", nodes, "--intent", "client")
    assert code == Refused.exit_code and '"forbidden"' in err


def test_terms_go_on_from_file_to_file(place: Place) -> None:
    """The second file was made without any model, from one that was not."""
    out = place.ajar("run", graph("forbidden"))[1]
    Path(out.strip().splitlines()[-1]).rename("first.png")
    again = {"load": {"type": "load_image", "inputs": {"file": "first.png"}},
             "flip": {"type": "flip", "inputs": {"image": {"from": "load"}}},
             "save": {"type": "save_image", "inputs": {"image": {"from": "flip"}}}}
    out = place.ajar("run", again)[1]
    Path(out.strip().splitlines()[-1]).rename("first.png")
    (place.root / "home/models/forbidden.safetensors").unlink()
    code, _, err = place.ajar("plan", again, "--intent", "client")
    assert code == Refused.exit_code and '"forbidden"' in err


def test_a_frozen_result_is_under_the_terms_of_its_node(place: Place) -> None:
    nodes = graph("forbidden")
    assert place.ajar("run", nodes)[0] == 0
    blob = next(iter((place.root / "home/blobs").rglob("*.png"))).name.partition(".")[0]
    nodes["paint"] |= {"state": "frozen", "result": {"result": blob}}
    code, _, err = place.ajar("plan", nodes, "--intent", "client")
    assert code == Refused.exit_code and '"forbidden"' in err, err


def test_the_terms_of_a_file_can_be_asked_for_and_written_beside_it(place: Place) -> None:
    out = place.ajar("run", graph("forbidden"))[1]
    file = Path(out.strip().splitlines()[-1])
    (file.parent / "LICENSES.txt").unlink()
    code, said, _ = place.main("licences", str(file), "--intent", "client", "--save")
    assert code == Refused.exit_code and "forbidden: The terms of" in said
    assert "Attribution-NonCommercial" in (file.parent / "LICENSES.txt").read_text("utf-8")
    assert place.main("licences")[0] == 0
    assert place.main("licences", "FLUX.1-dev")[1].count("block") == 2


def test_licences_that_another_wrote_are_left_alone(place: Place) -> None:
    (place.root / "out").mkdir()
    (place.root / "out/LICENSES.txt").write_text("The licences of my own fonts.\n", "utf-8")
    assert place.ajar("run", graph("allowed"))[0] == 0
    assert (place.root / "out/LICENSES.txt").read_text("utf-8") == "The licences of my own fonts.\n"
    assert "Apache" in (place.root / "out/AJAR-LICENSES.txt").read_text("utf-8")


def test_checking_says_it_too_without_planning(place: Place) -> None:
    code, out, _ = place.ajar("check", graph("forbidden"), "--intent", "client")
    assert code == Refused.exit_code and '"forbidden"' in out
    code, out, _ = place.ajar("check", graph("silent"), "--intent", "client")
    assert code == 0 and "not known" in out
    assert place.ajar("check", graph("forbidden"))[0] == 0, "nobody said what it is for"


def test_a_person_can_say_once_what_all_work_is_for(place: Place) -> None:
    (place.root / "home/settings.toml").write_text('intent = "client"\n', "utf-8")
    assert place.ajar("run", graph("forbidden"))[0] == Refused.exit_code
    assert place.ajar("check", graph("forbidden"))[0] == Refused.exit_code
