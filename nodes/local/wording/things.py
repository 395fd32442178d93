"""Pictures of things before a background: which word belongs to which thing, and where the things stand."""

from collections.abc import Sequence
from dataclasses import dataclass, field

from nodes.local.wording.lexicon import Words
from nodes.local.wording.spoken import Part


@dataclass(slots=True)
class Thing:
    """One thing of a picture; what is empty was not said."""

    name: str
    colour: str = ""
    size: str = ""
    texture: str = ""
    motion: str = ""


@dataclass(slots=True)
class Scene:
    """What a prompt says of things, while it is read and afterwards."""

    things: list[Thing] = field(default_factory=list)
    ground: list[str] = field(default_factory=list)
    """The colours of the background: one, two of a gradient, or none."""
    gaps: list[list[Part]] = field(default_factory=lambda: [[]])
    """The relations that were said before the first thing, between two, and after the last."""
    noted: list[str] = field(default_factory=list)
    unknown: list[str] = field(default_factory=list)


@dataclass(slots=True)
class _Held:
    """Words that wait for the thing they belong to."""

    colours: list[Part] = field(default_factory=list)
    size: str = ""
    texture: str = ""
    motion: str = ""
    count: str = ""
    lost: bool = False
    """An unknown word came after them: most likely they belong to that."""
    onto: str = ""
    """``on`` or ``in``, where that was said before them."""
    ground: bool = False
    """They are the background's."""
    begun: bool = False
    """Another thing has been begun by its article."""


class Listener:
    """Takes the parts of a prompt one after the other."""

    def __init__(self, words: Words) -> None:
        self._words = words
        self.scene = Scene()
        self._held = _Held()
        self._orphans: list[str] = []
        """Colours of things that are not known."""
        self._moves = ""
        """How such a thing moves."""

    def hear(self, parts: Sequence[Part]) -> Scene:
        """All of it."""
        for at, part in enumerate(parts):
            after = parts[at + 1].kind if at + 1 < len(parts) else ""
            self._take(part, after)
        self._settle()
        self._stand_in()
        return self.scene

    def _take(self, part: Part, after: str) -> None:
        held = self._held
        match part.kind:
            case "colours":
                if not (part.soft and held.colours):
                    held.colours.append(part)
            case "sizes":
                held.size = part.word
            case "textures":
                held.texture = held.texture or part.word
            case "number":
                held.count = part.typed
            case "things" | "extras":
                self._thing(part)
            case "background":
                self._background()
            case "gradient":
                held.ground = bool(self.scene.things) or held.ground
            case "patterns":
                self._pattern(part)
            case "motions":
                self._move(part)
            case "unknown":
                self.scene.unknown.append(part.typed)
                held.lost = held.lost or bool(held.colours)
            case "shade":
                self.scene.noted.append(f'"{part.typed}" was left out: its colours have one shade each')
            case "ways" | "weathers" | "turns":
                self._leave_out(part, "that is drawn in landscapes and patterns only")
            case "lands" | "hours" | "places":
                self._surroundings(part)
            case "relations" | "and" | "with":
                self._relation(part, after)
            case "on" | "in":
                self._settle()
                self._held.onto = part.kind
            case "article" | "stop":
                held.begun = held.begun or part.kind == "article"
                if held.lost or (held.colours and (part.kind == "article" or held.onto or held.ground)):
                    self._settle()

    def _thing(self, part: Part) -> None:
        scene, held, words = self.scene, self._held, self._words
        name, colour = part.word, ""
        if part.kind == "extras":
            row = words.rows["extras"][name]
            name, colour = str(row.get("thing", words.plain["stand_in"])), str(row.get("colour", ""))
        if held.onto and (scene.things or held.onto == "in"):
            word = {"on": "above", "in": "inside"}[held.onto]
            if word in words.rows["relations"]:
                scene.gaps[-1].append(Part("relations", word, held.onto, "near" if held.onto == "on" else "like"))
        if len(held.colours) > 1:
            lost = ", ".join(f'"{one.typed}"' for one in held.colours[1:])
            scene.noted.append(f"{lost} was left out: a thing has one colour")
        if held.count or part.plural or part.kind == "extras":
            said = f"{held.count} {part.typed}".strip()
            scene.noted.append(f'"{said}" was read as one {words.said("things", name)}')
        colour = held.colours[0].word if held.colours else colour
        scene.things.append(Thing(name, colour, held.size, held.texture, held.motion))
        scene.gaps.append([])
        self._held = _Held()

    def _background(self) -> None:
        """The word itself: what was held is its colour, or its colour comes."""
        held = self._held
        if held.colours:
            self.scene.ground = self.scene.ground or [one.word for one in held.colours][:2]
            self._held = _Held()
        else:
            held.ground = True

    def _pattern(self, part: Part) -> None:
        """Stripes of a thing; its colours can't be chosen."""
        things, texture = self.scene.things, str(self._words.rows["patterns"][part.word].get("texture", ""))
        if things and texture and not things[-1].texture and not self._held.onto:
            things[-1].texture = texture
            if self._held.colours:
                self.scene.noted.append(f"the {part.typed} have a colour of their own")
            if self.scene.gaps[-1] and self.scene.gaps[-1][-1].typed.lower() == "with":
                self.scene.gaps[-1].pop()
            self._held = _Held()
        else:
            self._leave_out(part, "behind things it draws plain colours")

    def _move(self, part: Part) -> None:
        if self.scene.things and not self._held.begun and not self._held.colours:
            self.scene.things[-1].motion = self.scene.things[-1].motion or part.word
        else:
            self._held.motion = part.word

    def _surroundings(self, part: Part) -> None:
        """A land, an hour or the sky behind things: the colour they have."""
        colour = str(self._words.rows[part.kind][part.word].get("colour", ""))
        if self.scene.ground or not colour:
            self._leave_out(part, "behind things it draws plain colours")
        else:
            self.scene.ground = [colour]
            self.scene.noted.append(f'"{part.typed}" was read as {_article(colour)} background')
        self._held = _Held()

    def _leave_out(self, part: Part, why: str) -> None:
        self.scene.noted.append(f'"{part.typed}" was left out: {why}')

    def _relation(self, part: Part, after: str) -> None:
        joined = part.how == "guessed" or part.kind != "relations"
        if joined and after == "colours" and self._held.colours:
            return  # "red and white"
        self._settle()
        if part.kind == "relations":
            self.scene.gaps[-1].append(part)

    def _settle(self) -> None:
        """A phrase has ended: what is still held belongs to what was there before, or to the background."""
        held, scene, self._held = self._held, self.scene, _Held()
        colours = [one.word for one in held.colours]
        last = scene.things[-1] if scene.things else None
        if not colours:
            self._held = held if not (scene.things or held.lost) else _Held(ground=held.ground, motion=held.motion)
            if last is not None:
                last.size, last.texture = last.size or held.size, last.texture or held.texture
        elif held.lost:
            self._orphans += colours
            self._moves = self._moves or held.motion
        elif held.ground or held.onto == "on":
            scene.ground = scene.ground or colours[:2]
        elif last is not None and not last.colour:
            last.colour, last.size, last.texture = colours[0], last.size or held.size, last.texture or held.texture
        elif last is None:
            held.onto = ""
            self._held = held
        else:
            scene.ground = scene.ground or colours[:2]

    def _stand_in(self) -> None:
        """Colours without a thing that is known."""
        scene = self.scene
        colours = [one.word for one in self._held.colours] or self._orphans
        name = self._words.plain["stand_in"]
        if scene.things or not name:
            return
        motion = self._held.motion or self._moves
        if colours or self._held.size or self._held.texture or motion or scene.ground:
            colour = next((one for one in colours if one not in scene.ground), "")
            scene.things.append(Thing(name, colour, self._held.size, self._held.texture, motion))
            scene.gaps.append([])
            scene.noted.append(f"{_article(name)} stands for the thing that it does not know" if scene.unknown
                               else f"no thing was named: it takes {_article(name)}")


def told(scene: Scene, words: Words) -> str:
    """The caption of a scene; what was not said is filled in."""
    things, relation = placed(scene, words)
    _coloured(things, scene, words)
    moved = next((thing.motion for thing in scene.things if thing.motion), words.plain["motion"])
    for thing in things:
        thing.motion = thing.motion or moved
    between = f" {words.said('relations', relation)} " if relation else ""
    said = between.join(_described(thing, words) for thing in things)
    ground = " to ".join(words.said("colours", one) for one in scene.ground)
    return f"{said} on {_article(ground)} {'background' if len(scene.ground) == 1 else 'gradient'}"


def placed(scene: Scene, words: Words) -> tuple[list[Thing], str]:
    """The things in the order of the caption, and the relation between each two of them."""
    things, gaps, most = scene.things[:], scene.gaps, int(words.plain["most"])
    rows = words.rows["relations"]
    if len(things) > 1 and not rows:
        most = 1
    steps = [_step(gaps, at) for at in range(1, len(things))]
    chosen = next((part for part in steps if part is not None and part.how != "guessed"), None)
    word = chosen.word if chosen is not None else next(iter(rows), "")
    turned = chosen is not None and chosen.how == "swapped"
    row = rows.get(word, {})
    mirror = str(row.get("mirror", ""))
    if len(things) > 2 and (turned or not (row.get("row") or mirror) or any(
            part is not None and part.how != "guessed" and part.word != word for part in steps[1:])):
        most = min(most, 2)
    if len(things) > most:
        lost = ", ".join(words.said("things", thing.name) for thing in things[most:])
        scene.noted.append(f"left out: {lost}; it draws {_number(most)} at most in this way")
        things, steps = things[:most], steps[: most - 1]
    if len(things) == 1:
        return things, ""
    scene.noted.extend(_said_of(steps, chosen, word, words))
    if turned:
        things.reverse()
    if len(things) > 2 and mirror:
        things.reverse()
        word = mirror
    return things, word


def _step(gaps: Sequence[Sequence[Part]], at: int) -> Part | None:
    """What was said of the places of two things: between them, before the first, or after the second."""
    between = [part for part in gaps[at] if part.how != "guessed"]
    before = [part for part in gaps[0] if part.how != "guessed"] if at == 1 else []
    if before and (not between or before[0].word != between[0].word):  # "on the left a cat, on the right a boat"
        return before[0]
    if between:
        return between[0]
    after = [part for part in gaps[at + 1] if part.how != "guessed"] if at + 2 == len(gaps) else []
    if after:  # "a house with a star above"
        how = "like" if after[0].how == "swapped" else "swapped"
        return Part("relations", after[0].word, after[0].typed, how)
    return gaps[at][0] if gaps[at] else None


def _said_of(steps: Sequence[Part | None], chosen: Part | None, word: str, words: Words) -> list[str]:
    """What there is to say of places that were not named."""
    said = words.said("relations", word)
    if chosen is not None:
        unsaid = [part for part in steps if part is not None and (part.how in ("near", "slip", "guessed"))]
        return [f'"{part.typed}" was read as "{said}"' for part in unsaid]
    typed = [part.typed for part in steps if part is not None]
    return [f'"{typed[0]}" was read as "{said}"' if typed else f'no places were named: it takes "{said}"']


def _coloured(things: Sequence[Thing], scene: Scene, words: Words) -> None:
    """Give colours to what has none: its usual one, unless that would not be seen."""
    used = {thing.colour for thing in things if thing.colour} | set(scene.ground)
    for thing in things:
        if not thing.colour:
            row = words.rows["things"][thing.name]
            usual = [row["colour"]] if "colour" in row else []
            choice = [*usual, *row.get("colours", ()), *words.plain["inks"]]
            thing.colour = next((one for one in choice if one not in used), choice[0])
            used.add(thing.colour)
    if not scene.ground:
        grounds = words.plain["grounds"]
        scene.ground = [next((one for one in grounds if one not in used), grounds[0])]


def _described(thing: Thing, words: Words) -> str:
    parts = (("sizes", thing.size), ("colours", thing.colour), ("textures", thing.texture), ("things", thing.name),
             ("motions", thing.motion))
    return _article(" ".join(words.said(kind, word) for kind, word in parts if word))


def _article(words: str) -> str:
    return f"{'an' if words[:1] in tuple('aeiou') else 'a'} {words}"


def _number(count: int) -> str:
    return {1: "one thing", 2: "two things", 3: "three things"}.get(count, f"{count} things")
