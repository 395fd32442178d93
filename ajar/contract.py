"""A node is a typed function. This module reads its signature once; that is the whole contract."""

import builtins
import collections.abc
import inspect
import types
from collections.abc import Callable, Iterator, Mapping
from dataclasses import dataclass
from typing import Annotated, Any, Literal, TypeVar, Union, cast, get_args, get_origin, get_type_hints, overload

from ajar.context import Context, Gpu, Remote
from ajar.hints import Hint, SeedBox, Was

F = TypeVar("F", bound=Callable[..., Any])
H = TypeVar("H", bound=Hint)
LaneKind = Literal["cpu", "gpu", "remote"]
Form = Literal["one", "row", "list"]
LANES: dict[Any, LaneKind] = {Context: "cpu", Gpu: "gpu", Remote: "remote"}
STREAMS = (collections.abc.Iterator, collections.abc.Iterable, collections.abc.Generator)


class _Required:
    """The default of a socket that must be given."""

    def __repr__(self) -> str:
        return "REQUIRED"


REQUIRED = _Required()


@dataclass(frozen=True)
class Socket:
    """One input or output of a node type."""

    name: str
    type: Any
    """The Python type of one value: ``int``, ``Image``, ``Literal[...]``, a union or a TypeVar (anything)."""
    default: Any = REQUIRED
    hints: tuple[Hint, ...] = ()
    form: Form = "one"
    """``row``: ``*many``, a growing row of sockets; ``list``: gathers all items of a stream in order."""
    optional: bool = False
    """``X | None``: may be left unwired, then the node gets None."""
    container: type = list
    """What a ``list`` input is handed as: ``list`` or ``tuple``."""

    @property
    def required(self) -> bool:
        return self.default is REQUIRED and not self.optional and self.form != "row"

    @property
    def label(self) -> str:
        return self.name.replace("_", " ").capitalize()

    def hint(self, kind: builtins.type[H]) -> H | None:
        """The hint of this kind, or None."""
        for hint in self.hints:
            if isinstance(hint, kind):
                return hint
        return None

    @property
    def was(self) -> tuple[str, ...]:
        hint = self.hint(Was)
        return hint.names if hint else ()

    @property
    def is_seed(self) -> bool:
        return self.hint(SeedBox) is not None


@dataclass(frozen=True)
class NodeType:
    """What the rest of Ajar knows about a node function."""

    id: str
    """``function`` for a built-in node, ``pack/function`` for a pack's."""
    title: str
    group: str
    help: str
    lane: LaneKind
    inputs: tuple[Socket, ...]
    outputs: tuple[Socket, ...]
    function: Callable[..., Any]
    touches: bool = False
    """Whether the first parameter is a Context, Gpu or Remote."""
    stream: bool = False
    """Whether it yields a stream of values."""
    version: int = 1
    was: tuple[str, ...] = ()
    hidden: bool = False
    needs: Callable[..., set[str]] | None = None
    """From the values of the parameters it names: which inputs must be computed (``options[2]`` for a row)."""
    alias: bool = False
    """The result is the one needed input itself, so what follows keeps that input's key."""
    writes: bool = False
    ask: bool = False
    partial: bool = False
    quick: bool = False
    provider: str = ""
    """Of a remote node that always orders from one provider: its name."""
    retries: int = 0
    """How often a pure node is tried again when it fails with anything but an AjarError."""
    environment: str = ""
    """Of a node whose pack has an environment of its own: the pack's name. It runs in that one's interpreter."""

    @property
    def tooltip(self) -> str:
        return self.help.partition("\n")[0]

    def input(self, name: str) -> Socket | None:
        return next((socket for socket in self.inputs if socket.name == name), None)

    def output(self, name: str) -> Socket | None:
        return next((socket for socket in self.outputs if socket.name == name), None)

    @property
    def deciders(self) -> tuple[str, ...]:
        """The parameters ``needs`` looks at (``stage`` among them means the run's stage)."""
        return tuple(inspect.signature(self.needs).parameters) if self.needs else ()

    def call(self, context: Context | None, arguments: Mapping[str, Any]) -> Any:
        """Call the function with values by socket name; a row's values are spread. Returns what it returns."""
        first = [context] if self.touches else []
        row = next((socket.name for socket in self.inputs if socket.form == "row"), None)
        if row is None:
            return self.function(*first, **arguments)
        before: list[Any] = []
        for socket in self.inputs:
            if socket.name == row:
                break
            before.append(arguments[socket.name])
        spread = (*first, *before, *arguments.get(row, ()))
        done = {row, *(socket.name for socket in self.inputs[: len(before)])}
        return self.function(*spread, **{name: value for name, value in arguments.items() if name not in done})

    def split(self, result: Any) -> tuple[Any, ...]:
        """One returned or yielded value as a tuple with one entry an output, in the order of ``outputs``."""
        if not self.outputs:
            return ()
        if len(self.outputs) == 1 and self.outputs[0].name == "result":
            return (result,)
        return tuple(result)


@overload
def node(function: F, /) -> F: ...
@overload
def node(
    *, title: str = ..., group: str = ..., version: int = ..., was: tuple[str, ...] = ..., hidden: bool = ...,
    needs: Callable[..., set[str]] | None = ..., alias: bool = ..., writes: bool = ..., ask: bool = ...,
    partial: bool = ..., quick: bool = ..., retries: int = ..., provider: str = ...,
) -> Callable[[F], F]: ...
def node(function: Any = None, /, **options: Any) -> Any:
    """Mark a function as a node. The function itself is returned untouched, so a test can call it."""

    def mark(function: Any) -> Any:
        function.__node__ = describe(function, **options)
        return function

    return mark(function) if function is not None else mark


def describe(function: Callable[..., Any], *, title: str = "", group: str = "", **options: Any) -> NodeType:
    """Read a function's signature into a NodeType. TypeError names the parameter that can't be read."""
    hints = get_type_hints(function, include_extras=True)
    if "return" not in hints:
        raise TypeError(f"{function.__qualname__}: the return type is missing")
    parameters = list(inspect.signature(function).parameters.values())
    lane: LaneKind = "cpu"
    touches = bool(parameters) and hints.get(parameters[0].name) in LANES
    if touches:
        lane = LANES[hints[parameters.pop(0).name]]
    outputs, stream = _outputs(hints["return"])
    name = function.__name__
    module = function.__module__.rpartition(".")[2]
    return NodeType(
        id=name, title=title or name.replace("_", " ").capitalize(),
        group=group or module.replace("_", " ").capitalize(), help=inspect.getdoc(function) or "", lane=lane,
        inputs=tuple(_input(function, parameter, hints) for parameter in parameters),
        outputs=outputs, function=function, touches=touches, stream=stream, **options,
    )


def node_of(thing: object) -> NodeType | None:
    """The NodeType of a decorated function, or None."""
    found = getattr(thing, "__node__", None)
    return found if isinstance(found, NodeType) else None


def _input(function: Callable[..., Any], parameter: inspect.Parameter, hints: dict[str, Any]) -> Socket:
    where = f"{function.__qualname__}: parameter {parameter.name!r}"
    if parameter.name not in hints:
        raise TypeError(f"{where} needs a type")
    if parameter.kind is parameter.VAR_KEYWORD:
        raise TypeError(f"{where}: **{parameter.name} can't be a socket")
    if hints[parameter.name] in LANES:
        raise TypeError(f"{where}: a Context, Gpu or Remote must come first")
    default = REQUIRED if parameter.default is parameter.empty else parameter.default
    found = _socket(parameter.name, hints[parameter.name], default)
    if parameter.kind is parameter.VAR_POSITIONAL:
        return Socket(found.name, found.type, REQUIRED, found.hints, "row", found.optional)
    return found


def _socket(name: str, kind: Any, default: Any = REQUIRED) -> Socket:
    hints: tuple[Hint, ...] = ()
    optional = False
    form: Form = "one"
    container: type = list
    while True:
        origin, parts = get_origin(kind), get_args(kind)
        if origin is Annotated:
            kind, hints = parts[0], hints + tuple(part for part in parts[1:] if isinstance(part, Hint))
        elif origin in (Union, types.UnionType) and types.NoneType in parts:
            optional, rest = True, tuple(part for part in parts if part is not types.NoneType)
            kind = rest[0] if len(rest) == 1 else Union[rest]  # noqa: UP007 - built at run time
        elif form == "one" and (origin is list or (origin is tuple and len(parts) == 2 and parts[1] is Ellipsis)):
            kind, form, container = parts[0], "list", cast(type, origin)
        else:
            break
    return Socket(name, kind, default, hints, form, optional, container)


def _outputs(kind: Any) -> tuple[tuple[Socket, ...], bool]:
    stream = get_origin(kind) in STREAMS
    if stream:
        kind = get_args(kind)[0]
    if kind in (None, types.NoneType):
        return (), stream
    named = get_origin(kind) or kind  # a NamedTuple may be generic: Cell[T, U]
    if isinstance(named, type) and issubclass(named, tuple) and hasattr(named, "_fields"):
        fields = get_type_hints(named, include_extras=True)
        return tuple(_output(name, part) for name, part in fields.items()), stream
    return (_output("result", kind),), stream


def _output(name: str, kind: Any) -> Socket:
    found = _socket(name, kind)
    if found.form == "list":
        # An output that is a list is one value; it fits a list input directly.
        return Socket(name, list[found.type], hints=found.hints)  # type: ignore[name-defined]  # built at run time
    return found


def run_to_values(type_: NodeType, context: Context | None, arguments: Mapping[str, Any]) -> Iterator[tuple[Any, ...]]:
    """Call a node and give its values: exactly one tuple, or one a yielded item of a stream."""
    result = type_.call(context, arguments)
    if not type_.stream:
        yield type_.split(result)
        return
    for item in result:
        yield type_.split(item)
