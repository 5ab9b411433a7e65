"""Start the program from a checkout: ``python main.py sort FOLDER ...``."""

import sys

from large_gui.cli.main import main

sys.exit(main())
