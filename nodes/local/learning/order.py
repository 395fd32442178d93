"""What is learned in which step. All chance comes from the seed and the step, so a training can go on anywhere."""

from collections.abc import Hashable, Sequence
from hashlib import blake2b
from random import Random
from typing import Any

import torch


def batches(groups: Sequence[Hashable], size: int, seed: int, epoch: int) -> list[list[int]]:
    """One epoch: every example once, in batches of examples of one group (that is, of one shape), in random order.

    Where a group is smaller than a batch, its examples come more than once.
    """
    chance = Random(f"{seed}/{epoch}")
    found = []
    for group in dict.fromkeys(groups):
        members = [at for at, other in enumerate(groups) if other == group]
        chance.shuffle(members)
        whole = members * -(-size // len(members)) if len(members) < size else members
        # The last ones that fill no batch are joined by the first: all batches weigh the same.
        whole += whole[: -len(whole) % size]
        found += [whole[at : at + size] for at in range(0, len(whole), size)]
    chance.shuffle(found)
    return found


def batch_at(groups: Sequence[Hashable], size: int, seed: int, step: int) -> list[int]:
    """The examples of a step, counted from 0."""
    count = len(batches(groups, size, seed, 0))
    return batches(groups, size, seed, step // count)[step % count]


def chance(seed: int, step: int, what: str) -> Any:
    """A generator of the processor for one purpose in one step; it is the same on every device."""
    mark = blake2b(f"{seed}/{step}/{what}".encode(), digest_size=8).digest()
    return torch.Generator("cpu").manual_seed(int.from_bytes(mark, "big") >> 1)


def spread(count: int, seed: int, step: int) -> Any:
    """``count`` numbers in 0..1, one from each of ``count`` equal parts: a small batch sees all of the path."""
    drawn = torch.rand(count, generator=chance(seed, step, "time"))
    return ((torch.arange(count) + drawn) / count).clamp(1e-4, 1 - 1e-4)
