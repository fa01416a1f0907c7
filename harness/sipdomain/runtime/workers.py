"""Processes that each carry out one job after another; for work that waits, or that keeps a core busy."""

from __future__ import annotations

import os
import signal
from collections.abc import Callable, Generator, Iterator, Mapping, Sequence
from contextlib import suppress
from dataclasses import dataclass
from multiprocessing import Pipe, connection, get_all_start_methods, get_context
from multiprocessing.connection import Connection
from multiprocessing.process import BaseProcess
from typing import Any, Final, Generic, TypeVar

J = TypeVar("J")
R = TypeVar("R")
Stop = Callable[[], bool]

POLL: Final = 0.1
"""How often it is asked whether to stop, in seconds."""
GRACE: Final = 5.0
"""How long a process has to end, in seconds, before it is killed."""
_CAN_FORK: Final = "forkserver" in get_all_start_methods()


def import_ahead(modules: Sequence[str]) -> None:
    """Begin to import modules once, in a process that those of `Workers` are forked from; this one goes on at once.

    Where processes are not forked each one imports for itself. Only the first call in a process has an effect.

    Args:
        modules: By name. What needs threads, or keeps a socket, is not for it.
    """
    if _CAN_FORK:
        from multiprocessing import forkserver

        get_context("forkserver").set_forkserver_preload(list(modules))
        forkserver.ensure_running()


@dataclass(frozen=True, slots=True)
class Lost:
    """A job whose process ended without a result.

    Attributes:
        exit_code: Of the process; the negative number of a signal that ended it.
    """

    exit_code: int | None


@dataclass(slots=True)
class _Worker:
    process: BaseProcess
    pipe: Connection
    job: int = -1


class Workers(Generic[J, R]):
    """A number of processes; each has its own interpreter, so that no lock is shared. Close them when all is done."""

    def __init__(self, begin: Callable[[Stop], Callable[[J], R]], number: int) -> None:
        """Prepare; a process is started when there is a job for it.

        Args:
            begin: Run once in each process, with what says whether to break off; returns what carries a job out.
                It, its jobs and their results have to be picklable.
            number: How many processes at most.
        """
        # A fork of our own would take our event loops, threads and sockets with it.
        self._process = (get_context("forkserver") if _CAN_FORK else get_context("spawn")).Process
        self._begin = begin
        self._number = number
        self._workers: list[_Worker] = []

    def results(
        self, jobs: Sequence[J], *, stop: Stop, started: Callable[[int], None]
    ) -> Generator[tuple[int, R | Lost]]:
        """Yield each job's number, counted from 0, with its result, in the order in which they end.

        Args:
            jobs: What to do.
            stop: Whether to break off: then no further job begins, and those that run are asked to end.
            started: Called with the number of each job that begins.
        """
        waiting = iter(range(len(jobs)))
        stopped = False
        while True:
            if stop() and not stopped:
                stopped = True
                for worker in self._workers:
                    with suppress(OSError):
                        worker.pipe.send(None)
            for worker in () if stopped else self._idle():
                number = next(waiting, None)
                if number is None:
                    break
                worker.job = number
                started(number)
                worker.pipe.send(jobs[number])
            busy = {each.pipe: each for each in self._workers if each.job >= 0}
            if not busy:
                return
            for ready in connection.wait(list(busy), POLL):
                worker = busy[ready]  # type: ignore[index]  # what is waited for is a Connection here
                number, worker.job = worker.job, -1
                yield number, self._result(worker)

    def _idle(self) -> Iterator[_Worker]:
        """Yield workers without a job; new ones as long as there may be more."""
        yield from [each for each in self._workers if each.job < 0]
        while len(self._workers) < self._number:
            here, there = Pipe()
            process = self._process(target=_work, args=(there, self._begin, dict(os.environ)), daemon=True)
            process.start()
            there.close()
            self._workers.append(worker := _Worker(process, here))
            yield worker

    def _result(self, worker: _Worker) -> R | Lost:
        try:
            found: R = worker.pipe.recv()
        except (EOFError, OSError):
            worker.process.join(GRACE)
            self._workers.remove(worker)
            worker.pipe.close()
            return Lost(worker.process.exitcode)
        return found

    def close(self) -> None:
        """End the processes, whatever they do."""
        for each in self._workers:
            # The end of its pipe is what an idle process waits for.
            each.pipe.close()
            if each.job >= 0:
                each.process.terminate()
        for each in self._workers:
            each.process.join(GRACE)
            if each.process.is_alive():
                each.process.kill()
                each.process.join(GRACE)
        self._workers.clear()


def _work(
    pipe: Connection, begin: Callable[[Stop], Callable[[Any], Any]], environment: Mapping[str, str]
) -> None:
    # That of the process that this one was forked from is as old as it is.
    if environment != os.environ:
        os.environ.clear()
        os.environ.update(environment)
    # A terminal sends Ctrl-C to all processes: who began this one passes it on.
    signal.signal(signal.SIGINT, signal.SIG_IGN)
    # Nothing comes while a job is carried out, but the wish to stop, or the end of the pipe.
    work = begin(pipe.poll)
    with suppress(EOFError, OSError):
        while (job := pipe.recv()) is not None:
            pipe.send(work(job))
