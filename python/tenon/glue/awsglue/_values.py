"""What scripts give as options, made into the names and texts that the runtime takes; and where a script made a call."""

import json
import os
import sys

_OWN = tuple(f(os.path.dirname(__file__)) + os.sep for f in (os.path.abspath, os.path.realpath))


def to_pairs(options):
    """A dict of options as (name, text) pairs: texts as they are, all else as JSON, None left out."""
    if options is None:
        return []
    if not hasattr(options, "items"):
        raise TypeError(f"Options must be a dict. Got {type(options)}")
    return [(str(name), to_text(value)) for name, value in options.items() if value is not None]


def to_text(value):
    if isinstance(value, str):
        return value
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, (list, tuple, dict)):
        return json.dumps(value)
    return str(value)


def call_site(action):
    """"job.py:main:write_dynamic_frame": the innermost frame outside this package. Names a sink that has no context."""
    frame = sys._getframe(1)
    while frame is not None and frame.f_code.co_filename.startswith(_OWN):
        frame = frame.f_back
    if frame is None:
        return action
    return f"{os.path.basename(frame.f_code.co_filename)}:{frame.f_code.co_name}:{action}"


def frame_name(options):
    """The name Glue gives a frame that is read: from the common beginning of its paths, else a drawn one."""
    paths = options.get("paths") or options.get("path")
    if isinstance(paths, str):
        paths = _as_list(paths)
    if not paths:
        import uuid
        return str(uuid.uuid1()).replace("-", "_")
    common = os.path.commonprefix([str(path) for path in paths]).rsplit(":", 1)[-1]
    return common.translate(str.maketrans("", "", ":/."))


def _as_list(text):
    if text.startswith("["):
        try:
            return json.loads(text)
        except ValueError:
            pass
    return [text]
