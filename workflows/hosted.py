"""The models one can choose: those of this machine, and those that providers host."""

from collections.abc import Iterator, Mapping
from pathlib import Path
from typing import Any, Protocol

from ajar.errors import AjarError, UserError
from ajar.families import Rows
from ajar.fits import Fit
from ajar.models import UNKNOWN, Catalogue, Licence, ModelEntry, Said, Terms
from ajar.offers import Offer
from ajar.readings import Reading
from ajar.remote import Provider
from workflows.problems import Problem, nearest
from workflows.terms import Basis, basis_of

TERMS = "provider-terms"
"""The licence row that stands for a person's own contract with a provider; ``kling-terms`` where it has its own."""


class Shelf(Catalogue, Protocol):
    """The models of this machine."""

    @property
    def rows(self) -> Rows: ...

    @property
    def terms(self) -> Terms: ...

    def licences(self) -> dict[str, Licence]: ...

    def remember(self) -> None: ...

    def refused(self) -> Iterator[tuple[Path, str]]: ...


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

    def known(self, kind: str, name: str) -> ModelEntry | None:
        """What is known of a model, also where it is not on this machine. Its row is looked at first: it is at hand."""
        row = next((row for row in self.rows.models if row.id.lower() == name.lower()
                    and kind in (row.kind, *row.also)), None)
        try:
            return row or self.find(kind, name)
        except AjarError:
            return None

    @property
    def terms(self) -> Terms:
        return self._shelf.terms

    def basis(self, entry: ModelEntry) -> Basis:
        """The terms of a model, as far as they can be known."""
        return basis_of(entry, self.said(entry), self._shelf.terms)

    def remember(self) -> None:
        """Keep what was read of this machine's models, so that the next start need not read it again."""
        self._shelf.remember()

    def entries(self) -> list[ModelEntry]:
        """The models of this machine, then those of each provider that are still to be had."""
        hosted = [self._entry(provider, offer) for provider in self._providers.values()
                  for offer in provider.facts.offers if offer.status != "retired"]
        return [*self._shelf.entries(), *hosted]

    def find(self, kind: str, name: str, base: Path | None = None) -> ModelEntry:
        provider = self.provider(kind)
        if provider is None:
            return self._shelf.find(kind, name, base)
        offer = self._offer(provider, kind, name)
        if offer is None:
            return self._entry(provider, Offer(name, kind, name, "data", "typed in", "", "UNVERIFIED", "typed"))
        if offer.status == "retired":
            since = f" since {offer.ended}" if offer.ended else ""
            raise UserError(f"{offer.title} is no longer offered{since}.", self._instead(provider, offer))
        return self._entry(provider, offer)

    def fit(self, entry: ModelEntry, arguments: Mapping[str, Any]) -> Fit | None:
        return None if entry.provider else self._shelf.fit(entry, arguments)

    def misfit(self, kind: str, model: str, lora: str, base: Path | None = None) -> str | None:
        return None if self.provider(kind) is not None else self._shelf.misfit(kind, model, lora, base)

    def said(self, entry: ModelEntry) -> Said:
        return Said() if entry.provider else self._shelf.said(entry)

    def hear(self, entry: ModelEntry, text: str, *, unwanted: bool = False) -> Reading | None:
        return None if entry.provider else self._shelf.hear(entry, text, unwanted=unwanted)

    def refused(self) -> Iterator[tuple[Path, str]]:
        """Files that look like models and can't be used, each with the reason."""
        return self._shelf.refused()

    def doubt(self, kind: str, name: str) -> Problem | None:
        """A warning of a model that may be gone already, although that is not confirmed, or of a slip of the pen."""
        provider = self.provider(kind)
        if provider is None:
            return None
        offer = self._offer(provider, kind, name)
        if offer is None:
            return _slip(provider, kind, name)
        if offer.status != "legacy" or not offer.ended:
            return None
        then = self._instead(provider, offer)
        return Problem("warning", f"{offer.title} may have ended on {offer.ended}; that is not confirmed.",
                       f"If it is refused, {then[0].lower()}{then[1:]}")

    def provider(self, kind: str) -> Provider | None:
        """Whose models ``Model(kind)`` means: ``kling-video`` are Kling's."""
        return self._providers.get(kind.partition("-")[0])

    def _offer(self, provider: Provider, kind: str, name: str) -> Offer | None:
        """The row of a model. One name may be two models, of which one makes films and one pictures."""
        rows = sorted((row for row in provider.facts.offers if row.id == name), key=lambda row: row.kind != kind)
        return rows[0] if rows else self._retired(name)

    def _instead(self, provider: Provider, offer: Offer) -> str:
        """What to do, now that this model is gone; ``provider`` is that of the node which names it."""
        if not offer.instead:
            return "Choose another model."
        owners = [one for one in self._providers.values() if any(row.id == offer.instead for row in one.facts.offers)]
        if not owners or provider in owners:
            return f'Choose "{offer.instead}" instead.'
        return f'Choose "{offer.instead}" instead, in a node of {owners[0].facts.title}.'

    def _retired(self, name: str) -> Offer | None:
        """A model that is gone, whoever had it."""
        return next((row for provider in self._providers.values() for row in provider.facts.offers
                     if row.id == name and row.status == "retired"), None)

    def _entry(self, provider: Provider, offer: Offer) -> ModelEntry:
        own = f"{provider.facts.shares or provider.name}-terms"
        licence = UNKNOWN if provider.facts.local else own if own in self._shelf.terms.licences else TERMS
        return ModelEntry(
            id=offer.id, title=offer.title, kind=offer.kind, family=provider.name, open=False, licence=licence,
            path=None, source=offer.source, checked=offer.checked, bytes=None, provider=provider.name,
        )


def _slip(provider: Provider, kind: str, name: str) -> Problem | None:
    """A warning of a typed name that is nearly a known one. It may be that of a newer model, so it is sent as it is."""
    title, offers = provider.facts.title, provider.facts.offers
    near = nearest(name, [offer.id for offer in offers if offer.kind == kind and offer.status != "retired"])
    if not near:
        return None
    return Problem("warning", f'Ajar knows no model "{name}" of {title}; it would be ordered as it is typed.',
                   "Did you mean " + " or ".join(f'"{one}"' for one in near) + "?")
