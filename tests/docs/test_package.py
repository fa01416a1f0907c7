"""The package as it is built: its metadata leads somewhere, and it has the source archive's pages to lead to."""

from __future__ import annotations

import re
import subprocess
import sys
import tarfile
import zipfile
from email import message_from_bytes
from pathlib import Path

ROOT = Path(__file__).parents[2]
PAGE = "https://pypi.org/project/sipdomain/"


def test_the_metadata_has_urls_and_no_relative_links(tmp_path: Path) -> None:
    command = [sys.executable, "-m", "hatchling", "build", "-t", "wheel", "-t", "sdist", "-d", str(tmp_path)]
    subprocess.run(command, cwd=ROOT, check=True, capture_output=True, timeout=50)
    [wheel] = tmp_path.glob("*.whl")
    with zipfile.ZipFile(wheel) as archive:
        [name] = [each for each in archive.namelist() if each.endswith("/METADATA")]
        metadata = message_from_bytes(archive.read(name))
    assert metadata.get_all("Project-URL") == [f"Homepage, {PAGE}", f"Source, {PAGE}#files"]
    assert metadata["Description-Content-Type"] == "text/markdown"
    description = metadata.get_payload()
    assert isinstance(description, str)
    targets = re.findall(r"\]\(([^)]*)\)", description)
    assert len(targets) == len(re.findall(r"\]\(", (ROOT / "README.md").read_text()))
    assert [each for each in targets if not each.startswith("https://")] == []
    named = {each.partition('"')[2].strip('"').partition("#")[0] for each in targets}
    [source] = tmp_path.glob("*.tar.gz")
    with tarfile.open(source) as files:
        there = {each.partition("/")[2] for each in files.getnames()}
    assert "docs/tutorials/first-call.md" in named
    assert named <= there
