"""Each folder includes only what tools/layers.txt lets it see."""

import dataclasses
import fnmatch
import pathlib
import re

from checks.finding import Finding, cpp_files, is_test, read_lines

INCLUDE = re.compile(r'\s*#\s*include\s+(["<])([^">]+)[">]')
ALWAYS_SEEN = "include/tenon"


@dataclasses.dataclass
class Rules:
    folders: dict[str, list[str]]  # Folder -> what it may include.
    tests: dict[str, list[str]]  # Folder -> what its tests may include besides.
    third: dict[str, list[str]]  # Beginning of a third party's include -> the folders that may have it.

    def home_of(self, path: str) -> str | None:
        """The most specific folder with a rule that holds this file; None when none does."""
        folder = pathlib.PurePosixPath(path).parent
        for candidate in (folder, *folder.parents):
            if candidate.as_posix() in self.folders:
                return candidate.as_posix()
        return None

    def allowed(self, home: str, path: str) -> list[str]:
        patterns = list(self.folders[home])
        if is_test(path):
            patterns += self.tests.get(home, [])
        return patterns


def parse_rules(text: str) -> Rules:
    rules = Rules({}, {}, {})
    for line in text.splitlines():
        line = line.split("#", 1)[0].strip()
        if not line:
            continue
        left, separator, right = line.partition(":")
        words = left.split()
        if not separator or len(words) > 2:
            raise ValueError(f"layers.txt: a rule reads `folder: folders`, got: {line}")
        table = {"tests": rules.tests, "third": rules.third}[words[0]] if len(words) == 2 else rules.folders
        table[words[-1]] = right.split()
    return rules


def matches(folder: str, patterns: list[str]) -> bool:
    return any(fnmatch.fnmatchcase(folder, pattern) for pattern in patterns)


def resolve(root: pathlib.Path, source: str, spelled: str) -> str | None:
    """The project file that an include means; None for a file of others."""
    beside = pathlib.PurePosixPath(source).parent / spelled
    for candidate in (f"include/{spelled}", f"src/{spelled}", spelled, beside.as_posix()):
        if (root / candidate).is_file():
            return candidate
    return None


def check_third_party(rules: Rules, source: str, line: int, spelled: str) -> Finding | None:
    home = rules.home_of(source)
    for prefix, folders in rules.third.items():
        if spelled.startswith(prefix) and home and not matches(home, folders):
            only = " and ".join(folders)
            return Finding(source, line, f"Only {only} may include {prefix}: include={spelled}",
                           f"ask {only} for what is needed, through a header of its own")
    if home == ALWAYS_SEEN and "/" in spelled and not spelled.startswith("tenon/"):
        return Finding(source, line, f"The door shows no third-party type: include={spelled}",
                       "use the standard library, or hide the type behind an implementation in src/door")
    return None


def check_include(rules: Rules, root: pathlib.Path, source: str, line: int, spelled: str) -> Finding | None:
    home = rules.home_of(source)
    if home is None:
        return None
    target = resolve(root, source, spelled)
    if target is None:
        return check_third_party(rules, source, line, spelled)
    seen = rules.home_of(target)
    if seen in (home, ALWAYS_SEEN):
        return None
    if seen is None:
        if is_test(source):
            return None
        return Finding(source, line, f"{home} may not include {target}: only tests may",
                       "move what is shared into a room, or the code into the test")
    if matches(seen, rules.allowed(home, source)):
        return None
    legal = " ".join(rules.allowed(home, source)) or "include/tenon only"
    return Finding(source, line, f"{home} may not include {seen}: include={spelled} legal={legal}",
                   "turn the dependency round, or move the code to a folder that sees both")


def find(root: pathlib.Path) -> list[Finding]:
    rules = parse_rules((root / "tools/layers.txt").read_text())
    findings = []
    for source in cpp_files(root):
        for number, line in enumerate(read_lines(root, source), 1):
            included = INCLUDE.match(line)
            if included:
                finding = check_include(rules, root, source, number, included[2])
                if finding:
                    findings.append(finding)
    return findings
