"""REGISTER, 407, REGISTER, 200: how many a second, by a thousand users in turn."""

from __future__ import annotations

import tempfile
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

from tests.benchmarks.calls import load_for, play_warm
from tests.benchmarks.emulator import Emulator, emulator
from tests.benchmarks.figures import Figure
from tests.benchmarks.search import highest_rate
from tests.benchmarks.sipp import PASSWORD, Load, scenario

_USERS = 1_000


@contextmanager
def _under_test() -> Iterator[tuple[Emulator, Load]]:
    with tempfile.TemporaryDirectory(prefix="registrations-") as name:
        folder = Path(name)
        names = [f"user{number}" for number in range(_USERS)]
        users = folder / "users.csv"
        users.write_text(
            "SEQUENTIAL\n"
            + "".join(f"{each};[authentication username={each} password={PASSWORD}]\n" for each in names)
        )
        file = folder / "domains.yaml"
        listed = "".join(f"    {each}: {PASSWORD}\n" for each in names)
        file.write_text(
            f"credential_lists:\n  staff:\n{listed}domains:\n  demo: {{calls: [staff], registrations: [staff]}}\n"
        )
        with emulator(["--config", str(file), "--profile", "observed"]) as server:
            yield (
                server,
                replace(load_for(server, 1, 1), scenario=(*scenario("register_a_user"), "-inf", str(users))),
            )


def rate(*, quick: bool) -> list[Figure]:
    """Return the highest clean rate of registrations, and the processor time of one."""
    costs: dict[int, float] = {}

    def is_clean(rate: int, seconds: float) -> bool:
        with _under_test() as (server, load):
            trial = play_warm(
                replace(load, rate=rate, calls=max(1, round(rate * seconds))), server.process.pid
            )
        costs[rate] = trial.cpu
        return trial.clean

    probe, confirm = (2.0, 3.0) if quick else (3.0, 8.0)
    best = highest_rate(is_clean, start=800, most=4000, probe=probe, confirm=confirm, close_enough=0.1)
    how = (
        f"SIPp, UDP, {_USERS:,} users in turn, REGISTER 407 REGISTER 200; nothing sent twice, {confirm:.0f} s"
    )
    found = [Figure("registrations/s", best, "1/s", how)]
    if best:
        found.append(Figure("processor per registration", costs[best] * 1e3, "ms", f"at {best}/s"))
    return found
