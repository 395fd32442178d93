"""The page of models as a person sees it: what is here, what fetching would bring first, and fetching it."""

from collections.abc import Iterator
from pathlib import Path

import pytest
from PySide6.QtGui import QImage
from pytestqt.qtbot import QtBot

from canvas.desk import Desk
from canvas.document import Document
from canvas.models.page import ModelsPage
from canvas.models.rows import Row, chosen, facts
from nodes.remote.emulators.hub import Hub, Repo
from nodes.remote.emulators.hub_samples import weights
from nodes.remote.emulators.server import Fault
from tests.canvas.hosted import shown_window
from tests.canvas.running import LONG
from tests.nodes.local.model_files import write_file
from workflows import fetching
from workflows.plain import build

LORA = {"lora_unet_double_blocks_0_img_attn_qkv.lora_down.weight": (4, 64),
        "lora_unet_double_blocks_0_img_attn_qkv.lora_up.weight": (64, 4)}


@pytest.fixture
def hub(monkeypatch: pytest.MonkeyPatch) -> Iterator[Hub]:
    monkeypatch.delenv("HF_HUB_OFFLINE", raising=False)
    for name in ("AJAR_HUB_KEY", "HF_TOKEN", "HUGGING_FACE_HUB_TOKEN", "HF_ENDPOINT"):
        monkeypatch.delenv(name, raising=False)
    monkeypatch.setattr(fetching, "pause", lambda tries: 0.01)
    with Hub() as made:
        made.repos["black-forest-labs/FLUX.1-schnell"] = Repo(dict(made.repos["acme/tiny"].files))
        monkeypatch.setenv("AJAR_HUB_URL", made.base)
        yield made


@pytest.fixture
def page(desk: Desk, hub: Hub, qtbot: QtBot) -> Iterator[ModelsPage]:
    page = ModelsPage(desk)
    qtbot.addWidget(page)
    page.resize(1200, 800)
    page.show()
    qtbot.waitUntil(lambda: bool(page.list.rows), timeout=LONG)
    yield page
    page.close_all()


HERE = [
    "builtin", "builtin-2x", "builtin-4x", "builtin-blueprint", "builtin-clips", "builtin-neon", "builtin-watercolour",
]


def named(page: ModelsPage, name: str) -> Row:
    return next(row for row in page._all if row.name == name)


def choose(page: ModelsPage, name: str) -> None:
    page.search_for(name)
    page.view.setCurrentIndex(page.list.index([row.name for row in page.list.rows].index(name)))


def test_what_is_here_comes_first_and_the_rest_can_be_had(page: ModelsPage) -> None:
    assert sorted(row.name for row in page.list.rows) == HERE and page.shown.key == "here"
    page.shown.choose("away")
    page._fill()
    away = {row.name for row in page.list.rows}
    assert "FLUX.1-schnell" in away and "builtin" not in away
    assert not any(row.entry and row.entry.provider for row in page._all), "hosted models are not fetched"
    page.search.setText("flux schnell")
    assert [row.name for row in page.list.rows] == ["FLUX.1-schnell"]


def test_terms_size_and_hosts_are_shown_before_anything_is_fetched(page: ModelsPage, hub: Hub, qtbot: QtBot) -> None:
    choose(page, "FLUX.1-schnell")
    assert not page.detail.get.isHidden() and page.detail.accept.isHidden()
    page.detail.get.click()
    qtbot.waitUntil(lambda: not page.detail.accept.isHidden(), timeout=LONG)
    offered = page.detail.offered
    assert offered is not None and offered.record.bytes > 0 and "127.0.0.1" in offered.hosts[0]
    assert set(hub.served) <= {"model_index.json"}
    page.detail.accept.click()
    qtbot.waitUntil(lambda: named(page, "FLUX.1-schnell").state == "here", timeout=LONG)
    assert "verified" in page.detail.news.full
    assert (page._desk.studio.home.models / "FLUX.1-schnell" / "model_index.json").is_file()
    assert named(page, "FLUX.1-schnell").own


def test_a_repository_of_the_hub_can_be_named_and_what_is_not_there_is_a_sentence(
    page: ModelsPage, qtbot: QtBot,
) -> None:
    page.search_for("acme/tiny")
    assert [row.name for row in page.list.rows] == ["acme/tiny"]
    page.detail.get.click()
    qtbot.waitUntil(lambda: not page.detail.accept.isHidden(), timeout=LONG)
    page.search_for("acme/nothing")
    page.detail.get.click()
    qtbot.waitUntil(lambda: "acme/nothing" in page.detail.news.full, timeout=LONG)
    assert page.detail.accept.isHidden()


def test_what_comes_from_a_repository_is_stopped_and_told_of_only_where_it_is_shown(
    page: ModelsPage, hub: Hub, qtbot: QtBot,
) -> None:
    hub.repos["acme/big"] = Repo({"a.safetensors": weights("a", 3_000_000)})
    hub.speed = 1_000_000
    page.search_for("acme/big")
    page.detail.get.click()
    qtbot.waitUntil(lambda: not page.detail.accept.isHidden(), timeout=LONG)
    page.detail.accept.click()
    qtbot.waitUntil(lambda: "/s" in page.detail.news.full, timeout=LONG)
    choose(page, "builtin")
    came = page.coming["big"]
    qtbot.waitUntil(lambda: page.coming["big"] > came, timeout=LONG)
    assert page.detail.news.full == ""
    choose(page, "acme/big")
    page.detail.stop.click()
    qtbot.waitUntil(lambda: not page.coming and not page._desk.studio.downloads.running(), timeout=LONG)
    assert "Stopped" in page.detail.news.full and len(list(page._desk.studio.downloads.unfinished())) == 1


def test_a_lora_shows_the_picture_that_lies_beside_it(desk: Desk, hub: Hub, page: ModelsPage, qtbot: QtBot) -> None:
    file = write_file(desk.studio.home.models / "paper.safetensors", LORA)
    QImage(64, 48, QImage.Format.Format_RGB888).save(str(file.with_name("paper.png")))
    page.look()
    qtbot.waitUntil(lambda: any(row.name == "paper" for row in page._all), timeout=LONG)
    row = named(page, "paper")
    assert row.said.picture == file.with_name("paper.png").read_bytes() and page.list.picture(row) is not None
    assert ("Made for", "FLUX.1") in facts(row) or any(what == "Rank" for what, _ in facts(row))
    assert row in chosen(page._all, "loras", "") and ("Lies in", str(file)) in facts(row)


def test_a_file_that_can_not_be_used_says_why(desk: Desk, page: ModelsPage, qtbot: QtBot) -> None:
    (desk.studio.home.models / "old.ckpt").write_bytes(b"\x80\x02}q\x00.")
    page.look()
    qtbot.waitUntil(lambda: "old.ckpt" in page.refused.full, timeout=LONG)
    assert "can run code" in page.refused.full


def test_a_model_goes_to_the_board_in_a_node_that_takes_it(desk: Desk, hub: Hub, qtbot: QtBot, tmp_path: Path) -> None:
    with shown_window(desk) as window:
        window.actions_.do("new")
        window.actions_.do("models")
        assert window.tabs.models is not None
        page = window.tabs.models
        qtbot.waitUntil(lambda: bool(page.list.rows), timeout=LONG)
        choose(page, "builtin")
        page.detail.use.click()
        front = desk.front
        assert front is not None
        assert [(node.type, node.inputs["model"]) for node in front.graph.nodes.values()] == [("flux", "builtin")]
        assert window.boards.currentWidget() is window.page


def test_what_is_half_here_says_how_much_and_can_go_on(desk: Desk, page: ModelsPage, hub: Hub, qtbot: QtBot) -> None:
    choose(page, "FLUX.1-schnell")
    page.detail.get.click()
    qtbot.waitUntil(lambda: not page.detail.accept.isHidden(), timeout=LONG)
    hub.fail(*[Fault("truncated")] * 60)
    page.detail.accept.click()
    qtbot.waitUntil(lambda: not desk.studio.downloads.running() and not page.coming, timeout=LONG)
    page.look()
    qtbot.waitUntil(lambda: named(page, "FLUX.1-schnell").state == "half", timeout=LONG)
    assert named(page, "FLUX.1-schnell").told().startswith("Half here")
    assert page.detail.get.isVisible() and not page.detail.stop.isVisible()
    hub.faults.clear()
    page.detail.get.click()
    qtbot.waitUntil(lambda: not page.detail.accept.isHidden(), timeout=LONG)
    page.detail.accept.click()
    qtbot.waitUntil(lambda: named(page, "FLUX.1-schnell").state == "here", timeout=LONG)


def test_a_node_that_lacks_its_model_leads_to_it(desk: Desk, hub: Hub, qtbot: QtBot) -> None:
    with shown_window(desk) as window:
        graph = build({"ajar": 1, "nodes": {"paint": {"type": "flux", "inputs": {
            "prompt": "a boat", "model": "FLUX.1-schnell"}}}})
        document = Document(graph, desk.studio.packs.types, None, name="Sketch")
        desk.open(document)
        qtbot.waitUntil(lambda: bool(desk.looks(document).of("paint").needs), timeout=LONG)
        document.select(["paint"])
        window.actions_.do("models")
        assert window.tabs.models is not None
        page = window.tabs.models
        qtbot.waitUntil(lambda: [row.name for row in page.list.rows] == ["FLUX.1-schnell"], timeout=LONG)
        assert not page.detail.get.isHidden()
