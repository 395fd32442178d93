"""Honest words about models on this machine, without importing what runs them."""

import sys

import pytest

from nodes.local.devices import Card
from workflows import doctor, studio
from workflows.doctor import Finding


def said(monkeypatch: pytest.MonkeyPatch, *, green: int = 0, red: int = 0, cuda: str = "", hip: str = "",
         torch: str = "2.13.0") -> list[Finding]:
    monkeypatch.setattr(sys, "platform", "linux")
    monkeypatch.setattr(studio, "nvidia", lambda: [Card(at, "RTX", 24 * 10**9, 4 * 10**9) for at in range(green)])
    monkeypatch.setattr(studio, "amd", lambda: [Card(at, "Radeon") for at in range(red)])
    monkeypatch.setattr(studio, "torch_cuda", lambda: cuda or None)
    monkeypatch.setattr(studio, "torch_hip", lambda: hip or None)
    monkeypatch.setattr(doctor, "_version", lambda package: torch)
    return list(doctor._accelerator())


def test_a_card_that_torch_can_use_is_told_with_its_free_memory(monkeypatch: pytest.MonkeyPatch) -> None:
    [one, two] = said(monkeypatch, green=2, cuda="13.0")
    assert (one.state, one.name, two.name) == ("ok", "GPU 0", "GPU 1") and "20.0 GB free" in one.text


@pytest.mark.parametrize(("cards", "name"), [({"green": 1}, "CUDA"), ({"red": 1, "cuda": "13.0"}, "ROCm")])
def test_a_card_that_this_torch_can_not_use_is_told(monkeypatch: pytest.MonkeyPatch, cards: dict[str, int],
                                                    name: str) -> None:
    found = said(monkeypatch, **cards)  # type: ignore[arg-type]
    assert found[-1].name == name and "can't use this card" in found[-1].text and found[-1].hint


def test_a_card_of_amd_is_enough_with_its_own_torch(monkeypatch: pytest.MonkeyPatch) -> None:
    assert [one.state for one in said(monkeypatch, red=1, hip="7.0")] == ["ok"]


def test_no_card_is_told_and_a_missing_driver_too(monkeypatch: pytest.MonkeyPatch) -> None:
    assert [one.name for one in said(monkeypatch)] == ["GPU"]
    assert [one.name for one in said(monkeypatch, cuda="13.0")] == ["GPU", "GPU driver"]


def test_packages_that_some_models_need_are_named_with_what_for(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(doctor, "find_spec", lambda name: None if name in ("gguf", "bitsandbytes") else object())
    [there, lost] = doctor._more()
    assert (there.state, lost.state) == ("ok", "missing")
    assert "without gguf not models in GGUF" in lost.text and lost.hint.endswith("pip install gguf bitsandbytes")
    monkeypatch.setattr(doctor, "find_spec", lambda name: None)
    assert list(doctor._more()) == []
