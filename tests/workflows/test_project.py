import os
from pathlib import Path

import pytest

from ajar.errors import Refused, WorkflowError
from workflows.project import Policy, Project, find, inside, policy_of, strictest


def test_the_nearest_folder_with_a_project_file(tmp_path: Path) -> None:
    (tmp_path / "ajar.toml").write_text('name = "Film"\nresidency = "local"\n[caps]\nrun = 2\n', "utf-8")
    (tmp_path / "a" / "b").mkdir(parents=True)
    project = find(tmp_path / "a" / "b" / "w.json")
    assert (project.root, project.name) == (tmp_path.resolve(), "Film")
    assert project.policy == Policy("local", caps={"run": 2.0})
    (tmp_path / "a" / "ajar.toml").write_text("", "utf-8")
    assert find(tmp_path / "a" / "b" / "w.json").root == tmp_path.resolve() / "a"


def test_without_one_the_workflows_own_folder(tmp_path: Path) -> None:
    assert find(tmp_path / "w.json") == Project(tmp_path.resolve(), tmp_path.name)


@pytest.mark.parametrize("text", [
    "residency = 3", 'residency = "mars"', 'intent = "x"', "caps = 3", "[caps]\nrun = -1", "[caps]\nrun = inf",
    "[caps]\nweek = 1", "[caps]\nrun = true", "places = 3", "name = 3", "a = [", "\x00", 'x = "' + "\udcff" + '"',
])
def test_a_wrong_project_file_is_one_sentence(tmp_path: Path, text: str) -> None:
    (tmp_path / "ajar.toml").write_bytes(text.encode("utf-8", "surrogateescape"))
    with pytest.raises(WorkflowError) as caught:
        find(tmp_path / "w.json")
    assert caught.value.hint


def test_the_strictest_wins_whatever_the_order() -> None:
    user = Policy("listed", frozenset({"a", "b"}), {"run": 5, "day": 10})
    project = Policy("open", None, {"run": 2})
    file = policy_of({"residency": "open", "places": ["b", "c"], "caps": {"run": 100, "month": 1}}, "the workflow")
    expected = Policy("listed", frozenset({"b"}), {"run": 2, "day": 10, "month": 1})
    assert strictest(user, project, file) == strictest(file, project, user) == expected
    assert strictest(user, Policy("local", intent="commercial")).residency == "local"
    assert strictest() == Policy()


@pytest.mark.parametrize("path", [
    "", " ", "/etc/passwd", "../x.png", "a/../../x", "a\\b", "C:/x", "c:x", "\\\\host\\share", "//host/share",
    "~/x", "nul", "a/CON.png", "com1", "a./b", "b ", "x\0y", "x\ny", "file:///etc/passwd", "aux .txt", "a" * 5000,
])
def test_paths_that_are_refused(tmp_path: Path, path: str) -> None:
    with pytest.raises(Refused) as caught:
        inside(Project(tmp_path, "p"), path)
    assert caught.value.hint
    assert "\n" not in caught.value.message


@pytest.mark.parametrize("path", ["a.png", "./a.png", "sub/a.png", "grün/ä ö.png", ".hidden", "con-artist.png", "a..b"])
def test_paths_that_are_fine(tmp_path: Path, path: str) -> None:
    assert inside(Project(tmp_path, "p"), path) == (tmp_path / path).resolve()
    assert inside(Project(tmp_path, "p"), Path(path), tmp_path / "sub").is_relative_to(tmp_path / "sub")


def test_a_workflow_in_a_folder_of_the_project_may_reach_the_folders_beside_it(tmp_path: Path) -> None:
    project = Project(tmp_path, "p")
    assert inside(project, "../pictures/a.png", tmp_path / "flows") == tmp_path / "pictures" / "a.png"
    with pytest.raises(Refused):
        inside(project, "../../a.png", tmp_path / "flows")


@pytest.mark.skipif(os.name == "nt", reason="links need rights there")
def test_links_are_followed_before_the_path_is_judged(tmp_path: Path) -> None:
    root, outside = tmp_path / "project", tmp_path / "outside"
    root.mkdir()
    outside.mkdir()
    (root / "link").symlink_to(outside)
    (root / "round").symlink_to(root / "round")
    with pytest.raises(Refused, match="leads out of"):
        inside(Project(root, "p"), "link/secret.png")
    with pytest.raises(Refused):
        inside(Project(root, "p"), "round/x")
    (tmp_path / "alias").symlink_to(root)
    assert inside(Project(tmp_path / "alias", "p"), "a.png") == root.resolve() / "a.png"
