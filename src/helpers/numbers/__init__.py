"""Every figure that prose quotes: one function per chapter, returning named values.

A chapter calls its function on the tables and hands the result to `put`; prose then refers to a value by name with
``{glue:text}`name` ``. No figure that comes from data is typed.
"""

from __future__ import annotations

from collections.abc import Mapping

__all__ = ["Value", "put"]

Value = int | float | str


def put(values: Mapping[str, Value]) -> None:
    """Make values available to ``{glue:text}`` on the page, without showing them.

    Parameters
    ----------
    values : mapping of str to int, float or str
        Plain Python values; numpy scalars are turned into them.

    Raises
    ------
    TypeError
        If a value is neither a number nor a string: prose could not quote it.
    """
    import math

    from myst_nb import glue

    for name, value in values.items():
        plain = value.item() if hasattr(value, "item") else value
        if not isinstance(plain, (int, float, str)):
            raise TypeError(f"{name}: {type(value).__name__} is neither a number nor a string")
        if isinstance(plain, float) and math.isnan(plain):
            raise ValueError(f"{name}: not a number; the data it rests on are missing")
        glue(name, plain, display=False)
