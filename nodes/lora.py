"""Styles and subjects that a model learned later."""

from typing import Annotated

from ajar.contract import node
from ajar.hints import Model, Weight
from ajar.values import Lora, LoraPart


@node
def lora(
    model: Annotated[str, Model("lora")],
    weight: Weight = 1.0,
    onto: Lora | None = None,
    low: Weight | None = None,
) -> Lora:
    """Take a LoRA, alone or on top of others.

    A weight of 0 leaves the model as it is, 1 is as strong as it was made, and below 0 turns it around. Low is the
    weight in the second expert of models that have two, such as Wan 2.2; left empty it is the same. Of a pair of
    files for high and low noise one is named here, and the other is taken from beside it.
    """
    return Lora((LoraPart(model, weight, low),)).onto(onto)
