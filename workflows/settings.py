"""The folder in which everything of a user's lives, and the settings in it."""

import os
import re
from collections.abc import Mapping
from dataclasses import dataclass, field, fields
from pathlib import Path
from typing import Any, Literal, Self, get_args

from ajar.errors import WorkflowError

Residency = Literal["open", "listed", "local"]
Intent = Literal["any", "personal", "commercial", "client"]
JOULES = 3.6e6
"""In a kilowatt-hour."""
FOLDERS = ("blobs", "takes", "models", "packs", "backups", "logs", "tmp")
HOME_HINT = "Set AJAR_HOME to a folder you may write to."
FULL_HINT = "Free some space, or set AJAR_HOME to a folder on another disk."


@dataclass(frozen=True, slots=True)
class Home:
    """The data folder: ``AJAR_HOME``, else where this system keeps a user's data."""

    path: Path

    @classmethod
    def find(cls) -> Self:
        """Where the data folder is or would be; nothing is made or checked."""
        named = os.environ.get("AJAR_HOME")
        if named:
            return cls(Path(named).expanduser().absolute())
        import platformdirs

        return cls(Path(platformdirs.user_data_dir("ajar", appauthor=False)))

    @classmethod
    def open(cls, path: Path | None = None, *, create: bool = True) -> Self:
        """The data folder with its folders made and proved writable. WorkflowError where that can't be had."""
        home = cls(path.absolute()) if path else cls.find()
        if create and (reason := home.unwritable()):
            hint = FULL_HINT if "space" in reason else HOME_HINT
            raise WorkflowError(f"The data folder {home.path} can't be used: {reason}.", hint)
        return home

    def unwritable(self) -> str | None:
        """Make the folders and write a test file; the reason where that fails."""
        import tempfile

        try:
            for name in FOLDERS:
                (self.path / name).mkdir(parents=True, exist_ok=True)
            with tempfile.TemporaryFile(dir=self.tmp) as file:
                file.write(b"ajar" * 1024)
                file.flush()
        except OSError as error:
            return _reason(error)
        return None

    @property
    def blobs(self) -> Path:
        return self.path / "blobs"

    @property
    def takes(self) -> Path:
        return self.path / "takes"

    @property
    def models(self) -> Path:
        return self.path / "models"

    @property
    def packs(self) -> Path:
        return self.path / "packs"

    @property
    def backups(self) -> Path:
        return self.path / "backups"

    @property
    def logs(self) -> Path:
        return self.path / "logs"

    @property
    def tmp(self) -> Path:
        return self.path / "tmp"

    @property
    def cache_db(self) -> Path:
        return self.path / "cache.db"

    @property
    def journal_db(self) -> Path:
        return self.path / "journal.db"

    @property
    def settings_file(self) -> Path:
        return self.path / "settings.toml"


@dataclass(frozen=True, slots=True)
class ModelPlaces:
    """The table ``[models]``: where models lie, besides Ajar's own folder."""

    folders: tuple[str, ...] = ()
    use_found: bool | tuple[str, ...] = True
    """Whether models of other programs are used where they are found; or of which: ``["ComfyUI"]``."""


@dataclass(frozen=True, slots=True)
class Machine:
    """The table ``[machine]``: what this machine costs, as far as its owner says. Nothing is guessed."""

    watts: float | None = None
    """What it draws while a model works."""
    tariff: float | None = None
    """Dollars for a kilowatt-hour."""
    hardware: float | None = None
    """Dollars that were paid for it, if they shall be paid off over ``months``."""
    months: float = 36.0

    def energy(self, seconds: float) -> float | None:
        """Dollars for so many seconds of work; None while watts or tariff are not known."""
        if self.watts is None or self.tariff is None:
            return None
        return seconds * self.watts / JOULES * self.tariff

    @property
    def monthly(self) -> float:
        """What is to be paid off in a month."""
        return (self.hardware or 0.0) / self.months


@dataclass(frozen=True, slots=True)
class Signing:
    """The table ``[signing]``: with what a person signs files (C2PA). Paths of PEM files."""

    certificate: str = ""
    """The certificate and those that vouch for it, the person's own first."""
    key: str = ""
    """The private key; empty where it comes by AJAR_SIGNING_KEY."""
    trust: str = ""
    """Certificates of those who are believed when signatures are looked at."""


@dataclass(frozen=True, slots=True)
class Settings:
    """``settings.toml``; what is not written there has these values."""

    store_gb: float = 20.0
    """Above this, stored results that were not used for longest are removed."""
    memory_mb: int = 1024
    """Results kept in memory in front of the store."""
    residency: Residency = "open"
    """Where work may be done: ``local`` keeps everything on this machine."""
    places: tuple[str, ...] | None = None
    """With ``listed``: the providers that may be used."""
    intent: Intent = "any"
    """What work is for: terms that forbid it are refused."""
    caps: Mapping[str, float] = field(default_factory=dict)
    """The most dollars for a ``run``, ``day``, ``month`` and ``project``."""
    over: str = "refuse"
    """What happens at a cap: ``refuse``, or ``ask``."""
    ask_above: float = 1.0
    """A run that may cost more dollars than this is asked about before it begins; also one of unknown price."""
    lookup_lag: float | None = None
    """Seconds before a lost job that a provider does not list is believed not to exist; None: as its facts say."""
    urls: Mapping[str, str] = field(default_factory=dict)
    """Base addresses of providers, by name, where they are not as their facts say."""
    jobs: Mapping[str, int] = field(default_factory=dict)
    """Jobs at a time by provider, where an account allows other than its facts say."""
    models: ModelPlaces = ModelPlaces()
    machine: Machine = Machine()
    sidecars: bool = False
    """Whether every file gets a sidecar, also one that says itself what made it."""
    signing: Signing = Signing()

    @property
    def store_bytes(self) -> int:
        return int(self.store_gb * 1e9)

    @property
    def memory_bytes(self) -> int:
        return self.memory_mb * 1024 * 1024


def read_settings(home: Home) -> Settings:
    """The user's settings. WorkflowError names the line or the entry that is wrong."""
    file = home.settings_file
    try:
        text = file.read_text("utf-8-sig")
    except FileNotFoundError:
        return Settings()
    except (OSError, UnicodeDecodeError) as error:
        reason = _reason(error) if isinstance(error, OSError) else "it is not UTF-8 text"
        raise WorkflowError(f"The settings {file} can't be read: {reason}.", "Correct or remove the file.") from None
    import tomllib

    try:
        plain = tomllib.loads(text)
    except tomllib.TOMLDecodeError as error:
        message = f"The settings {file} are not valid TOML: {error}."
        raise WorkflowError(message, "Correct or remove the file.") from None
    return _settings(file, plain)


def keep_machine(home: Home, machine: Machine) -> None:
    """Write the table ``[machine]``; all else in the file stays as it is. WorkflowError where that can't be done."""
    from workflows.disk import replace_file

    lines = [f"{field.name} = {value:g}" for field in fields(Machine) if (value := getattr(machine, field.name))]
    read_settings(home)  # a file that is wrong is not touched
    try:
        old = home.settings_file.read_text("utf-8-sig") if home.settings_file.exists() else ""
        kept = re.sub(r"^[ \t]*\[machine\][^\n]*\n?(?:(?![ \t]*\[)[^\n]*\n?)*", "", old, flags=re.MULTILINE).rstrip()
        text = f"{kept}\n\n" if kept else ""
        replace_file(home.settings_file, (text + "\n".join(["[machine]", *lines]) + "\n").encode())
    except OSError as error:
        raise WorkflowError(f"The settings could not be written: {_reason(error)}.", FULL_HINT) from None


def _settings(file: Path, plain: Mapping[str, Any]) -> Settings:
    known = {field.name for field in fields(Settings)}
    for name, value in plain.items():
        if name not in known:
            hint = f"Known: {', '.join(sorted(known))}."
            raise WorkflowError(f'The settings {file} have an unknown entry "{name}".', hint)
        wanted = _fault(name, value)
        if wanted:
            raise WorkflowError(f'"{name}" in {file} is {value!r}.', f"Write {wanted}.")
    given = dict(plain)
    for name in ("store_gb", "ask_above", "lookup_lag"):
        if name in given:
            given[name] = float(given[name])
    if "places" in given:
        given["places"] = tuple(given["places"])
    if "memory_mb" in given:
        given["memory_mb"] = int(given["memory_mb"])
    if "models" in given:
        lists = {name: tuple(value) if isinstance(value, list) else value for name, value in given["models"].items()}
        given["models"] = ModelPlaces(**lists)
    if "signing" in given:
        given["signing"] = Signing(**given["signing"])
    if "machine" in given:
        given["machine"] = Machine(**{name: float(value) for name, value in given["machine"].items()})
    return Settings(**given)


def _fault(name: str, value: Any) -> str:
    """What should be written instead of this value; empty where it is right."""
    if name in ("residency", "over", "intent"):
        choices = {"residency": get_args(Residency), "intent": get_args(Intent)}.get(name, ("refuse", "ask"))
        return "" if value in choices else " or ".join(choices)
    if name == "places":
        right = isinstance(value, list) and all(isinstance(place, str) for place in value)
        return "" if right else "a list of providers"
    if name == "models":
        return _models_fault(value)
    if name == "machine":
        return _machine_fault(value)
    if name == "sidecars":
        return "" if isinstance(value, bool) else "true or false"
    if name == "signing":
        right = isinstance(value, dict) and set(value) <= {"certificate", "key", "trust"}
        right = right and all(isinstance(path, str) for path in value.values())
        return "" if right else "a table [signing] with the paths certificate, key and trust"
    if name in ("caps", "urls", "jobs"):
        if not isinstance(value, dict):
            return f"a table: [{name}]"
        if name == "urls":
            return "" if all(isinstance(url, str) for url in value.values()) else "addresses"
        if name == "caps" and not set(value) <= {"run", "day", "month", "project"}:
            return "caps for run, day, month and project"
        return "" if all(_is_number(number, 0) for number in value.values()) else "numbers"
    return "" if _is_number(value, 0 if name in ("ask_above", "lookup_lag") else 1e-9) else "a number above 0"


def _models_fault(value: Any) -> str:
    if not isinstance(value, dict) or not set(value) <= {"folders", "use_found"}:
        return "a table [models] with folders and use_found"
    folders, found = value.get("folders", []), value.get("use_found", True)
    if not isinstance(folders, list) or not all(isinstance(one, str) and one for one in folders):
        return 'folders as a list: ["D:/models"]'
    programs = isinstance(found, list) and all(isinstance(one, str) for one in found)
    if not isinstance(found, bool) and not programs:
        return 'use_found as true, false or a list of programs: ["ComfyUI"]'
    return ""


def _machine_fault(value: Any) -> str:
    known = {field.name for field in fields(Machine)}
    if not isinstance(value, dict) or not set(value) <= known:
        return f"a table [machine] with {', '.join(sorted(known))}"
    right = all(_is_number(number, 1e-9 if name == "months" else 0) for name, number in value.items())
    return "" if right else "numbers"


def _is_number(value: Any, least: float) -> bool:
    return not isinstance(value, bool) and isinstance(value, int | float) and least <= value < 1e9


def _reason(error: OSError) -> str:
    return (error.strerror or str(error) or type(error).__name__).lower()
