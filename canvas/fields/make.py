"""Which field an input gets: by its hints first, then by its type."""

import types
from pathlib import Path
from typing import Literal, TypeVar, Union, get_args, get_origin

from PySide6.QtWidgets import QWidget

from ajar.contract import Socket
from ajar.hints import Area, Curve, File, Hint, Listed, Model, Offered, Published, SeedBox
from canvas.desk import Desk
from canvas.fields.choices import ChoiceField, SwitchField
from canvas.fields.colours import ColourField
from canvas.fields.curves import CurveField
from canvas.fields.field import Field
from canvas.fields.files import FileField
from canvas.fields.listed import ListedField
from canvas.fields.models import ModelField
from canvas.fields.numbers import NumberField, SeedField
from canvas.fields.offered import OfferedField
from canvas.fields.published import PublishedField
from canvas.fields.several import EitherField, ListField, OptionalField
from canvas.fields.sizes import SizeField
from canvas.fields.texts import AnyField, AreaField, LineField
from workflows.kinds import wire_only

KNOW_NONE = (SizeField, ModelField, FileField, AnyField, ListField)
"""Fields that can say by themselves that nothing is set."""
BY_HINT: tuple[tuple[type[Hint], type[Field]], ...] = (
    (SeedBox, SeedField), (Model, ModelField), (File, FileField), (Area, AreaField), (Curve, CurveField),
    (Offered, OfferedField), (Published, PublishedField), (Listed, ListedField),
)


def field_for(desk: Desk, socket: Socket, parent: QWidget | None = None) -> Field:
    """The field for one input of a node; for an input that can only be wired there is none: ask ``has_field``."""
    if socket.form != "one":
        return ListField(desk, socket, _single, parent)
    field = _class_of(socket)
    if socket.optional and field not in KNOW_NONE:
        return OptionalField(desk, socket, _single, parent)
    return _single(desk, socket, parent)


def has_field(socket: Socket) -> bool:
    """Whether a value can be typed in at all."""
    return not wire_only(socket.type) and not (isinstance(socket.type, TypeVar) and socket.form != "one")


def _single(desk: Desk, socket: Socket, parent: QWidget | None = None) -> Field:
    field = _class_of(socket)
    if field is EitherField:
        return EitherField(desk, socket, _single, parent)
    return field(desk, socket, parent)


def _class_of(socket: Socket) -> type[Field]:
    for hint, field in BY_HINT:
        if socket.hint(hint) is not None:
            return field
    if get_origin(socket.type) is Literal:
        return ChoiceField
    if get_origin(socket.type) in (Union, types.UnionType):
        parts = get_args(socket.type)
        plain = [part for part in parts if get_origin(part) is not Literal]
        return EitherField if len(plain) == 1 and len(plain) < len(parts) else AnyField
    if socket.type is bool:
        return SwitchField
    if socket.type in (int, float):
        return NumberField
    if socket.type is str:
        return LineField
    if socket.type is Path:
        return FileField
    named = getattr(socket.type, "__name__", "")
    found: dict[str, type[Field]] = {"Size": SizeField, "Color": ColourField}
    return found.get(named, AnyField)
