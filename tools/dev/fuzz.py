"""`./dev fuzz [NAME…] [--seconds N]`: builds fuzz/*_fuzz.cc with clang's libFuzzer and runs each for a while.

It starts from fuzz/corpus/<target> and keeps what it learns in build/fuzz/corpus; an input that breaks a target lies in
build/fuzz and belongs, once mended, into fuzz/corpus/<target>, which every test run replays.
"""

import os
import pathlib
import subprocess

from dev import build, environment, paths
from dev.console import Failure, check, nearest, say

SOURCES = paths.ROOT / "fuzz"
SECONDS = 60


def targets() -> list[str]:
    return sorted(path.stem for path in SOURCES.glob("*_fuzz.cc"))


def parse(args: list[str], known: list[str]) -> tuple[list[str], int]:
    names, seconds, words = [], SECONDS, iter(args)
    for word in words:
        if word in ("--seconds", "-s"):
            text = next(words, "")
            if not text.isdigit() or int(text) < 1:
                raise Failure(f"Seconds are not a positive number: seconds={text}", code=2)
            seconds = int(text)
        elif word in known or f"{word}_fuzz" in known:
            names.append(word if word in known else f"{word}_fuzz")
        else:
            raise Failure(f"Fuzz target is not known: name={word}", nearest(word, known), code=2)
    return names or known, seconds


def configure(folder: pathlib.Path) -> None:
    if (folder / "build.ninja").exists():
        return
    check(["cmake", "-S", paths.ROOT, "-B", folder, "-G", "Ninja", "-DCMAKE_C_COMPILER=clang-14",
           "-DCMAKE_CXX_COMPILER=clang++-14", "-DCMAKE_BUILD_TYPE=RelWithDebInfo",
           "-DCMAKE_CXX_FLAGS_RELWITHDEBINFO=-O1 -g1", "-DTENON_SANITIZE=address,undefined,fuzzer-no-link",
           "-DTENON_DCHECKS=ON", "-DTENON_FAILPOINTS=ON", "-DTENON_FUZZ=ON", f"-DTENON_DEPS={paths.DEPS}",
           "--log-level=WARNING"], "Configuring fuzz")


def run(args: list[str]) -> int:
    known = targets()
    if not known:
        raise Failure(f"There is no fuzz target: folder={SOURCES.relative_to(paths.ROOT)}")
    names, seconds = parse(args, known)
    environment.ensure(["build", "fuzz"])
    folder = paths.build_dir("fuzz")
    configure(folder)
    check(["ninja", "-C", folder, f"-j{build.jobs()}", "--quiet", *names], "Building the fuzz targets")
    failed = []
    for name in names:
        learnt, kept = folder / "corpus" / name, SOURCES / "corpus" / name
        for corpus in (learnt, kept):
            corpus.mkdir(parents=True, exist_ok=True)
        say(f"fuzzing {name} for {seconds} s")
        done = subprocess.run(
            [str(folder / "fuzz" / name), f"-max_total_time={seconds}", "-timeout=10", "-print_final_stats=1",
             f"-artifact_prefix={folder}/", str(learnt), str(kept)],
            env={**os.environ, "ARROW_DEFAULT_MEMORY_POOL": "system"})
        if done.returncode != 0:
            failed.append(name)
    print(f"{len(names) - len(failed)} passed, {len(failed)} failed")
    return 1 if failed else 0
