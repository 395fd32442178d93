"""What is known of a take in tests."""

from typing import Any

from workflows.takes import Facts


def facts(**more: Any) -> Facts:
    plain: dict[str, Any] = {
        "document": "/films/harbour.json", "node": "flux", "kind": "image", "workflow": "harbour", "title": "Flux",
        "width": 64, "height": 32, "seconds": 1.5, "seed": 7, "model": "flux.1-schnell", "settings": {"steps": 4},
        "prompt": "a lighthouse at dusk", "licence": "Apache-2.0",
    }
    return Facts(**{**plain, **more})
