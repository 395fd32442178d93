"""``ajar ratings``: quality per dollar, as the ratings given in a project say."""

import argparse
from dataclasses import asdict

from workflows.commands.said import print_json, summary_line, table
from workflows.compare_page import duration, price
from workflows.project import of_place
from workflows.quality import Quality, qualities, says
from workflows.ratings import Ratings, project_key
from workflows.settings import Home


def run(request: argparse.Namespace) -> int:
    home = Home.find()
    root = of_place(request.place or ".").root
    if not (home.path / "ratings.db").exists():
        lines: tuple[Quality, ...] = ()
    else:
        with Ratings(home) as ratings:
            lines = qualities(ratings.of(project_key(root)))
    if request.json:
        for one in lines:
            print_json({"event": "quality", **asdict(one), "per_dollar": one.per_dollar, "for_ten": one.for_ten})
        print(summary_line(None, 0, ratings=sum(one.count for one in lines)))
        return 0
    if lines:
        print("\n".join(table([HEAD, *map(_row, lines)])))
        print()
    print(says(lines))
    return 0


HEAD = ("model", "weights", "rating", "n", "blind", "each", "stars per $", "for $10", "time")


def _row(one: Quality) -> tuple[str, ...]:
    door = "" if one.open is None else "open" if one.open else "closed"
    spread = f" ± {one.spread:.1f}" if one.count > 1 else ""
    cost = "?" if one.cost is None else price(one.cost, one.cost)
    return (one.name, door, f"{one.mean:.1f}{spread}", str(one.count), str(one.blind or ""), cost,
            f"{one.per_dollar:.3g}" if one.per_dollar is not None else "", str(one.for_ten or ""),
            duration(one.seconds) if one.seconds is not None else "")
