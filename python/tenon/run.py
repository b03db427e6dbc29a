"""`python -m tenon.run [OPTION…] [--] SCRIPT [ARG…]`: runs one AWS Glue script. `tenon run` starts this.

Puts awsglue and the pyspark shim on sys.path, gives the script its arguments as AWS Glue does, runs it as __main__, ends
the job and turns whatever happened into an exit code (docs/cli.md lists them).
"""

import os
import signal
import sys

from tenon import report
from tenon.errors import NotAvailable, TenonError
from tenon.runtime import RunSettings, Runtime, checked_glue_version, choose_run, default_glue_version, install

INTERRUPTED = 130
TERMINATED = 143
GLUE_FOLDER = os.path.join(os.path.dirname(os.path.abspath(__file__)), "glue")

NEAREST = ("Use DynamicFrame: create_dynamic_frame.from_options, ApplyMapping, ResolveChoice, "
           "write_dynamic_frame.from_options.")

# Option -> (RunSettings field, how its value is read); a flag has a constant.
VALUES = {
    "--state": ("state_folder", os.path.abspath),
    "--memory": ("memory_bytes", int),
    "--threads": ("threads", int),
    "--progress": ("progress", str),
    "--log-level": ("log_level", str),
    "--log-format": ("json_messages", lambda text: text == "json"),
    "--engine": (None, str),
    "--glue-version": ("glue_version", lambda text: checked_glue_version(text, "--glue-version")),
}
FLAGS = {
    "--resume": ("rerun", "resume"),
    "--again": ("rerun", "again"),
    "--treat-as-written": ("on_changed_rerun", "treat-as-written"),
    "--write-anyway": ("on_changed_rerun", "write-anyway"),
    "--accept-changed": ("accept_changed_source", True),
    "--explain": ("explain", True),
}


class Terminated(BaseException):
    """SIGTERM arrived."""


def usage_error(message, hint=""):
    return TenonError(message, number=1102, hint=hint or "`tenon run --help` lists the options.", exit_code=2)


def parse(words):
    """Settings, and the script with its arguments."""
    settings = RunSettings()
    rest = list(words)
    while rest and rest[0].startswith("--"):
        word = rest.pop(0)
        if word == "--":
            break
        name, joined, value = word.partition("=")
        if name in FLAGS and not joined:
            setattr(settings, *FLAGS[name])
        elif name in VALUES:
            if not joined:
                if not rest:
                    raise usage_error(f"Option needs a value: option={name}")
                value = rest.pop(0)
            field, read = VALUES[name]
            try:
                value = read(value)
            except ValueError:
                raise usage_error(f"Value of an option is wrong: option={name} value={value}") from None
            if field:
                setattr(settings, field, value)
        else:
            raise usage_error(f"Option is not known: option={word}")
    if not rest:
        raise usage_error("Argument is missing: argument=SCRIPT")
    if "glue_version" not in vars(settings):
        settings.glue_version = default_glue_version()
    return settings, rest


def argument(words, name):
    """The value of --NAME among a script's arguments, or None."""
    for i, word in enumerate(words):
        if word == f"--{name}" and i + 1 < len(words):
            return words[i + 1]
        if word.startswith(f"--{name}="):
            return word.partition("=")[2]
    return None


def prepare(settings, script, arguments):
    """Fills in what follows from the script and its arguments; sets sys.argv and sys.path as the script expects them."""
    settings.script = script
    settings.name = argument(arguments, "JOB_NAME") or os.path.splitext(os.path.basename(script))[0]
    settings.bookmarks = argument(arguments, "job-bookmark-option") or settings.bookmarks
    settings.run = choose_run(settings)
    own = {"JOB_NAME": settings.name, "JOB_ID": "j_" + settings.name, "JOB_RUN_ID": settings.run}
    for name, value in reversed(own.items()):
        if argument(arguments, name) is None:
            arguments = [f"--{name}", value, *arguments]
    if settings.progress == "auto":
        settings.progress = "terminal" if sys.stderr.isatty() else "plain"
    settings.colour = report.colour_wanted()
    settings.crash_reports = True
    sys.argv = [script, *arguments]
    os.environ.pop("PYTHONSAFEPATH", None)  # Set for our own start; not for what the script starts.
    folder = os.path.dirname(os.path.abspath(script))
    if not getattr(sys.flags, "safe_path", False):
        sys.path.pop(0)  # The folder that -m put there: the script's own takes its place.
    sys.path[:0] = [folder, GLUE_FOLDER]


class Interrupts:
    """First Ctrl-C: the running action is cancelled. Second: the process ends at once. SIGTERM: as the first, exit 143."""

    def __init__(self):
        self.count = 0

    def install(self):
        signal.signal(signal.SIGINT, self.on_interrupt)
        signal.signal(signal.SIGTERM, self.on_terminate)
        # `tenon` held it back while Python started.
        signal.pthread_sigmask(signal.SIG_UNBLOCK, {signal.SIGINT})

    def on_interrupt(self, number, frame):
        self.count += 1
        if self.count > 1:
            signal.signal(signal.SIGINT, signal.SIG_DFL)
            os.kill(os.getpid(), signal.SIGINT)
        os.write(2, b"interrupted: stopping; nothing half-done stays. Ctrl-C again ends at once.\n")
        raise KeyboardInterrupt

    def on_terminate(self, number, frame):
        raise Terminated


def exit_code_of(exit_error):
    """What sys.exit(x) of a script means for the process, as Python has it."""
    if exit_error.code is None:
        return 0
    if isinstance(exit_error.code, int):
        return exit_error.code & 0xFF
    print(exit_error.code, file=sys.stderr)
    return 1


def execute(script):
    """Runs the file as __main__, as Python itself would."""
    import types
    try:
        with open(script, "rb") as file:
            text = file.read()
    except OSError as error:
        raise TenonError(f"Script cannot be read: path={script} error={error.strerror}", code="PermissionDenied", number=1105,
                         exit_code=2) from None
    code = compile(text, script, "exec")
    module = types.ModuleType("__main__")
    module.__file__ = script
    module.__builtins__ = __builtins__
    sys.modules["__main__"] = module
    exec(code, module.__dict__)


def run_script(script, as_json):
    """The exit code of the script itself, and the number of the error that was reported."""
    try:
        execute(script)
        return 0, 0
    except SystemExit as error:
        return exit_code_of(error), 0
    except KeyboardInterrupt:
        return INTERRUPTED, 0
    except Terminated:
        return TERMINATED, 0
    except TenonError as error:
        report.print_error(error, report.script_line(error.__traceback__), as_json)
        return error.exit_code, error.number
    except ModuleNotFoundError as error:
        return report_missing_module(error, as_json), 0
    except BaseException as error:  # Whatever a script raises ends it with a message.
        report.print_script_failure(error, error.__traceback__, as_json)
        return 1, 0


def report_missing_module(error, as_json):
    """A module of Glue or Spark that this version lacks is told as such; any other is the script's error."""
    if (error.name or "").partition(".")[0] not in ("awsglue", "awsgluedq", "awsglueml", "pyspark"):
        report.print_script_failure(error, error.__traceback__, as_json)
        return 1
    refusal = NotAvailable(error.name, NEAREST)
    report.print_error(refusal, report.script_line(error.__traceback__), as_json)
    return refusal.exit_code


def end_job(runtime, code, reported, as_json):
    """Ends the job; its own error counts when the script had none. One that ended the script is not told twice."""
    try:
        runtime.end(clean=code == 0)
    except TenonError as error:
        if error.number == 0 or error.number != reported:
            report.print_error(error, "", as_json)
        return code or error.exit_code
    except KeyboardInterrupt:
        return INTERRUPTED
    except Terminated:
        return TERMINATED
    return code


def run_words(words):
    as_json = False
    try:
        settings, (script, *arguments) = parse(words)
        as_json = settings.json_messages
        prepare(settings, script, arguments)
        if not os.path.isfile(script):
            raise TenonError(f"Script is not there: path={script}", code="NotFound", number=1105, exit_code=2)
    except TenonError as error:
        report.print_error(error, "", as_json)
        return error.exit_code
    runtime = Runtime(settings)
    install(runtime)
    code, reported = run_script(script, as_json)
    return end_job(runtime, code, reported, as_json)


def main(words):
    try:
        Interrupts().install()
        return run_words(words)
    except KeyboardInterrupt:
        return INTERRUPTED
    except Terminated:
        return TERMINATED
    finally:
        signal.signal(signal.SIGINT, signal.SIG_DFL)  # Python's own end has nothing to say about it.


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
