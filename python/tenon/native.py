"""Loads the native module, and says what is wrong when that fails."""

import importlib
import sys

from tenon.errors import TenonError

PYARROW = "26.0"  # The version whose libraries the native module shares; pyproject.toml asks for the same.


def core():
    """The module tenon._core. TenonError when it, or the pyarrow it shares libraries with, does not fit."""
    loaded = sys.modules.get("tenon._core")
    if loaded is not None:
        return loaded
    try:
        return importlib.import_module("tenon._core")
    except ImportError as error:
        raise _explain(error) from None


def _explain(error):
    reason = str(error)
    if "libarrow" in reason or "libparquet" in reason:
        return TenonError(
            f"pyarrow of another version is installed: needed={PYARROW}.* found={_found_pyarrow()}",
            code="ResourceExhausted", number=4003, where=reason, exit_code=4,
            hint=f"Run: {sys.executable} -m pip install 'pyarrow=={PYARROW}.*'")
    return TenonError(
        f"Native module cannot be loaded: module=tenon._core python={sys.version.split()[0]} executable={sys.executable}",
        code="ResourceExhausted", number=4004, where=reason, exit_code=4,
        hint="Install tenon-etl into this interpreter: pip install --force-reinstall tenon-etl.")


def _found_pyarrow():
    from importlib import metadata
    try:
        return metadata.version("pyarrow")
    except metadata.PackageNotFoundError:
        return "none"
