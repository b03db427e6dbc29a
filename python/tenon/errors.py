"""TenonError: what every error of the runtime is in Python."""


class TenonError(Exception):
    """An error of the runtime.

    code: its kind, as "NotFound". number: the n of TNn, 0 where the code says enough. message, where, hint: texts; the
    message has no full stop. exit_code: what a program that ends with it should return.
    """

    def __init__(self, message, *, code="InvalidArgument", number=0, where="", hint="", exit_code=1):
        super().__init__(f"{message}. {hint}" if hint else message)
        self.message = message
        self.code = code
        self.number = number
        self.where = where
        self.hint = hint
        self.exit_code = exit_code


class NotAvailable(TenonError, NotImplementedError):
    """Something of Glue or Spark that this version does not have; names it and the nearest that is there."""

    def __init__(self, name, hint):
        super().__init__(f"Not in this version: name={name}", code="Unsupported", number=1110, hint=hint, exit_code=2)
        self.name = name


class AttributeNotAvailable(NotAvailable, AttributeError):
    """As NotAvailable, for attributes of objects: hasattr() gives False."""
