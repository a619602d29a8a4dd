"""Notebook kernels forked from one process that has already imported the libraries.

Starting a kernel, importing the libraries and checking the tables takes longer than most chapters.
The standard library's fork server pays for that once; each notebook still gets a fresh process.
"""

from __future__ import annotations

import multiprocessing
import os
from multiprocessing import forkserver
from multiprocessing.context import ForkServerContext, ForkServerProcess
from pathlib import Path
from typing import Any, cast

from jupyter_client import AsyncKernelManager  # type: ignore[attr-defined]
from jupyter_client.provisioning.local_provisioner import LocalProvisioner


def serve_kernel(arguments: list[str], folder: str, environment: dict[str, str]) -> None:
    """Become a kernel; this runs in the forked process."""
    import pandas as pd
    from ipykernel.kernelapp import IPKernelApp

    # pandas chose this when it was imported, outside a notebook, as for a terminal.
    pd.set_option("display.max_columns", 20)
    os.chdir(folder)
    os.environ.update(environment)
    # The kernel ends itself when the fork server, its parent, is gone.
    IPKernelApp.launch_instance(argv=[*arguments, f"--IPKernelApp.parent_handle={os.getppid()}"])


class ForkedKernel:
    """The part of ``subprocess.Popen`` that Jupyter uses, for a forked process."""

    stdin = stdout = stderr = None

    def __init__(self, process: ForkServerProcess) -> None:
        self.process = process
        self.terminate = process.terminate
        self.kill = process.kill

    def poll(self) -> int | None:
        """Return the exit code, or None while the process runs."""
        return self.process.exitcode

    def wait(self) -> int | None:
        """Wait for the end and return the exit code."""
        self.process.join()
        return self.process.exitcode

    def send_signal(self, number: int) -> None:
        """Send a signal to the process."""
        os.kill(cast(int, self.process.pid), number)


class ForkingKernelManager(AsyncKernelManager):
    """A kernel manager that forks its kernel instead of starting a new interpreter."""

    async def _async_launch_kernel(self, kernel_cmd: list[str], **options: Any) -> None:
        arguments = kernel_cmd[kernel_cmd.index("-f") :]
        work = (arguments, options["cwd"], options["env"])
        process = context().Process(target=serve_kernel, args=work, daemon=True)
        process.start()
        assert isinstance(self.provisioner, LocalProvisioner)
        self.provisioner.process = cast(Any, ForkedKernel(process))
        self.provisioner.pid = process.pid


def context() -> ForkServerContext:
    """Return the multiprocessing context of the fork server."""
    return multiprocessing.get_context("forkserver")


def warm_up() -> None:
    """Start the fork server, unless it runs; it imports ``preload`` in the background."""
    folder, others = str(Path(__file__).parent), os.environ.get("PYTHONPATH", "")
    if folder not in others.split(os.pathsep):
        os.environ["PYTHONPATH"] = os.pathsep.join(filter(None, [folder, others]))
    context().set_forkserver_preload(["preload"])
    forkserver.ensure_running()
