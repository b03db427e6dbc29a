"""Entry of ./dev, which runs this folder as a program."""

import pathlib
import sys

# The packages are dev and checks, beside each other in tools/. sys.path and not PYTHONPATH: children must not see it.
sys.path[0] = str(pathlib.Path(__file__).resolve().parents[1])

from dev.main import main  # noqa: E402

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
