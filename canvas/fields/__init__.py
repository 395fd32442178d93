"""The fields of the inspector: one good widget for each kind of value."""

from canvas.fields.field import Facts, Field
from canvas.fields.make import field_for

__all__ = ["Facts", "Field", "field_for"]
