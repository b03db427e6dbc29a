"""What the documentation promises is there, and what is there is documented.

ARCHITECTURE.md names only files that exist; docs/errors.md lists each error of src/base/error_catalog.h and no other;
docs/cli.md names each command and option that `tenon help --machine` prints; docs/README.md reaches every page.
"""

import pathlib
import re
import subprocess

from checks.finding import Finding, project_files, read_lines

CATALOG = "src/base/error_catalog.h"
ERRORS = "docs/errors.md"
CLI = "docs/cli.md"
INDEX = "docs/README.md"
PATH = re.compile(r"`((?:[\w.-]+/)+[\w.-]*|[\w-]+\.(?:md|txt|cmake|toml))`")


def check_architecture(root: pathlib.Path) -> list[Finding]:
    findings = []
    name = "ARCHITECTURE.md"
    if not (root / name).exists():
        return []
    for number, line in enumerate(read_lines(root, name), 1):
        for path in PATH.findall(line):
            if not (root / path).exists() and not path.startswith((".tenon/", "build/", ".deps/")):
                findings.append(Finding(name, number, f"A file is named that does not exist: path={path}",
                                        "name the file as it is now"))
    return findings


def catalog_errors(lines: list[str]) -> dict[int, int]:
    """Number -> line, for each `constexpr int kErr… = 1234;`."""
    found = {}
    for number, line in enumerate(lines, 1):
        constant = re.search(r"\bkErr\w+ = (\d{4});", line)
        if constant:
            found[int(constant[1])] = number
    return found


def documented_errors(lines: list[str]) -> dict[int, int]:
    """Number -> first line, for each heading or table row that begins with TNn."""
    found: dict[int, int] = {}
    for number, line in enumerate(lines, 1):
        entry = re.match(r"(?:#+\s+|\|\s*)`?TN(\d{4})\b", line)
        if entry:
            found.setdefault(int(entry[1]), number)
    return found


def check_errors(root: pathlib.Path) -> list[Finding]:
    if not (root / CATALOG).exists():
        return []
    known = catalog_errors(read_lines(root, CATALOG))
    if not (root / ERRORS).exists():
        return [Finding(CATALOG, 1, f"Errors are documented nowhere: file={ERRORS}", f"write {ERRORS}")]
    written = documented_errors(read_lines(root, ERRORS))
    findings = [Finding(CATALOG, known[n], f"An error is not documented: number=TN{n}", f"add it to {ERRORS}")
                for n in known.keys() - written.keys()]
    findings += [Finding(ERRORS, written[n], f"An error does not exist: number=TN{n}", f"drop it, or add it to {CATALOG}")
                 for n in written.keys() - known.keys()]
    return findings


def check_commands(listing: str, page: list[str]) -> list[Finding]:
    """`listing` has a line `command NAME` or `option COMMAND --NAME` for everything that the program takes."""
    text = "\n".join(page)
    findings = []
    for line in listing.splitlines():
        kind, _, rest = line.partition(" ")
        if kind == "command" and f"tenon {rest}" not in text:
            findings.append(Finding(CLI, 1, f"A command is not documented: command=tenon {rest}", f"describe it in {CLI}"))
        if kind == "option" and rest.split()[-1] not in text:
            findings.append(Finding(CLI, 1, f"An option is not documented: option={rest}", f"describe it in {CLI}"))
    return findings


def check_cli(root: pathlib.Path, program: pathlib.Path) -> list[Finding]:
    if not program.exists():
        return []
    done = subprocess.run([str(program), "help", "--machine"], capture_output=True, text=True)
    if done.returncode != 0:
        return [Finding("cli/main.cc", 1, "The program does not list its commands: command=tenon help --machine",
                        "print `command NAME` and `option COMMAND --NAME` lines")]
    page = read_lines(root, CLI) if (root / CLI).exists() else []
    return check_commands(done.stdout, page)


def check_index(root: pathlib.Path) -> list[Finding]:
    pages = [name for name in project_files(root) if re.fullmatch(r"docs/[^/]+\.md", name) and name != INDEX]
    if not pages:
        return []
    text = (root / INDEX).read_text() if (root / INDEX).exists() else ""
    return [Finding(INDEX, 1, f"A page is not listed: page={name}", "add a line that says what the page answers")
            for name in pages if f"({pathlib.PurePath(name).name}" not in text]


def find(root: pathlib.Path) -> list[Finding]:
    program = root / "build" / "release" / "tenon"
    return check_architecture(root) + check_errors(root) + check_cli(root, program) + check_index(root)
