"""Rules of STYLE.md that lines of text show: sizes, names, forbidden words and calls.

A line may break a rule of this file for a good reason: end it with `// Tidy: the reason` (in a macro,
`/* Tidy: the reason */`). Sizes have no such way out: offenders
stand in tools/checks/limits.txt, whose numbers may only shrink.
"""

import pathlib
import re

from checks.finding import Finding, cpp_files, is_test, project_files, read_lines

HEADER_LINES, SOURCE_LINES, TEST_LINES, FUNCTION_LINES = 300, 600, 900, 70
COLUMNS = 120  # Of comments, which clang-format leaves alone; it keeps code within 100.
VIRTUAL_FUNCTIONS = 7
LIMITS = "tools/checks/limits.txt"

LIBRARY = ("include/", "src/", "connectors/")  # Never prints, throws, aborts.
EXCUSE = re.compile(r"/[/*]\s*Tidy: \S+ \S+")
VAGUE = re.compile(r"(?i)(?:^|[/_.])(utils?|helpers?|common|managers?)(?=[/_.]|$)")
VAGUE_TYPE = re.compile(r"\b(?:class|struct|namespace|enum class)\s+(\w*?(?:Utils?|Helpers?|Common|Manager)s?)\b")
STRING = re.compile(r'R"(\w*)\(.*?\)\1"|"(?:\\.|[^"\\])*"|\'(?:\\.|[^\'\\])\'')


def host(*labels: str) -> str:
    return ".".join(labels)


# Spelled in parts, so that this file keeps its own rule.
MACHINE = re.compile("|".join([
    r"(?<![\w.-])/" + r"(?:root|work|home/\w+|tmp/wt)/",
    *(re.escape(name) for name in (
        host("pypi", "org"), host("pythonhosted", "org"), host("proxy", "golang", "org"), host("crates", "io"),
        host("registry", "npmjs", "org"), host("repo1", "maven", "org"), host("repo", "maven", "apache", "org"),
        host("deb", "debian", "org"))),
]))

# (what it is called, pattern over a line without strings and comments, message, fix)
LINE_RULES = [
    ("throw", re.compile(r"\bthrow\b"), "No exception leaves our code", "return a Status or Result"),
    ("new", re.compile(r"\bnew\s+[A-Za-z_(]"), "No bare new",
     "use std::make_unique, or std::unique_ptr<T>(new T(...)) where the constructor is private"),
    ("delete", re.compile(r"(?<!=)(?<!= )\bdelete(?:\[\])?\s+[^;]"), "No delete",
     "own the object in a std::unique_ptr"),
    ("print", re.compile(r"\bstd::(?:cout|cerr|clog)\b|(?<![\w:.>])(?:std::)?f?printf\s*\(|\bputs\s*\("),
     "The library never prints", "return the text, or log it through base/log.h"),
    ("exit", re.compile(r"(?<![\w.>:])(?:std::)?(?:abort|_?exit|quick_exit|terminate)\s*\("),
     "The library never ends the process", "return Status::Internal, or state a belief with TENON_DCHECK"),
    ("static", re.compile(
        r"^\s*(?:static|thread_local|static thread_local)\s+(?!const\b|constexpr\b|inline\b|assert|_)"
        r"[\w:<>,*& ]+?[\s*&>]\w+\s*(?:;|=|\{[^}]*\};)"),
     "No mutable static", "hold the state in an object that is passed in"),
    ("global", re.compile(r"\bg_\w+"), "No mutable global", "hold the state in an object that is passed in"),
]
TEST_RULES = [
    ("sleep", re.compile(r"\b(?:sleep_for|sleep_until|usleep|nanosleep)\s*\("), "A test does not sleep",
     "wait on a condition, or use a clock that the test moves"),
]


def strip_code(line: str) -> str:
    """The line without the text of strings and without its // comment."""
    line = STRING.sub('""', line)
    return line.split("//", 1)[0]


def check_lines(name: str, lines: list[str]) -> list[Finding]:
    if not name.startswith(LIBRARY):
        return []
    rules = TEST_RULES if is_test(name) else LINE_RULES
    if name.endswith("/main.cc"):  # A program, which prints and exits.
        rules = [rule for rule in rules if rule[0] not in ("print", "exit")]
    findings = []
    in_comment = in_raw = False
    before = ""
    for number, line in enumerate(lines, 1):
        if in_raw:
            in_raw = ')"' not in line and ')json"' not in line
            continue
        if re.search(r'R"\w*\((?!.*\)\w*")', line):
            in_raw = True
        if in_comment:
            in_comment = "*/" not in line
            continue
        if line.lstrip().startswith("/*"):
            in_comment = "*/" not in line
            continue
        if EXCUSE.search(line):
            continue
        code = strip_code(line)
        if code.lstrip().startswith("#"):
            continue
        for what, pattern, message, fix in rules:
            owned = what == "new" and re.search(r"unique_ptr|shared_ptr|\.reset\(", before + code)
            if pattern.search(code) and not owned:
                findings.append(Finding(name, number, message, fix))
        before = code
    return findings


def check_names(names: list[str]) -> list[Finding]:
    findings = []
    for name in names:
        found = VAGUE.search(name)
        # awsglue's modules have the names that scripts import.
        if found and name.split("/")[0] != "java" and not name.startswith(("studio/", "python/tenon/glue/")):
            findings.append(Finding(name, 1, f"A file name says nothing: word={found[1]}",
                                    "name the one thing the file is about"))
    return findings


def check_words(name: str, lines: list[str]) -> list[Finding]:
    findings = []
    for number, line in enumerate(lines, 1):
        machine = MACHINE.search(line)
        if machine:
            findings.append(Finding(name, number, f"A machine's path or a registry's host: text={machine[0]}",
                                    "use a relative path, or the name of the package"))
        marker = re.search(r"\b(" + "TO" + r"DO|FIX" + r"ME|X" + r"XX|HA" + r"CK)\b(\([^)]{8,}\))?", line)
        if marker and not (marker[1].startswith("TO") and marker[2]):
            findings.append(Finding(name, number, f"Unfinished work without its condition: word={marker[1]}",
                                    "finish it, or write TO" + "DO(the condition that is missing)"))
        if pathlib.PurePath(name).suffix in {".h", ".cc"}:
            if len(line) > COLUMNS and 'R"' not in line and '"' not in line:
                findings.append(Finding(name, number, f"A line is too wide: columns={len(line)} limit={COLUMNS}",
                                        "break it"))
            vague = VAGUE_TYPE.search(strip_code(line))
            if vague:
                findings.append(Finding(name, number, f"A type's name says nothing: name={vague[1]}",
                                        "name the one thing the type is about"))
    return findings


def check_header(name: str, lines: list[str]) -> list[Finding]:
    if not name.endswith(".h"):
        return []
    findings = []
    if not lines or not lines[0].startswith(("//", "/*")):
        findings.append(Finding(name, 1, "A header starts with its contract",
                                "say in a comment what it is, its life cycle and its threads"))
    if "#pragma once" not in lines and "extern \"C\"" not in "\n".join(lines):
        findings.append(Finding(name, 1, "A header lacks #pragma once", "add it after the first comment"))
    for number, line in enumerate(lines, 1):
        if re.match(r"using namespace\b", line):
            findings.append(Finding(name, number, "A header opens a namespace for its users",
                                    "name what is used"))
    return findings + (check_virtuals(name, lines) if name.startswith("include/tenon/") and name not in EMBEDDERS else [])


EMBEDDERS = {"include/tenon/job.h"}  # An interface that we implement and others call: no SPI.


def check_virtuals(name: str, lines: list[str]) -> list[Finding]:
    """An SPI class has at most seven virtual functions besides its destructor."""
    findings, start, title, count = [], 0, "", 0
    for number, line in enumerate(lines, 1):
        opened = re.match(r"\s*(?:class|struct)\s+(?:\[\[\w+\]\]\s*)?(\w+)[^;]*$", line)
        if opened:
            start, title, count = number, opened[1], 0
        if re.match(r"\s*virtual\b(?!.*~)", line):
            count += 1
            if count == VIRTUAL_FUNCTIONS + 1:
                findings.append(Finding(name, start, f"More than {VIRTUAL_FUNCTIONS} virtual functions: class={title}",
                                        "make the optional ability an object of its own"))
    return findings


def function_lengths(lines: list[str]) -> list[tuple[int, int]]:
    """(first line, length) of each function in code that clang-format laid out."""
    found = []
    head: tuple[int, str] = (0, "")  # Where the present declaration began, and its text.
    inside: tuple[int, str] | None = None  # The function that is open: first line, indentation.
    for number, line in enumerate(lines, 1):
        indent = line[: len(line) - len(line.lstrip())]
        if inside is None:
            if line.strip() and len(indent) <= 2 and not line.lstrip().startswith(("//", "}", ":")):
                head = (number, line)
            starts = re.match(r"\s*(namespace|class|struct|enum|union|extern|public|private|TEST|#)", head[1])
            text = line.rstrip()
            if text.endswith("{") and not starts and not re.search(r"=\s*\{$", text) and "(" in head[1]:
                inside = (head[0], head[1][: len(head[1]) - len(head[1].lstrip())])
        elif line.startswith(inside[1] + "}"):
            found.append((inside[0], number - inside[0] + 1))
            inside = None
    return found


def size_of(name: str) -> int | None:
    """The most lines a file may have; None for files that have no limit."""
    path = pathlib.PurePath(name)
    if path.suffix == ".h":
        return HEADER_LINES
    if path.suffix in {".cc", ".c", ".py"}:
        return TEST_LINES if path.stem.endswith("_test") or path.stem.startswith("test_") else SOURCE_LINES
    return None


def parse_limits(text: str) -> dict[tuple[str, str], tuple[int, int]]:
    """(path, file|function) -> (recorded size, line in the list)."""
    limits = {}
    for number, line in enumerate(text.splitlines(), 1):
        words = line.split("#", 1)[0].split()
        if words:
            kind, path, size = words
            limits[path, kind] = (int(size), number)
    return limits


def check_sizes(root: pathlib.Path, names: list[str]) -> list[Finding]:
    limits_file = root / LIMITS
    limits = parse_limits(limits_file.read_text()) if limits_file.exists() else {}
    findings = []
    for name in names:
        most = size_of(name)
        if most is None:
            continue
        lines = read_lines(root, name)
        sizes = {"file": (len(lines), 1, most)}
        if pathlib.PurePath(name).suffix == ".cc" and not name.endswith("_test.cc"):
            longest = max(function_lengths(lines), key=lambda item: item[1], default=(1, 0))
            sizes["function"] = (longest[1], longest[0], FUNCTION_LINES)
        for kind, (size, line, normal) in sizes.items():
            recorded, where = limits.pop((name, kind), (normal, 0))
            if size > recorded:
                findings.append(Finding(name, line, f"A {kind} is too long: lines={size} limit={recorded}",
                                        "split it along what it hides"))
            elif where and size < recorded:
                lower = f"write {size}" if size > normal else "delete the line"
                findings.append(Finding(LIMITS, where, f"A recorded size shrank: {kind}={name} lines={size}", lower))
    for (name, kind), (_, where) in limits.items():
        findings.append(Finding(LIMITS, where, f"A recorded {kind} is gone: path={name}", "delete the line"))
    return findings


def check_tests_are_built(root: pathlib.Path, names: list[str]) -> list[Finding]:
    findings = []
    for name in names:
        if not name.endswith("_test.cc"):
            continue
        listing = root / pathlib.PurePath(name).parent / "CMakeLists.txt"
        if not listing.exists() or not re.search(r"\btenon_(room|test)\(", listing.read_text()):
            findings.append(Finding(name, 1, "A test is in no build", "add a CMakeLists.txt with tenon_room()"))
    return findings


def find(root: pathlib.Path) -> list[Finding]:
    names = project_files(root)
    findings = check_names(names) + check_sizes(root, names) + check_tests_are_built(root, names)
    for name in names:
        if name.endswith((".svg", ".lock", ".json.gz")) or name.startswith("examples/data/"):
            continue
        findings += check_words(name, read_lines(root, name))
    for name in cpp_files(root):
        lines = read_lines(root, name)
        findings += check_lines(name, lines) + check_header(name, lines)
    return findings
