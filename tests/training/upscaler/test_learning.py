"""A training of seconds: it goes on after a stop, becomes better than it was, and is written as a file that loads."""

from pathlib import Path

import numpy as np
import pytest

torch = pytest.importorskip("torch")
pytestmark = pytest.mark.xdist_group("torch")


@pytest.fixture
def work(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """Four training pictures, and networks that are quick to train."""
    from training.progress import Progress
    from training.upscaler import learning, pictures
    from training.upscaler.network import Compact

    class Steps(Progress):
        """Done after as many steps as it was given minutes: a clock would say something else on a busy machine."""

        done = property(lambda self: self.step >= self.budget / 60)

        def rate(self, hold: float, warmup: int = 50) -> float:
            return 0.3

    monkeypatch.setattr(learning, "Compact", lambda scale: Compact(scale, width=8, depth=2))
    monkeypatch.setattr(learning, "WorkTime", Steps)
    monkeypatch.setattr(learning, "BATCH", 4)
    monkeypatch.setattr(learning, "KEEP", 0.9)
    pictures.render(tmp_path / "pictures", first=30, count=4)
    return tmp_path


def steps(work: Path, scale: int) -> int:
    return int(torch.load(work / f"{scale}x.pt", weights_only=True)["step"])


def test_it_learns_goes_on_after_a_stop_and_hands_on_to_fourfold(work: Path) -> None:
    from training.upscaler import export, heldout, learning
    from training.upscaler.measuring import likeness, reduced
    from training.upscaler.network import Compact

    picture = heldout.balls()
    torch.manual_seed(0)
    with torch.no_grad():
        untrained = Compact(2, 8, 2)(learning.as_tensor(reduced(picture, 2)[None]))[0].permute(1, 2, 0).numpy()
    before = likeness(np.clip(untrained * 255, 0, 255).astype(np.uint8), picture)
    learning.train(work, 2, 20)
    assert steps(work, 2) == 20
    learning.train(work, 2, 60)
    assert steps(work, 2) == 60
    learning.train(work, 4, 2, small=work / "2x.pt")

    for scale in (2, 4):
        export.export(work, work / "out", scale)
    made = export.Exported(work / "out", 2)(reduced(picture, 2), 2)
    assert made.shape == picture.shape and likeness(made, picture).psnr > before.psnr
    assert export.Exported(work / "out", 4)(reduced(picture, 4), 4).shape == picture.shape
