"""Pictures without things: landscapes, patterns and gradients."""

from collections.abc import Iterable, Sequence

from nodes.local.wording.lexicon import Words
from nodes.local.wording.spoken import Part

OPPOSITE = {"white": "black", "black": "white"}
"""What goes with a colour where a second one is needed; with all others white does."""


def landscape(parts: Sequence[Part], words: Words) -> tuple[str, list[str]]:
    """The caption of a landscape, and what is to be said about it."""
    if words.rows["turns"]:
        return _turning(parts, words)
    noted: list[str] = []
    lands, hours, weathers = (_all(parts, kind) for kind in ("lands", "hours", "weathers"))
    extras = [name for part in parts if (name := _extra(part, words))]
    hour = _first(hours, noted) or _hour(extras, words)
    land = _first(lands, noted) or str(words.rows["hours"].get(hour, {}).get("land", words.plain["land"]))
    weather, extra = _first(weathers, noted), ""
    for name in dict.fromkeys(extras):
        if hour not in words.rows["extras"][name]["hours"]:
            noted.append(f'"{name}" was left out: there is none by {hour}')
        elif weather and words.rows["weathers"][weather].get("bare"):
            noted.append(f'"{name}" was left out: there is none in {weather}')
        elif extra:
            noted.append(f'"{name}" was left out: it draws one of them')
        else:
            extra = name
    noted += _left_out(parts, words, land)
    said = words.said("lands", land)
    said += f" at {words.said('hours', hour)}" if hour else ""
    said += f" in {words.said('weathers', weather)}" if weather else ""
    return said + (f" with {words.said('extras', extra)}" if extra else ""), noted


def _turning(parts: Sequence[Part], words: Words) -> tuple[str, list[str]]:
    """The caption of a film in which the hour changes."""
    noted: list[str] = []
    land = _first(_all(parts, "lands"), noted) or words.plain["land"]
    turn = _first(_all(parts, "turns"), noted) or next(iter(words.rows["turns"]))
    noted += _left_out(parts, words, land)
    return f"{words.said('lands', land)} turning {words.said('turns', turn)}", noted


def _hour(extras: Sequence[str], words: Words) -> str:
    """The hour of the sun or the stars; else the first there is."""
    named = next((str(words.rows["extras"][name]["hours"][0]) for name in extras), "")
    return named or next(iter(words.rows["hours"]), "")


def _extra(part: Part, words: Words) -> str:
    """Sun, moon or stars in the sky."""
    if part.kind == "extras":
        return part.word
    if part.kind != "things":
        return ""
    rows = words.rows["extras"]
    return next((name for name, row in rows.items() if row.get("thing") == part.word and not row.get("colour")), "")


def _left_out(parts: Sequence[Part], words: Words, land: str) -> list[str]:
    """Things and colours that a landscape does not have."""
    things = [part for part in parts if part.kind == "things" and not _extra(part, words)]
    own = {words.rows["lands"].get(land, {}).get("colour", "")}
    for row in (words.rows["extras"][name] for part in parts if (name := _extra(part, words))):
        own.add(row.get("colour") or words.rows["things"].get(str(row.get("thing")), {}).get("colour"))
    colours = [part for part in parts if part.kind == "colours" and part.word not in own]
    found = [f'"{part.typed}" was left out: it draws either things or a landscape' for part in things]
    return found + [f'"{part.typed}" was left out: a landscape has its own colours' for part in colours]


def pattern(parts: Sequence[Part], words: Words) -> tuple[str, list[str]]:
    """The caption of stripes, dots or checks, and what is to be said about it."""
    noted: list[str] = []
    found = next(part for part in parts if part.kind == "patterns")
    row = words.rows["patterns"][found.word]
    behind = any(part.kind == "on" for part in parts)
    first, second = _two(parts, words, noted)
    if behind and row.get("ground") == "first":
        first, second = second, first
    way = _first(_all(parts, "ways"), noted) or next(iter(words.rows["ways"]), "") if row.get("ways") else ""
    colours = f"{words.said('colours', first)} and {words.said('colours', second)}"
    said = f"{colours} {words.said('ways', way)} " if way else f"{colours} "
    said = f"{row.get('before', '')} {said}".lstrip() + words.said("patterns", found.word)
    things = [part for part in parts if part.kind == "things"]
    return said, noted + [f'"{part.typed}" was left out: it draws either things or a pattern' for part in things]


def gradient(parts: Sequence[Part], words: Words) -> tuple[str, list[str]]:
    """The caption of one colour that becomes another, and what is to be said about it."""
    noted: list[str] = []
    first, second = _two(parts, words, noted)
    ways = [name for name in words.rows["ways"] if name in ("vertical", "horizontal")]
    named = [part for part in _all(parts, "ways") if part.word in ways]
    way = _first(named, noted) or (ways[-1] if ways else "")
    said = f"{words.said('ways', way)} gradient" if way else "gradient"
    return f"a {said} from {words.said('colours', first)} to {words.said('colours', second)}", noted


def _two(parts: Sequence[Part], words: Words, noted: list[str]) -> tuple[str, str]:
    """The two colours of a pattern or gradient."""
    colours = list(dict.fromkeys(part.word for part in parts if part.kind == "colours"))
    if len(colours) > 2:
        noted.append(f"{', '.join(colours[2:])} was left out: it has two colours")
    if not colours:
        noted.append("no colours were named")
        colours = [words.plain["inks"][0]]
    second = colours[1] if len(colours) > 1 else OPPOSITE.get(colours[0], "white")
    return colours[0], second if second in words.rows["colours"] else words.plain["inks"][-1]


def _all(parts: Iterable[Part], kind: str) -> list[Part]:
    return [part for part in parts if part.kind == kind]


def _first(parts: Sequence[Part], noted: list[str]) -> str:
    """The word of the first; the others are left out, and that is said."""
    others = [part for part in parts if part.word != parts[0].word]
    noted.extend(f'"{part.typed}" was left out: it draws one of them' for part in others)
    return parts[0].word if parts else ""
