"""What a checker reports, and the files it looks at."""

import dataclasses
import pathlib
import subprocess

CPP_SUFFIXES = {".h", ".cc", ".c"}


@dataclasses.dataclass(frozen=True, order=True)
class Finding:
    """One broken rule. Prints as `path:line: message. Fix: fix.`"""

    path: str
    line: int
    message: str
    fix: str

    def __str__(self) -> str:
        return f"{self.path}:{self.line}: {self.message}. Fix: {self.fix}."


def project_files(root: pathlib.Path) -> list[str]:
    """Paths, relative to root, of all files that git tracks or would; every file where there is no git."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard"]
    listed = subprocess.run(command, cwd=root, capture_output=True, text=True)
    if listed.returncode == 0:
        names = listed.stdout.splitlines()
    else:
        names = [path.relative_to(root).as_posix() for path in root.rglob("*") if path.is_file()]
    return sorted(name for name in names if (root / name).is_file())


def cpp_files(root: pathlib.Path) -> list[str]:
    return [name for name in project_files(root) if pathlib.PurePath(name).suffix in CPP_SUFFIXES]


def is_test(name: str) -> bool:
    """Whether a file is only in tests: x_test.cc, what tests of a room share (testing.h, x_testing.h), test_plugins/."""
    path = pathlib.PurePath(name)
    return name.endswith("_test.cc") or path.stem == "testing" or path.stem.endswith("_testing") or \
        "test_plugins" in path.parts


def read_lines(root: pathlib.Path, name: str) -> list[str]:
    """The file's lines; none for a file that is not text."""
    try:
        return (root / name).read_text(encoding="utf-8").splitlines()
    except UnicodeDecodeError:
        return []
