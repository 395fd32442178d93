"""Packs in folders: allowed by a person, and run in an interpreter of their own where they ask for it."""

import os
import subprocess
import sys
from pathlib import Path

import numpy as np
import pytest

from ajar.errors import AjarError, WorkflowError
from ajar.values import Image
from workflows import allowing, environments
from workflows.environments import Pack, read_pack
from workflows.packs import load_spec
from workflows.settings import Home

NODES = '''
from ajar import Context, Image, node

@node
def told(text: str) -> str:
    """Say what only this environment knows."""
    import only_here
    return only_here.greet(text)

@node
def seen() -> str:
    """Which of Ajar's packages can be imported there."""
    import importlib.util
    return ",".join(name for name in ("torch", "cv2", "httpx", "nodes", "canvas") if importlib.util.find_spec(name))

@node
def gray(image: Image) -> Image:
    """Pictures travel both ways."""
    return image.gray()

@node
def count(ctx: Context, upto: int) -> int:
    """Progress and stop work as anywhere."""
    return sum(1 for _ in ctx.each(range(upto), "counting"))

@node
def wrong() -> int:
    """A mistake of the pack."""
    raise ZeroDivisionError("of the pack")
'''
TOML = '''
[pack]
name = "{name}"
nodes = "nodes.py"
[environment]
requirements = {requirements}
'''


def write_pack(folder: Path, name: str = "guest", requirements: str = "[]", toml: str = TOML) -> Path:
    folder.mkdir(parents=True)
    (folder / "nodes.py").write_text(NODES)
    (folder / "ajar-pack.toml").write_text(toml.format(name=name, requirements=requirements))
    return folder


def make_by_hand(pack: Pack, home: Path) -> None:
    """What ``make`` makes, without the network: numpy and Pillow are linked, and one module is only there."""
    import numpy
    import PIL

    place = pack.place(home)
    subprocess.run([sys.executable, "-m", "venv", "--without-pip", str(place)], check=True)
    site = next(place.glob("lib/python*/site-packages"))
    source = Path(numpy.__file__).parents[1]
    assert source == Path(PIL.__file__).parents[1]
    for name in ("numpy", "numpy.libs", "PIL", "pillow.libs"):
        if (source / name).exists():
            (site / name).symlink_to(source / name)
    (site / "only_here.py").write_text("def greet(text):\n    return f'hello {text}'\n")
    (place / "whole").write_text("")


@pytest.fixture
def home(tmp_path: Path) -> Path:
    return Home.open(tmp_path / "home").path


@pytest.fixture
def ready(tmp_path: Path, home: Path) -> Path:
    """A home with an allowed pack whose environment is made."""
    if sys.platform == "win32":
        pytest.skip("links")
    pack = allowing.add(write_pack(tmp_path / "guest"), home)
    allowing.allow(pack, home)
    make_by_hand(pack, home)
    return home


def ajar(home: Path, *arguments: str, cwd: Path | None = None) -> "subprocess.CompletedProcess[str]":
    return subprocess.run(
        [sys.executable, "-m", "ajar", *arguments], capture_output=True, text=True, timeout=120, check=False,
        cwd=cwd, env={**os.environ, "AJAR_HOME": str(home), "PYTHONPATH": str(Path(__file__).parents[2])},
    )


def run_graph(home: Path, folder: Path, nodes: str) -> "subprocess.CompletedProcess[str]":
    (folder / "graph.json").write_text(f'{{"ajar": 1, "nodes": {nodes}}}')
    return ajar(home, "run", "graph.json", "--json", cwd=folder)


def test_a_node_runs_in_the_interpreter_of_its_pack_and_sees_nothing_of_ajars(ready: Path, tmp_path: Path) -> None:
    done = run_graph(ready, tmp_path, '{"t": {"type": "guest/told", "inputs": {"text": "world"}}, '
                                      '"s": {"type": "guest/seen"}}')
    assert done.returncode == 0, done.stdout + done.stderr
    assert "hello world" in done.stdout
    assert "torch" not in done.stdout and "cv2" not in done.stdout and "httpx" not in done.stdout


def test_pictures_and_progress_travel_and_mistakes_are_told(ready: Path, tmp_path: Path) -> None:
    (tmp_path / "in.png").write_bytes(Image.of(np.full((300, 400, 3), 90, np.uint8)).encode("png"))
    done = run_graph(ready, tmp_path, '{"c": {"type": "guest/count", "inputs": {"upto": 5}}, '
                                      '"p": {"type": "load_image", "inputs": {"file": "in.png"}}, '
                                      '"g": {"type": "guest/gray", "inputs": {"image": {"from": "p"}}}}')
    assert done.returncode == 0, done.stdout + done.stderr
    assert Image.open(next((tmp_path / "out").glob("*.png"))).channels == 1
    done = run_graph(ready, tmp_path, '{"w": {"type": "guest/wrong"}}')
    assert done.returncode != 0 and "of the pack" in done.stdout + done.stderr


def test_without_its_environment_the_sentence_says_how_to_make_it(tmp_path: Path, home: Path) -> None:
    pack = allowing.add(write_pack(tmp_path / "guest"), home)
    allowing.allow(pack, home)
    done = run_graph(home, tmp_path, '{"s": {"type": "guest/seen"}}')
    assert done.returncode != 0 and "ajar packs make guest" in done.stdout + done.stderr


def test_a_pack_is_loaded_only_after_a_person_allowed_it_and_until_it_changes(tmp_path: Path, home: Path) -> None:
    pack = allowing.add(write_pack(tmp_path / "guest"), home)
    assert "guest/told" not in allowing.load_all(home).types
    assert any("nobody has allowed it" in problem.message for problem in allowing.load_all(home).problems)
    allowing.allow(pack, home)
    found = allowing.load_all(home)
    assert found.types["guest/told"].environment == "guest" and not found.problems
    spec = found.spec_of("guest")
    assert "guest/told" in load_spec(spec).types
    pack.nodes.write_text(pack.nodes.read_text() + "\n# changed\n")
    assert "guest/told" not in load_spec(spec).types  # nor in a worker that starts while the app goes on
    assert "guest/told" not in allowing.load_all(home).types
    assert any("have changed" in problem.message for problem in allowing.load_all(home).problems)


@pytest.mark.parametrize(("requirements", "why"), [
    ('["git+https://example.com/x"]', "requirements"), ('["--index-url=http://x"]', "requirements"),
    ('["../other"]', "requirements"), ('"numpy"', "requirements"), ("[1]", "requirements"),
])
def test_requirements_are_packages_of_an_index_and_nothing_else(tmp_path: Path, requirements: str, why: str) -> None:
    with pytest.raises(WorkflowError, match=why):
        read_pack(write_pack(tmp_path / "p", requirements=requirements))


def test_requirements_as_people_write_them_are_taken(tmp_path: Path) -> None:
    wanted = ["segno==1.6.6", "torch>=2.4,<3", "accelerate[extra]", "Pillow ~= 11.0"]
    found = read_pack(write_pack(tmp_path / "p", requirements=str(wanted).replace("'", '"')))
    assert list(found.requirements) == wanted and found.isolated


@pytest.mark.parametrize(("toml", "why"), [
    ("nonsense", "TOML"), ("[pack]\nname='Up per'\nnodes='nodes.py'", "the name"), ("[pack]\nname='a'", '"nodes"'),
    ("[pack]\nname='a'\nnodes='../../x.py'", "not in a file of its folder"),
    ("[pack]\nname='a'\nnodes='nodes.py'\n[environment]\npython='3.9'", "wants Python 3.9"),
    ("[pack]\nname='a'\nnodes='nodes.py'\n[environment]\npython='new'", "version of Python"),
])
def test_what_a_pack_can_not_say_is_one_sentence(tmp_path: Path, toml: str, why: str) -> None:
    with pytest.raises(WorkflowError, match=why):
        read_pack(write_pack(tmp_path / "p", toml=toml.replace("{", "{{").replace("}", "}}")))


def test_other_needs_are_another_environment(tmp_path: Path) -> None:
    one = read_pack(write_pack(tmp_path / "a"))
    other = read_pack(write_pack(tmp_path / "b", requirements='["segno"]'))
    assert one.place(tmp_path) != other.place(tmp_path)
    assert one.digest != other.digest


def test_an_environment_that_can_not_be_made_is_a_sentence_and_not_taken_for_whole(tmp_path: Path, home: Path) -> None:
    pack = read_pack(write_pack(tmp_path / "a", toml=TOML + 'python = "3.99"\n'))
    with pytest.raises(AjarError, match=r"needs Python 3\.99"):
        environments.make(pack, home, lambda line: None)
    assert pack.interpreter(home) is None


@pytest.mark.slow
def test_the_example_pack_is_installed_by_pip_and_draws(tmp_path: Path, home: Path) -> None:
    example = Path(__file__).parents[2] / "examples" / "packs" / "qr"
    for arguments in (("add", str(example)), ("allow", "qr"), ("make", "qr")):
        done = ajar(home, "packs", *arguments)
        assert done.returncode == 0, done.stdout + done.stderr
    done = run_graph(home, tmp_path, '{"q": {"type": "qr/qr", "inputs": {"text": "ajar"}}}')
    assert done.returncode == 0, done.stdout + done.stderr
    picture = Image.open(next((tmp_path / "out").glob("*.png")))
    assert picture.width == picture.height and set(picture.array.flatten().tolist()) == {0, 255}
