"""Bodies from models on this machine."""

from typing import Annotated

from ajar.clips import Mesh
from ajar.context import Gpu
from ajar.contract import node
from ajar.hints import Model, Prompt, Range, Seed, Slider
from ajar.values import Image, Tuning
from ajar.wishes import Forming, Shaper


@node(title="Shap-E")
def shap_e(
    gpu: Gpu,
    prompt: Prompt = "",
    image: Image | None = None,
    model: Annotated[str, Model("shap-e")] = "shap-e",
    steps: Annotated[int, Range(0, 200)] = 0,
    guidance: Annotated[float, Slider(0, 20, 0.5)] = 0.0,
    detail: Annotated[int, Range(16, 256)] = 128,
    seed: Seed = 0,
    tuning: Tuning | None = None,
) -> Mesh:
    """Form a small coloured body with a Shap-E model on this machine, of words or of what a picture shows.

    The model for pictures is another one than that for words: choose "shap-e-img2img" for an image, best with one
    thing on white. With 0 for steps or guidance, the model's own are taken. Detail says how finely its surface is
    looked for: twice as much takes eight times as long. The same seed gives the same body.
    """
    shaper: Shaper = gpu.load(model, kind="shap-e", tuning=tuning)
    wanted = Forming(prompt=prompt, image=image, steps=steps, guidance=guidance, detail=detail, seed=seed)
    return shaper.form(wanted, gpu.progress)
