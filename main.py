"""Start the program from a checkout: ``python main.py [FOLDER]``, or ``python main.py sort FOLDER ...``."""

import multiprocessing
import sys

from large_gui.__main__ import main

if __name__ == "__main__":
    multiprocessing.freeze_support()  # the frozen program starts its worker by starting itself
    sys.exit(main())
