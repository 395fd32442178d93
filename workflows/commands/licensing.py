"""What the terms of the models mean for a run, as lines for people."""

from workflows.licences import ADVICE, MADE_FOR, Gate, Verdict

SAID = {"pass": "pass", "warn": "warning", "block": "forbidden"}


def gate_lines(gate: Gate) -> list[str]:
    """One line for each model, the worst first, and what they mean together; nothing where no model is used."""
    verdicts = tuple({(one.used.title, one.sentence): one for one in reversed(gate.all())}.values())[::-1]
    if not verdicts:
        return []
    assumed = " (nobody said what it is for)" if gate.intent == "any" else ""
    head = f"Licences, for {MADE_FOR[gate.intent]}{assumed}: {summed(verdicts)}."
    return [head, *(line for one in verdicts if one.word != "pass" for line in _lines(one)), ADVICE]


def summed(verdicts: tuple[Verdict, ...]) -> str:
    """``1 forbidden, 2 warnings, 3 pass``."""
    counts = {word: sum(one.word == word for one in verdicts) for word in ("block", "warn", "pass")}
    parts = [f"{count} {SAID[word]}{'s' * (word == 'warn' and count != 1)}" for word, count in counts.items() if count]
    return ", ".join(parts)


def _lines(verdict: Verdict) -> list[str]:
    lines = [f"  {verdict.node}: {verdict.sentence}"]
    return [*lines, f"    Your reason: {verdict.reason}"] if verdict.reason else lines
