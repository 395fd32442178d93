"""Tracebacks for whoever mends Ajar or a pack; a person sees one sentence and the name of the file."""

import tempfile
import time
import traceback
from pathlib import Path

from workflows.settings import Home


def write_log(error: BaseException | str) -> Path | None:
    """Write a traceback into the log folder, or a temporary one. The file, or None where nothing can be written."""
    text = error if isinstance(error, str) else "".join(traceback.format_exception(error))
    stamp = time.strftime("%Y%m%d-%H%M%S")
    for folder in (Home.find().logs, Path(tempfile.gettempdir())):
        file = folder / f"ajar-{stamp}-{time.monotonic_ns() % 10**6:06}.log"
        try:
            folder.mkdir(parents=True, exist_ok=True)
            file.write_text(text, "utf-8")
        except OSError:
            continue
        return file
    return None
