"""What a running node may touch. The type of its first parameter says which of the three it needs."""

from collections.abc import Callable, Iterable, Iterator, Sequence, Sized
from pathlib import Path
from typing import TYPE_CHECKING, Any, Literal, Protocol, TypeVar

if TYPE_CHECKING:
    from ajar.lessons import Learner
    from ajar.remote import Done, Order, Provider
    from ajar.values import Image, Lora, Tuning

T = TypeVar("T")
Stage = Literal["draft", "final"]


class Context(Protocol):
    """Progress, stop and saving; for nodes that work on the processor."""

    @property
    def stage(self) -> Stage:
        """Which of the two wired branches this run computes."""

    @property
    def about(self) -> str:
        """JSON that says how this result came about, for the metadata of a file; "" if it is to be stripped."""

    def progress(self, done: float, note: str = "", preview: "Image | None" = None) -> None:
        """Report how far the node is, 0..1. Raises Cancelled when the run was stopped."""

    def each(self, items: Iterable[T], note: str = "") -> Iterator[T]:
        """Walk over items, reporting progress after each one and stopping on cancel."""

    def save(self, data: bytes | Path, suffix: str) -> Path:
        """Write a finished file into the output folder, whole or not at all; only for ``writes=True`` nodes.

        Of a path that file is copied, so that large ones need not be read, or that folder with its files; a folder
        has no suffix.
        """

    def ask(self, question: str, choices: Sequence[Any]) -> int:
        """Let a person choose; returns an index. Raises Waiting where nobody can be asked."""


class Gpu(Context, Protocol):
    """Runs alone on the accelerator, inside that device's worker process."""

    @property
    def device(self) -> str:
        """``cpu``, ``cuda:0`` or ``mps``."""

    def load(self, model: str, *, kind: str, loras: "Lora | None" = None, tuning: "Tuning | None" = None) -> Any:
        """A model of this kind (``flux``, ``upscale``), ready to be called; kept warm between calls."""

    def shelve(self, file: Path, name: str) -> Path:
        """Copy a model's file into the models folder, under this name or, where another one has it, a numbered one.

        Only for ``writes=True`` nodes.
        """

    def learner(self, model: str, *, kind: str) -> "Learner":
        """The same model, opened to be trained for one lesson. Other models may be let go for it."""


class Remote(Context, Protocol):
    """Leaves the machine and costs money.

    The node is called until its first ``run``, then put aside while the provider works, and called again with the
    result at hand; so it must ask for the same orders, in the same order, whenever its inputs are the same. While
    planning it is called as far as its first order, to check its limits and to learn its price.
    """

    def run(self, provider: "Provider", order: "Order") -> "Done":
        """The result of an order, paid for once. Nothing before or between orders may cost time or have effects."""


def walk(items: Iterable[T], note: str, progress: Callable[[float, str], None]) -> Iterator[T]:
    """``each`` of every context: report before each item and at the end; ``progress`` stops it on cancel."""
    total = len(items) if isinstance(items, Sized) else 0
    for number, item in enumerate(items):
        progress(number / total if total else 0.0, note)
        yield item
    progress(1.0, note)
