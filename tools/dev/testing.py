"""The verbs test and check: which suites, and whether all went well."""

import time

from dev import build, environment, paths, running, suites
from dev.console import Failure, nearest, say

USAGE = "./dev test [NAME…] [--preset PRESET] [-- ARG…]"


def split_arguments(args: list[str]) -> tuple[list[str], str, list[str]]:
    """Names, preset (empty when not given), and what follows `--` for GoogleTest or pytest."""
    own, _, rest = (args[: args.index("--")], "--", args[args.index("--") + 1 :]) if "--" in args else (args, "", [])
    names, preset, words = [], "", iter(own)
    for word in words:
        if word == "--preset":
            preset = next(words, "")
            if preset not in build.PRESETS:
                raise Failure(f"Preset is not known: preset={preset}", nearest(preset, build.PRESETS), code=2)
            if preset not in build.TESTED:
                raise Failure(f"Preset builds no tests: preset={preset}",
                              f"Leave it out, or take one of {', '.join(build.TESTED)}: suites that need the release build "
                              "use it by themselves.", code=2)
        elif word.startswith("--preset="):
            return split_arguments([*own[: own.index(word)], "--preset", word[9:], *own[own.index(word) + 1 :], "--", *rest])
        elif word.startswith("-"):
            raise Failure(f"Option is not known: option={word}", f"Usage: {USAGE}", code=2)
        else:
            names.append(word)
    return names, preset, rest


def choose(names: list[str], known: list[suites.Suite]) -> list[suites.Suite]:
    """The suites of these names; the name of a group (rooms, checks, tsan) stands for all in it."""
    words = {suite.name for suite in known} | {suite.group for suite in known if suite.group}
    for name in names:
        if name not in words:
            raise Failure(f"Suite is not known: name={name}", nearest(name, words), code=2)
    return [suite for suite in known if suite.name in names or suite.group in names]


def all_suites(preset: str, arguments: list[str], with_tsan: bool) -> list[suites.Suite]:
    """Every suite there is, cheap ones first; room tests in `preset`."""
    listing = build.test_listing(preset)
    found = suites.check_suites(preset)
    found += suites.room_suites(preset, listing, False, arguments)
    if with_tsan and suites.parse_listing(listing)[1]:
        found += suites.room_suites("tsan", build.test_listing("tsan"), True, arguments)
    found += suites.pytest_suites(paths.ROOT, "release", arguments)
    found += suites.whole_suites(paths.ROOT)
    return found


def test(args: list[str]) -> int:
    names, preset, arguments = split_arguments(args)
    started = time.monotonic()
    wants_tsan = not names or any(name.startswith("tsan") for name in names)
    environment.ensure(["build", "check"] if not names or {"format", "clang-tidy", "checks"} & set(names) else ["build"])
    if names:
        known = all_suites(preset or "dev", arguments, wants_tsan)
        chosen = choose(names, known)
    else:
        chosen = all_suites(preset or "asan", arguments, wants_tsan)
    reports = running.run_suites(chosen)
    return running.print_summary(reports, time.monotonic() - started)


def check(args: list[str]) -> int:
    started = time.monotonic()
    environment.ensure(["build", "check"])
    build.configure("dev")
    known = suites.check_suites("dev")
    reports = running.run_suites(choose(args, known) if args else known)
    code = running.print_summary(reports, time.monotonic() - started)
    if code:
        say("each line above names file, line and the fix")
    return code
