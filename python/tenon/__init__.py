"""Tenon: runs AWS Glue scripts and data-integration connectors on one machine, without a JVM.

`tenon.Job` is the runtime for embedding; `tenon run script.py` runs an ordinary Glue script. Importing this package loads
nothing native; that happens at the first use of a name below.
"""

from tenon.errors import NotAvailable, TenonError

__version__ = "0.1.0"
__all__ = ["Frame", "Job", "NotAvailable", "RecordBatch", "Schema", "TenonError", "__version__"]

_NATIVE = {"Frame", "Job", "RecordBatch", "Schema"}


def __getattr__(name):
    if name in _NATIVE:
        from tenon.native import core
        return getattr(core(), name)
    raise AttributeError(f"module 'tenon' has no attribute {name!r}")
