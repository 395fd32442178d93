"""The store of takes: what is kept, numbered, rated, found and thrown away."""

import json
import sqlite3
from pathlib import Path

import pytest

from ajar.errors import AjarError
from tests.workflows.toy_takes import facts
from workflows.settings import Home
from workflows.takes import Query, Takes


def test_a_take_is_kept_with_all_that_is_known_of_it(takes: Takes, home: Home) -> None:
    take = takes.add(b"picture", ".png", facts())
    assert take.path.read_bytes() == b"picture"
    assert take.path.parent.parent == home.takes and take.path.name.startswith("harbour-flux-")
    assert take.path.suffix == ".png"
    with Takes(home) as later:
        same = later.get(take.id)
    assert same == take
    assert (same.seed, same.settings, same.prompt) == (7, {"steps": 4}, "a lighthouse at dusk")
    assert not same.lost and same.number == 1


def test_a_film_is_copied_from_its_file(takes: Takes, tmp_path: Path) -> None:
    film = tmp_path / "film.mp4"
    film.write_bytes(b"film" * 1000)
    take = takes.add(film, ".mp4", facts(kind="video"))
    film.unlink()
    assert take.path.read_bytes() == b"film" * 1000


def test_takes_are_numbered_by_node(takes: Takes) -> None:
    first, second = takes.add(b"1", ".png", facts()), takes.add(b"2", ".png", facts())
    other = takes.add(b"3", ".png", facts(node="upscale"))
    assert [first.number, second.number, other.number] == [1, 2, 1]
    takes.throw_away(second.id)
    assert takes.add(b"4", ".png", facts()).number == 3
    assert [take.number for take in takes.of("/films/harbour.json", "flux")] == [1, 3]


def test_stars_note_and_tags_stay(takes: Takes, home: Home) -> None:
    id_ = takes.add(b"1", ".png", facts()).id
    takes.rate(id_, 9)
    takes.note(id_, "the sky is right")
    takes.tag(id_, ["Hero", " hero ", "night  shot", ""])
    with Takes(home) as later:
        take = later.get(id_)
    assert (take.rating, take.note, take.tags) == (5, "the sky is right", ("hero", "night shot"))
    assert takes.rate(id_, 0).rating == 0


def test_a_thrown_away_take_lies_in_the_trash_and_can_be_brought_back(takes: Takes, home: Home) -> None:
    take = takes.add(b"1", ".png", facts())
    gone = takes.throw_away(take.id)
    assert gone.thrown and not take.path.exists()
    assert gone.path.read_bytes() == b"1" and home.takes / "trash" in gone.path.parents
    assert takes.of(take.document, "flux") == [] and takes.search() == []
    assert takes.search(Query(thrown=True)) == [gone]
    assert takes.throw_away(take.id) == gone, "throwing away twice changes nothing"
    assert takes.bring_back(take.id) == take and take.path.read_bytes() == b"1"


def test_only_emptying_the_trash_deletes(takes: Takes, home: Home) -> None:
    kept, gone = takes.add(b"1", ".png", facts()), takes.add(b"2", ".png", facts())
    takes.throw_away(gone.id)
    assert takes.empty_trash() == 1
    assert [path.read_bytes() for path in home.takes.rglob("*.png")] == [b"1"]
    assert takes.search() == [takes.get(kept.id)] and takes.search(Query(thrown=True)) == []


def test_a_seed_that_no_column_holds_does_no_harm(takes: Takes) -> None:
    assert takes.add(b"1", ".png", facts(seed=2**63 - 1)).seed == 2**63 - 1
    assert takes.add(b"2", ".png", facts(seed=2**70)).seed is None


def test_a_move_that_was_cut_short_loses_nothing(takes: Takes, home: Home) -> None:
    take = takes.add(b"1", ".png", facts())
    trash = home.takes / "trash" / take.path.parent.name / take.path.name
    trash.parent.mkdir(parents=True)
    take.path.replace(trash)  # the process died before it wrote the row
    assert takes.get(take.id).path == trash and not takes.get(take.id).lost
    assert takes.bring_back(take.id).path == take.path and take.path.is_file()


def test_a_take_whose_file_vanished_is_shown_as_lost(takes: Takes) -> None:
    take = takes.add(b"1", ".png", facts())
    take.path.unlink()
    assert takes.get(take.id).lost and takes.search()[0].lost
    assert takes.throw_away(take.id).lost and takes.bring_back(take.id).lost


def test_a_take_that_is_not_there_is_a_sentence(takes: Takes) -> None:
    with pytest.raises(AjarError, match="not there any more"):
        takes.rate(99, 5)


def test_a_search_looks_through_all_words(takes: Takes) -> None:
    dusk = takes.add(b"1", ".png", facts())
    night = takes.add(b"2", ".png", facts(prompt="ÜBER der Stadt, a LIGHTHOUSE at night", seed=4711))
    takes.note(dusk.id, "client likes this one")
    takes.tag(night.id, ["Poster"])

    def found(words: str) -> list[int]:
        return [take.id for take in takes.search(Query(words))]

    assert found("lighthouse") == [night.id, dusk.id], "newest first"
    assert found("light dusk") == [dusk.id] and found("light poster") == [night.id]
    assert found("über") == [night.id] and found("4711") == [night.id] and found("CLIENT") == [dusk.id]
    assert found("schnell") == [night.id, dusk.id] and found("harbour") == [night.id, dusk.id]
    assert found("100%") == [] and found("l_ghthouse") == []
    takes.note(dusk.id, "")
    assert found("client") == []


def test_filters_narrow_a_search(takes: Takes) -> None:
    one = takes.add(b"1", ".png", facts())
    two = takes.add(b"2", ".mp4", facts(kind="video", model="wan-2.2", node="wan", title="Wan 2.2"))
    takes.rate(one.id, 4)
    takes.tag(two.id, ["hero", "night"])
    for query, ids in (
        (Query(model="wan-2.2"), [two.id]), (Query(kind="image"), [one.id]), (Query(node="Wan 2.2"), [two.id]),
        (Query(node="flux"), [one.id]), (Query(rating=4), [one.id]), (Query(rating=5), []),
        (Query(tags=("hero", "Night")), [two.id]), (Query(tags=("hero", "day")), []),
        (Query(since=two.made), [two.id]), (Query(until=two.made), [one.id]),
        (Query(document="/films/harbour.json"), [two.id, one.id]), (Query(document="draft:1"), []),
    ):
        assert [take.id for take in takes.search(query)] == ids, query
        assert takes.count(query) == len(ids)
    facets = takes.facets()
    assert facets.models == ("flux.1-schnell", "wan-2.2") and facets.nodes == ("Flux", "Wan 2.2")
    assert facets.kinds == ("image", "video") and facets.tags == ("hero", "night")


def test_a_search_gives_pages(takes: Takes) -> None:
    ids = [takes.add(b"%d" % number, ".png", facts()).id for number in range(5)]
    pages = [[take.id for take in takes.search(limit=2, offset=offset)] for offset in (0, 2, 4)]
    assert pages == [ids[:2:-1], ids[2:0:-1], ids[:1]]


def test_a_search_among_ten_thousand_takes_finds_all(takes: Takes, home: Home) -> None:
    takes.add(b"1", ".png", facts())
    with sqlite3.connect(home.path / "takes.db") as database:
        names = [row[1] for row in database.execute("PRAGMA table_info(takes)") if row[1] not in ("id", "file")]
        text = ", ".join(names)
        database.execute(
            f"WITH RECURSIVE n(i) AS (SELECT 1 UNION ALL SELECT i + 1 FROM n WHERE i < 9999) "
            f"INSERT INTO takes (file, {text}) SELECT '2026-01/' || i || '.png', {text} FROM takes, n",
        )
    assert takes.count() == 10_000 and takes.count(Query("lighthouse dusk")) == 10_000
    assert len(takes.search(Query("lighthouse"), limit=100, offset=9_950)) == 50


def test_a_draft_that_was_saved_takes_its_takes_along(takes: Takes) -> None:
    one = takes.add(b"1", ".png", facts(document="draft:1", workflow="Untitled"))
    two = takes.add(b"2", ".png", facts(document="draft:1", workflow="Untitled"))
    takes.note(two.id, "good")
    takes.rekey("draft:1", "/films/pier.json", "pier")
    assert [take.id for take in takes.of("/films/pier.json", "flux")] == [one.id, two.id]
    assert takes.of("draft:1", "flux") == []
    assert [take.id for take in takes.search(Query("pier good"))] == [two.id]


def test_a_draft_saved_over_a_file_numbers_its_takes_after_those_of_the_file(takes: Takes) -> None:
    for content, document in ((b"1", "/films/a.json"), (b"2", "/films/a.json"), (b"3", "draft:1"), (b"4", "draft:1")):
        takes.add(content, ".png", facts(document=document))
    takes.rekey("draft:1", "/films/a.json")
    found = takes.of("/films/a.json", "flux")
    assert [(take.number, take.path.read_bytes()) for take in found] == [(1, b"1"), (2, b"2"), (3, b"3"), (4, b"4")]


def test_who_listens_hears_of_changes(takes: Takes) -> None:
    heard: list[int] = []
    end = takes.listen(lambda: heard.append(1))
    take = takes.add(b"1", ".png", facts())
    takes.rate(take.id, 3)
    assert len(heard) == 2
    end()
    takes.rate(take.id, 4)
    assert len(heard) == 2


@pytest.mark.parametrize("suffix", ["png", ".p/ng", "", ".."])
def test_a_wrong_ending_is_refused(takes: Takes, suffix: str) -> None:
    with pytest.raises(AjarError, match="file name ending"):
        takes.add(b"1", suffix, facts())


def test_names_from_strange_nodes_stay_inside_the_folder(takes: Takes, home: Home) -> None:
    take = takes.add(b"1", ".png", facts(workflow="../../etc/пирс", node="group/../../flux"))
    assert take.path.resolve().is_relative_to(home.takes.resolve()) and take.path.is_file()


def test_settings_that_json_has_no_word_for_are_kept_as_text(takes: Takes) -> None:
    take = takes.add(b"1", ".png", facts(settings={"file": Path("a.png")}))
    assert json.dumps(take.settings) == '{"file": "a.png"}'


def test_a_take_knows_what_it_came_from_and_what_came_from_it(takes: Takes) -> None:
    draft, other = takes.add(b"1", ".png", facts()), takes.add(b"2", ".png", facts())
    final = takes.add(b"3", ".mp4", facts(node="kling", parents=(draft.id,), settings={"_key": "k3"}))
    longer = takes.add(b"4", ".mp4", facts(node="longer", parents=(final.id, 999)))
    assert [take.id for take in takes.lineage(longer.id)] == [longer.id, final.id, draft.id]
    assert takes.children(draft.id) == [final] and takes.children(other.id) == []
    assert takes.by_key(["k3", "none", ""]) == [final] and takes.by_key([]) == []
    found = takes.find(draft.digest)
    assert found == draft and takes.find("") is None and takes.find("00") is None


def test_a_locked_take_stays(takes: Takes) -> None:
    take = takes.add(b"1", ".png", facts())
    takes.lock(take.id, True)
    with pytest.raises(AjarError, match="locked"):
        takes.throw_away(take.id)
    assert takes.get(take.id).path.is_file() and takes.get(take.id).locked
    takes.lock(take.id, False)
    assert takes.throw_away(take.id).thrown and not takes.get(take.id).locked
