"""SRVGGNetCompact, the small upscaling network that every program for upscalers can load."""

from __future__ import annotations

import torch
import torch.nn.functional as F
from torch import Tensor, nn

WIDTH = 64
DEPTH = 10
SLOPE = 0.1
REACH = DEPTH + 2
"""How many pixels of the small picture a pixel looks in each direction."""


class Compact(nn.Module):
    """Convolutions at the small size, then pixels rearranged and added to the picture with its pixels repeated.

    The names of the weights are those of Real-ESRGAN's SRVGGNetCompact. That network has a PReLU after each
    convolution; here its slope is fixed, as its gradient takes longer than the convolutions on a processor.
    """

    def __init__(self, scale: int, width: int = WIDTH, depth: int = DEPTH) -> None:
        super().__init__()
        self.scale = scale
        layers: list[nn.Module] = []
        for before in (3, *[width] * depth):
            layers += [nn.Conv2d(before, width, 3, padding=1), nn.LeakyReLU(SLOPE, inplace=True)]
        self.body = nn.ModuleList([*layers, nn.Conv2d(width, 3 * scale**2, 3, padding=1)])
        self._start()

    @torch.no_grad()
    def _start(self) -> None:
        """Weights with which it interpolates along parabolas, beside features that are random and not used yet.

        Six channels carry the three colours and their negatives: of the two one is let through by the activation
        and the other made small, and their difference is the colour again.
        """
        kernels = [layer for layer in self.body if isinstance(layer, nn.Conv2d)]
        through = torch.cat([torch.eye(3), -torch.eye(3)])
        for number, layer in enumerate(kernels[:-1]):
            nn.init.orthogonal_(layer.weight, 1.4)
            nn.init.zeros_(layer.bias)
            layer.weight[:6] = 0
            layer.weight[:6, : 3 if number == 0 else 6, 1, 1] = (
                through if number == 0 else torch.cat([through, -through], 1) / (1 + SLOPE)
            )
        nn.init.zeros_(kernels[-1].weight)
        nn.init.zeros_(kernels[-1].bias)
        added = self._parabolas() - F.pad(torch.ones(1, 1), (1, 1, 1, 1))  # the pixel itself is added anyway
        for colour in range(3):
            own = slice(colour * self.scale**2, (colour + 1) * self.scale**2)
            kernels[-1].weight[own, colour] = added / (1 + SLOPE)
            kernels[-1].weight[own, colour + 3] = -added / (1 + SLOPE)
        self.to(memory_format=torch.channels_last)

    def _parabolas(self) -> Tensor:
        """What the 3 x 3 pixels around count for each of the pixels that one becomes: scale**2 x 3 x 3."""
        at = (torch.arange(self.scale) + 0.5) / self.scale - 0.5
        along = torch.stack([at * (at - 1) / 2, 1 - at**2, at * (at + 1) / 2], 1)
        return torch.einsum("ai,bj->abij", along, along).flatten(0, 1)

    def forward(self, x: Tensor) -> Tensor:
        """Pictures, N x 3 x H x W from 0 to 1, ``scale`` times larger; values may lie a little outside."""
        y = x
        for layer in self.body:
            y = layer(y)
        return F.pixel_shuffle(y.float(), self.scale) + F.interpolate(x, scale_factor=self.scale, mode="nearest")


def take_over(small: dict[str, Tensor], model: Compact) -> None:
    """Start a 4x network from the weights of a 2x one: each of its pixels becomes two by two equal ones."""
    last = f"body.{len(model.body) - 1}"
    with torch.no_grad():
        for name, value in model.state_dict().items():
            if not name.startswith(last):
                value.copy_(small[name])
                continue
            parts = small[name].unflatten(0, (3, 2, 2))
            value.copy_(parts.repeat_interleave(2, 1).repeat_interleave(2, 2).flatten(0, 2))


def as_compact(weights: dict[str, Tensor]) -> dict[str, Tensor]:
    """The weights as SRVGGNetCompact has them: the fixed slopes written out, one for each channel."""
    numbers = sorted({int(name.split(".")[1]) for name in weights})
    slopes = {
        f"body.{number + 1}.weight": torch.full_like(weights[f"body.{number}.bias"], SLOPE) for number in numbers[:-1]
    }
    return {name: value.contiguous() for name, value in {**weights, **slopes}.items()}
