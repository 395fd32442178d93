"""Where everything is built once, for the window and for headless runs alike, and handed down."""

import functools
import os
import secrets
from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from ajar.context import Stage
from ajar.contract import NodeType
from ajar.errors import AjarError, Refused, WorkflowError
from ajar.hub import Lines
from ajar.models import ModelEntry
from ajar.remote import Provider
from ajar.wire import Transport
from nodes.local.catalogue import Shelf
from nodes.local.devices import amd, find_devices, nvidia, torch_cuda, torch_hip
from nodes.local.looking import Looking
from nodes.local.places import Place, all_places, found_places
from nodes.remote.hub import HuggingFace
from workflows import check as checking
from workflows import hearing, migrate, plain
from workflows.allowance import Errand
from workflows.allowing import interpreter, load_all
from workflows.cache import Cache
from workflows.cells import Cells
from workflows.compare_cap import within_caps
from workflows.demand import to_call
from workflows.departing import Departing, versions
from workflows.digests import Digests
from workflows.downloads import Downloads
from workflows.entries import Entry
from workflows.events import Event, RunDone, RunWarning
from workflows.exits import Exit
from workflows.facts import WorkflowFacts, revision
from workflows.flatten import Unfolded, inner, unfold
from workflows.gpu_lane import GpuLane, Seat
from workflows.gpu_pool import GpuPool
from workflows.graph import Graph
from workflows.hosted import Choice
from workflows.journal import Journal, entries_of, paid_cells, paid_files
from workflows.lanes import CpuLane, Lane
from workflows.licences import Gate, gate_of, problems_of
from workflows.lineages import MadeWith
from workflows.marks import Marks
from workflows.money import Habits
from workflows.obedience import obey, policy_of_settings, refuse_forbidden, refuse_leaks
from workflows.outputs import Outputs
from workflows.packs import Packs
from workflows.plan import Plan, leaves_of
from workflows.planner import make_plan
from workflows.prepared import Options, Prepared
from workflows.problems import Problem
from workflows.project import Policy, Project, policy_of, strictest
from workflows.quotes import bids_of, providers_of
from workflows.remote_lane import RemoteLane
from workflows.report import rows_of, warnings_of, with_terms
from workflows.results import Results
from workflows.run import Exits, Run
from workflows.scheduler import Scheduler
from workflows.secrecy import Guard, Secrecy, secrets_of
from workflows.settings import Home, Settings, read_settings
from workflows.statement import Witness
from workflows.store import Store
from workflows.using import Asked
from workflows.wirelog import WireLog
from workflows.work import WorkLog, noting

__all__ = [
    "Options", "Prepared", "Studio", "amd", "emulators", "forget_key", "keep_key", "nvidia", "start_emulator",
    "torch_cuda", "torch_hip", "where_key",
]


class Studio:
    """Packs, models, store, cache and lanes of one process."""

    def __init__(self, home: Home, packs: Packs, catalogue: Choice, settings: Settings, results: Results | None,
                 digests: Digests, places: Sequence[Place] = ()) -> None:
        """``places`` are where models lie; the first is Ajar's own folder, to which models are fetched."""
        self.home = home
        self.places = tuple(places)
        self.packs = packs
        self.catalogue = catalogue
        self.settings = settings
        self.results = results
        self.digests = digests
        self._scheduler: Scheduler | None = None
        self._seats = {name: Seat(packs.spec_of(name), functools.partial(interpreter, pack, home.path))
                       for name, pack in packs.folders.items() if pack.isolated}
        self._downloads: Downloads | None = None
        self._transport: Transport | None = None
        self._made_with = MadeWith()
        self.marks = Marks(home)
        """Which files are confidential."""
        self._witnesses: list[Witness] = []
        self.remote: RemoteLane | None = None
        """Where paid work is done; None where nothing may be written."""
        if results is not None:
            habits = Habits(settings.lookup_lag, settings.jobs)
            self.remote = RemoteLane(lambda: Journal(home), self.new_transport, results.store, habits)

    @classmethod
    def open(cls, home: Home, pack_files: Sequence[Path] = (), *, writable: bool = True) -> Self:
        """Load the packs and open the data folder. With ``writable=False`` nothing of it is touched."""
        settings = read_settings(home)
        packs = load_all(home.path, pack_files)
        results = Results(Store(home.blobs), Cache(home.cache_db), settings.memory_bytes) if writable else None
        digests = Digests(results.cache if results is not None else None)
        places = places_of(home, settings)
        shelf = Shelf([place.path for place in places], memory=home.path / "models.json")
        return cls(home, packs, Choice(shelf, packs.providers), settings, results, digests, places)

    def __enter__(self) -> Self:
        return self

    def __exit__(self, kind: type[BaseException] | None, error: BaseException | None, at: TracebackType | None) -> None:
        self.close()

    @functools.cached_property
    def _gpu(self) -> GpuLane | GpuPool:
        """A worker for each device; found when first needed, as drivers take their time."""
        models = [place.path for place in self.places]
        lanes = [GpuLane(f"gpu:{number}", self.packs.spec(), self.home.path, device=device, models=models,
                         seats=self._seats)
                 for number, device in enumerate(find_devices())]
        return lanes[0] if len(lanes) == 1 else GpuPool("gpu:0", lanes)

    @property
    def scheduler(self) -> Scheduler:
        """The scheduler and its lanes, made when first needed."""
        if self._scheduler is None:
            lanes: dict[str, Lane] = {"cpu": CpuLane(), "gpu:0": self._gpu}
            for name in self._seats:
                lanes[f"pack:{name}"] = GpuLane(f"pack:{name}", {}, self.home.path, device="cpu", seats=self._seats)
            if self.remote is not None:
                lanes["remote"] = self.remote
            self._scheduler = Scheduler(lanes, self.results)
        return self._scheduler

    def new_transport(self) -> Lines:
        """Opens connections; for one event loop. Its libraries are loaded only where something is remote."""
        from nodes.remote.transport.client import Client

        mirror = os.environ.get("HF_ENDPOINT")  # as the hub's own tools have it
        urls = {"hub": mirror, **self.settings.urls} if mirror else self.settings.urls
        return Client(urls, allow=self._may_go, record=WireLog(self.home.logs))

    def strays(self) -> list[Path]:
        """Links in the places that lead to folders elsewhere, which are not followed."""
        return Looking([place.path for place in self.places]).strays()

    @property
    def accounts(self) -> Mapping[str, Provider]:
        """Whoever may have a key of the person's: the providers, and the hub that models are fetched from."""
        hub = HuggingFace().provider
        return {**self.packs.providers, hub.name: hub}

    @property
    def downloads(self) -> Downloads:
        """Models of the hub, fetched into Ajar's own folder."""
        if self._downloads is None:
            hub = HuggingFace()
            self._downloads = Downloads(
                self.home.models, hub, self.new_transport, entries=self._rows_and_entries,
                licences=self.catalogue.licences, refuse=functools.partial(self._may_fetch, hub.provider),
                parts=self._parts, host=lambda: self._host(hub.provider))
        return self._downloads

    @property
    def transport(self) -> Transport:
        """For questions about providers that need no connection: their addresses, and whether there is a key."""
        if self._transport is None:
            self._transport = self.new_transport()
        return self._transport

    def modern(self, graph: Graph) -> Graph:
        """The graph with today's names of types and inputs."""
        return migrate.rename(graph, self.packs.types)

    def check(self, graph: Graph, project: Project, only: Sequence[str] = (),
              stage: Stage | None = None) -> tuple[Problem, ...]:
        """Everything that is wrong with a graph; needs no data folder and runs nothing.

        With a stage, what is wrong in branches that it does not take are warnings.
        """
        missing = functools.cache(functools.partial(self._missing_model, project.root))
        misfit = functools.cache(functools.partial(self._misfit, project.root))
        return checking.check(graph, self.packs.types, only=tuple(only), find_model=missing, find_misfit=misfit,
                              stage=stage)

    def plan(self, graph: Graph, project: Project, options: Options,
             problems: tuple[Problem, ...] | None = None) -> Prepared:
        """What a run would do. WorkflowError or Refused where it can't be done.

        ``problems`` is what ``check`` found, where the graph has been checked already.
        """
        if problems is None:
            problems = self.check(graph, project, options.only, options.stage)
        errors = [problem for problem in problems if problem.severity == "error"]
        if errors:
            raise WorkflowError(errors[0].message, errors[0].hint, node=errors[0].node)
        facts = WorkflowFacts(options.base or project.root, project, self.catalogue, self.digests, self.packs,
                              self.results, options.trusted, self._realm)
        unfolded = unfold(graph)
        leaves = _leaves(unfolded, options.only, self.packs.types)
        plan = make_plan(unfolded.graph, self.packs.types, leaves, facts, options.stage)
        settings = policy_of(graph.settings, "the workflow")
        asked = Policy(options.residency, intent=options.intent)
        policy = strictest(policy_of_settings(self.settings), asked, project.policy, settings)
        cells = Cells(plan, None if options.no_cache or self.results is None else self.results.get_many)
        cells.look()
        called = to_call(plan, lambda name: sum(cell.hit is not None for cell in cells.made[name].values()))
        bids = bids_of(plan, cells, called, functools.partial(paid_cells, self.home))
        bids = within_caps(plan, cells, bids, self.orders)
        obey(plan, policy, bids, self.packs.providers, self._loopback, called)
        guard = Guard(self.marks, self.digests, project, facts.base, remember=self.results is not None,
                      says=self._made_with.confidential)
        secret = secrets_of(plan, self.packs.types, guard)
        refuse_leaks(plan, secret, bids, self.packs.providers, self._loopback, called)
        gate = self._gate(plan, facts, policy, options)
        refuse_forbidden(gate)
        if bids.problems:
            raise WorkflowError(bids.problems[0].message, bids.problems[0].hint, node=bids.problems[0].node)
        warnings = tuple(problem for problem in problems if problem.severity == "warning")
        missing = {name: sentence for name, provider in providers_of(bids).items()
                   if (sentence := self.transport.keyless(provider))}
        rows = with_terms(rows_of(plan, cells, facts, bids, self._host), gate)
        warnings = (*warnings, *warnings_of(rows), *problems_of(gate), *hearing.problems_of(plan, cells, facts))
        return Prepared(plan, rows, warnings, graph, facts, options, cells, bids, missing, policy, gate,
                        Secrecy(plan, secret, guard), self.orders)

    def _gate(self, plan: Plan, facts: WorkflowFacts, policy: Policy, options: Options) -> Gate:
        """What the terms of all models, and of what files and kept results were made with, mean for this work."""
        def find(kind: str, name: str) -> ModelEntry | None:
            return facts.used.get((kind, name)) or self.catalogue.known(kind, name)

        asked = Asked(find, self.catalogue.basis, self._made_with, self.catalogue.terms)
        return gate_of(plan, asked.of(plan, self.packs.types), policy.intent, options.licence_reason)

    def orders(self, cell: str) -> Sequence[Entry]:
        """What was ordered for a result, by its key."""
        journal = self.remote.journal if self.remote is not None else None
        return journal.of_cell(cell) if journal is not None else entries_of(self.home, cell)

    def start(self, prepared: Prepared, listen: Callable[[Event], None]) -> Run:
        """Begin a planned run; returns at once."""
        options = prepared.options
        self.prepare(prepared)
        heard = hearing.Hearing(prepared.plan, prepared.cells, prepared.facts, prepared.warnings)
        exits: Exits | None = None
        if options.out is not None:
            exits = Exit(Outputs(options.out, options.workflow), options.workflow, plain.plain(prepared.document),
                         _way(options.out, prepared.facts.base), self._revisions(prepared.facts), strip=options.strip,
                         leaves=options.leaves, orders=self.orders, sidecars=options.sidecars or self.settings.sidecars,
                         read=heard.read)
            exits = Departing(exits, prepared.gate, prepared.secrecy, versions(self._revisions(prepared.facts)))
            listen = _finishing(exits, listen)
        errand = Errand(
            run=secrets.token_hex(6), workflow=options.workflow, project=str(prepared.facts.project.root),
            stage=options.stage, allowance=options.allowance, caps=prepared.policy.caps,
            over=prepared.policy.over or "refuse", residency=prepared.policy.residency, places=prepared.policy.places)
        listen = noting(WorkLog(self.home), prepared, listen)
        return self.scheduler.start(prepared.plan, listen, exits, cache=not options.no_cache, cells=prepared.cells,
                                    errand=errand, hear=heard.told, secrecy=prepared.secrecy,
                                    witness=self._witness(prepared))

    def _witness(self, prepared: Prepared) -> Witness:
        """Listens with whom is spoken while this runs."""
        def contacted() -> Mapping[str, int]:
            remote = self.remote
            return remote.money.transport.contacted() if remote is not None and remote.journal is not None else {}

        policy = prepared.policy
        witness = Witness(prepared.options.workflow, policy.residency, policy.places, prepared.gate, prepared.secrecy,
                          contacted)
        self._witnesses = [*(one for one in self._witnesses if one.statement is None), witness]
        return witness

    def prepare(self, prepared: Prepared) -> None:
        """Let the worker load its libraries already, where a plan will need them."""
        rows = {row.id: row for row in prepared.rows}
        kinds = {kind for step in prepared.plan.steps.values() if step.type.lane == "gpu"
                 and rows[step.id].cached != rows[step.id].calls for kind, _ in step.models}
        if kinds:
            self._gpu.prepare(sorted(kinds))

    def close(self) -> None:
        """Stop what runs and write what waits."""
        if self._downloads is not None:
            self._downloads.close()
        if self._scheduler is not None:
            self._scheduler.close()
        for witness in self._witnesses:
            witness.close()
        if self.remote is not None:
            self.remote.close()  # or wait until it is closed: paid calls that are on their way are heard out
        if self.results is not None:
            self.catalogue.remember()
            self.results.make_room(self.settings.store_bytes, lambda: paid_files(self.home))
            self.results.close()
        self.marks.close()

    def _missing_model(self, base: Path, kind: str, name: str) -> str | Problem | None:
        """A sentence if there is no such model, a warning if there may be none any more."""
        try:
            self.catalogue.find(kind, name, base)
        except AjarError as error:
            return f"{error.message} {error.hint}"
        return self.catalogue.doubt(kind, name)

    def _misfit(self, base: Path, kind: str, model: str, lora: str) -> str | None:
        """A sentence if a LoRA can't be put on a model; of those that are not there the other check speaks."""
        try:
            return self.catalogue.misfit(kind, model, lora, base)
        except AjarError:
            return None

    def _may_go(self, host: str) -> str:
        """Why nothing may be sent to this host; empty where it may. Asked before every connection."""
        if self.settings.residency == "local" and host not in ("127.0.0.1", "::1", "localhost"):
            return "the settings keep everything on this machine (residency = local)"
        return ""

    def _may_fetch(self, hub: Provider) -> None:
        """Refused where the person or the environment wants no connection to the hub."""
        local = f"Put the files into {self.home.models} by hand, or name their folder in the settings."
        if self.transport.loopback(hub):
            return
        if os.environ.get("HF_HUB_OFFLINE", "").lower() in ("1", "on", "yes", "true"):
            raise Refused("Nothing is fetched while HF_HUB_OFFLINE is set.", f"Unset it. {local}")
        if reason := self._may_go(self._host(hub)):
            raise Refused(f"Nothing is fetched: {reason}.", local)
        if self.settings.residency == "listed" and hub.name not in (self.settings.places or ()):
            raise Refused(f'Nothing is fetched: the settings list where data may go, and "{hub.name}" is not among it.',
                          f'Add "{hub.name}" to places in {self.home.settings_file}. {local}')

    def _rows_and_entries(self) -> list[ModelEntry]:
        """Rows first: they say where a model comes from, also where something of its name was found."""
        return [*self.catalogue.rows.models, *self.catalogue.entries()]

    def _parts(self, pipeline: str) -> Collection[str] | None:
        """The parts of a pipeline class that are loaded; None where Ajar does not know the class."""
        known = self.catalogue.rows.pipelines.get(pipeline)
        return set(known.parts) - known.unused if known is not None else None

    def _loopback(self, provider: Provider) -> bool:
        return self.transport.loopback(provider)

    def _host(self, provider: Provider) -> str:
        return self.transport.base(provider).partition("://")[2].partition("/")[0]

    def _realm(self, provider: str) -> str:
        """A mark where stand-ins play providers: their results are never taken for real ones."""
        known = self.packs.providers
        asked = [known[provider]] if provider in known else list(known.values())
        played = [one for one in asked if not one.facts.local and self.transport.loopback(one)]
        return "".join(f":{one.name}={self.transport.base(one)}" for one in played)

    def _revisions(self, facts: WorkflowFacts) -> Callable[[str, str], Mapping[str, Any]]:
        known: dict[tuple[str, str], Mapping[str, Any]] = {}

        def find(kind: str, name: str) -> Mapping[str, Any]:
            entry = facts.used[kind, name]
            if (kind, name) not in known:
                shown = entry.id if entry.path is None or entry.id != str(entry.path) else entry.path.name
                known[kind, name] = {"kind": kind, "id": shown, "revision": revision(entry, self.digests),
                                     "licence": entry.licence}
            return known[kind, name]

        return find


def places_of(home: Home, settings: Settings) -> tuple[Place, ...]:
    """Where models lie: Ajar's own folder, the settings' folders, and what other programs keep, if that may be used."""
    wanted = settings.models.use_found
    found = found_places() if wanted else []
    if isinstance(wanted, tuple):
        found = [place for place in found if place.program in wanted]
    return all_places(home.models, [home.path / Path(name).expanduser() for name in settings.models.folders], found)


def where_key(provider: Provider) -> tuple[str, str]:
    """Where the key of a provider was found (never the key), and why the keyring could not be asked; or nothing."""
    from nodes.remote.transport import keys

    found = keys.find_key(provider.name, provider.facts.keys, shares=provider.facts.shares)
    return found.where, found.reason


def keep_key(provider: Provider, text: str) -> None:
    """Put a key into the system's keyring. UserError where that can't be done."""
    from nodes.remote.transport import keys

    keys.store_key(provider.name, text)


def forget_key(provider: Provider) -> bool:
    """Take a key out of the keyring; whether there was one. UserError where that can't be done."""
    from nodes.remote.transport import keys

    return keys.forget_key(provider.name)


def emulators() -> list[str]:
    """The providers that a stand-in on this machine can play."""
    from nodes.remote.emulators import emulators as known

    return list(known())


def start_emulator(name: str, port: int, seconds: float, faults: Sequence[str] = ()) -> Any:
    """A running stand-in for a provider; ``base`` is its address, ``close`` ends it. ``faults`` strike first orders."""
    from nodes.remote.emulators import emulators as known
    from nodes.remote.emulators.faults import FAULTS

    unknown = [fault for fault in faults if fault not in FAULTS]
    if unknown:
        raise WorkflowError(f'There is no fault called "{unknown[0]}".', f"There are: {', '.join(FAULTS)}.")
    emulator = known()[name](job_seconds=seconds)
    emulator.fail(*(fault for fault in FAULTS if fault in faults))
    try:
        return emulator.start(port)
    except OSError as error:
        raise WorkflowError(f"The emulator can't use port {port}: {error.strerror or error}.",
                            "Choose another with --port, or 0 for any that is free.") from None


def _finishing(departing: Departing, listen: Callable[[Event], None]) -> Callable[[Event], None]:
    """Writes the licences beside what a run made before it is told that it is over."""

    def hear(event: Event) -> None:
        if isinstance(event, RunDone):
            try:
                departing.finish()
            except AjarError as error:
                listen(RunWarning(event.run, error.message, error.hint))
        listen(event)

    return hear


def _leaves(unfolded: Unfolded, only: tuple[str, ...], types: Mapping[str, NodeType]) -> tuple[str, ...]:
    """The nodes whose results are asked for: all leaves, or the named ones (of a group: its outputs' nodes)."""
    if not only:
        return leaves_of(unfolded.graph, types)
    return tuple(dict.fromkeys(flat for name in only for flat in inner(unfolded, name)))


def _way(out: Path, base: Path) -> str:
    """The way from the output folder to the workflow's, for files that are run again; "" where there is none."""
    try:
        return Path(os.path.relpath(base.resolve(), out.resolve())).as_posix()
    except ValueError:  # another drive
        return ""
