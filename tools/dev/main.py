"""Verbs of ./dev: names, arguments, errors."""

import sys

from dev import build, paths
from dev.console import Failure, nearest, run


def verb_build(args: list[str]) -> int:
    """build [PRESET] [TARGET…]    build a preset: dev (default), asan, tsan, release"""
    preset = args[0] if args and args[0] in build.PRESETS else "dev"
    targets = args[1:] if args and args[0] in build.PRESETS else args
    build.build(preset, targets)
    return 0


def verb_test(args: list[str]) -> int:
    """test [NAME…]                run the tests of these rooms, or everything"""
    build.build("dev", [f"{name}_test" for name in args] or ["all_tests"], quiet=True)
    labels = ["-L", "^(" + "|".join(args) + ")$"] if args else []
    return run(["ctest", "--test-dir", paths.build_dir("dev"), "--output-on-failure", *labels])


VERBS = {"build": verb_build, "test": verb_test}


def usage() -> str:
    lines = [f"  {verb.__doc__}" for verb in VERBS.values()]
    return "usage: ./dev VERB [ARG…]\n\n" + "\n".join(lines) + "\n"


def main(args: list[str]) -> int:
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
            print(f"hint: {failure.hint}", file=sys.stderr)
        return failure.code
    except KeyboardInterrupt:
        return 130
