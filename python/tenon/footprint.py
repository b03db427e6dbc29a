"""Which fields of its record a function touches, found in its byte code.

A function that only names fields of its record, as lambda r: r["a"] > 5, never lets the record itself out of its hands. Such
a record need not have the other fields, and the next call may get the same object. Whatever is not understood here gets whole
records of its own: this only ever tells that less will do.
"""

import dis
import sys
import types
import typing

_GIVES_LATER = 0x20 | 0x80 | 0x200  # Flags of generators and coroutines.

# Look at all names of a function that runs.
_LOOKING_AT_FRAMES = frozenset({"locals", "vars", "eval", "exec", "dir", "_getframe", "currentframe", "stack", "settrace"})
_PASSED_OVER = frozenset({"CACHE", "NOP", "RESUME", "EXTENDED_ARG", "PRECALL", "NOT_TAKEN"})
_LOADS = frozenset({"LOAD_FAST", "LOAD_FAST_CHECK", "LOAD_FAST_BORROW"})
_PAIRS = frozenset({"LOAD_FAST_LOAD_FAST", "LOAD_FAST_BORROW_LOAD_FAST_BORROW"})
_PLAIN_VALUES = frozenset({"LOAD_CONST", "LOAD_SMALL_INT", "LOAD_GLOBAL", "LOAD_DEREF", *_LOADS})
_METHODS = frozenset({"get", "pop"})


class Footprint(typing.NamedTuple):
    fields: tuple  # Names of all fields that it may read, set or delete, in the order of its text.
    gives_record: bool  # What it returns is its record, or nothing; else never its record.


def footprint(function, record_type=dict):
    """The footprint of a function of one record, or None: it may touch any field, or keep the record."""
    place = 0
    if isinstance(function, types.MethodType):
        function, place = function.__func__, 1
    if not isinstance(function, types.FunctionType) or sys.gettrace() is not None:
        return None
    code = function.__code__
    if code.co_flags & _GIVES_LATER or code.co_argcount <= place:
        return None
    record = code.co_varnames[place]
    if record in code.co_cellvars or _LOOKING_AT_FRAMES & set(code.co_names):
        return None
    steps = list(_steps(code))
    fields, returns = {}, set()
    for at, step in enumerate(steps):
        if step.name.startswith(("STORE_FAST", "DELETE_FAST")) and _names(step, record):
            return None
        if step.name == "RETURN_VALUE":
            returns.add(_kind_of_return(steps, at, record))
        elif step.name == "RETURN_CONST":
            returns.add("nothing" if not step.value else "other")
        if not _names(step, record):
            continue
        field = _field_touched(steps, at, record, record_type)
        if field is not None:
            fields[field] = None
        elif not _is(steps, at + 1, "RETURN_VALUE"):
            return None
    if None in returns or {"record", "other"} <= returns:
        return None
    return Footprint(tuple(fields), "record" in returns)


class _Step(typing.NamedTuple):
    name: str
    value: object
    is_target: bool  # Something jumps here.
    number: int


def _steps(code):
    for one in dis.get_instructions(code):
        if one.opname in _PASSED_OVER:
            continue
        if one.opname in _PAIRS:
            for value in one.argval:
                yield _Step("LOAD_FAST", value, one.is_jump_target, one.arg)
        else:
            yield _Step(one.opname, one.argval, one.is_jump_target, one.arg)


def _names(step, record):
    """Whether a step has to do with the variable of this name. Those of two variables are not understood, but for loads."""
    return "_FAST" in step.name and (step.value == record or isinstance(step.value, tuple) and record in step.value)


def _is(steps, at, *names):
    return 0 <= at < len(steps) and steps[at].name in names


def _kind_of_return(steps, at, record):
    before = steps[at - 1]
    if before.name in _LOADS and before.value == record:
        return None if steps[at].is_target else "record"
    if before.name == "LOAD_CONST" and not before.value and not steps[at].is_target:
        return "nothing"
    return "other"


def _field_touched(steps, at, record, record_type):
    """The field that the load of a record at this step is for, or None."""
    if steps[at].name not in _LOADS:
        return None
    if _is(steps, at - 1, "LOAD_CONST") and _is(steps, at + 1, "CONTAINS_OP") and not steps[at].is_target \
            and not steps[at + 1].is_target:
        return _text(steps[at - 1].value)
    if _is(steps, at + 1, "LOAD_CONST"):
        return _text(steps[at + 1].value) if _is_subscript(steps, at + 2) else None
    if _is(steps, at + 1, "LOAD_ATTR", "LOAD_METHOD", "STORE_ATTR", "DELETE_ATTR"):
        name = steps[at + 1].value
        if not hasattr(record_type, name):
            return name if steps[at + 1].name != "LOAD_METHOD" and hasattr(record_type, "__getattr__") else None
        return _field_of_call(steps, at + 2, record) if name in _METHODS else None
    return None


def _is_subscript(steps, at):
    if _is(steps, at, "DUP_TOP_TWO"):  # r["a"] += 1
        at += 1
    elif _is(steps, at, "COPY") and _is(steps, at + 1, "COPY"):
        at += 2
    if _is(steps, at, "BINARY_OP"):
        return _BINARY_SUBSCRIPT is not None and steps[at].number == _BINARY_SUBSCRIPT
    return _is(steps, at, "BINARY_SUBSCR", "STORE_SUBSCR", "DELETE_SUBSCR")


# Python 3.14 made the subscript a binary operator.
_BINARY_SUBSCRIPT = next((number for number, (name, _) in enumerate(getattr(dis, "_nb_ops", ())) if name == "NB_SUBSCR"), None)


def _field_of_call(steps, at, record):
    """The field of r.get("a") and r.get("a", 0), whose first argument is at this step."""
    if not _is(steps, at, "LOAD_CONST"):
        return None
    call = at + 1
    if _is(steps, call, *_PLAIN_VALUES) and not _names(steps[call], record):
        call += 1
    if _is(steps, call, "CALL", "CALL_METHOD", "CALL_FUNCTION") and steps[call].number == call - at:
        return _text(steps[at].value)
    return None


def _text(value):
    return value if isinstance(value, str) else None
