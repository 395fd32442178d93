"""A pack with a node that uses a model."""

from typing import Annotated

from ajar.context import Gpu
from ajar.contract import node
from ajar.hints import Model


@node
def use(gpu: Gpu, model: Annotated[str, Model("lora")], number: int = 0) -> str:
    return f"{gpu.load(model, kind='lora')} {number}"
