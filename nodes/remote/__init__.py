"""Hosted models. Each module is one provider: pure functions, its nodes, and ``PROVIDER``; none imports httpx.

``transport/`` speaks HTTP; ``emulators/`` are stand-ins for trying things out without a key and without money.
"""

from pathlib import Path

FACTS = Path(__file__).parents[2] / "resources" / "providers"
