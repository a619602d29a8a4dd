"""Every figure that prose quotes: one function per chapter, returning named values.

A chapter calls its function on the tables and hands the result to `put`; prose then refers to a value by name with
``{glue:text}`name```. No figure that comes from data is typed.
"""

from __future__ import annotations

import importlib
import inspect
from collections.abc import Mapping
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    import pandas as pd

__all__ = ["MODULES", "Value", "every_value", "put"]

Value = int | float | str

#: The module of each page whose prose quotes figures.
MODULES = {
    "01_background": "background",
    "02_crisis_2021": "crisis_2021",
    "03_turkey_iran": "turkey_iran",
    "04_corridors": "corridors_numbers",
    "05_israel_factor": "israel_factor",
    "06_thaw_2024": "thaw_2024",
    "07_after_the_thaw": "after_the_thaw",
    "teaching/simulations": "simulations",
    "teaching/negotiation": "negotiation",
    "teaching/forecasting": "forecast_course",
    "back/data": "back_pages",
    "back/methods": "methods",
    "back/reliability": "double_coding",
}


def every_value(tables: Mapping[str, pd.DataFrame]) -> dict[str, dict[str, Value]]:
    """Compute all figures that the prose of the book quotes.

    Parameters
    ----------
    tables : mapping of str to pandas.DataFrame
        All tables by name, as `helpers.tables.load_all` returns them.

    Returns
    -------
    dict
        By page, then by name of the value.
    """
    found: dict[str, dict[str, Value]] = {}
    for page, name in MODULES.items():
        values = importlib.import_module(f"helpers.numbers.{name}").values
        wanted = inspect.signature(values).parameters
        found[page] = values(tables) if "tables" in wanted else values(**{table: tables[table] for table in wanted})
    return found


def put(values: Mapping[str, Value]) -> None:
    """Make values available to ``{glue:text}`` on the page, without showing them.

    Where nothing makes pages of notebooks (myst-nb is not installed), the values are checked and no more.

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

    try:
        from myst_nb import glue
    except ImportError:
        glue = None
    for name, value in values.items():
        plain = value.item() if hasattr(value, "item") else value
        if not isinstance(plain, (int, float, str)):
            raise TypeError(f"{name}: {type(value).__name__} is neither a number nor a string")
        if isinstance(plain, float) and math.isnan(plain):
            raise ValueError(f"{name}: not a number; the data it rests on are missing")
        if glue is not None:
            glue(name, plain, display=False)
