from pathlib import Path
from typing import Any

import pytest
from PySide6.QtCore import QMimeData, QPoint, Qt, QUrl
from PySide6.QtGui import QDragEnterEvent, QDropEvent, QGuiApplication, QImage
from PySide6.QtTest import QTest
from pytestqt.qtbot import QtBot

from ajar.contract import Socket
from ajar.hints import File
from canvas.fields import Facts
from canvas.fields.files import project_path, readable

SOCKET = Socket("file", Path, hints=(File("image"),))


@pytest.fixture
def project(tmp_path: Path) -> Path:
    (tmp_path / "shots").mkdir()
    image = QImage(64, 32, QImage.Format.Format_RGB32)
    image.fill(Qt.GlobalColor.red)
    assert image.save(str(tmp_path / "shots" / "one.png"))
    return tmp_path


def drop(field: Any, path: Path) -> None:
    data = QMimeData()
    data.setUrls([QUrl.fromLocalFile(str(path))])
    buttons, keys = Qt.MouseButton.LeftButton, Qt.KeyboardModifier.NoModifier
    enter = QDragEnterEvent(QPoint(5, 5), Qt.DropAction.CopyAction, data, buttons, keys)
    QGuiApplication.sendEvent(field, enter)
    assert enter.isAccepted()
    QGuiApplication.sendEvent(field, QDropEvent(QPoint(5, 5), Qt.DropAction.CopyAction, data, buttons, keys))


def test_a_dropped_picture_is_named_from_the_workflow_and_looked_at(show: Any, project: Path, qtbot: QtBot) -> None:
    field, told = show(SOCKET, None, Facts(project, project))
    drop(field, project / "shots" / "one.png")
    assert told.values == ["shots/one.png"]
    qtbot.waitUntil(lambda: field.peek.seen.image is not None)
    assert field.peek.seen.text.startswith("64 × 32")
    assert field.peek.isVisible()


def test_a_file_outside_the_project_is_refused_with_a_sentence(show: Any, project: Path, tmp_path: Path) -> None:
    outside = tmp_path.parent / "elsewhere.png"
    outside.write_bytes(b"x")
    field, told = show(SOCKET, "shots/one.png", Facts(project / "shots", project / "shots"))
    drop(field, outside)
    assert told.values == []
    assert "lies outside the project" in told.refused[-1]


def test_a_path_may_go_up_inside_the_project(project: Path) -> None:
    text, message, _ = project_path(project / "shots" / "one.png", project / "shots", project)
    assert (text, message) == ("one.png", "")
    (project / "deep").mkdir()
    assert project_path(project / "shots" / "one.png", project / "deep", project)[0] == "../shots/one.png"


def test_a_workflow_without_a_file_names_the_whole_path(project: Path) -> None:
    assert project_path(project / "shots" / "one.png", None, None)[0] == (project / "shots" / "one.png").as_posix()


def test_a_workflow_cannot_have_files_looked_at_that_lie_elsewhere(project: Path) -> None:
    facts = Facts(project / "shots", project / "shots")
    assert readable("one.png", facts) == project / "shots" / "one.png"
    for text in ("../list.csv", "/etc/hostname", "//server/share/a.png", "\\\\server\\share\\a.png", "~/a.png"):
        assert readable(text, facts) is None
    loose = Facts(None, None, chosen={"/somewhere/mine.png"})
    assert readable("/somewhere/mine.png", loose) == Path("/somewhere/mine.png")
    assert readable("/somewhere/theirs.png", loose) is None


def test_before_it_has_a_file_a_workflow_takes_pictures_from_anywhere(show: Any, project: Path, tmp_path: Path) -> None:
    outside = tmp_path.parent / "elsewhere.png"
    outside.write_bytes(b"x")
    field, told = show(SOCKET, None, Facts(project / "shots", project / "shots", chosen=set()))
    drop(field, outside)
    assert told.values == [outside.as_posix()]


def test_a_missing_file_is_said(show: Any, project: Path, qtbot: QtBot) -> None:
    field, told = show(SOCKET, "shots/none.png", Facts(project, project))
    qtbot.waitUntil(lambda: field.peek.seen.missing)
    assert field.peek.accessibleName() == "Nothing at this path"
    field.line.setFocus()
    field.line.selectAll()
    QTest.keyClicks(field.line, "shots/one.png")
    QTest.keyClick(field.line, Qt.Key.Key_Return)
    assert told.values[-1] == "shots/one.png"
    qtbot.waitUntil(lambda: field.peek.seen.image is not None)


def test_a_folder_tells_how_many_pictures_it_holds(show: Any, project: Path, qtbot: QtBot) -> None:
    field, told = show(Socket("folder", Path, hints=(File("folder"),)), None, Facts(project, project))
    drop(field, project / "shots")
    assert told.values == ["shots"]
    qtbot.waitUntil(lambda: field.peek.seen.text == "1 picture")
    drop(field, project / "shots" / "one.png")
    assert told.values == ["shots"] and "no folder" in told.refused[-1]


def test_a_table_shows_its_first_rows(show: Any, project: Path, qtbot: QtBot) -> None:
    (project / "list.csv").write_text("name,colour\nchair,red\ntable,blue\nlamp,white\n")
    field, _ = show(Socket("file", Path, hints=(File("table"),)), "list.csv", Facts(project, project))
    qtbot.waitUntil(lambda: field.peek.seen.text.startswith("name,colour\nchair,red"))
