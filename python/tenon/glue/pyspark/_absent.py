"""Errors for what the shim does not have."""

from tenon.errors import NotAvailable

HINT = "Use DynamicFrame: create_dynamic_frame.from_options, ApplyMapping, ResolveChoice, write_dynamic_frame.from_options."


def absent(name, hint=HINT):
    """Raises; names what was asked for and what serves in its place."""
    raise NotAvailable(name, hint)


def module_getattr(module):
    """The __getattr__ of a module: a name that is not there says so, in the words of the project."""
    def getattr_(name):
        if name.startswith("__"):
            raise AttributeError(f"module {module!r} has no attribute {name!r}")
        absent(f"{module}.{name}")
    return getattr_
