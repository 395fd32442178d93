"""``ajar models`` at the command line, against the hub's stand-in; and that its page says what is true."""

import io
import json
import re
import sys
from collections.abc import Iterator
from pathlib import Path

import pytest

from nodes.local.places import COMFY_KINDS, MATRIX_KINDS, WEBUI_KINDS
from nodes.remote.emulators.hub import Hub, Repo
from workflows.downloads import RESERVE
from workflows.headless import main

PAGE = Path(__file__).parents[2] / "docs" / "models.md"
SCHNELL = "black-forest-labs/FLUX.1-schnell"


@pytest.fixture
def hub(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    for name in ("HF_HUB_OFFLINE", "AJAR_HUB_KEY", "HF_TOKEN", "HUGGING_FACE_HUB_TOKEN", "HF_ENDPOINT"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setenv("AJAR_HOME", str(tmp_path / "home"))
    with Hub() as made:
        made.repos[SCHNELL] = Repo(dict(made.repos["acme/tiny"].files))
        monkeypatch.setenv("AJAR_HUB_URL", made.base)
        yield made


def say(capsys: pytest.CaptureFixture[str], *arguments: str) -> tuple[int, str, str]:
    code = main(["models", *arguments])
    said = capsys.readouterr()
    assert "Traceback" not in said.err + said.out
    return code, said.out, said.err


def test_the_size_the_place_the_hosts_and_the_terms_are_shown_before_anything_comes(
    hub: Hub, tmp_path: Path, capsys: pytest.CaptureFixture[str],
) -> None:
    code, out, err = say(capsys, "get", SCHNELL)
    assert code == 4 and "Nobody has accepted the terms" in err and "--accept" in err
    assert "15 files, 428.0 kB" in out and str(tmp_path / "home" / "models") in out
    assert "huggingface.co, hf.co" in out and hub.base.partition("://")[2] in out
    assert "Apache License 2.0; commercial use: yes." in out and "https://www.apache.org" in out
    assert hub.repos[SCHNELL].commit[:12] in out
    assert not (tmp_path / "home" / "models").exists()


def test_a_person_at_the_terminal_is_asked(
    hub: Hub, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch,
) -> None:
    class Terminal(io.StringIO):
        def isatty(self) -> bool:
            return True

    monkeypatch.setattr(sys, "stdin", Terminal("no\n"))
    code, _, err = say(capsys, "get", "acme/ink-lora")
    assert code == 4 and "the terms were not accepted" in err
    monkeypatch.setattr(sys, "stdin", Terminal("yes\n"))
    code, out, _ = say(capsys, "get", "acme/ink-lora")
    assert code == 0 and "whole and verified" in out and "Spoken with: 127.0.0.1" in out


def test_every_step_is_a_line_for_programs(hub: Hub, capsys: pytest.CaptureFixture[str]) -> None:
    code, out, _ = say(capsys, "get", "acme/ink-lora", "--accept", "--json")
    lines = [json.loads(line) for line in out.splitlines()]
    assert code == 0 and lines[0]["repo"] == "acme/ink-lora" and lines[0]["licence"] == "mit"
    assert lines[1]["event"] == "begun" and lines[-1]["event"] == "done"
    code, out, _ = say(capsys, "get", "acme/quants", "--json")
    assert code == 1 and "2 model files" in json.loads(out.splitlines()[-1])["error"]["message"]


def test_a_fetched_model_is_listed_shown_verified_repaired_and_removed(
    hub: Hub, tmp_path: Path, capsys: pytest.CaptureFixture[str],
) -> None:
    assert say(capsys, "get", "acme/tiny", "--accept")[0] == 0
    folder = tmp_path / "home" / "models" / "tiny"
    assert "is here already" in say(capsys, "get", "acme/tiny")[1]
    assert "is here already" in say(capsys, "get", "tiny")[1]
    assert "All 15 files" in say(capsys, "verify", "tiny")[1]
    (folder / "unet" / "config.json").write_text("{}")
    code, out, err = say(capsys, "verify", "tiny")
    assert code == 1 and "unet/config.json has 2 bytes instead of 39" in out and "repair tiny" in err
    assert say(capsys, "repair", "tiny")[0] == 0
    assert say(capsys, "verify", "acme/tiny")[0] == 0
    shown = say(capsys, "show", "acme/tiny")[1]
    assert hub.repos["acme/tiny"].commit in shown and str(folder) in shown
    assert "428.0 kB are free again" in say(capsys, "remove", "tiny")[1] and not folder.exists()
    assert say(capsys, "remove", "tiny")[0] == 1


def test_what_is_half_here_is_listed_with_how_to_go_on(
    hub: Hub, tmp_path: Path, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setattr("workflows.fetching.TRIES", 1)
    hub.repos["acme/ink-lora"].files["README.md"] = b""  # an empty file is whole at once
    say(capsys, "get", "acme/ink-lora")
    hub.fail("html", "html", "html")
    code, _, err = say(capsys, "get", "acme/ink-lora", "--accept")
    assert code == 1 and "a web page came" in err
    assert "Go on with: ajar models get acme/ink-lora" in say(capsys, "list", "ink")[1]
    assert say(capsys, "remove", "ink-lora")[0] == 0
    assert "half here" not in say(capsys, "list", "ink")[1]


def test_places_are_listed(hub: Hub, tmp_path: Path, capsys: pytest.CaptureFixture[str],
                           monkeypatch: pytest.MonkeyPatch) -> None:
    comfy = tmp_path / "me" / "ComfyUI" / "models" / "loras"
    comfy.mkdir(parents=True)
    mine = tmp_path / "mine"
    mine.mkdir()
    monkeypatch.setenv("HOME", str(tmp_path / "me"))
    monkeypatch.setenv("USERPROFILE", str(tmp_path / "me"))
    monkeypatch.delenv("AJAR_FIND_MODELS")
    home = tmp_path / "home"
    home.mkdir()
    expected = {"true": {"Ajar", "your settings", "ComfyUI"}, "false": {"Ajar", "your settings"},
                '["Forge"]': {"Ajar", "your settings"}, '["ComfyUI"]': {"Ajar", "your settings", "ComfyUI"}}
    for found, programs in expected.items():
        (home / "settings.toml").write_text(f"[models]\nfolders = ['{mine}']\nuse_found = {found}\n")
        _, out, _ = say(capsys, "folders", "--json")
        places = [json.loads(line) for line in out.splitlines()]
        assert {place["program"] for place in places if str(tmp_path) in place["path"]} == programs
    (mine / "away").symlink_to(tmp_path / "me")
    _, out, _ = say(capsys, "folders")
    assert f"{mine / 'away'} leads to a folder elsewhere" in out
    (home / "settings.toml").write_text("[models]\nfolder = 3\n")
    code, _, err = say(capsys, "folders")
    assert code == 2 and "Write a table [models]" in err


@pytest.mark.parametrize("deed", ["get", "show", "verify", "repair", "remove"])
def test_a_deed_without_a_name_asks_for_one(hub: Hub, deed: str, capsys: pytest.CaptureFixture[str]) -> None:
    code, _, err = say(capsys, deed)
    assert code == 2 and f"ajar models {deed} NAME" in err


def test_the_hubs_token_is_kept_and_tried_as_every_key(
    hub: Hub, capsys: pytest.CaptureFixture[str], monkeypatch: pytest.MonkeyPatch,
) -> None:
    monkeypatch.setenv("HF_TOKEN", hub.key)
    assert main(["keys", "list", "hub"]) == 0 and "HF_TOKEN" in capsys.readouterr().out
    assert main(["keys", "test", "hub"]) == 0 and "the token of ada" in capsys.readouterr().out


def test_the_commands_of_the_page_do_what_it_says(hub: Hub, capsys: pytest.CaptureFixture[str]) -> None:
    hub.repos["city96/FLUX.1-schnell-gguf"] = Repo({
        f"flux1-schnell-{kind}.gguf": hub.repos["acme/quants"].files["tiny-Q4_0.gguf"] for kind in ("Q4_K_S", "Q8_0")})
    adapter = "sdxl_models/ip-adapter-plus_sdxl_vit-h.safetensors", "models/image_encoder/model.safetensors"
    hub.repos["h94/IP-Adapter"] = Repo(dict.fromkeys(adapter, hub.repos["acme/ink-lora"].files["ink.safetensors"]))
    lines = re.findall(r"^ajar models (.+)$", PAGE.read_text("utf-8"), re.MULTILINE)
    assert len(lines) >= 8
    for line in lines:
        arguments = line.split()
        code, _, err = say(capsys, *arguments, *(["--accept"] if arguments[0] == "get" else []))
        assert code == 0, (line, err)


def test_the_page_names_folders_that_are_looked_into() -> None:
    text = PAGE.read_text("utf-8")
    known = {*COMFY_KINDS, *WEBUI_KINDS, *MATRIX_KINDS}
    table = text.partition("| program |")[2].partition("\n\n")[0]
    named = set(re.findall(r"`([\w/-]+)`", table)) - {"models/", "Models/", "HF_HOME", "HF_HUB_CACHE"}
    assert len(named) > 12 and named <= known, named - known
    assert f"{RESERVE // 10**9} GB of the disk stay free" in text
