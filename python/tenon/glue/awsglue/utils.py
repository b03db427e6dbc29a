"""getResolvedOptions: the arguments of a job, as its script asks for them."""

import sys

_BOOKMARK_ENABLE = "job-bookmark-enable"
_BOOKMARK_PAUSE = "job-bookmark-pause"
_BOOKMARK_DISABLE = "job-bookmark-disable"

job_bookmark_options = [_BOOKMARK_ENABLE, _BOOKMARK_PAUSE, _BOOKMARK_DISABLE]
job_bookmark_range_options = ["job-bookmark-from", "job-bookmark-to"]
_CONTINUATION = {"continuation-enabled": _BOOKMARK_ENABLE, "continuation-readonly": _BOOKMARK_PAUSE,
                 "continuation-ignore": _BOOKMARK_DISABLE}
continuation_options = list(_CONTINUATION)

_RESERVED = ["job-bookmark-option", "continuation-option", *job_bookmark_range_options]
_KNOWN = ["JOB_ID", "JOB_RUN_ID", "SECURITY_CONFIGURATION", "enable-data-lineage", "RedshiftTempDir", "TempDir",
          *job_bookmark_range_options]
_TEMP = ("TempDir", "RedshiftTempDir")

# What the last call of getResolvedOptions returned: transforms that need a temporary folder look here.
_global_args = {}


class GlueArgumentError(Exception):
    """An argument of the job is missing or wrong."""


def getResolvedOptions(args, options, allow_abbrev=False):
    """The values of `options` and of the arguments every job knows, by name, from `args` (sys.argv).

    GlueArgumentError when one of `options` is missing; RuntimeError for reserved names and bookmark ranges that make no
    sense. Since Glue 6.0 names must be written out unless allow_abbrev; before, a unique beginning was enough.
    """
    reserved = [name for name in options if name in _RESERVED]
    if reserved:
        raise RuntimeError("Using reserved arguments " + ", ".join(reserved))
    parser = _make_parser(options, allow_abbrev or _old_glue())
    parsed, _ = parser.parse_known_args(args[1:])
    result = vars(parsed)
    _resolve_bookmarks(result)
    temporary = result["TempDir"] or result["RedshiftTempDir"]
    result.update(dict.fromkeys(_TEMP, temporary))
    _global_args.clear()
    _global_args.update(result)
    return result


def _old_glue():
    """Whether the run follows a version that took abbreviations."""
    runtime = sys.modules.get("tenon.runtime")
    return runtime is not None and runtime.current().settings.glue_version.startswith("5.")


def _make_parser(options, allow_abbrev):
    import argparse  # Only here: it costs milliseconds that a script without arguments need not pay.

    class Parser(argparse.ArgumentParser):
        def error(self, message):
            raise GlueArgumentError(message)

    def formatter(prog):  # With a width, argparse need not ask the terminal, for which it imports more.
        return argparse.HelpFormatter(prog, width=80)

    parser = Parser(add_help=False, allow_abbrev=allow_abbrev, formatter_class=formatter)
    parser.add_argument("--job-bookmark-option", choices=job_bookmark_options)
    parser.add_argument("--continuation-option", choices=continuation_options)
    parser.add_argument("--encryption-type", choices=["sse-s3"])
    for name in _KNOWN:
        parser.add_argument("--" + name, required=name in options and name not in _TEMP)
    for name in dict.fromkeys(options):
        if name not in _KNOWN and name != "encryption-type":
            parser.add_argument("--" + name, required=True)
    return parser


def _resolve_bookmarks(result):
    if result["job_bookmark_option"] is None:
        result["job_bookmark_option"] = _CONTINUATION.get(result["continuation_option"], _BOOKMARK_DISABLE)
    start, end = result["job_bookmark_from"], result["job_bookmark_to"]
    if start is None and end is None:
        return
    if result["job_bookmark_option"] != _BOOKMARK_PAUSE:
        raise RuntimeError("Invalid option(s) --job-bookmark-from and --job-bookmark-to: they go with "
                           "--job-bookmark-option job-bookmark-pause only")
    if start is None or end is None:
        raise RuntimeError("Missing option or value for " +
                           ("--job-bookmark-from" if start is None else "--job-bookmark-to"))
