"""How models run on this machine."""

from typing import Annotated, Literal

from ajar.contract import node
from ajar.hints import Slider
from ajar.plain import Offload, Precision
from ajar.values import Tuning


@node(quick=True)
def tuning(
    precision: Precision = "auto",
    attention: Literal["auto", "native", "flash", "sage", "xformers"] = "auto",
    compile: bool = False,
    cache: Annotated[float, Slider(0, 0.5, 0.01)] = 0.0,
    offload: Offload = "auto",
) -> Tuning:
    """Choose how a model runs here: how precise, how fast, and in how much memory.

    Left alone, all of it is chosen by the memory there is, and no choice changes the picture. Precision fp8, int8
    and nf4 need a half to a quarter of the memory and change it a little, as cache does, which skips what hardly
    changed from one step to the next (0 skips nothing; not for models that need eight steps or fewer).
    Compile makes the first run take minutes longer and the next ones less.
    """
    return Tuning(precision, attention, compile, cache, offload)
