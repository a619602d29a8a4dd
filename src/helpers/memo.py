"""Long computations done once: results kept by the content of the arguments."""

from __future__ import annotations

import copy
import functools
import hashlib
import pickle
from collections.abc import Callable
from typing import ParamSpec, TypeVar

__all__ = ["remember"]

_P = ParamSpec("_P")
_R = TypeVar("_R")

#: More results of one function than this are not kept; the oldest goes first.
_MOST = 256


def remember(function: Callable[_P, _R]) -> Callable[_P, _R]:
    """Decorate a function without side effects, so that it computes once for arguments of the same content.

    Content counts, not identity: a table that was changed in place is another one. Callers get copies.

    Parameters
    ----------
    function : callable
        Its arguments must be picklable, as numbers, text, arrays and tables are.

    Examples
    --------
    >>> @remember
    ... def double(numbers):
    ...     print("computing")
    ...     return [2 * n for n in numbers]
    >>> double([1, 2])
    computing
    [2, 4]
    >>> double([1, 2])
    [2, 4]
    """
    kept: dict[bytes, _R] = {}

    @functools.wraps(function)
    def call(*args: _P.args, **kwargs: _P.kwargs) -> _R:
        key = hashlib.sha256(pickle.dumps((args, kwargs))).digest()
        if key not in kept:
            if len(kept) == _MOST:
                del kept[next(iter(kept))]
            kept[key] = function(*args, **kwargs)
        return copy.deepcopy(kept[key])

    return call
