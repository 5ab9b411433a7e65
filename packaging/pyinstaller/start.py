"""What the frozen program starts: the window, a command, its own worker process, or pip for a download."""

import multiprocessing
import os
import sys
from pathlib import Path

if __name__ == "__main__":
    if sys.stderr is None:  # Windows, without a console: libraries write their warnings all the same
        sys.stdout = sys.stderr = Path(os.devnull).open("w", encoding="utf-8")  # noqa: SIM115 - to the end
    multiprocessing.freeze_support()  # the worker is this program, started by itself; it goes no further
    if sys.argv[1:5] == ["-P", "-m", "pip", "download"]:  # models/fetching asks for it
        from pip._internal.cli.main import main as pip

        sys.exit(pip(sys.argv[4:]))
    from large_gui.__main__ import main

    sys.exit(main())
