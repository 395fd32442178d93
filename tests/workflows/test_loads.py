"""In one run every model is loaded once, however its nodes are mixed with those of others."""

from pathlib import Path

from tests.nodes.local.model_files import write_file
from workflows.gpu_lane import GpuLane
from workflows.graph import Graph, Node
from workflows.project import Project
from workflows.settings import Home
from workflows.studio import Options, Studio

LORA = {"unet.down.lora_down.weight": (4, 8), "unet.down.lora_up.weight": (8, 4)}


def test_six_nodes_with_two_models_in_turns_load_each_once(tmp_path: Path) -> None:
    home = Home.open(tmp_path / "home")
    for name in ("one", "two"):
        write_file(home.models / f"{name}.safetensors", LORA)
    with Studio.open(home, [Path(__file__).with_name("toy_models.py")]) as studio:
        studio._gpu = GpuLane("gpu:0", studio.packs.spec(), home.path, device="cpu",
                              gpu="tests.workflows.toy_device:open_device")
        nodes = {f"n{number}": Node("toy_models/use", {"model": ("one", "two")[number % 2], "number": number})
                 for number in range(6)}
        run = studio.start(studio.plan(Graph(nodes), Project(tmp_path, "p"), Options()), lambda event: None)
        report = run.wait(30)
        assert report.status == "done", report
    assert (home.path / "loads.txt").read_text().split() == ["one", "two"]
