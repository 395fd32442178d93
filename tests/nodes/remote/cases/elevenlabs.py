"""Speech, an effect and music; the answer to the paid call is the sound."""

from nodes.remote.emulators.elevenlabs import ElevenLabs
from nodes.remote.emulators.server import FaultKind
from tests.nodes.remote.case import Case

NEVER: frozenset[FaultKind] = frozenset({
    "odd_status", "forgotten", "poll_error",  # nothing is polled
    "failed", "blocked_result",  # the only answer is a sound or an error of the paid call
    "expired", "truncated", "html",  # no file is fetched; what comes instead of a sound: test_elevenlabs_emulated.py
})

CASES = [
    Case("elevenlabs", ElevenLabs, "elevenlabs_speech", lambda: {"text": "Good evening."}, "audio", at_once=True,
         never=NEVER),
    Case("elevenlabs", ElevenLabs, "elevenlabs_effect", lambda: {"prompt": "rain on a tin roof", "seconds": 1.0},
         "audio", at_once=True, never=NEVER),
    Case("elevenlabs", ElevenLabs, "elevenlabs_music", lambda: {"prompt": "a slow waltz", "seconds": 3.0}, "audio",
         at_once=True, never=NEVER),
]
