"""A command that kills itself with SIGKILL: python -m tests.tasks.training.killed MOMENT COMMAND...

Moments are counted: before and after each step, before and after each file that is moved into its place, and
when half a line and a whole line of the log is written.
"""

from __future__ import annotations

import json
import os
import signal
import sys
from collections.abc import Callable
from pathlib import Path
from typing import Any

from large_gui.cli.main import main
from large_gui.tasks.training import shown_metric
from large_gui.training.gan import record
from large_gui.training.gan.trainer import GanTrainer
from tests.tasks.training.conftest import MEASURED


def run(moment: int, command: list[str]) -> int:
    """Run a command that is killed at a moment, or ends before it."""
    moments = iter(range(moment + 1))

    def now() -> None:
        if next(moments, moment) == moment:
            os.kill(os.getpid(), signal.SIGKILL)

    def counted(call: Callable[..., Any]) -> Callable[..., Any]:
        def counting(*arguments: Any, **named: Any) -> Any:
            now()
            result = call(*arguments, **named)
            now()
            return result

        return counting

    def append(folder: Path, line: record.Record) -> None:
        text = json.dumps(dict(line)) + "\n"
        for part in (text[:20], text[20:]):
            with (folder / record.LOG).open("a", encoding="utf-8") as file:
                file.write(part)
            now()

    shown_metric._GENERATED = MEASURED
    Path.replace = counted(Path.replace)  # type: ignore[method-assign]
    GanTrainer.step = counted(GanTrainer.step)  # type: ignore[method-assign]
    record.append = append
    return main(command)


if __name__ == "__main__":
    sys.exit(run(int(sys.argv[1]), sys.argv[2:]))
