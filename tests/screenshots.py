"""Makes the pictures of the README: ``python -m tests.screenshots [FOLDER]``.

Everything in them is real: the window is opened on an empty data folder, and the built-in model paints.
"""

import os
import sys
import tempfile
import time
from collections.abc import Callable
from pathlib import Path
from typing import Literal

os.environ.setdefault("QT_QPA_PLATFORM", "offscreen")

import cv2
import numpy as np
from PySide6.QtCore import QPointF
from PySide6.QtGui import QImage
from PySide6.QtWidgets import QApplication

from canvas.app import application, begin
from canvas.desk import Desk
from canvas.document import Document
from canvas.engine import Engine
from canvas.taste import Taste
from canvas.theme import Theme
from canvas.window import Window
from workflows.format import load
from workflows.plain import build
from workflows.settings import Home
from workflows.studio import Studio

ROOT = Path(__file__).resolve().parents[1]
SIZE = (1600, 1000)
LARGEST = 350_000
"""Bytes of one picture."""
MIDDLE = (520, 292)
"""Of the board."""
PICKED = 7
STARS = {1: 3, 2: 2, 3: 4, 5: 3, 7: 5, 8: 2, 9: 4}
"""By the number of the take."""
GRAPH = {
    "ajar": 1,
    "nodes": {
        "prompt": {"type": "prompt", "inputs": {"text": "green hills at sunset with the sun"}},
        "avoid": {"type": "prompt", "title": "Avoid", "inputs": {"text": "clouds"}},
        "shore": {"type": "flux", "title": "Hills", "inputs": {
            "prompt": {"from": "prompt"}, "negative": {"from": "avoid"}, "model": "builtin", "seed": 418}},
        "large": {"type": "upscale", "title": "Make it large", "inputs": {
            "image": {"from": "shore"}, "model": "builtin-4x", "factor": 8}},
        "grain": {"type": "grain", "inputs": {"image": {"from": "large"}, "amount": 0.1}},
        "compare": {"type": "compare", "title": "Two ways on", "inputs": {
            "a": {"from": "large"}, "b": {"from": "tone"}}},
        "tone": {"type": "levels", "title": "Brighter", "inputs": {"image": {"from": "shore"}, "gamma": 1.6}},
        "words": {"type": "text_on_image", "title": "Lettering", "state": "muted", "inputs": {
            "image": {"from": "grain"}, "text": "Hills"}},
        "save": {"type": "save_image", "inputs": {"image": {"from": "grain"}}},
    },
    "layout": {
        "prompt": [16, 38, {"width": 200}], "avoid": [16, 236, {"width": 200}], "shore": [254, 38, {"trim": True}],
        "large": [532, 38, {"width": 180, "trim": True}], "grain": [740, 38, {"width": 140}],
        "tone": [532, 300, {"width": 180, "trim": True}], "compare": [882, 260, {"width": 160}],
        "words": [900, 196, {"collapsed": True, "width": 142}], "save": [900, 38, {"width": 142}],
    },
    "frames": {"find": {"title": "Find the picture", "at": [0, 0], "size": [494, 500], "colour": ""}},
}

class Session:
    """One window on an empty data folder, worked on as a person would."""

    def __init__(self, home: Path, theme: Literal["dark", "light"], *, doors: bool = False) -> None:
        taste = Taste(theme=theme, doors=doors, hints=doors)
        self.app: QApplication = application(taste)
        self.studio = Studio.open(Home.open(home))
        self.desk = Desk(self.studio, Theme(theme))
        self.engine = Engine(self.desk)
        self.window = Window(self.desk, self.engine, taste)
        self.window.resize(*SIZE)

    def wait(self, until: Callable[[], bool], seconds: float = 300) -> None:
        """Let the window live until this holds."""
        end = time.monotonic() + seconds
        while not until():
            if time.monotonic() > end:
                raise TimeoutError("What the picture should show never came.")
            self.app.processEvents()
            time.sleep(0.005)

    def rest(self, seconds: float) -> None:
        """Let the window live for a while."""
        end = time.monotonic() + seconds
        self.wait(lambda: time.monotonic() > end)

    def idle(self) -> None:
        self.wait(lambda: not self.engine.runner.busy and not self.engine.runner.jobs)
        self.rest(1.5)

    def shoot(self, file: Path) -> None:
        """The window as it is, as a PNG."""
        self.rest(0.3)
        picture = self.window.grab().toImage().convertToFormat(QImage.Format.Format_RGB888)
        size = write(picture, file)
        print(f"{file.name}: {picture.width()} x {picture.height()}, {size // 1000} kB")

    def close(self) -> None:
        """End all that works behind the window, without questions."""
        self.window.hide()
        self.engine.close()
        self.studio.close()


def write(picture: QImage, file: Path) -> int:
    """A PNG, well compressed; with fewer colours where it would be too large. Gives its bytes."""
    raw = np.frombuffer(picture.constBits(), np.uint8).reshape(picture.height(), picture.bytesPerLine())
    pixels = raw[:, : picture.width() * 3].reshape(picture.height(), picture.width(), 3)[:, :, ::-1]
    best = b""
    # Fewer levels are seen in smooth skies only, so they are taken away one bit at a time, rounded.
    for drop in (0, 1, 2, 3):
        step = 1 << drop
        fewer = np.minimum((pixels.astype(np.uint16) + step // 2) // step * step, 255).astype(np.uint8)
        options = (cv2.IMWRITE_PNG_COMPRESSION, 9, cv2.IMWRITE_PNG_STRATEGY, cv2.IMWRITE_PNG_STRATEGY_FILTERED)
        for kind in (options, options[:2]):
            made = cv2.imencode(".png", fewer, kind)[1].tobytes()
            best = made if not best or len(made) < len(best) else best
        if len(best) <= LARGEST:
            break
    file.write_bytes(best)
    return len(best)


def board(session: Session) -> Document:
    """A graph with takes: nine of them, the best one picked, and then all of it run."""
    window, runner, takes = session.window, session.engine.runner, session.engine.takes
    document = window.files.new(build(GRAPH), "Hills at sunset")
    window.show()
    session.rest(1.5)
    page = window.pages[document]
    page.look_at(*MIDDLE, page.view.natural)
    runner.run(document, ("shore",))
    session.idle()
    for _ in range(2):
        runner.picks.more(document, "shore", 4)
        session.idle()
    for take in takes.of(document.key, "shore"):
        takes.rate(take.id, STARS.get(take.number, 0))
    document.select(["shore"])
    picked = next(take for take in takes.of(document.key, "shore") if take.number == PICKED)
    runner.picks.pick(document, "shore", picked)
    session.rest(1.0)
    runner.run(document)
    session.idle()
    page.view.look_at(QPointF(*MIDDLE), page.view.natural)
    # What the run said names a folder of this machine.
    window.status.say("")
    session.rest(1.0)
    return document


def shoot_all(folder: Path) -> None:
    """All pictures of the README into a folder."""
    with tempfile.TemporaryDirectory(prefix="ajar-shots-") as place:
        first = Session(Path(place) / "first", "dark", doors=True)
        begin(first.window, None)
        first.window.show()
        first.rest(4)
        first.shoot(folder / "first-minute.png")
        first.close()
        session = Session(Path(place) / "home", "dark")
        document = board(session)
        session.shoot(folder / "window.png")
        session.window.use(session.window.taste.with_(theme="light"))
        session.rest(1.5)
        session.shoot(folder / "window-light.png")
        session.window.use(session.window.taste.with_(theme="dark"))
        compare(session, document)
        session.shoot(folder / "compare.png")
        session.close()
        money = Session(Path(place) / "money", "dark")
        final(money)
        money.shoot(folder / "final.png")
        money.close()
        school = Session(Path(place) / "school", "dark")
        training(school)
        school.shoot(folder / "training.png")
        models(school)
        school.shoot(folder / "models.png")
        school.close()


def final(session: Session) -> None:
    """A draft painted here, and the stage at Final: what it would cost is shown, and nothing is sent."""
    window, runner = session.window, session.engine.runner
    os.environ["AJAR_BFL_KEY"] = "nothing-is-sent-for-this-picture"
    document = window.files.new(load(ROOT / "resources" / "templates" / "draft-and-final.json"), "Red boat")
    window.show()
    session.rest(1.5)
    runner.run(document)
    session.idle()
    window.set_stage("final")
    page = window.pages[document]
    page.view.look_at(QPointF(720, 350), 0.78)
    document.select(["final"])
    window.status.say("")
    session.rest(2.0)


def training(session: Session) -> None:
    """The built-in model after it has learned a style from 32 pictures: its sheet, and the style at five strengths."""
    window, runner = session.window, session.engine.runner
    window.show()
    document = window.files.open(ROOT / "resources" / "templates" / "train-a-lora.json")
    assert document is not None
    session.rest(1.5)
    runner.run(document)
    session.idle()
    window.pages[document].view.frame(list(document.shown.nodes))
    window.status.say("")
    session.rest(2.0)


def models(session: Session) -> None:
    """The page of models, with one of them chosen."""
    window = session.window
    window.tabs.open_models()
    page = window.tabs.models
    assert page is not None
    session.wait(lambda: bool(page.list.rows))
    page.shown.choose("all")
    page.look()
    session.rest(1.5)
    names = [row.name for row in page.list.rows]
    page.view.setCurrentIndex(page.list.index(names.index("FLUX.1-schnell")))
    session.rest(1.0)


def compare(session: Session, document: Document) -> None:
    """Two takes under the wipe, in the viewer's own tab."""
    session.window.tabs.open_viewer()
    viewer = session.window.tabs.viewer
    assert viewer is not None
    takes = session.engine.takes
    made = {take.number: take for take in takes.of(document.key, "shore")}
    for buffer, number in enumerate((PICKED, 3, 9, 5), start=1):
        viewer.load_take(buffer, made[number])
    session.rest(1.0)
    viewer.compare(1, 2, "wipe")
    viewer.setFocus()
    session.rest(1.5)


if __name__ == "__main__":
    target = Path(sys.argv[1]) if len(sys.argv) > 1 else ROOT / "docs"
    target.mkdir(parents=True, exist_ok=True)
    shoot_all(target)
    # The worker's thread may still be at work; nothing here waits for it.
    os._exit(0)
