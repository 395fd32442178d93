"""Words, once in each of the three languages, and from a server on one's own machine."""

from nodes.remote.emulators.anthropic import Anthropic
from nodes.remote.emulators.chat import Chat, LocalChat
from nodes.remote.emulators.gemini_text import GeminiText
from nodes.remote.emulators.server import FaultKind
from tests.nodes.remote.case import Case

NEVER: frozenset[FaultKind] = frozenset({
    "odd_status", "forgotten", "poll_error",  # nothing is polled: the words come with the answer
    "expired", "truncated", "html",  # no file is fetched
})
PROMPT = "Describe a lighthouse."

CASES = [
    Case("openai_text", Chat, "write_text", lambda: {"prompt": PROMPT, "by": "openai", "model": "words-large"},
         "text", at_once=True, never=NEVER),
    Case("anthropic", Anthropic, "write_text", lambda: {"prompt": PROMPT, "by": "anthropic", "model": "claude-large"},
         "text", at_once=True, never=NEVER),
    Case("google_text", GeminiText, "write_text", lambda: {"prompt": PROMPT, "by": "google", "model": "gemini-large"},
         "text", at_once=True, never=NEVER),
    Case("ollama", LocalChat, "write_text", lambda: {"prompt": PROMPT, "by": "ollama", "model": "words-small"},
         "text", at_once=True,
         never=NEVER | {"key", "no_credit"}),  # a server on one's own machine knows neither
]
