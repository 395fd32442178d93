"""The table in the card: what is measured stands there, and a filter that is better anywhere is not hidden."""

from pathlib import Path

import pytest
from PIL import Image

from training.upscaler import heldout, report
from training.upscaler.export import file_of
from training.upscaler.measuring import Likeness

pytestmark = pytest.mark.xdist_group("torch")
BETTER, WORSE = Likeness(30, 0.9, 0.9), Likeness(29, 0.8, 0.8)
LOW, HIGH = Likeness(20, 0.5, 0.5), Likeness(40, 0.95, 0.99)


def results(*own: Likeness) -> report.Results:
    return {("maps", 2): {"bicubic": [WORSE] * len(own), "Lanczos": [WORSE] * len(own), "built-in": list(own)}}


def test_sets_are_judged_by_their_means_and_pictures_also_one_by_one() -> None:
    assert report.all_beaten(results(BETTER, BETTER)) and report.beaten_singly(results(BETTER, BETTER), 2) == (2, 2)
    assert report.all_beaten(results(LOW, HIGH)) is False and report.beaten_singly(results(LOW, HIGH), 2) == (1, 2)
    assert report.all_beaten(results(BETTER) | {("seas", 2): results(LOW)["maps", 2]}) is False


def test_it_is_written_between_the_marks_of_the_card(
    tmp_path: Path, monkeypatch: pytest.MonkeyPatch, capsys: pytest.CaptureFixture[str]
) -> None:
    from safetensors.torch import save_file

    from training.upscaler.network import Compact, as_compact

    for scale in (2, 4):
        save_file(as_compact(Compact(scale, 8, 1).state_dict()), file_of(tmp_path, scale))
    card = tmp_path / "README.md"
    card.write_text(f"before\n{report.BEGIN}\nold\n{report.END}\nafter\n", "utf-8")
    monkeypatch.setattr(report, "sets_of", lambda folder: {report.NEVER: [heldout.rosette()]})
    assert report.write(tmp_path, None) is False  # nothing was learned yet
    words = card.read_text("utf-8")
    assert words.startswith("before\n") and words.endswith("\nafter\n") and "old" not in words
    assert words.count(f"| {report.NEVER} (1) | 4x |") == 9 and "JPEG" in words
    assert f"| {report.NEVER} | 2x | Lanczos |" in capsys.readouterr().out


def test_each_folder_of_pictures_is_a_set(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(report, "UNSEEN", 1)
    (tmp_path / "walls").mkdir()
    Image.new("RGBA", (21, 18), "red").save(tmp_path / "walls" / "a.png")
    (tmp_path / "walls" / "notes.txt").write_text("no picture", "utf-8")
    found = report.sets_of(tmp_path)
    assert [one.shape for one in found["walls"]] == [(16, 20, 3)] and len(found) == 3
