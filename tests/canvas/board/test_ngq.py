"""The viewer comes alone, on every Python."""

import subprocess
import sys

from canvas.board.ngq import NodeViewer, _Version


def test_only_the_viewer_of_nodegraphqt_is_imported() -> None:
    code = (
        "import sys; import canvas.board.view; "
        "print([name for name in ('NodeGraphQt.base.graph', 'NodeGraphQt.nodes', 'Qt.QtHelp') if name in sys.modules])"
    )
    done = subprocess.run([sys.executable, "-c", code], capture_output=True, text=True, check=True)
    assert done.stdout.strip() == "[]"


def test_it_is_nodegraphqts_viewer() -> None:
    assert NodeViewer.__module__ == "NodeGraphQt.widgets.viewer"


def test_versions_compare_by_their_numbers() -> None:
    assert _Version("6.11.1") >= _Version("5.10")
    assert not _Version("5.9") >= _Version("5.10")
