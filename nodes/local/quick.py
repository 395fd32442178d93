"""Makes the import of transformers quicker without changing what it does."""

from pathlib import Path
from typing import Any


def read_models_once() -> None:
    """Spare transformers its second reading of all its model sources, of which there are thousands.

    It reads them when it is imported, and again when its package ``models`` is; the second time it is given what
    the first one found. Where a version of it works in another way nothing is changed.
    """
    import transformers
    from transformers.utils import import_utils

    folder = Path(transformers.__file__).parent / "models"
    original = getattr(import_utils, "define_import_structure", None)
    if original is None or not folder.is_dir():
        return

    def quick(module_path: Any, prefix: str | None = None) -> Any:
        if prefix is not None or Path(module_path).parent != folder:
            return original(module_path, prefix)
        # The same arguments as in transformers/__init__.py, so this comes from its cache.
        found = original(folder, prefix="models")
        plain: dict[Any, Any] = {}
        for needs, modules in found.items():
            for name, names in modules.items():
                if name.startswith("models."):
                    plain.setdefault(needs, {})[name.removeprefix("models.")] = names
        return plain

    import_utils.define_import_structure = quick
