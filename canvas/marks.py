"""How kinds of nodes and values are marked: category, icon, and the colour and shape of sockets."""

import types
from pathlib import Path
from typing import Any, Literal, TypeVar, Union, get_args, get_origin

from ajar.contract import NodeType
from ajar.hints import File, Model

Category = Literal["input", "generate", "control", "edit", "finish", "flow", "look", "output"]
CATEGORIES: tuple[Category, ...] = ("input", "generate", "control", "edit", "finish", "flow", "look", "output")
Wire = Literal["text", "image", "mask", "video", "audio", "mesh", "lora", "number", "any"]
BY_NODE: dict[str, tuple[Category, str]] = {
    "prompt": ("input", "prompt"), "load_image": ("input", "image"), "load_folder": ("input", "folder"),
    "save_image": ("output", "save"), "stage": ("flow", "stage"), "pick": ("flow", "pick"),
    "contact_sheet": ("look", "sheet"), "viewer": ("look", "eye"), "compare": ("look", "compare"),
    "upscale": ("finish", "finish"), "lora": ("control", "lora"), "note": ("look", "prompt"),
    "flux": ("generate", "image"),
}
BY_GROUP: dict[str, tuple[Category, str]] = {
    "Text": ("input", "prompt"), "Numbers": ("input", "number"), "Tables": ("input", "sheet"),
    "Files": ("input", "folder"), "Generate": ("generate", "image"), "Lora": ("control", "lora"),
    "Mask": ("control", "mask"), "Edit": ("edit", "image"), "Blend": ("edit", "group"), "Tone": ("edit", "finish"),
    "Look": ("finish", "finish"), "Lettering": ("edit", "prompt"), "Sheet": ("look", "sheet"),
    "View": ("look", "eye"), "Upscale": ("finish", "finish"), "Video": ("edit", "video"),
    "Finishing": ("finish", "finish"), "Sounds": ("edit", "audio"), "Flow": ("flow", "stage"),
    "Bodies": ("edit", "mesh"), "Tuning": ("control", "settings"), "Learn": ("control", "lora"),
    "Words": ("generate", "prompt"),
}
MEDIA: dict[str, Wire] = {
    "Image": "image", "Mask": "mask", "Video": "video", "Audio": "audio", "Mesh": "mesh", "Lora": "lora",
    "Control": "mask", "Tuning": "number",
    "Size": "number", "Color": "number",
}


def mark_of(type_: NodeType | None, id_: str = "") -> tuple[Category, str]:
    """The category and the icon of a node type; of a group or an unknown type too."""
    if type_ is None:
        return ("flow", "group") if id_.startswith("group:") else ("look", "warn")
    if type_.id in BY_NODE:
        return BY_NODE[type_.id]
    if type_.writes:
        return "output", "save"
    if type_.group in BY_GROUP:
        return BY_GROUP[type_.group]
    if type_.lane != "cpu":
        return "generate", wire_of(type_.outputs[0].type) if type_.outputs else "model"
    return "edit", "model"


def wire_of(kind: Any) -> Wire:
    """The kind of wire that carries values of a Python type."""
    if kind is Any or kind is object or isinstance(kind, TypeVar):
        return "any"
    origin, parts = get_origin(kind), [part for part in get_args(kind) if part is not types.NoneType]
    if origin is Literal:
        return "text" if all(isinstance(part, str) for part in parts) else "number"
    if origin in (Union, types.UnionType, list, tuple):
        found = {wire_of(part) for part in parts if part is not Ellipsis}
        return found.pop() if len(found) == 1 else "any"
    kind = origin or kind
    if kind in (str, Path):
        return "text"
    if kind in (int, float, bool):
        return "number"
    return MEDIA.get(getattr(kind, "__name__", ""), "any")


def shows_picture(type_: NodeType | None) -> bool:
    """Whether a node's result can be looked at, so that its card keeps room for it."""
    if type_ is None:
        return False
    return any(wire_of(output.type) in ("image", "mask", "video") for output in type_.outputs)


def model_kind(type_: NodeType) -> str | None:
    """What kind of model a node uses, if it uses one."""
    for socket in type_.inputs:
        if (hint := socket.hint(Model)) is not None:
            return hint.kind
    return None


def file_socket(type_: NodeType) -> str | None:
    """The input of a node that names a file from outside."""
    return next((socket.name for socket in type_.inputs if socket.hint(File) is not None), None)
