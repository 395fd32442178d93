"""Where everything is built once, for the window and for headless runs alike, and handed down."""

import functools
import os
import secrets
from collections.abc import Callable, Collection, Mapping, Sequence
from pathlib import Path
from types import TracebackType
from typing import Any, Self

from ajar.context import Stage
from ajar.errors import WorkflowError
from ajar.hub import Lines
from ajar.models import ModelEntry
from ajar.remote import Provider
from ajar.wire import Transport
from nodes.local.catalogue import Shelf
from nodes.local.devices import amd, find_devices, nvidia, torch_cuda, torch_hip
from nodes.local.looking import Looking
from nodes.local.places import Place, all_places, found_places
from nodes.remote.hub import HuggingFace
from workflows import hearing, migrate, plain
from workflows.allowance import Errand
from workflows.allowing import interpreter, load_all
from workflows.cache import Cache
from workflows.departing import Departing, finishing, versions
from workflows.digests import Digests
from workflows.downloads import Downloads
from workflows.entries import Entry
from workflows.events import Event
from workflows.exits import Exit, way_back
from workflows.gpu_lane import GpuLane, Seat
from workflows.gpu_pool import GpuPool
from workflows.graph import Graph
from workflows.hosted import Choice
from workflows.journal import Journal, entries_of, paid_files
from workflows.lanes import CpuLane, Lane
from workflows.lineages import MadeWith
from workflows.marks import Marks
from workflows.money import Habits
from workflows.obedience import barred_host, host_of, refuse_fetching
from workflows.outputs import Outputs
from workflows.packs import Packs
from workflows.prepared import Options, Prepared
from workflows.preparing import Preparing
from workflows.problems import Problem
from workflows.project import Project
from workflows.remote_lane import RemoteLane
from workflows.results import Results
from workflows.run import Run
from workflows.scheduler import Scheduler
from workflows.settings import Home, Settings, read_settings
from workflows.statement import Witness
from workflows.store import Store
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
        self.marks = Marks(home)
        """Which files are confidential."""
        self._witnesses: list[Witness] = []
        self._preparing = Preparing(home, packs, catalogue, settings, results, digests, self.marks, MadeWith(),
                                    lambda: self.transport, self.orders)
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
        return Client(urls, allow=functools.partial(barred_host, self.settings), record=WireLog(self.home.logs))

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
                licences=self.catalogue.licences, parts=self._parts, host=lambda: host_of(self.transport, hub.provider),
                refuse=lambda: refuse_fetching(hub.provider, self.transport, self.settings, self.home))
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
        return self._preparing.check(graph, project, only, stage)

    def plan(self, graph: Graph, project: Project, options: Options,
             problems: tuple[Problem, ...] | None = None) -> Prepared:
        """What a run would do. WorkflowError or Refused where it can't be done.

        ``problems`` is what ``check`` found, where the graph has been checked already.
        """
        return self._preparing.plan(graph, project, options, problems)

    def orders(self, cell: str) -> Sequence[Entry]:
        """What was ordered for a result, by its key."""
        journal = self.remote.journal if self.remote is not None else None
        return journal.of_cell(cell) if journal is not None else entries_of(self.home, cell)

    def start(self, prepared: Prepared, listen: Callable[[Event], None]) -> Run:
        """Begin a planned run; returns at once."""
        options = prepared.options
        self.prepare(prepared)
        heard = hearing.Hearing(prepared.plan, prepared.cells, prepared.facts, prepared.warnings)
        exits = self._exits(prepared, heard)
        if exits is not None:
            listen = finishing(exits, listen)
        errand = Errand(
            run=secrets.token_hex(6), workflow=options.workflow, project=str(prepared.facts.project.root),
            stage=options.stage, allowance=options.allowance, caps=prepared.policy.caps,
            over=prepared.policy.over or "refuse", residency=prepared.policy.residency, places=prepared.policy.places)
        listen = noting(WorkLog(self.home), prepared, listen)
        return self.scheduler.start(prepared.plan, listen, exits, cache=not options.no_cache, cells=prepared.cells,
                                    errand=errand, hear=heard.told, secrecy=prepared.secrecy,
                                    witness=self._witness(prepared))

    def _exits(self, prepared: Prepared, heard: hearing.Hearing) -> Departing | None:
        """Where the files of a run go; None where nothing is written."""
        options, facts = prepared.options, prepared.facts
        if options.out is None:
            return None
        exits = Exit(Outputs(options.out, options.workflow), options.workflow, plain.plain(prepared.document),
                     way_back(options.out, facts.base), facts.revision, strip=options.strip, leaves=options.leaves,
                     orders=self.orders, sidecars=options.sidecars or self.settings.sidecars, read=heard.read)
        return Departing(exits, prepared.gate, prepared.secrecy, versions(facts.revision))

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

    def _rows_and_entries(self) -> list[ModelEntry]:
        """Rows first: they say where a model comes from, also where something of its name was found."""
        return [*self.catalogue.rows.models, *self.catalogue.entries()]

    def _parts(self, pipeline: str) -> Collection[str] | None:
        """The parts of a pipeline class that are loaded; None where Ajar does not know the class."""
        known = self.catalogue.rows.pipelines.get(pipeline)
        return set(known.parts) - known.unused if known is not None else None

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
