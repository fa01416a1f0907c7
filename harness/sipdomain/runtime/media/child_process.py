"""A child process that answers one request at a time over its pipes: started with the first, kept, and ended on close.

A request is a length (4 bytes, big-endian) and bytes. A reply is one byte, then a length and bytes.
"""

from __future__ import annotations

import asyncio
import contextlib
import os
import sys
from collections.abc import Mapping, Sequence
from pathlib import Path
from typing import Final

from sipdomain.errors import MediaError

_PATIENCE: Final = 2.0
_ROOT: Final = str(Path(__file__).resolve().parents[3])


class ChildProcess:
    """One child. A request that takes too long, or that is given up, ends it; the next one begins it anew."""

    def __init__(
        self, module: str, what: str, *, timeout: float, arguments: Sequence[str] = (),
        environment: Mapping[str, str] | None = None,
    ) -> None:  # fmt: skip
        """Begin without a child.

        Args:
            module: What it runs.
            what: What errors call it, such as "speech".
            timeout: How long a request may take, in seconds.
            arguments: Its command line.
            environment: What is set besides this process's own environment.
        """
        self._module = module
        self._what = what
        self._timeout = timeout
        self._arguments = arguments
        self._environment = environment or {}
        self._child: asyncio.subprocess.Process | None = None
        self._turn = asyncio.Lock()

    async def start(self) -> None:
        """Start the child, if it does not run; a request does that too."""
        async with self._turn:
            await self._running()

    async def ask(self, data: bytes) -> tuple[int, bytes]:
        """Return the reply to a request: its first byte, and its bytes.

        Raises:
            MediaError: The child ended, or it took too long.
        """
        async with self._turn:
            try:
                async with asyncio.timeout(self._timeout):
                    return await self._ask(data)
            except TimeoutError:
                await self._end(kill=True)
                raise MediaError(f"{self._what} took longer than {self._timeout:g} s") from None
            except (OSError, asyncio.IncompleteReadError) as error:
                await self._end(kill=True)
                raise MediaError(f"the {self._what} process ended; its last words are on stderr") from error
            except asyncio.CancelledError:
                # Its answer would be taken for the next one's.
                await self._end(kill=True)
                raise

    async def close(self) -> None:
        """End the child."""
        async with self._turn:
            await self._end(kill=False)

    async def _running(self) -> asyncio.subprocess.Process:
        if self._child is None:
            path = os.pathsep.join(filter(None, (_ROOT, os.environ.get("PYTHONPATH"))))
            # -P keeps the user's directory, and a numpy.py in it, out of the child's imports.
            self._child = await asyncio.create_subprocess_exec(
                sys.executable, "-P", "-m", self._module, *self._arguments,
                stdin=asyncio.subprocess.PIPE, stdout=asyncio.subprocess.PIPE,
                env=os.environ | self._environment | {"PYTHONPATH": path},
            )  # fmt: skip
        return self._child

    async def _ask(self, data: bytes) -> tuple[int, bytes]:
        child = await self._running()
        stdin, stdout = child.stdin, child.stdout
        if stdin is None or stdout is None:
            raise MediaError(f"the {self._what} process has no pipes")
        stdin.write(len(data).to_bytes(4) + data)
        await stdin.drain()
        head = await stdout.readexactly(5)
        return head[0], await stdout.readexactly(int.from_bytes(head[1:]))

    async def _end(self, *, kill: bool) -> None:
        child, self._child = self._child, None
        if child is None:
            return
        with contextlib.suppress(ProcessLookupError):
            if kill:
                child.kill()
            elif child.stdin is not None:
                child.stdin.close()
        try:
            async with asyncio.timeout(_PATIENCE):
                await child.wait()
        except TimeoutError:
            with contextlib.suppress(ProcessLookupError):
                child.kill()
            await child.wait()
