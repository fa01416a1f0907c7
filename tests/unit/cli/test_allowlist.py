"""`sipdomain allowlist` as it is typed."""

from __future__ import annotations

from pathlib import Path

import pytest
from typer.testing import CliRunner, Result

from sipdomain.cli import application
from sipdomain.errors import SetupError


def run(*arguments: str, given: str = "") -> Result:
    """Run the command with something on its standard input; what it raises comes through, but its exit."""
    app = application(["allowlist"])
    result = CliRunner().invoke(app, ["allowlist", *arguments], input=given)
    if result.exception is not None and not isinstance(result.exception, SystemExit):
        raise result.exception
    return result


def test_without_options_a_table_of_all_edges_is_printed() -> None:
    result = run()
    assert result.exit_code == 0
    assert len(result.stdout.splitlines()) == 18


def test_a_firewall_that_has_all_is_fine(tmp_path: Path) -> None:
    path = tmp_path / "rules"
    path.write_text(run("--format", "iptables").stdout)
    result = run("--check", str(path))
    assert (result.exit_code, result.stdout) == (
        0, "all 9 ranges are there; only addresses were compared, not ports\n",
    )  # fmt: skip


def test_what_is_missing_is_said_and_the_exit_code_is_1() -> None:
    result = run("--check", "-", "--edge", "ie1", "--edge", "tokyo", given="54.65.63.192/30\n")
    assert result.exit_code == 1
    assert result.stdout == (
        "missing 54.171.127.192/30   signalling dublin, Ireland\n"
        "missing 168.86.128.0/18     media, all edges\n"
    )


@pytest.mark.parametrize("edge", ["atlantis", "dublin-ix", ""])
def test_an_edge_without_public_addresses_is_refused(edge: str) -> None:
    with pytest.raises(SetupError, match=r"^--edge needs one of ashburn, "):
        run("--edge", edge)


def test_a_file_that_cannot_be_read_is_one_clear_error(tmp_path: Path) -> None:
    with pytest.raises(SetupError, match=r"^--check: cannot read .*: No such file or directory$"):
        run("--check", str(tmp_path / "nothing"))
