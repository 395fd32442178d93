"""What the strictest of user, project, file and flag forbids, said before anything runs."""

import os
from collections.abc import Callable, Collection, Mapping
from typing import TYPE_CHECKING, Literal

from ajar.errors import Refused
from ajar.remote import Provider
from workflows.licences import Gate
from workflows.plan import Plan
from workflows.project import Policy
from workflows.quotes import Bids
from workflows.secrecy import Secret, leak
from workflows.settings import Home, Settings

if TYPE_CHECKING:
    from ajar.wire import Transport
    from workflows.allowance import Errand
    from workflows.entries import Entry

LOOK = 'Use a local model, or change "residency" where it was set: --residency, the workflow, ajar.toml, the settings.'


def policy_of_settings(settings: Settings) -> Policy:
    """The user's own policy."""
    places = None if settings.places is None else frozenset(settings.places)
    over: Literal["ask", "refuse"] = "ask" if settings.over == "ask" else "refuse"
    return Policy(settings.residency, places, settings.caps, over, settings.intent)


def obey(plan: Plan, policy: Policy, bids: Bids, providers: Mapping[str, Provider],
         loopback: Callable[[Provider], bool], called: Collection[str]) -> None:
    """Refused where a node would send work where it may not go.

    ``called``: the nodes that a run will really call.
    """
    ordered = {bid.node: bid.provider for bid in bids.orders}
    for step in plan.steps.values():
        if step.type.lane != "remote" or policy.residency == "open":
            continue
        provider = ordered.get(step.id) or providers.get(step.type.provider)
        if provider is None and step.id not in called:
            continue  # all of it is in the store, wherever it came from
        if provider is not None and stays(provider, loopback=loopback(provider)):
            continue
        if policy.residency == "local":
            raise Refused(f'"{step.id}" would send work out of this machine, but work is local only here.', LOOK,
                          node=step.id)
        if provider is not None and provider.name not in (policy.places or ()):
            raise Refused(f'"{step.id}" would send work to {provider.facts.title}, which is not on the list of this '
                          "project.", f'Use another, or add "{provider.name}" to "places" in ajar.toml.', node=step.id)


def refuse_leaks(plan: Plan, secrets: Mapping[str, Secret], bids: Bids, providers: Mapping[str, Provider],
                 loopback: Callable[[Provider], bool], called: Collection[str]) -> None:
    """Refused where a node would send what is confidential off this machine; what is stored already sends nothing."""
    ordered = {bid.node: bid.provider for bid in bids.orders}
    for name in called:
        if plan.steps[name].type.lane != "remote" or name not in secrets:
            continue
        provider = ordered.get(name) or providers.get(plan.steps[name].type.provider)
        if provider is None or not stays(provider, loopback=loopback(provider)):
            raise leak(name, secrets[name], provider.facts.title if provider is not None else "a provider")


def refuse_forbidden(gate: Gate) -> None:
    """Refused where the terms of something forbid what the work is for, and nobody said why it may be done."""
    blocked = next((verdict for verdict in gate.all() if verdict.blocks), None)
    if blocked is not None:
        raise Refused(blocked.sentence, blocked.hint, node=blocked.node)


def barred(provider: Provider, policy: Policy, loopback: Callable[[Provider], bool]) -> str:
    """Why a provider may not even be asked a free question; empty where it may."""
    if policy.residency == "open" or (provider.facts.local and loopback(provider)):
        return ""
    if policy.residency == "local":
        return f"Work is local only here: nothing is asked of {provider.facts.title}."
    listed = provider.name in (policy.places or ())
    return "" if listed else f"{provider.facts.title} is not on the list of this project: nothing is asked of it."


def stays(provider: Provider, *, loopback: bool) -> bool:
    """Whether nothing leaves this machine: a server of one's own whose address is this machine's."""
    return provider.facts.local and loopback


def barred_host(settings: Settings, host: str) -> str:
    """Why nothing may be sent to this host; empty where it may. Asked before every connection."""
    if settings.residency == "local" and host not in ("127.0.0.1", "::1", "localhost"):
        return "the settings keep everything on this machine (residency = local)"
    return ""


def refuse_fetching(hub: Provider, transport: "Transport", settings: Settings, home: Home) -> None:
    """Refused where the person or the environment wants no connection to the hub."""
    local = f"Put the files into {home.models} by hand, or name their folder in the settings."
    if transport.loopback(hub):
        return
    if os.environ.get("HF_HUB_OFFLINE", "").lower() in ("1", "on", "yes", "true"):
        raise Refused("Nothing is fetched while HF_HUB_OFFLINE is set.", f"Unset it. {local}")
    if reason := barred_host(settings, host_of(transport, hub)):
        raise Refused(f"Nothing is fetched: {reason}.", local)
    if settings.residency == "listed" and hub.name not in (settings.places or ()):
        raise Refused(f'Nothing is fetched: the settings list where data may go, and "{hub.name}" is not among it.',
                      f'Add "{hub.name}" to places in {home.settings_file}. {local}')


def host_of(transport: "Transport", provider: Provider) -> str:
    """The machine that a provider's orders go to."""
    return transport.base(provider).partition("://")[2].partition("/")[0]


def is_emulated(transport: "Transport", provider: Provider) -> bool:
    """Whether a stand-in on this machine plays it: no real money."""
    return transport.loopback(provider) and not provider.facts.local


def refuse_elsewhere(errand: "Errand", provider: Provider, *, loopback: bool) -> None:
    """Refused where an order may not go there, whatever the plan was: asked before anything of it is sent."""
    if stays(provider, loopback=loopback):
        return
    title = provider.facts.title
    if errand.secret:
        raise Refused(f"Nothing is sent to {title}: {errand.secret}.", "Use a model of this machine.")
    if errand.residency == "open":
        return
    if errand.residency == "local":
        raise Refused(f"Nothing is sent to {title}: work is local only here.", LOOK)
    if provider.name not in (errand.places or ()):
        raise Refused(f"Nothing is sent to {title}, which is not on the list of this project.",
                      f'Use another, or add "{provider.name}" to "places" in ajar.toml.')


def refuse_stranger(transport: "Transport", provider: Provider, entry: "Entry") -> None:
    """Refused where an order would be asked for at another place than the one that it was made at: a stand-in does
    not know real jobs, and the real provider none of a stand-in's; either would say that a paid result is lost."""
    base, title, name = transport.base(provider), provider.facts.title, provider.name.upper()
    if entry.emulated == is_emulated(transport, provider) and (not entry.emulated or entry.host == base):
        return
    if entry.emulated:
        raise Refused(f"This was ordered from a stand-in for {title} at {entry.host}, not from {base}.",
                      f"Start it there again and set AJAR_{name}_URL={entry.host}, or forget the order.")
    raise Refused(f"This was ordered from {title} itself, but AJAR_{name}_URL leads to {base} now.",
                  "Take that setting away to fetch the result; it is paid for.")
