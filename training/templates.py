"""The preview pictures of the templates: each template is run and what it made is put on a card of 480 × 270.

``python -m training.templates [NAME ...]`` writes resources/templates/NAME.jpg.
"""

import sys
import tempfile
import tomllib
from pathlib import Path

import numpy as np
from PIL import Image as Picture

from ajar.values import Image
from workflows.format import load
from workflows.project import find
from workflows.settings import Home
from workflows.studio import Options, Studio

TEMPLATES = Path(__file__).resolve().parent.parent / "resources" / "templates"
SIZE = (480, 270)
GROUND = (38, 38, 40)
"""What a contact sheet has behind its pictures, so that a sheet has no edges on the card."""


def main(names: list[str]) -> None:
    """Make the pictures of these templates, or of all."""
    rows = tomllib.loads((TEMPLATES / "index.toml").read_text("utf-8"))["template"]
    with tempfile.TemporaryDirectory() as folder, Studio.open(Home.open(Path(folder))) as studio:
        for row in rows:
            if row["picture"] and (not names or row["name"] in names):
                image = _made(studio, TEMPLATES / f"{row['name']}.json", row["picture"])
                card(image).save(TEMPLATES / f"{row['name']}.jpg", quality=86, optimize=True)
                print(row["name"])


def card(image: Image) -> Picture.Image:
    """The picture as large as it fits on a card; small ones are enlarged whole times, so that they stay sharp."""
    array = np.asarray(image.to("uint8").array)[:, :, :3]
    picture = Picture.fromarray(np.repeat(array, 3, axis=2) if array.shape[2] == 1 else np.ascontiguousarray(array))
    scale = min(SIZE[0] / picture.width, SIZE[1] / picture.height)
    size = (round(picture.width * scale), round(picture.height * scale))
    shown = picture.resize(size, Picture.Resampling.LANCZOS)
    ground = Picture.new("RGB", SIZE, GROUND)
    ground.paste(shown, ((SIZE[0] - size[0]) // 2, (SIZE[1] - size[1]) // 2))
    return ground


def _made(studio: Studio, file: Path, node: str) -> Image:
    """What a node of the template gives."""
    prepared = studio.plan(load(file), find(file), Options(only=(node,)))
    summary = studio.start(prepared, lambda event: None).wait(300)
    if summary.status != "done" or not summary.outputs:
        raise SystemExit(f"{file.name} did not run: {summary.error}")
    value = summary.outputs[0].value
    assert isinstance(value, Image)
    return value


if __name__ == "__main__":
    main(sys.argv[1:])
