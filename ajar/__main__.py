"""The command ``ajar``."""

import sys
from collections.abc import Sequence
from pathlib import Path


def main(argv: Sequence[str] | None = None) -> int:
    """Run a command line, or open the window, and give the exit code."""
    # The other floors have everyday names (`nodes`, `workflows`) that other packages and the current folder may
    # also have. In a wheel they lie in `ajar/rooms`, in a clone beside `ajar`; first on the path, ours are found.
    here = Path(__file__).resolve().parent
    rooms = here / "rooms"
    sys.path.insert(0, str(rooms if rooms.is_dir() else here.parent))

    from workflows import headless

    return headless.main(argv, _window)


def _window(file: Path | None, packs: Sequence[Path]) -> int:
    """``ajar app``. The window lies above the command line, so the command line is handed this way to it."""
    import canvas.app

    return canvas.app.main(file, packs)


if __name__ == "__main__":
    sys.exit(main())
