"""Long computations done once: results kept by the content of the arguments, in a folder also for later processes."""

from __future__ import annotations

import functools
import hashlib
import io
import os
import pickle
import tempfile
from collections.abc import Callable
from pathlib import Path
from typing import Any, ParamSpec, TypeVar, cast

from pandas.api.extensions import ExtensionDtype

__all__ = ["FOLDER", "remember"]

_P = ParamSpec("_P")
_R = TypeVar("_R")

#: The environment variable that names a folder for results. Who sets it takes another one when code or tables change,
#: since a result is found by the name of its function and by the arguments alone.
FOLDER = "HELPERS_MEMORY"

#: More results of one function than this are not kept in memory; the oldest goes first.
_MOST = 256


def remember(function: Callable[_P, _R]) -> Callable[_P, _R]:
    """Decorate a function without side effects, so that it computes once for arguments of the same content.

    Content counts, not identity: a table that was changed in place is another one. Callers get copies. Results stay in
    memory, or, if the environment variable ``HELPERS_MEMORY`` names a folder, in files there.

    Parameters
    ----------
    function : callable
        Its arguments and result must be picklable, as numbers, text, arrays and tables are.

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
    kept: dict[str, bytes] = {}

    @functools.wraps(function)
    def call(*args: _P.args, **kwargs: _P.kwargs) -> _R:
        named = function.__module__, function.__qualname__
        key = _digest((named, args, kwargs))
        folder = os.environ.get(FOLDER)
        file = Path(folder) / key if folder else None
        result = _read(file) if file else kept.get(key)
        if result is None:
            result = pickle.dumps(function(*args, **kwargs))
            if file:
                _write(file, result)
            else:
                if len(kept) == _MOST:
                    del kept[next(iter(kept))]
                kept[key] = result
        # Also the first caller gets a copy: the next function finds its own result by how this one is pickled.
        return cast(_R, pickle.loads(result))

    return call


class _Pickler(pickle.Pickler):
    """Writes types of columns without what pandas has noted in them while it worked, which differs at every turn."""

    def reducer_override(self, thing: object) -> Any:
        if isinstance(thing, ExtensionDtype):
            return type(thing), tuple(getattr(thing, name) for name in thing._metadata)
        return NotImplemented


def _digest(content: object) -> str:
    buffer = io.BytesIO()
    _Pickler(buffer).dump(content)
    return hashlib.sha256(buffer.getvalue()).hexdigest()


def _read(file: Path) -> bytes | None:
    try:
        return file.read_bytes()
    except FileNotFoundError:
        return None


def _write(file: Path, content: bytes) -> None:
    """Write a file whole or not at all; other processes may be writing the same."""
    file.parent.mkdir(parents=True, exist_ok=True)
    handle, name = tempfile.mkstemp(dir=file.parent)
    try:
        with open(handle, "wb") as new:
            new.write(content)
        Path(name).replace(file)
    except BaseException:
        Path(name).unlink()
        raise
