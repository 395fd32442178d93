"""The page about providers speaks of each of them, and of nothing that is not there."""

import re
from pathlib import Path

from ajar.offers import TRUSTS
from workflows.packs import load_packs

ROOT = Path(__file__).parents[2]
PAGE = (ROOT / "docs" / "providers.md").read_text("utf-8")


def test_every_provider_is_in_the_table_and_every_name_in_it_is_a_provider() -> None:
    names = set(load_packs(entry_points=False).providers)
    rows = [line.split("|")[2] for line in PAGE.splitlines() if line.startswith("| ") and "`" in line.split("|")[2]]
    listed = {name for row in rows for name in re.findall(r"`(\w+)`", row)} - {"NAME"}
    assert listed == names


def test_every_trust_word_is_explained() -> None:
    assert not [word for word in TRUSTS if f"`{word}`" not in PAGE]
