"""What the strictest of user, project, file and flag forbids, said before anything runs."""

from collections.abc import Callable, Iterable, Mapping

from ajar.errors import Refused
from ajar.models import Licence, ModelEntry
from ajar.remote import Provider
from workflows.hosted import TERMS
from workflows.plan import Plan
from workflows.project import Policy
from workflows.quotes import Bids
from workflows.settings import Settings

LOOK = 'Use a local model, or change "residency" in ajar.toml.'


def policy_of_settings(settings: Settings) -> Policy:
    """The user's own policy."""
    places = None if settings.places is None else frozenset(settings.places)
    return Policy(settings.residency, places, settings.caps, "ask" if settings.over == "ask" else "")


def obey(plan: Plan, policy: Policy, bids: Bids, providers: Mapping[str, Provider], used: Iterable[ModelEntry],
         licences: Callable[[], Mapping[str, Licence]]) -> None:
    """Refused where a node would send work where it may not go, or a model may not be used for this."""
    ordered = {bid.node: bid.provider for bid in bids.orders}
    for step in plan.steps.values():
        if step.type.lane != "remote" or policy.residency == "open":
            continue
        provider = ordered.get(step.id) or providers.get(step.type.provider)
        if provider is not None and provider.facts.local:
            continue  # nothing leaves this machine
        if policy.residency == "local":
            raise Refused(f'"{step.id}" would send work out of this machine, but this project is local only.', LOOK,
                          node=step.id)
        if provider is not None and provider.name not in (policy.places or ()):
            raise Refused(f'"{step.id}" would send work to {provider.facts.title}, which is not on the list of this '
                          "project.", f'Use another, or add "{provider.name}" to "places" in ajar.toml.', node=step.id)
    if policy.intent == "commercial":
        _refuse_unlicensed(used, licences())


def _refuse_unlicensed(used: Iterable[ModelEntry], licences: Mapping[str, Licence]) -> None:
    for entry in used:
        licence = licences.get(entry.licence)
        if entry.licence == TERMS:
            continue  # a person's own contract; the licence is shown with the plan
        if licence is None or licence.commercial == "no":
            terms = "are not known" if licence is None else f"({licence.name}) forbid it"
            raise Refused(f'This work is meant for commercial use, but the terms of "{entry.title}" {terms}.',
                          'Choose another model, or change "intent" in ajar.toml.')
