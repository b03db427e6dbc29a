"""Prints what went wrong, for people or as JSON, on stderr."""

import os
import sys

SCRIPT_FAILED = 2100  # error_catalog.h: ScriptFailed.


def colour_wanted():
    if os.environ.get("NO_COLOR"):
        return False
    force = os.environ.get("CLICOLOR_FORCE", "")
    if force not in ("", "0"):
        return True
    return sys.stderr is not None and sys.stderr.isatty()


def print_error(error, script_line="", as_json=False):
    """A TenonError: `error[TNn]: message`, then where and hint. `script_line` is the line of the script it came from."""
    where = " ".join(part for part in (script_line, error.where) if part)
    if as_json:
        import json
        print(json.dumps({"event": "error", "number": error.number, "code": error.code, "message": error.message,
                          "where": where, "hint": error.hint}), file=sys.stderr, flush=True)
        return
    label = f"error[TN{error.number}]" if error.number else "error"
    if colour_wanted():
        label = f"\x1b[1;31m{label}\x1b[0m"
    lines = [f"{label}: {error.message}"]
    if where:
        lines.append(f"  where: {where}")
    if error.hint:
        lines.append(f"  hint: {error.hint}")
    print("\n".join(lines), file=sys.stderr, flush=True)


def user_frames(traceback):
    """The frames of the user's own code: those of this package, and what it calls of Python, are left out."""
    from traceback import extract_tb
    own = os.path.dirname(os.path.abspath(__file__)) + os.sep
    # In a build folder the files are links to the sources.
    linked = os.path.dirname(os.path.realpath(__file__)) + os.sep
    library = os.path.dirname(os.__file__) + os.sep
    kept, below_ours = [], False
    for frame in extract_tb(traceback):
        if frame.filename.startswith((own, linked, "<frozen")):
            below_ours = True
        elif not (below_ours and frame.filename.startswith(library)):  # What ours calls of Python is ours, too.
            below_ours = False
            kept.append(frame)
    return kept


def script_line(traceback):
    """"script=job.py line=12" of the innermost user frame; empty when there is none."""
    frames = user_frames(traceback)
    if not frames:
        return ""
    return f"script={os.path.basename(frames[-1].filename)} line={frames[-1].lineno}"


def print_script_failure(error, traceback, as_json=False):
    """An exception of the script's own: a traceback of its frames, then one error line."""
    from traceback import format_exception_only, format_list

    from tenon.errors import TenonError
    name = type(error).__name__
    text = str(error).strip().split("\n")[0]
    if not as_json:
        print("Traceback (most recent call last):", file=sys.stderr)
        sys.stderr.write("".join(format_list(user_frames(traceback))))
        sys.stderr.write("".join(format_exception_only(type(error), error)))
        sys.stderr.flush()
    print_error(TenonError(f"Script failed: exception={name}" + (f" text={text}" if text else ""), number=SCRIPT_FAILED),
                script_line(traceback), as_json)
