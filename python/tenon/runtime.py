"""The run that the script of this process belongs to: one per process, its job started at the first use.

`tenon run` sets it up before the script begins; a script that only imports awsglue, without `tenon run`, gets one with
default settings.
"""

import os
import sys

from tenon.errors import TenonError

RERUN = {"": 0, "resume": 1, "again": 2}
CHANGED_RERUN = {"fail": 0, "treat-as-written": 1, "write-anyway": 2}
BOOKMARKS = {"job-bookmark-disable": 0, "job-bookmark-enable": 1, "job-bookmark-pause": 2}
# The versions of AWS Glue whose ways can be followed, and Spark's version in each.
SPARK_OF_GLUE = {"5.0": "3.5.4", "5.1": "3.5.6", "6.0": "4.1.1"}


def checked_glue_version(text, what):
    """The version; TenonError, which names `what` it came from, when there is none of that name."""
    if text not in SPARK_OF_GLUE:
        raise TenonError(f"AWS Glue version is not known: {what}={text}", number=1103,
                         hint="It takes: " + ", ".join(SPARK_OF_GLUE) + ".", exit_code=2)
    return text


def default_glue_version():
    """$GLUE_VERSION, else the newest."""
    named = os.environ.get("GLUE_VERSION")
    return checked_glue_version(named, "GLUE_VERSION") if named else RunSettings.glue_version


class RunSettings:
    """What was asked of the run; RunSettings(name="x") sets some of it."""

    name = ""
    state_folder = ""
    script = ""                  # Path; its content's hash tells a changed script from an unchanged one.
    run = ""                     # The run's id; empty: drawn.
    rerun = ""                   # "", "resume", "again".
    on_changed_rerun = "fail"    # Or "treat-as-written", "write-anyway": instead of TN6003.
    accept_changed_source = False  # Go on instead of TN6004.
    bookmarks = "job-bookmark-disable"
    memory_bytes = 0
    threads = 0
    progress = "none"            # terminal, plain, json, none.
    log_level = "warning"
    json_messages = False
    colour = False
    glue_version = "6.0"
    explain = False
    crash_reports = False        # The process belongs to the run: fatal signals are reported.

    def __init__(self, **values):  # No dataclass: importing that costs more than all of this package.
        for name, value in values.items():
            if not hasattr(type(self), name):
                raise TypeError(f"Setting is not known: name={name}")
            setattr(self, name, value)


class Runtime:
    """Starts the job when it is first needed, so that job.init() may still name it."""

    def __init__(self, settings):
        self.settings = settings
        self._job = None

    @property
    def explain(self):
        return self.settings.explain

    @property
    def job(self):
        if self._job is None:
            from tenon.native import core
            self._job = core().Job.start(job_settings(self.settings))
        return self._job

    def rename(self, name):
        """job.init(name): the job's identity, which cannot change once it runs."""
        if not name or name == self.settings.name:
            return
        if self._job is not None and self.settings.name:
            raise TenonError(f"Job was started under another name: started={self.settings.name} init={name}", number=1106,
                             hint="Call job.init before the first read, with the name of --JOB_NAME.", exit_code=2)
        self.settings.name = name

    def commit(self):
        if not self.explain:
            self.job.commit()

    def end(self, clean):
        """Ends the job if it was started. Nothing happens the second time."""
        job, self._job = self._job, None
        if job is not None:
            job.end(clean)

    def cancel(self):
        if self._job is not None:
            self._job.cancel()


def job_settings(settings):
    """The settings in the words of tenon._core."""
    if settings.bookmarks not in BOOKMARKS:
        raise TenonError(f"Value of an argument is wrong: argument=--job-bookmark-option value={settings.bookmarks}",
                         number=1103, hint="It takes: " + ", ".join(sorted(BOOKMARKS)) + ".", exit_code=2)
    return {
        "name": settings.name or "job",
        "state_folder": settings.state_folder or _default_state_folder(),
        "script": settings.script,
        "run": settings.run,
        "rerun": RERUN[settings.rerun],
        "on_changed_rerun": CHANGED_RERUN[settings.on_changed_rerun],
        "accept_changed_source": settings.accept_changed_source,
        "bookmarks": BOOKMARKS[settings.bookmarks],
        "memory_bytes": settings.memory_bytes,
        "threads": settings.threads,
        "progress": settings.progress,
        "log_level": settings.log_level,
        "json_messages": settings.json_messages,
        "colour": settings.colour,
        "crash_reports": settings.crash_reports,
    }


def choose_run(settings):
    """The id of the run that is about to begin, or to be finished; known before the script, which is told it."""
    finishes = settings.rerun == "resume" or (settings.rerun == "" and settings.bookmarks == "job-bookmark-enable")
    folder = settings.state_folder or _default_state_folder()
    if finishes and not settings.explain and os.path.exists(os.path.join(folder, "state.db")):
        from tenon.native import core
        cut = core().Job.run_to_finish(job_settings(settings))
        if cut:
            return cut
    from time import gmtime, strftime
    return strftime("r%Y%m%d-%H%M%S-", gmtime()) + os.urandom(3).hex()


_current = None


def current():
    """The runtime of this process; made with defaults when nobody set one up."""
    global _current
    if _current is None:
        stem = os.path.splitext(os.path.basename(sys.argv[0] or ""))[0]
        _current = Runtime(RunSettings(name=stem or "job", glue_version=default_glue_version()))
    return _current


def install(runtime):
    """Makes this the runtime of the process; gives back the one before, which may be None."""
    global _current
    before, _current = _current, runtime
    return before


def _default_state_folder():
    from tenon.home import state_folder
    return state_folder()
