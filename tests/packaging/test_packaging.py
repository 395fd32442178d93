"""Ajar works as a wheel, as an editable install and as a clone, also where generic folder names lie about."""

import subprocess
import sys
import zipfile
from collections.abc import Sequence
from pathlib import Path

import pytest

from tests import sight
from tests.canvas.starting import start
from tests.packaging.installs import (
    ROOMS,
    ROOT,
    Installed,
    check_origin,
    check_text_run,
    copy_of_the_clone,
    make_venv,
    probe,
    site_of,
)


def names(wheel: Path) -> list[str]:
    with zipfile.ZipFile(wheel) as archive:
        return archive.namelist()


def test_the_wheel_has_one_name_in_site_packages(wheel: Path) -> None:
    tops = {name.partition("/")[0] for name in names(wheel)}
    assert {top for top in tops if not top.endswith(".dist-info")} == {"ajar"}


def test_the_wheel_has_every_room(wheel: Path) -> None:
    inside = set(names(wheel))
    for room in ROOMS:
        here = [file for file in (ROOT / room).rglob("*") if file.is_file() and "__pycache__" not in file.parts]
        assert here
        assert {f"ajar/rooms/{file.relative_to(ROOT).as_posix()}" for file in here} <= inside
    assert "ajar/py.typed" in inside
    assert "ajar/__init__.py" in inside


def test_the_wheel_has_what_the_window_shows(wheel: Path) -> None:
    kinds = {"icons": ".svg", "themes": ".toml", "fonts": ".ttf", "templates": ".json"}
    for folder, ending in kinds.items():
        shown = [name for name in names(wheel) if name.startswith(f"ajar/rooms/resources/{folder}/")]
        assert any(name.endswith(ending) for name in shown), folder


def test_the_wheel_has_no_tests_and_no_leftovers(wheel: Path) -> None:
    wrong = [name for name in names(wheel) if "__pycache__" in name or "/tests/" in name or "training" in name]
    assert not wrong


def test_the_wheel_says_what_it_is(wheel: Path) -> None:
    with zipfile.ZipFile(wheel) as archive:
        info = next(name.partition("/")[0] for name in archive.namelist() if ".dist-info/" in name)
        metadata = archive.read(f"{info}/METADATA").decode()
        assert "ajar = ajar.__main__:main" in archive.read(f"{info}/entry_points.txt").decode()
        assert "Apache License" in archive.read(f"{info}/licenses/LICENSE").decode()
    assert "Requires-Python: <3.14,>=3.11" in metadata
    base = [line for line in metadata.splitlines() if line.startswith("Requires-Dist") and "extra ==" not in line]
    assert not [line for line in base if any(heavy in line for heavy in ("torch", "diffusers", "transformers"))]


@pytest.mark.parametrize("arguments", [["--help"], ["nodes"], ["nodes", "prompt"]], ids=" ".join)
def test_the_command_of_the_wheel_works_among_traps(from_wheel: Installed, arguments: Sequence[str]) -> None:
    for call in ([from_wheel.command], [from_wheel.python, "-m", "ajar"]):
        done = from_wheel.run(*call, *arguments)
        assert done.returncode == 0, done.stderr
        assert "prompt" in done.stdout or "run" in done.stdout


def test_the_wheel_brings_its_own_rooms(from_wheel: Installed) -> None:
    site = site_of(from_wheel)
    check_origin(from_wheel.run(from_wheel.python, probe(from_wheel.traps)), site / "ajar", site / "ajar" / "rooms")


def test_a_workflow_runs_from_the_wheel(from_wheel: Installed, tmp_path: Path) -> None:
    check_text_run(from_wheel, tmp_path)


def test_the_editable_install_uses_the_clone(editable: tuple[Installed, Path], tmp_path: Path) -> None:
    """A copy of the rooms lies unused in site-packages; what runs is the clone."""
    installed, clone = editable
    check_origin(installed.run(installed.python, probe(installed.traps)), clone / "ajar", clone)
    done = installed.ajar("nodes", "prompt")
    assert done.returncode == 0, done.stderr
    check_text_run(installed, tmp_path)


def test_a_clone_works_uninstalled(traps: Path, tmp_path: Path) -> None:
    clone = copy_of_the_clone(tmp_path / "clone")
    python = make_venv(tmp_path / "venv")
    installed = Installed(python, python, traps)
    done = installed.run(python, "-m", "ajar", "nodes", "prompt", folder=clone)
    assert done.returncode == 0, done.stderr
    check_origin(installed.run(python, probe(clone)), clone / "ajar", clone)


@pytest.mark.slow
def test_the_window_opens_from_the_wheel(from_wheel: Installed, tmp_path: Path) -> None:
    """With the packages of the extra `app`, from a folder full of traps; icons, themes and templates come along."""
    if sight.missing():
        pytest.skip(sight.missing())
    told = start(from_wheel.python, from_wheel.traps, tmp_path / "home")
    assert told.code == 0, told.said
    assert "Traceback" not in told.said
    assert told.canvas.parent.samefile(site_of(from_wheel) / "ajar" / "rooms" / "canvas")
    assert told.open == ("Hello picture",)


@pytest.mark.slow
def test_a_pack_author_gets_types(from_wheel: Installed, tmp_path: Path) -> None:
    """mypy follows the types of the installed package, and finds a wrong hint."""
    pack = tmp_path / "mypack.py"
    pack.write_text(
        "from typing import Annotated\n\nfrom ajar import Slider, node\n\n\n"
        "@node\ndef louder(text: str, times: Annotated[int, Slider(1, 9)] = 2) -> str:\n"
        '    """Say it louder."""\n    return text.upper() + "!" * times\n\n\n'
        'louder("a", times="b")\n',
        encoding="utf-8",
    )
    mypy = [sys.executable, "-m", "mypy", "--strict", "--python-executable", str(from_wheel.python), str(pack)]
    done = subprocess.run(mypy, cwd=tmp_path, capture_output=True, text=True, check=False)
    assert "Found 1 error" in done.stdout, done.stdout + done.stderr
    assert 'expected "int"' in done.stdout
