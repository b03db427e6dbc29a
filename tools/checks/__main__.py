"""`python -m checks [name…]`: runs checks and prints each finding; exit 1 when there is one."""

import pathlib
import sys

from checks import catalogue, check_layers, docs, formatting, links, tidy

CHECKS = {"layers": check_layers.find, "tidy": tidy.find, "format": formatting.find,
          "links": links.find, "docs": docs.find, "catalogue": catalogue.find}


def main(names: list[str], root: pathlib.Path) -> int:
    found = 0
    for name in names or CHECKS:
        for finding in sorted(CHECKS[name](root)):
            found += 1
            print(finding)
    return 1 if found else 0


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:], pathlib.Path(__file__).resolve().parents[2]))
