"""What a node pack imports: the decorator, the values, the hints, the contexts and the errors. All of it is light."""

from ajar.context import Context, Gpu, Remote
from ajar.contract import NodeType, Socket, node
from ajar.errors import AjarError, Cancelled, Refused, UserError, Waiting
from ajar.hints import (
    Area,
    Curve,
    File,
    Gaps,
    Levels,
    Model,
    Offered,
    Prompt,
    Published,
    Range,
    Seed,
    SeedBox,
    ShowIf,
    Slider,
    Was,
    Weight,
)
from ajar.plain import Gap
from ajar.values import Audio, Color, Control, Image, Lora, Mask, Mesh, Size, Tuning, Video

__all__ = [
    "AjarError", "Area", "Audio", "Cancelled", "Color", "Context", "Control", "Curve", "File", "Gap", "Gaps", "Gpu",
    "Image", "Levels", "Lora", "Mask", "Mesh", "Model", "NodeType", "Offered", "Prompt", "Published", "Range",
    "Refused", "Remote", "Seed", "SeedBox", "ShowIf", "Size", "Slider", "Socket", "Tuning", "UserError", "Video",
    "Waiting", "Was", "Weight", "node",
]
