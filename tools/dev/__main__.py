"""Entry of ./dev."""

import sys

from dev.main import main

if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
