"""The suites of ./dev test: what there is to run, what each needs built, and how it is run.

Three kinds: checks of tools/checks, the C++ tests of a room, and pytest folders. A folder tests/NAME with test_*.py is a
suite NAME; tests/NAME/suite.toml may say more of it:
    about = "what it shows"     builds = ["release"]     alone = true     timeout_s = 900
"""

import dataclasses
import os
import pathlib
import re
import subprocess
import tempfile
from collections.abc import Callable

from checks import catalogue, check_layers, clang_tidy, docs, formatting, links, tidy
from dev import demo, environment, outcomes, paths, wheel
from dev.outcomes import Outcome

TIMEOUT_S = 900
TOOL_TESTS = ("tools/checks/tests", "tools/dev/tests", "bench/runner/tests")
TEXT_CHECKS = {
    "layers": (check_layers.find, "who may include whom"),
    "tidy": (tidy.find, "sizes, names and forbidden calls"),
    "format": (formatting.find, "the layout of C++"),
    "links": (links.find, "links in Markdown"),
    "docs": (docs.find, "documents name what exists, and all of it"),
    "catalogue": (catalogue.find, "every error number is raised somewhere"),
}


@dataclasses.dataclass(frozen=True)
class Build:
    """Something that ninja makes: a preset, and targets of it."""

    preset: str
    targets: tuple[str, ...]


@dataclasses.dataclass
class Suite:
    name: str
    about: str
    builds: tuple[Build, ...]
    run: Callable[[], Outcome]
    alone: bool = False  # Runs when nothing else does: it measures, or builds.
    group: str = ""  # Another word that chooses it, with all of its kind: rooms, checks.


def test_environment(preset: str) -> dict[str, str]:
    folder = paths.build_dir(preset)
    return {
        "ARROW_DEFAULT_MEMORY_POOL": "system",  # Else ASan misses overflows of Arrow's buffers.
        "ASAN_OPTIONS": "detect_stack_use_after_return=0:abort_on_error=0:" + os.environ.get("ASAN_OPTIONS", ""),
        "UBSAN_OPTIONS": "print_stacktrace=1:" + os.environ.get("UBSAN_OPTIONS", ""),
        "TSAN_OPTIONS": "ignore_noninstrumented_modules=1:" + os.environ.get("TSAN_OPTIONS", ""),
        "TENON_PROGRAM": str(folder / "tenon"),
        "TENON_SOURCE": str(paths.ROOT),
        "TENON_BUILD": str(folder),
        "TENON_DEPS": str(paths.DEPS),
    }


def run_captured(command: list[object], *, env: dict[str, str], cwd, timeout_s: float) -> tuple[int, str]:
    """Exit code and output, both streams together; a time-out ends the process group and is exit 124."""
    process = subprocess.Popen([str(word) for word in command], cwd=cwd, env={**os.environ, **env},
                               stdin=subprocess.DEVNULL, stdout=subprocess.PIPE, stderr=subprocess.STDOUT,
                               text=True, errors="replace", start_new_session=True)
    try:
        output, _ = process.communicate(timeout=timeout_s)
        return process.returncode, output
    except subprocess.TimeoutExpired:
        os.killpg(process.pid, 9)
        output, _ = process.communicate()
        return 124, output + f"\nended after {timeout_s:.0f} s\n"


def run_program(program: pathlib.Path, preset: str, arguments: list[str]) -> Outcome:
    """Runs one GoogleTest program."""
    with tempfile.TemporaryDirectory(prefix="tenon-test-") as scratch:
        report = pathlib.Path(scratch) / "report.json"
        code, output = run_captured([program, f"--gtest_output=json:{report}", *arguments],
                                    env=test_environment(preset), cwd=scratch, timeout_s=TIMEOUT_S)
        text = report.read_text() if report.exists() else ""
        return outcomes.from_gtest(program.name, code, text, output)


def run_pytest(folders: list[pathlib.Path], preset: str, arguments: list[str], timeout_s: float = TIMEOUT_S) -> Outcome:
    """Runs pytest in the environment, with the build's Python package on the path."""
    with tempfile.TemporaryDirectory(prefix="tenon-test-") as scratch:
        report = pathlib.Path(scratch) / "report.xml"
        env = test_environment(preset)
        env["PYTHONPATH"] = os.pathsep.join(
            str(folder) for folder in (*environment.python_path(preset), paths.ROOT / "tools"))
        code, output = run_captured(
            [paths.VENV_PYTHON, "-B", "-m", "pytest", "-q", "-p", "no:cacheprovider", "--import-mode=importlib",
             "--rootdir", paths.ROOT, f"--junitxml={report}", *folders, *arguments],
            env=env, cwd=paths.ROOT, timeout_s=timeout_s)
        text = report.read_text() if report.exists() else ""
        return outcomes.from_pytest(code, text, output)


def parse_listing(text: str) -> tuple[dict[str, list[tuple[str, pathlib.Path]]], set[str]]:
    """tests.txt of a build: label -> (target, program) of each test, and the labels to run under TSan."""
    rooms: dict[str, list[tuple[str, pathlib.Path]]] = {}
    tsan = set()
    for line in text.splitlines():
        words = line.split()
        if len(words) == 2 and words[0] == "tsan":
            tsan.add(words[1])
        elif len(words) == 3:
            rooms.setdefault(words[0], []).append((words[1], pathlib.Path(words[2])))
    return rooms, tsan


def room_suites(preset: str, listing: str, only_tsan: bool, arguments: list[str]) -> list[Suite]:
    rooms, tsan = parse_listing(listing)

    def runner(programs):
        def run() -> Outcome:
            total = Outcome()
            for _, program in programs:
                total = total.add(run_program(program, preset, arguments))
            return total
        return run

    prefix = "tsan:" if only_tsan else ""
    labels = [label for label in rooms if label in tsan] if only_tsan else list(rooms)
    return [Suite(prefix + label, f"C++ tests of the room {label} ({preset})",
                  (Build(preset, tuple(target for target, _ in rooms[label])),), runner(rooms[label]),
                  group="tsan" if only_tsan else "rooms")
            for label in labels]


def check_suites(preset: str) -> list[Suite]:
    def runner(find):
        return lambda: outcomes.from_findings(sorted(find(paths.ROOT)))

    def headers() -> Outcome:
        return Outcome(passed=1)

    def clang() -> Outcome:
        return outcomes.from_findings(*clang_tidy.find(paths.ROOT, paths.build_dir(preset)))

    suites = [Suite(name, about, (), runner(find), group="checks") for name, (find, about) in TEXT_CHECKS.items()]
    suites.append(Suite("clang-tidy", "clang-tidy on what changed", (), clang, group="checks"))
    suites.append(Suite("headers", "each header compiles alone", (Build(preset, ("headers_alone",)),), headers,
                        group="checks"))
    return suites


def has_tests(folder: pathlib.Path) -> bool:
    return any(folder.rglob("test_*.py"))


def pytest_suites(root: pathlib.Path, preset: str, arguments: list[str]) -> list[Suite]:
    def runner(folders, timeout_s, built=preset):
        return lambda: run_pytest(folders, built, arguments, timeout_s)

    own = [folder for folder in map(root.joinpath, TOOL_TESTS) if folder.exists()]
    suites = [Suite("tools", "tests of ./dev, the checks and the benchmark runner", (), runner(own, TIMEOUT_S))]
    for folder in sorted(path for path in (root / "tests").glob("*") if path.is_dir() and has_tests(path)):
        more = folder / "suite.toml"
        facts = environment.read_toml(more) if more.exists() else {}
        builds = tuple(Build(name, ("all",)) for name in facts.get("builds", ["release"]))
        suites.append(Suite(folder.name, facts.get("about", f"pytest of tests/{folder.name}"), builds,
                            runner([folder], facts.get("timeout_s", TIMEOUT_S), builds[0].preset if builds else preset),
                            facts.get("alone", False)))
    return suites


def whole_suites(root: pathlib.Path) -> list[Suite]:
    """The product as a user meets it; each runs alone, for it builds or measures."""
    release = (Build("release", ("all",)),)
    found = []
    if demo.SCRIPT.exists():
        found.append(Suite("demo", "./dev demo", release, demo.as_suite, alone=True))
    if (root / "bench/run.py").exists() and (root / "cli").exists():  # Its first case starts the program.
        found.append(Suite("bench", "every benchmark once; answers must agree",
                           (Build("release", ("all", "bench_programs")),), bench_smoke, alone=True))
    if (root / "pyproject.toml").exists():
        found.append(Suite("wheel", "the wheel in an empty environment", (), wheel.as_suite, alone=True))
    return found


def bench_smoke() -> Outcome:
    code, output = run_captured([paths.VENV_PYTHON, "-B", paths.ROOT / "bench/run.py", "--smoke"],
                                env={"TENON_DEPS": str(paths.DEPS)}, cwd=paths.ROOT, timeout_s=TIMEOUT_S)
    closing = re.search(r"(\d+) benchmarks, (\d+) failed", output)
    if closing is None:
        return outcomes.failure(f"bench/run.py ended: exit={code}", output)
    failed = int(closing[2])
    return Outcome(passed=int(closing[1]) - failed, failed=failed, output=output if failed else "")
