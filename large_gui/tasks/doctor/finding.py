"""What an examination of this machine finds: one thing, in what state it is, and what to do about it."""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum


class State(StrEnum):
    """How a thing is: as it should be, worth knowing, or in the way of work."""

    GOOD = "good"
    NOTE = "note"
    PROBLEM = "problem"


@dataclass(frozen=True)
class Finding:
    """One thing that was looked at.

    Attributes
    ----------
    what
        Its name, such as ``GPU``.
    found
        What was found, in words.
    state
        How it is.
    advice
        What a person can do; empty where there is nothing to do.
    """

    what: str
    found: str
    state: State = State.GOOD
    advice: str = ""


def table(findings: list[Finding]) -> str:
    """The findings as text, one a line, each with its advice below it."""
    width = max((len(finding.what) for finding in findings), default=0)
    lines = []
    for finding in findings:
        mark = "" if finding.state is State.GOOD else f"{finding.state}: "
        lines.append(f"{finding.what:<{width}}  {mark}{finding.found}")
        if finding.advice:
            lines.append(f"{'':<{width}}  -> {finding.advice}")
    return "\n".join(lines)
