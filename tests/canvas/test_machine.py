import subprocess
import sys

import pytest

from canvas.machine import Machine, card_of, probe

GIB = 2**30


@pytest.mark.parametrize(("said", "card"), [
    ("NVIDIA GeForce RTX 4070, 12282\n", ("RTX 4070", 12282 * 2**20)),
    ("NVIDIA T4, 15360\nNVIDIA A100-SXM4-80GB, 81920\n", ("A100-SXM4-80GB", 81920 * 2**20)),
    ("NVIDIA GB10, [N/A]\n", ("GB10", None)),
    ("", None),
    ("NVIDIA-SMI has failed because it could not reach the driver.\n", None),
])
def test_the_card_with_the_most_memory_is_read_from_what_the_driver_says(
    said: str, card: tuple[str, int | None] | None,
) -> None:
    assert card_of(said) == card


def test_a_computer_in_words() -> None:
    assert Machine(8, 32 * GIB, "RTX 4070", 12282 * 2**20).text == "RTX 4070 with 12 GB found"
    assert Machine(8, None, "GB10").text == "GB10 found"
    assert Machine(1).text == "No graphics card found · 1 core"
    assert Machine(2, 8 * GIB).text == "No graphics card found · 2 cores · 8.6 GB"


def test_looking_at_this_computer_does_not_import_torch() -> None:
    code = "import sys; from canvas.machine import probe; probe(); sys.exit('torch' in sys.modules)"
    assert subprocess.run([sys.executable, "-c", code], check=False).returncode == 0
    assert probe().cores >= 1
