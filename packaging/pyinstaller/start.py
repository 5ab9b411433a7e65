"""What the frozen program starts: the window, a command, its own worker process, or pip for a download."""

import multiprocessing
import sys

if __name__ == "__main__":
    multiprocessing.freeze_support()  # the worker is this program, started by itself
    if sys.argv[1:4] == ["-P", "-m", "pip"]:  # models are fetched by this Python's pip, which is in here
        from pip._internal.cli.main import main as pip

        sys.exit(pip(sys.argv[4:]))
    from large_gui.__main__ import main

    sys.exit(main())
