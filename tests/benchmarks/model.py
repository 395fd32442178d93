"""The built-in model: from the start of the process to a picture, with a warm worker, and beside the bare pipeline."""

import json
import os
import subprocess
import sys
import tempfile
import time
from collections.abc import Iterator
from pathlib import Path
from typing import Any

from tests.benchmarks.figures import Figure, best
from workflows.events import Event, NodeDone
from workflows.graph import Graph, Node
from workflows.project import Project
from workflows.settings import Home
from workflows.studio import Options, Studio

PROMPT = "a red circle above a blue square on a white background"
IMPORTS = "import time; t = time.perf_counter(); import nodes.local.families.flux; print(time.perf_counter() - t)"


def figures() -> Iterator[Figure]:
    yield Figure("importing what a Flux model needs", best(_imports, 3), "s", None, "part of the next figure")
    yield Figure("built-in picture, from process start", best(_process, 3), "s", 8)
    yield _warm()
    yield from _against_bare()


def _environment(home: Path | None = None) -> dict[str, str]:
    environment = {**os.environ, "PYTHONPATH": str(Path(__file__).parents[2]), "HF_HUB_OFFLINE": "1"}
    environment.pop("PYTHONDONTWRITEBYTECODE", None)
    return environment if home is None else {**environment, "AJAR_HOME": str(home)}


def _imports() -> None:
    subprocess.run([sys.executable, "-c", IMPORTS], env=_environment(), check=True, capture_output=True)


def _process() -> None:
    with tempfile.TemporaryDirectory() as name:
        folder = Path(name)
        nodes = {"picture": {"type": "flux", "inputs": {"prompt": PROMPT, "seed": 1}}}
        (folder / "one.json").write_text(json.dumps({"ajar": 1, "nodes": nodes}), "utf-8")
        command = [sys.executable, "-m", "ajar", "run", "one.json"]
        subprocess.run(command, cwd=folder, env=_environment(folder / "home"), check=True, capture_output=True)


def _warm() -> Figure:
    """From start of a run to its picture, in a studio whose worker has painted before."""
    with tempfile.TemporaryDirectory() as name, Studio.open(Home.open(Path(name))) as studio:
        times: list[float] = []
        for seed in range(6):
            graph = Graph({"picture": Node("flux", {"prompt": PROMPT, "seed": seed})})
            started = time.perf_counter()
            prepared = studio.plan(graph, Project(Path(name), "bench"), Options())
            done: list[float] = []

            def listen(event: Event, done: list[float] = done) -> None:
                if isinstance(event, NodeDone):
                    done.append(time.perf_counter())

            assert studio.start(prepared, listen).wait().status == "done"
            times.append(done[-1] - started)
        return Figure("built-in picture, warm worker", min(times[1:]), "s", 1, f"first one {times[0]:.1f} s")


def _against_bare() -> Iterator[Figure]:
    """The flux node in this process against the same call of the pipeline, both with the prompt read already; a LoRA
    that is put on and taken off between two pictures."""
    import torch

    from ajar.values import Lora, LoraPart, Tuning
    from nodes.flux import flux
    from nodes.local.gpu import open_device
    from tests.nodes.local.tiny import write_lora

    with tempfile.TemporaryDirectory() as name:
        write_lora(Path(name) / "style.safetensors", Path(__file__).parents[2] / "resources" / "builtin", 1)
        device = open_device("cpu", [Path(name)])

        class Here:
            device = "cpu"
            stage, about = "draft", ""

            def progress(self, done: float, note: str = "", preview: Any = None) -> None:
                """Nobody listens."""

            def load(self, model: str, *, kind: str, loras: Lora | None = None, tuning: Tuning | None = None) -> Any:
                return devices.load(model, kind=kind, loras=loras, report=self.progress, tuning=tuning)

        devices, here = device, Here()
        gpu: Any = here
        painter = here.load("builtin", kind="flux")
        facts, pipe = painter.settings, painter.pipe
        size = int(facts["size"].partition("x")[0])
        with torch.no_grad():
            words, empty = (pipe.encode_prompt(prompt=text, prompt_2=None, max_sequence_length=facts["sequence"])
                            for text in (PROMPT, ""))

        def bare() -> None:
            pipe(prompt_embeds=words[0], pooled_prompt_embeds=words[1], negative_prompt_embeds=empty[0],
                 negative_pooled_prompt_embeds=empty[1], true_cfg_scale=facts["guidance"], guidance_scale=1.0,
                 height=size, width=size, num_inference_steps=facts["steps"], output_type="np",
                 generator=torch.Generator("cpu").manual_seed(1))

        flux(gpu, PROMPT, seed=1)
        # In turns, so that other work on the machine disturbs both alike.
        pairs = [(best(bare, 1), best(lambda: flux(gpu, PROMPT, seed=1), 1)) for _ in range(12)]
        plain = min(plain for plain, _ in pairs)
        ratio = min(ours for _, ours in pairs) / plain
        yield Figure("flux node over the bare pipeline", ratio, "x bare", 1.05, f"{plain:.2f} s bare")
        on, off = Lora((LoraPart("style", 1.0),)), None
        here.load("builtin", kind="flux", loras=on)
        times = [best(lambda: here.load("builtin", kind="flux", loras=off), 1)
                 + best(lambda: here.load("builtin", kind="flux", loras=on), 1) for _ in range(6)]
        yield Figure("a LoRA taken off and put on again", min(times), "s", 1, "the model stays loaded")
