"""Errors for what the shim does not have."""

from tenon.errors import AttributeNotAvailable, NotAvailable

HINT = "Use DynamicFrame: create_dynamic_frame.from_options, ApplyMapping, ResolveChoice, write_dynamic_frame.from_options."


def absent(name, hint=HINT):
    """Raises for an attribute of an object; names it and what serves in its place."""
    raise AttributeNotAvailable(name, hint)


def module_getattr(module):
    """The __getattr__ of a module: a name that is not there says so, in the words of the project."""
    def getattr_(name):
        if name.startswith("__"):
            raise AttributeError(f"module {module!r} has no attribute {name!r}")
        raise NotAvailable(f"{module}.{name}", HINT)  # No AttributeError: `from X import Y` would hide its text.
    return getattr_
