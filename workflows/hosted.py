"""The models one can choose: those of this machine, and those that providers host."""

from collections.abc import Mapping
from pathlib import Path
from typing import Protocol

from ajar.errors import UserError
from ajar.models import UNKNOWN, Catalogue, Licence, ModelEntry, Rows
from ajar.offers import Offer
from ajar.remote import Provider

TERMS = "provider-terms"
"""The licence row that stands for a person's own contract with a provider."""


class Shelf(Catalogue, Protocol):
    """The models of this machine."""

    @property
    def rows(self) -> Rows: ...

    def licences(self) -> dict[str, Licence]: ...


class Choice:
    """A Catalogue of both. A hosted model that has no row may be typed in; a retired one is refused with a reason."""

    def __init__(self, shelf: Shelf, providers: Mapping[str, Provider]) -> None:
        self._shelf = shelf
        self._providers = providers

    @property
    def rows(self) -> Rows:
        return self._shelf.rows

    def licences(self) -> dict[str, Licence]:
        return self._shelf.licences()

    def entries(self) -> list[ModelEntry]:
        """The models of this machine, then those of each provider that are still to be had."""
        hosted = [_entry(provider, offer) for provider in self._providers.values() for offer in provider.facts.offers
                  if offer.status != "retired"]
        return [*self._shelf.entries(), *hosted]

    def find(self, kind: str, name: str, base: Path | None = None) -> ModelEntry:
        provider = self.provider(kind)
        if provider is None:
            return self._shelf.find(kind, name, base)
        offer = next((row for row in provider.facts.offers if row.id == name), None) or self._retired(name)
        if offer is None:
            return _entry(provider, Offer(name, kind, name, "data", "typed in", "", "UNVERIFIED", "typed"))
        if offer.status == "retired":
            since = f" since {offer.ended}" if offer.ended else ""
            raise UserError(f"{offer.title} is no longer offered{since}.",
                            f'Choose "{offer.instead}" instead.' if offer.instead else "Choose another model.")
        return _entry(provider, offer)

    def provider(self, kind: str) -> Provider | None:
        """Whose models ``Model(kind)`` means: ``kling-video`` are Kling's."""
        return self._providers.get(kind.partition("-")[0])

    def _retired(self, name: str) -> Offer | None:
        """A model that is gone, whoever had it."""
        return next((row for provider in self._providers.values() for row in provider.facts.offers
                     if row.id == name and row.status == "retired"), None)


def _entry(provider: Provider, offer: Offer) -> ModelEntry:
    return ModelEntry(
        id=offer.id, title=offer.title, kind=offer.kind, family=provider.name, open=False,
        licence=UNKNOWN if provider.facts.local else TERMS, path=None, source=offer.source, checked=offer.checked,
        bytes=None, provider=provider.name,
    )
