"""Verbs of ./dev: names, arguments, errors."""

import os
import sys

from dev import build, demo, doctor, environment, fuzz, paths, testing
from dev.console import Failure, nearest, run, say

PROGRAM = "tenon"


def verb_demo(args: list[str]) -> int:
    """demo                        build the product and run a Glue script on real files"""
    refuse_arguments("demo", args)
    if not demo.SCRIPT.exists():
        raise Failure(f"The example is not there: path={demo.SCRIPT.relative_to(paths.ROOT)}")
    build.build("release", [], quiet=True)
    return demo.run()


def verb_test(args: list[str]) -> int:
    """test [NAME…] [-- ARG…]      run suites or groups (rooms, checks, tsan) in the dev preset, or everything"""
    return testing.test(args)


def verb_build(args: list[str]) -> int:
    """build [PRESET] [TARGET…]    build a preset: dev (default), asan, tsan, release"""
    named = bool(args) and args[0] in build.PRESETS
    build.build(args[0] if named else "dev", args[1:] if named else args)
    return 0


def verb_bench(args: list[str]) -> int:
    """bench [NAME…]               run benchmarks on the release build; --help lists its options"""
    build.build("release", ["all", "bench_programs"], quiet=True)
    return run([paths.VENV_PYTHON, "-B", paths.ROOT / "bench/run.py", *args], env={"TENON_DEPS": str(paths.DEPS)})


def verb_fuzz(args: list[str]) -> int:
    """fuzz [NAME…] [--seconds N]  run the fuzz targets, 60 s each unless told"""
    return fuzz.run(args)


def verb_fmt(args: list[str]) -> int:
    """fmt                         lay out all C++ as .clang-format says"""
    refuse_arguments("fmt", args)
    environment.ensure(["check"])
    from checks import formatting
    say(f"changed {formatting.apply(paths.ROOT)} files")
    return 0


def verb_check(args: list[str]) -> int:
    """check [NAME…]               run the checks: layers tidy format links docs clang-tidy headers"""
    return testing.check(args)


def verb_tenon(args: list[str]) -> int:
    """tenon ARG…                  run the built command-line program, in the folder you are in"""
    build.build("release", [], quiet=True)
    program = paths.build_dir("release") / PROGRAM
    if not program.exists():
        raise Failure(f"The program is not in the build: path={program.relative_to(paths.ROOT)}")
    os.environ.setdefault("TENON_PYTHON", str(paths.VENV_PYTHON))
    os.execv(program, [str(program), *args])


def verb_python(args: list[str]) -> int:
    """python ARG…                 run Python with the pinned packages, tenon and awsglue on its path"""
    build.build("release", [], quiet=True)
    folders = [str(folder) for folder in environment.python_path("release")]
    if os.environ.get("PYTHONPATH"):
        folders.append(os.environ["PYTHONPATH"])
    os.environ["PYTHONPATH"] = os.pathsep.join(folders)
    os.execv(paths.VENV_PYTHON, [str(paths.VENV_PYTHON), *args])


def verb_doctor(args: list[str]) -> int:
    """doctor                      print what is installed, what is missing and how to get it"""
    refuse_arguments("doctor", args)
    return doctor.run()


VERBS = {name[len("verb_"):]: verb for name, verb in list(globals().items()) if name.startswith("verb_")}


def refuse_arguments(verb: str, args: list[str]) -> None:
    if args:
        raise Failure(f"The verb takes no argument: verb={verb} argument={args[0]}", code=2)


def usage() -> str:
    lines = [f"  {verb.__doc__}" for verb in VERBS.values()]
    return "usage: ./dev VERB [ARG…]\n\n" + "\n".join(lines) + "\n"


def main(args: list[str]) -> int:
    """Gives the exit code: 0 well, 1 something failed, 2 the words were wrong."""
    if not args or args[0] in ("-h", "--help", "help"):
        print(usage())
        return 0 if args else 2
    try:
        verb = VERBS.get(args[0])
        if verb is None:
            raise Failure(f"Verb is not known: verb={args[0]}", nearest(args[0], VERBS), code=2)
        return verb(args[1:])
    except Failure as failure:
        print(f"error: {failure.message}", file=sys.stderr)
        if failure.hint:
            print(f"  hint: {failure.hint}", file=sys.stderr)
        return failure.code
    except KeyboardInterrupt:
        return 130
