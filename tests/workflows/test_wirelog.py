"""The log of requests."""

from pathlib import Path

import pytest

from workflows import wirelog
from workflows.wirelog import WireLog


def test_each_request_is_a_line_and_an_old_file_is_put_aside(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    log = WireLog(tmp_path / "logs")
    log("POST", "https://api.example/v1/jobs", 200, 12.4)
    log("GET", "https://api.example/v1/jobs/7", 0, 60_000)
    lines = (tmp_path / "logs" / "requests.log").read_text("utf-8").splitlines()
    assert [line.split(" ", 1)[1] for line in lines] == [
        "POST https://api.example/v1/jobs 200 12", "GET https://api.example/v1/jobs/7 0 60000"]
    monkeypatch.setattr(wirelog, "MOST", 10)
    log("GET", "https://api.example/v1/jobs/8", 200, 1)
    assert "jobs/8" in (tmp_path / "logs" / "requests.log").read_text("utf-8")
    assert "jobs/7" in (tmp_path / "logs" / "requests.old.log").read_text("utf-8")


def test_a_folder_that_can_not_be_written_stops_no_request(tmp_path: Path) -> None:
    (tmp_path / "logs").write_text("a file, not a folder", "utf-8")
    WireLog(tmp_path / "logs")("GET", "https://api.example", 200, 1)
    assert (tmp_path / "logs").read_text("utf-8") == "a file, not a folder"
