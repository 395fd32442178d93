"""Hearing sound: by Qt where it has its multimedia part, else by the small player that the system has."""

import contextlib
import importlib
import shutil
import subprocess
import sys
import tempfile
import threading
from pathlib import Path
from typing import Any

from PySide6.QtCore import QObject, QUrl

from ajar.clips import Audio, Video
from ajar.errors import AjarError

NO_PLAYER = "No sound: this computer has no player that Ajar knows. Install aplay (alsa-utils)."


def program() -> list[str] | None:
    """The command that plays a WAV file, without the file."""
    if sys.platform == "win32":
        script = "(New-Object Media.SoundPlayer $args[0]).PlaySync()"
        return ["powershell", "-NoProfile", "-Command", script] if shutil.which("powershell") else None
    for name, *options in (["afplay"], ["pw-play"], ["paplay"], ["aplay", "-q"]):
        if found := shutil.which(name):
            return [found, *options]
    return None


class Player(QObject):
    """Plays one sound at a time, from somewhere in it. Reading and starting happen on a thread."""

    def __init__(self, parent: QObject | None = None) -> None:
        super().__init__(parent)
        self._turn = 0
        self._lock = threading.Lock()
        self._process: subprocess.Popen[bytes] | None = None
        self._files: list[Path] = []
        self._sounds: dict[Path, Audio | None] = {}
        self._qt = _qt_player(self)

    @property
    def trouble(self) -> str:
        """Why nothing will be heard; "" where it will."""
        return "" if self._qt is not None or program() else NO_PLAYER

    def play(self, value: Audio | Video, at: float) -> None:
        """From this second on."""
        self.stop()
        if self.trouble:
            return
        turn = self._turn
        if self._qt is not None and isinstance(value, Video):
            self._qt.setSource(QUrl.fromLocalFile(str(value.path)))
            self._qt.setPosition(round(at * 1000))
            self._qt.play()
        else:
            threading.Thread(target=self._start, args=(value, at, turn), name="sound", daemon=True).start()

    def stop(self) -> None:
        with self._lock:
            self._turn += 1
            process, self._process = self._process, None
            files, self._files = self._files, []
        if process is not None:
            process.terminate()
            process.wait(2)
        if self._qt is not None:
            self._qt.stop()
        for file in files:
            file.unlink(missing_ok=True)

    def _start(self, value: Audio | Video, at: float, turn: int) -> None:
        sound = self._sound(value)
        command = program()
        if sound is None or command is None:
            return
        rest = sound.array[:, int(at * sound.rate) :]
        if not rest.size:
            return
        with tempfile.NamedTemporaryFile(suffix=".wav", prefix="ajar-", delete=False) as file:
            file.write(Audio(rest.copy(), sound.rate).encode())
        path = Path(file.name)
        with self._lock:
            if turn != self._turn:
                path.unlink(missing_ok=True)
                return
            self._files.append(path)
            with contextlib.suppress(OSError):
                self._process = subprocess.Popen(
                    [*command, str(path)], stdin=subprocess.DEVNULL, stdout=subprocess.DEVNULL,
                    stderr=subprocess.DEVNULL,
                )

    def _sound(self, value: Audio | Video) -> Audio | None:
        if isinstance(value, Audio):
            return value
        if value.path not in self._sounds:
            self._sounds.clear()
            try:
                self._sounds[value.path] = value.audio()
            except AjarError:
                self._sounds[value.path] = None
        return self._sounds[value.path]


def _qt_player(parent: QObject) -> Any:
    """Qt's own player, where its multimedia part is installed and plays."""
    try:
        multimedia = importlib.import_module("PySide6.QtMultimedia")
    except ImportError:
        return None
    if multimedia.QMediaDevices.defaultAudioOutput().isNull():
        return None
    player = multimedia.QMediaPlayer(parent)
    player.setAudioOutput(multimedia.QAudioOutput(parent))
    return player
