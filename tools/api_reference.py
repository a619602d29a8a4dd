"""Sphinx extension: signatures in the reference of the helpers stay short enough to read."""

from __future__ import annotations

import inspect
from typing import Any

from sphinx.application import Sphinx

#: The longest default value that a signature shows.
LONGEST = 32


class LeftOut:
    """Stands for a long default value in a signature."""

    def __repr__(self) -> str:
        """Return what the signature shows."""
        return "…"


def brief(signature: inspect.Signature) -> str:
    """Write a signature without annotations, which the description gives in words, and with long defaults left out.

    Examples
    --------
    >>> brief(inspect.signature(lambda a, b=1, c="x" * 99: None))
    '(a, b=1, c=…)'
    """
    found = []
    for parameter in signature.parameters.values():
        default = parameter.default
        if default is not parameter.empty and len(repr(default)) > LONGEST:
            default = LeftOut()
        found.append(parameter.replace(annotation=parameter.empty, default=default))
    return str(signature.replace(parameters=found, return_annotation=inspect.Signature.empty))


def shorten(
    app: Sphinx, what: str, name: str, item: Any, options: object, signature: str | None, returned: str | None
) -> tuple[str, str | None] | None:
    """Replace the signature of a class with long defaults."""
    del app, name, options
    if what != "class" or not signature or len(signature) <= 4 * LONGEST:
        return None
    return brief(inspect.signature(item)), returned


def setup(app: Sphinx) -> dict[str, Any]:
    """Register with Sphinx."""
    app.connect("autodoc-process-signature", shorten)
    return {"parallel_read_safe": True, "parallel_write_safe": True}
