"""The worker of a pack with an environment of its own: it sees that environment, and of this one only Ajar itself.

Run as a file by another interpreter (``python .../ajar/isolated.py FOLDER``), so it finds its way by its own place.
"""

import importlib.util
import sys
from pathlib import Path


def _alone(name: str, folder: Path) -> None:
    """Make one package known without putting its neighbours on the path."""
    spec = importlib.util.spec_from_file_location(
        name, folder / "__init__.py", submodule_search_locations=[str(folder)]
    )
    assert spec is not None and spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[name] = module
    spec.loader.exec_module(module)


def main() -> None:
    """Serve calls until the app closes the pipe."""
    here = Path(__file__).resolve().parent
    # The folder of a script is searched first; its modules have everyday names.
    sys.path[:] = [place for place in sys.path if Path(place or ".").resolve() != here]
    rooms = here / "rooms"
    _alone("ajar", here)
    from ajar import offline

    offline.stay()
    _alone("workflows", (rooms if rooms.is_dir() else here.parent) / "workflows")
    from ajar.worker import serve

    serve(Path(sys.argv[1]))


if __name__ == "__main__":
    main()
