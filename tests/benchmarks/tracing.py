"""The highest point of all tensors that live at once in a call, traced on torch's meta device: shapes without memory.

The figures of resources/work.toml were found with this, from the classes of diffusers with their real configurations.
"""

import weakref
from collections.abc import Callable, Mapping
from typing import Any

import torch
from torch.utils._python_dispatch import TorchDispatchMode
from torch.utils._pytree import tree_leaves


class Living(TorchDispatchMode):  # type: ignore[misc]  # torch is not typed for us
    """Counts the bytes of every storage from the moment it is made until nobody refers to it."""

    def __init__(self, known: set[int]) -> None:
        super().__init__()
        self.now = 0
        self.peak = 0
        self._known = known
        """Storages that do not count: the weights."""
        self._seen: dict[int, Any] = {}

    def __torch_dispatch__(
        self, function: Any, types: Any, arguments: tuple[Any, ...] = (), named: Mapping[str, Any] | None = None
    ) -> Any:
        found = function(*arguments, **(named or {}))
        for tensor in tree_leaves(found):
            if isinstance(tensor, torch.Tensor):
                self._count(tensor.untyped_storage())
        return found

    def _count(self, storage: Any) -> None:
        place, size = storage._cdata, storage.nbytes()
        if place in self._known or place in self._seen:
            return
        self.now += size
        self.peak = max(self.peak, self.now)

        def gone(_: Any) -> None:
            self.now -= size
            self._seen.pop(place, None)

        self._seen[place] = weakref.ref(storage, gone)


def build(name: str, **settings: Any) -> Any:
    """A class of diffusers without memory, in bfloat16."""
    import diffusers

    diffusers.utils.logging.set_verbosity_error()
    with torch.device("meta"):
        return getattr(diffusers, name)(**settings).to(torch.bfloat16).eval()


def empty(*shape: int) -> Any:
    return torch.empty(*shape, dtype=torch.bfloat16, device="meta")


def traced(model: Any, call: Callable[[], Any]) -> int:
    """Bytes at the highest point of a call, without the weights."""
    weights = {weight.untyped_storage()._cdata for weight in (*model.parameters(), *model.buffers())}
    plain = torch.nn.functional.scaled_dot_product_attention
    living = Living(weights)
    torch.nn.functional.scaled_dot_product_attention = _attention
    try:
        with torch.no_grad(), living:
            call()
    finally:
        torch.nn.functional.scaled_dot_product_attention = plain
    return living.peak


def _attention(query: Any, key: Any, value: Any, *_: Any, **__: Any) -> Any:
    """As kernels that never hold the table of all pairs need it."""
    return torch.empty(*query.shape[:-1], value.shape[-1], dtype=query.dtype, device=query.device)
