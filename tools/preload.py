"""What the fork server imports once for all notebooks: libraries, helpers and the checked tables.

Where earlier results are at hand, only what every notebook needs: the models' libraries take seconds.

The drawing backend of notebooks is left out, for it looks for its kernel when it is imported.
"""

import ctypes
import gc
import os
import signal
import sys
from contextlib import suppress
from importlib import import_module
from pathlib import Path

ALL = (
    "IPython.core.completer",
    "ipykernel.kernelapp",
    "ipykernel.zmqshell",
    "matplotlib.pyplot",
    "myst_nb.ext.glue",
    "pandas",
)
MODELS = (
    "arch.bootstrap",
    "ipywidgets",
    "networkx",
    "nltk.metrics.agreement",
    "pandera.pandas",
    "ruptures",
    "scipy.optimize",
    "scipy.signal",
    "scipy.sparse.csgraph",
    "scipy.stats",
    "sklearn.isotonic",
)
HELPERS = ("charts", "events", "evidence", "exhibits", "explore", "numbers", "tables")

# jsonschema would compile a grammar of web addresses (2 s), and pandera load a library for tests; neither is used here.
sys.modules["rfc3987_syntax"] = None  # type: ignore[assignment]
sys.modules["hypothesis"] = None  # type: ignore[assignment]

if sys.platform == "linux":
    # A build that is killed takes this process with it, and so its kernels (PR_SET_PDEATHSIG is 1).
    ctypes.CDLL(None).prctl(1, signal.SIGKILL)

for name in ALL if Path(os.environ.get("HELPERS_MEMORY", "-")).is_dir() else ALL + MODELS:
    import_module(name)

# A fault in the helpers or the data must not end the fork server: it shows again, with its place, when the build
# checks the data or a chapter imports the helpers.
with suppress(Exception):
    for name in HELPERS:
        import_module(f"helpers.{name}")
    import_module("helpers.tables").load_all()  # whose cache holds while the files stay the same

# What stands by now stays: kernels need not look through it for garbage, and matplotlib makes much.
gc.freeze()
gc.set_threshold(20_000)
