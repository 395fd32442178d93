"""About how many tokens a prompt has. Exactly how many depends on the model's tokenizer, which takes long to load."""

import re

PIECES = re.compile(r"[^\W_]+|[^\w\s]|_")
LONG, PIECE = 9, 5
"""Words up to LONG letters are mostly one token; longer ones fall into pieces of about PIECE letters."""


def tokens_about(text: str) -> int:
    """A plain estimate, made for English: words, marks, and the pieces of long words; with the two ends."""
    count = 0
    for piece in PIECES.findall(text):
        if not piece.isascii():
            count += max(1, round(len(piece.encode()) / 3))
        elif piece.isdigit():
            count += (len(piece) + 1) // 2
        else:
            count += 1 if len(piece) <= LONG else -(-len(piece) // PIECE)
    return count + 2 if count else 0


def about(text: str) -> str:
    """``about 21 tokens``."""
    count = tokens_about(text)
    return f"about {count} {'token' if count == 1 else 'tokens'}" if count else "no tokens"
