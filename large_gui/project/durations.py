"""Remember how long a job took on this machine, to say so before it is begun again."""

from __future__ import annotations

import json
import logging
import math
from pathlib import Path

from large_gui.errors import InputError

_LOG = logging.getLogger(__name__)
_FILE = "durations.json"
_MOST = 100  # jobs that are remembered


def took(home: Path, job: str) -> float | None:
    """How many seconds a job took the last time; ``None`` if that is not known."""
    return _kept(home).get(job)


def remember_took(home: Path, job: str, seconds: float) -> None:
    """Keep how long a job took; if that can't be written, it is only logged."""
    from large_gui.files import written_whole

    kept = {name: known for name, known in _kept(home).items() if name != job}
    kept = dict([*kept.items(), (job, round(seconds, 2))][-_MOST:])
    try:
        home.mkdir(parents=True, exist_ok=True)
        with written_whole(home / _FILE) as unfinished:
            unfinished.write_text(json.dumps(kept, indent=1), "utf-8")
    except (OSError, InputError) as error:
        _LOG.warning("durations can't be written: %r", error)


def _kept(home: Path) -> dict[str, float]:
    try:
        kept = json.loads((home / _FILE).read_text("utf-8"))
        if not isinstance(kept, dict):
            raise ValueError("not a table of durations")
        return {
            name: float(seconds)
            for name, seconds in kept.items()
            if isinstance(seconds, int | float) and 0 <= seconds < math.inf
        }
    except FileNotFoundError:
        return {}
    except (OSError, ValueError, OverflowError, RecursionError) as error:
        _LOG.warning("durations can't be read: %r", error)
        return {}
