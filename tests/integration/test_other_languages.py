"""The examples of `docs/examples`, each carried out by its own language: a test that starts the emulator and calls."""

from __future__ import annotations

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from tests.patience import PATIENCE

EXAMPLES = Path(__file__).parents[2] / "docs" / "examples"
GO_MAIN = """\
package main

import (
	"regexp"
	"testing"
)

func main() {{
	testing.Main(regexp.MatchString, []testing.InternalTest{{{tests}}}, nil, nil)
}}
"""
"""What `go test` writes: gccgo, which Debian has in a tenth of the size, compiles and does no more."""


def run(command: list[str], folder: Path) -> str:
    """Run a command in a folder; return what it printed, when its exit code was 0."""
    environment = {**os.environ, "SIPDOMAIN": str(Path(sys.executable).with_name("sipdomain"))}
    done = subprocess.run(
        command,
        cwd=folder,
        env=environment,
        capture_output=True,
        text=True,
        timeout=2 * PATIENCE,
        check=False,
    )
    assert done.returncode == 0, f"{done.stdout}\n{done.stderr}"
    return done.stdout


def test_the_example_in_node_passes() -> None:
    printed = run(["npm", "test"], EXAMPLES / "node")
    assert "# pass 2\n# fail 0\n" in printed


def test_the_example_in_java_passes() -> None:
    assert run(["java", "CallTest.java"], EXAMPLES / "java") == "2 passed\n"


def test_the_example_in_go_passes(tmp_path: Path) -> None:
    source = EXAMPLES / "go" / "call_test.go"
    names = re.findall(r"^func (Test\w+)\(t \*testing\.T\)", source.read_text("utf-8"), re.MULTILINE)
    main = tmp_path / "main.go"
    main.write_text(GO_MAIN.format(tests=", ".join(f'{{"{name}", {name}}}' for name in names)), "utf-8")
    run(["gccgo", "-o", str(tmp_path / "tests"), str(source), str(main)], tmp_path)
    printed = run([str(tmp_path / "tests"), "-test.v"], tmp_path)
    assert [name in printed for name in names] == [True, True]
    assert printed.count("--- PASS: ") == 2


@pytest.mark.parametrize("folder", sorted(path.name for path in EXAMPLES.iterdir()))
def test_every_example_is_carried_out_and_named_by_the_guide(folder: str) -> None:
    guide = (EXAMPLES.parent / "how-to" / "use-from-another-language.md").read_text("utf-8")
    assert f'EXAMPLES / "{folder}"' in Path(__file__).read_text("utf-8")
    assert f"(../examples/{folder}/" in guide
