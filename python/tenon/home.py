"""Where the run state lives, by the rule that the `tenon` program follows as well."""

import os


def state_folder():
    """$TENON_HOME, else the nearest .tenon upward, else the user's data folder. Absolute; need not exist."""
    named = os.environ.get("TENON_HOME")
    if named:
        return os.path.abspath(named)
    folder = os.getcwd()
    while True:
        candidate = os.path.join(folder, ".tenon")
        if os.path.isdir(candidate):
            return candidate
        parent = os.path.dirname(folder)
        if parent == folder:
            break
        folder = parent
    data = os.environ.get("XDG_DATA_HOME", "")
    if not data.startswith("/"):
        data = os.path.join(os.environ.get("HOME") or "/tmp", ".local/share")
    return os.path.join(data, "tenon")
