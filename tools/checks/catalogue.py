"""Every error of the catalogue is raised somewhere: an entry that nothing raises promises what is not there.

A number is raised where its constant stands, or, in the program `tenon`, the door and Python, which do not know the
constants, where the number does. The run state's errors are functions; each must have a caller.
"""

import pathlib
import re

from checks.finding import Finding, is_test, project_files, read_lines

CATALOG = "src/base/error_catalog.h"
FUNCTIONS = "src/runstate/errors.h"
RAISERS = ("src/", "connectors/", "cli/", "python/", "lib/")
BY_NUMBER = ("cli/", "src/door/", "include/", "python/")


def sources(root: pathlib.Path) -> dict[str, str]:
    """Text of each file that may raise an error."""
    names = [name for name in project_files(root) if name.startswith((*RAISERS, "include/")) and not is_test(name)
             and pathlib.PurePath(name).suffix in (".h", ".cc", ".py") and "error_catalog" not in name]
    return {name: without_comments(read_lines(root, name)) for name in names}


def without_comments(lines: list[str]) -> str:
    return "\n".join(re.sub(r"(?<![:\"'])//.*|^\s*#(?!\s*(?:include|define)).*", "", line) for line in lines)


def check_numbers(root: pathlib.Path, texts: dict[str, str]) -> list[Finding]:
    findings = []
    for line_number, line in enumerate(read_lines(root, CATALOG), 1):
        constant = re.search(r"\b(kErr\w+) = (\d{4});", line)
        if not constant:
            continue
        # "TN1234": a text that cannot be made of a Status, such as a crash report.
        name, number = re.compile(rf"\b(?:{constant[1]}|TN{constant[2]})\b"), re.compile(rf"\b{constant[2]}\b")
        if not any(name.search(text) or (path.startswith(BY_NUMBER) and number.search(text)) for path, text in texts.items()):
            findings.append(Finding(CATALOG, line_number, f"An error is raised nowhere: number=TN{constant[2]}",
                                    "raise it where it belongs, or take it out of the catalogue"))
    return findings


def check_functions(root: pathlib.Path, texts: dict[str, str]) -> list[Finding]:
    findings = []
    implementation = FUNCTIONS.replace(".h", ".cc")
    for line_number, line in enumerate(read_lines(root, FUNCTIONS), 1):
        function = re.match(r"Status (\w+)\(", line)
        if function and not any(re.search(rf"(?<!Status )\b{function[1]}\(", text) for path, text in texts.items()
                                if path not in (FUNCTIONS, implementation)):
            findings.append(Finding(FUNCTIONS, line_number, f"An error has no caller: function={function[1]}",
                                    "call it where the error arises, or drop it with its number"))
    return findings


def find(root: pathlib.Path) -> list[Finding]:
    texts = sources(root)
    findings = check_numbers(root, texts) if (root / CATALOG).exists() else []
    return findings + (check_functions(root, texts) if (root / FUNCTIONS).exists() else [])
