"""The quicker import of transformers finds exactly what the slow one finds."""

from pathlib import Path
from typing import Any

import pytest

pytestmark = pytest.mark.xdist_group("torch")


def test_the_second_reading_gives_what_reading_again_would(monkeypatch: pytest.MonkeyPatch) -> None:
    transformers: Any = pytest.importorskip("transformers")
    from transformers.utils import import_utils

    from nodes.local.quick import read_models_once

    folder = Path(transformers.__file__).parent / "models"
    plain = import_utils.spread_import_structure(import_utils.create_import_structure_from_path(str(folder)))
    monkeypatch.setattr(import_utils, "define_import_structure", import_utils.define_import_structure)
    read_models_once()
    assert import_utils.define_import_structure(str(folder / "__init__.py")) == plain
    one = import_utils.define_import_structure(str(folder / "clip" / "__init__.py"))
    assert any("modeling_clip" in modules for modules in one.values())
