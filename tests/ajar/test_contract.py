"""Reading signatures: what a node's author writes is what the rest of Ajar sees."""

from collections.abc import Iterator
from pathlib import Path
from typing import Annotated, Any, Literal, NamedTuple

import pytest

import ajar
from ajar import Context, Gpu, Image, Lora, Model, Prompt, Remote, Seed, Slider, UserError, Was, node
from ajar.contract import REQUIRED, NodeType, describe, node_of, run_to_values
from ajar.hints import MAX_SEED, Area, SeedBox
from ajar.testing import FakeContext, FakeGpu


class Verdict(NamedTuple):
    better: Image
    score: float


@node(title="Paint it", version=3)
def paint(
    gpu: Gpu,
    prompt: Prompt,
    *extras: str,
    loras: tuple[Lora, ...] = (),
    model: Annotated[str, Model("flux"), Was("checkpoint")] = "builtin",
    strength: Annotated[float, Slider(0, 1)] = 0.5,
    start: Image | None = None,
    seed: Seed = 0,
) -> Image:
    """Paint a picture.

    More about it.
    """
    return gpu.load(model, kind="flux")  # type: ignore[no-any-return]


def found(function: Any) -> NodeType:
    type_ = node_of(function)
    assert type_ is not None
    return type_


def test_the_function_itself_is_returned() -> None:
    picture = object()
    gpu = FakeGpu({"builtin": picture})
    assert paint(gpu, "a cat", "more") is picture
    assert gpu.loaded == [("builtin", "flux", None)]


def test_title_help_lane_and_version() -> None:
    type_ = found(paint)
    assert (type_.id, type_.title, type_.lane, type_.version) == ("paint", "Paint it", "gpu", 3)
    assert type_.group == "Test contract"
    assert type_.tooltip == "Paint a picture." and type_.help.endswith("More about it.")
    assert [describe(function).lane for function in (_plain, _slow, _away)] == ["cpu", "cpu", "remote"]
    assert [describe(function).touches for function in (_plain, _slow, _away)] == [False, True, True]


def test_sockets() -> None:
    type_ = found(paint)
    sockets = {socket.name: socket for socket in type_.inputs}
    assert list(sockets) == ["prompt", "extras", "loras", "model", "strength", "start", "seed"]
    assert sockets["prompt"].required and sockets["prompt"].hint(Area) == Area(5)
    assert (sockets["extras"].form, sockets["extras"].required) == ("row", False)
    assert (sockets["loras"].form, sockets["loras"].container, sockets["loras"].type) == ("list", tuple, Lora)
    assert sockets["model"].was == ("checkpoint",)
    assert (sockets["start"].optional, sockets["start"].type, sockets["start"].default) == (True, Image, None)
    assert sockets["seed"].is_seed and sockets["seed"].hint(SeedBox) is not None and MAX_SEED == 2**63 - 1
    assert sockets["strength"].label == "Strength" and sockets["prompt"].default is REQUIRED


def test_outputs() -> None:
    assert [(out.name, out.type) for out in describe(_two).outputs] == [("better", Image), ("score", float)]
    assert [(out.name, out.type) for out in describe(_many).outputs] == [("result", int)] and describe(_many).stream
    assert describe(_nothing).outputs == () and describe(_list).outputs[0].type == list[int]


def test_values_of_one_call() -> None:
    assert list(run_to_values(describe(_many), None, {"count": 3})) == [(0,), (1,), (2,)]
    assert list(run_to_values(describe(_plain), None, {"text": "a", "way": "up"})) == [("aup",)]
    assert list(run_to_values(describe(_row), None, {"first": 1, "rest": (2, 3), "sign": -1})) == [(-6,)]
    assert list(run_to_values(describe(_nothing), None, {})) == [()]


@pytest.mark.parametrize("number", range(4))
def test_a_signature_that_cannot_be_read_is_refused_by_name(number: int) -> None:
    def no_type(a) -> int:  # type: ignore[no-untyped-def]
        return 1

    def no_return(a: int):  # type: ignore[no-untyped-def]
        return 1

    def any_name(**a: int) -> int:
        return 1

    def context_later(a: int, ctx: Context) -> int:
        return 1

    said = ("parameter 'a' needs a type", "return type is missing", "can't be a socket", "must come first")
    with pytest.raises(TypeError, match=said[number]):
        describe((no_type, no_return, any_name, context_later)[number])


def test_the_public_names_are_these() -> None:
    assert sorted(ajar.__all__) == sorted({
        "AjarError", "Area", "Audio", "Cancelled", "Color", "Context", "Control", "Curve", "File", "Gap", "Gaps", "Gpu",
        "Image", "Levels", "Lora", "Mask", "Mesh", "Model", "NodeType", "Offered", "Prompt", "Published", "Range",
        "Refused", "Remote", "Seed", "SeedBox", "ShowIf", "Size", "Slider", "Socket", "Tuning", "UserError", "Video",
        "Waiting", "Was", "Weight", "node",
    })
    assert all(hasattr(ajar, name) for name in ajar.__all__)


def test_cancel_passes_an_except_exception() -> None:
    ctx = FakeContext(stop_after=2)
    seen = []
    with pytest.raises(ajar.Cancelled):
        for item in ctx.each(range(5)):
            try:
                seen.append(item)
                ctx.progress(0.5)
            except Exception:
                raise AssertionError("a node must not be able to swallow a stop") from None
    assert seen == [0]


def test_fake_contexts_note_what_a_node_does() -> None:
    ctx = FakeContext(answers=[1], about="{}")
    assert ctx.ask("Which?", ["a", "b"]) == 1
    assert ctx.save(b"data", ".txt") == Path("saved-1.txt") and ctx.saved == [(b"data", ".txt")]
    with pytest.raises(ajar.Waiting):
        ctx.ask("Which?", ["a", "b"])
    with pytest.raises(UserError, match="no model"):
        FakeGpu({}).load("flux", kind="flux")


def _plain(text: str, way: Literal["up", "down"] = "up") -> str:
    return text + way


def _slow(ctx: Context) -> None:
    ctx.progress(1)


def _away(remote: Remote, text: str) -> str:
    return text


def _two(a: Image) -> Verdict:
    return Verdict(a, 1.0)


def _many(count: int) -> Iterator[int]:
    yield from range(count)


def _list(items: list[int]) -> list[int]:
    return items


def _row(first: int, *rest: int, sign: int = 1) -> int:
    return sign * (first + sum(rest))


def _nothing() -> None:
    return None
