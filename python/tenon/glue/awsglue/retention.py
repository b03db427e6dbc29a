"""purge_s3_path and transition_s3_path: what becomes of files that have been kept long enough."""

import json

from tenon.errors import TenonError

# accountId and roleArn are those of the service that does it in AWS; here the job's own credentials do.
_OPTIONS = {"purge": ("retentionPeriod", "excludeStorageClasses", "manifestFilePath"),
            "transition": ("retentionPeriod", "excludeStorageClasses", "manifestFilePath", "accountId", "roleArn")}


def take_old_files(context, what, path, storage_class, options):
    """Removes files, or moves them when a storage class is given. Raises when some could not be taken and no manifest
    says which."""
    options = dict(options or {})
    for name in options:
        if name not in _OPTIONS[what]:
            raise TenonError(f"Option is not known: option={name} call={what}_s3_path", number=1001, exit_code=2,
                             hint="It takes " + ", ".join(_OPTIONS[what]) + ".")
    if what == "transition" and not storage_class:
        raise TenonError("Option is required: option=transition_to call=transition_s3_path", number=1003, exit_code=2,
                         hint="Give a storage class: STANDARD_IA, GLACIER, …")
    hours = _hours(options.get("retentionPeriod", 168))
    manifest = options.get("manifestFilePath") or ""
    runtime = context._runtime
    if runtime.explain:
        print(f"{what} {path} older than {hours} h" + (f" to {storage_class}" if storage_class else ""))
        return
    report = runtime.job.apply_retention(str(path), hours, _classes(options.get("excludeStorageClasses")), storage_class,
                                         str(manifest))
    if not report["failed"]:
        return
    text = (f"Files could not be {'moved' if storage_class else 'removed'}: path={path} failed={report['failed']} "
            f"done={report['files']} first={report['first_failure']}")
    if not manifest:
        raise TenonError(text, code="Unavailable", hint="manifestFilePath makes a list of them in Failed.csv.")
    context.get_logger().warn(text + f" manifest={manifest}")


def _hours(value):
    try:
        hours = int(value)
        # Half an hour is not none, which would take everything.
        if isinstance(value, bool) or (isinstance(value, float) and value != hours):
            raise ValueError
        return hours
    except (TypeError, ValueError, OverflowError):
        raise TenonError(f"Option has the wrong type: option=retentionPeriod value={value} expected=integer", number=1002,
                         hint="It is a number of hours.", exit_code=2) from None


def _classes(value):
    """A list, a set, or the text of a JSON list, as excludeStorageClasses of reads is given."""
    if not value:
        return []
    if isinstance(value, str):
        value = json.loads(value) if value.startswith("[") else [value]
    return sorted(str(each) for each in value)
