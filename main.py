"""Start the program from a checkout: ``python main.py [FOLDER]``, or ``python main.py sort FOLDER ...``."""

import sys

from large_gui.__main__ import main

if __name__ == "__main__":
    sys.exit(main())
