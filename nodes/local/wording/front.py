"""From what a person typed to the caption that a model knows, with all that was lost on the way."""

from collections.abc import Sequence
from dataclasses import replace

from ajar.readings import Reading
from nodes.local.wording import sights
from nodes.local.wording.lexicon import Words
from nodes.local.wording.spoken import Part, parts_of
from nodes.local.wording.things import Listener, told

SCENERY = ("lands", "turns", "hours", "weathers", "extras", "places")
NAMED = ("colours", "things", "lands", "hours", "weathers", "extras", "sizes", "textures", "patterns", "ways", "styles",
         "motions", "turns")
MEANT = (*NAMED, "places", "gradient")
"""Kinds of words that mean something by themselves."""
MOST_AVOIDED = 8
"""Words of a negative prompt that are read."""


def hear(text: str, words: Words) -> Reading:
    """The caption for a prompt; never fails. An empty one stays empty."""
    parts, cut = parts_of(text, words)
    unknown = _unknown(parts)
    if not parts or (not unknown and not any(part.kind in MEANT for part in parts)):
        return Reading(text, "", words.name)
    styles = [part for part in parts if part.kind == "styles"]
    kept = _counted([part for part in parts if part.kind not in ("styles", "filler")], words)
    if any(part.kind in MEANT for part in kept):
        caption, noted = _caption(kept, words)
    else:
        caption, noted = str(words.plain["nothing"]), []
    known = any(part.kind in MEANT for part in parts)
    if styles:
        caption += f" {words.said('styles', styles[0].word)}"
        others = [part.typed for part in styles if part.word != styles[0].word]
        noted += [f'"{typed}" was left out: a picture has one style' for typed in others]
    noted += _near(parts, noted, words)
    if cut:
        noted.append("only its beginning was read")
    return Reading(text, caption, words.name, unknown, tuple(dict.fromkeys(noted)), known, words.makes)


def avoid(text: str, words: Words) -> Reading:
    """A negative prompt: the words that are known, in a row; for what should not be seen has no places."""
    parts, _ = parts_of(text, words)
    named = [words.said(part.kind, part.word) for part in parts if part.kind in NAMED]
    caption = " ".join(list(dict.fromkeys(named))[:MOST_AVOIDED])
    return Reading(text, caption, words.name, _unknown(parts), (), bool(caption))


def _near(parts: Sequence[Part], noted: Sequence[str], words: Words) -> list[str]:
    """What was taken for something close, unless that was named too or has been spoken of."""
    named = {(part.kind, part.word) for part in parts if part.how == "like"}
    return [f'"{part.typed}" was read as "{words.said(part.kind, part.word)}"' for part in parts
            if part.how in ("near", "slip") and not part.soft and part.kind != "relations"
            and (part.kind, part.word) not in named and not any(one.startswith(f'"{part.typed}"') for one in noted)]


def _unknown(parts: Sequence[Part]) -> tuple[str, ...]:
    return tuple(dict.fromkeys(part.typed for part in parts if part.kind == "unknown"))


def _caption(parts: Sequence[Part], words: Words) -> tuple[str, list[str]]:
    """The caption without its style. ``parts`` have at least one that means something."""
    kinds = [part.kind for part in parts]
    first = next((part.kind for part in parts if part.kind in ("things", "lands")), "")
    if first != "things" and "patterns" in kinds and not any(part.kind == "things" and not part.soft for part in parts):
        return sights.pattern(parts, words)
    named = bool({"lands", "hours", "weathers", "turns"} & set(kinds))
    bare = first == "" and any(kind in SCENERY for kind in kinds) and (named or "background" not in kinds)
    wide = first == "lands" or bare or _is_sky(parts, words)
    if wide and words.plain["land"]:
        return sights.landscape(parts, words)
    if first == "" and _is_gradient(parts):
        return sights.gradient(parts, words)
    scene = Listener(words).hear(parts)
    if not scene.things:
        return str(words.plain["nothing"]), scene.noted
    return told(scene, words), scene.noted


def _is_sky(parts: Sequence[Part], words: Words) -> bool:
    """Whether all things are in the sky: "the moon over the sea", "moon and stars at night"."""
    plain = [part for part in parts if part.kind == "things"]
    skies = {row.get("thing") for row in words.rows["extras"].values() if not row.get("colour")}
    kinds = {part.kind for part in parts}
    among = "lands" in kinds or ({"extras", "hours"} <= kinds and "colours" not in kinds)
    return bool(plain) and all(part.word in skies for part in plain) and among


def _counted(parts: Sequence[Part], words: Words) -> list[Part]:
    """Stars that are counted or have a colour are things; those of a night are not."""
    found: list[Part] = []
    for part in parts:
        thing = words.rows["extras"][part.word].get("thing", "") if part.kind == "extras" else ""
        before = found[-1].kind if found else ""
        if thing and before in ("number", "colours", "sizes", "textures") and thing != words.plain["stand_in"]:
            part = replace(part, kind="things", word=thing, plural=True)
        found.append(part)
    return found


def _is_gradient(parts: Sequence[Part]) -> bool:
    """A gradient is asked for, or nothing but two colours is named."""
    kinds = [part.kind for part in parts]
    if "gradient" in kinds:
        return True
    return kinds.count("colours") > 1 and not set(kinds) & {"unknown", "background", "textures", "sizes", "on"}
