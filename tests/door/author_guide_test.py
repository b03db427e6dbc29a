"""docs/connectors/writing-a-connector.md tells the truth: its code is the samples', its build lines work, and no header
of the door pulls in a file of a third party.

Run by ctest with the project's root, the build folder and the two compilers.
"""

import os
import pathlib
import re
import shutil
import subprocess
import sys
import tempfile

ROOT, BUILD = pathlib.Path(sys.argv[1]), pathlib.Path(sys.argv[2])
CXX, CC = sys.argv[3], sys.argv[4]
GUIDE = ROOT / "docs" / "connectors" / "writing-a-connector.md"
SAMPLES = ROOT / "examples" / "connectors"


def blocks(guide: str) -> list[tuple[str, str]]:
    """(marker, text) of each block that has a marker above it."""
    return re.findall(r"<!-- (.+?) -->\n```\w+\n(.*?)\n```\n", guide, re.DOTALL)


def check_excerpts(guide: str) -> list[str]:
    problems = []
    count = 0
    for marker, text in blocks(guide):
        if marker == "run":
            continue
        count += 1
        source = (ROOT / marker.removeprefix("from ")).read_text()
        if text not in source:
            problems.append(f"a block differs from {marker.removeprefix('from ')}: it begins {text.splitlines()[0]!r}")
    plain = guide.count("```cpp") + guide.count("```c\n")
    if count != plain:
        problems.append(f"a block of code names no sample: blocks={plain} named={count}")
    return problems


def check_build_lines(guide: str, folder: pathlib.Path) -> list[str]:
    for name in ("counting.cc", "words.c"):
        shutil.copy(SAMPLES / name, folder)
    environment = {**os.environ, "BUILD": str(BUILD), "SDK": str(folder / "sdk")}
    problems = []
    for marker, text in blocks(guide):
        if marker != "run":
            continue
        script = text.replace("g++ ", f"{CXX} ", 1) if text.startswith("g++") else text.replace("\ng++ ", f"\n{CXX} ")
        script = script.replace("gcc ", f"{CC} ", 1) if script.startswith("gcc") else script
        run = subprocess.run(["sh", "-eu", "-c", script], cwd=folder, env=environment, capture_output=True, text=True)
        if run.returncode != 0:
            problems.append(f"a build line fails:\n{text}\n{run.stdout[-500:]}{run.stderr[-2000:]}")
    for library in ("libcounting.so", "libwords.so"):
        if not (folder / library).exists():
            problems.append(f"no {library} was built")
    return problems


def check_headers(folder: pathlib.Path) -> list[str]:
    """Every file that the door's headers read is ours or the compiler's."""
    problems = []
    compilers = [compiler for compiler in (CXX, shutil.which("clang++-14") or shutil.which("clang++")) if compiler]
    for compiler in compilers:
        for header in sorted((ROOT / "include" / "tenon").glob("*.h")):
            unit = folder / "unit.cc"
            unit.write_text(f'#include "tenon/{header.name}"\n')
            command = [compiler, "-std=c++20", "-Wall", "-Wextra", "-Werror", "-Wno-missing-field-initializers",
                       "-fsyntax-only", "-MD", "-MF", str(folder / "unit.d"), "-I", str(ROOT / "include"), str(unit)]
            run = subprocess.run(command, capture_output=True, text=True)
            if run.returncode != 0:
                problems.append(f"{header.name} does not compile alone with {compiler}: {run.stderr[:1000]}")
                continue
            for path in (folder / "unit.d").read_text().replace("\\\n", " ").split()[2:]:
                name = os.path.realpath(path)
                system = re.match(r"/usr/(include/(c\+\+|x86_64|aarch64|[a-z0-9_-]+\.h|bits|asm|linux|sys|gnu)|lib/)", name)
                if not system and not name.startswith(str((ROOT / "include").resolve())):
                    problems.append(f"{header.name} reads a file of a third party: path={name}")
    return problems


def main() -> int:
    guide = GUIDE.read_text()
    with tempfile.TemporaryDirectory() as scratch:
        folder = pathlib.Path(scratch)
        problems = check_excerpts(guide) + check_build_lines(guide, folder) + check_headers(folder)
    for problem in problems:
        print(problem)
    return 1 if problems else 0


if __name__ == "__main__":
    sys.exit(main())
