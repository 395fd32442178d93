"""Contexts for the tests of node packs: no engine, no accelerator, nothing written.

    picture = flux(FakeGpu({"builtin": MyPainter()}), "a red circle")
"""

from collections.abc import Iterable, Iterator, Mapping, Sequence
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from ajar.context import Stage, walk
from ajar.errors import Cancelled, UserError, Waiting

if TYPE_CHECKING:
    from ajar.remote import Done, Order, Provider

T = TypeVar("T")


class FakeContext:
    """A Context that notes what a node does: ``progressed`` (done, note), ``saved`` (content, suffix)."""

    def __init__(self, *, stage: Stage = "draft", about: str = "", answers: Sequence[int] = (),
                 stop_after: int | None = None) -> None:
        """``answers`` are given to ``ask`` in turn; after ``stop_after`` progress reports the node is cancelled."""
        self.stage: Stage = stage
        self.about = about
        self.progressed: list[tuple[float, str]] = []
        self.previews: list[Any] = []
        self.saved: list[tuple[bytes, str]] = []
        self._answers = list(answers)
        self._stop_after = stop_after

    def progress(self, done: float, note: str = "", preview: Any = None) -> None:
        if self._stop_after is not None and len(self.progressed) >= self._stop_after:
            raise Cancelled
        self.progressed.append((done, note))
        if preview is not None:
            self.previews.append(preview)

    def each(self, items: Iterable[T], note: str = "") -> Iterator[T]:
        return walk(items, note, self.progress)

    def save(self, data: bytes | Path, suffix: str) -> Path:
        self.saved.append((data if isinstance(data, bytes) else data.read_bytes() if data.is_file() else b"", suffix))
        return Path(f"saved-{len(self.saved)}{suffix}")

    def ask(self, question: str, choices: Sequence[Any]) -> int:
        if not self._answers:
            raise Waiting(question, f"Choose one of {len(choices)}: 0 to {len(choices) - 1}.")
        return self._answers.pop(0)


class FakeGpu(FakeContext):
    """A Gpu whose models are the objects given, by name."""

    device = "cpu"

    def __init__(self, models: Mapping[str, Any], **options: Any) -> None:
        super().__init__(**options)
        self.models = dict(models)
        self.loaded: list[tuple[str, str, Any]] = []
        """(model, kind, loras) of every ``load``."""

    def load(self, model: str, *, kind: str, loras: Any = None, tuning: Any = None) -> Any:
        self.loaded.append((model, kind, loras))
        if model not in self.models:
            raise UserError(f'There is no model called "{model}".', f"There are: {', '.join(self.models)}.")
        return self.models[model]

    def shelve(self, file: Path, name: str) -> Path:
        self.saved.append((file.read_bytes(), name))
        return Path(f"{name}{file.suffix}")

    def learner(self, model: str, *, kind: str) -> Any:
        return self.load(model, kind=kind)


class FakeRemote(FakeContext):
    """A Remote that answers each order in turn with one of the results given, and keeps the orders it was given."""

    def __init__(self, *results: "Done", **options: Any) -> None:
        super().__init__(**options)
        self.orders: list[Order] = []
        self._results = list(results)

    def run(self, provider: "Provider", order: "Order") -> "Done":
        self.orders.append(order)
        if not self._results:
            raise Ordered(order)
        return self._results.pop(0)


class Ordered(BaseException):
    """A FakeRemote without a result for this order was asked for it: ``.order``. Nothing after it was run."""

    def __init__(self, order: "Order") -> None:
        super().__init__(f"an order to {order.model}")
        self.order = order
