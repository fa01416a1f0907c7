"""A scenario file with the faults that break it: what was written stays as it was, but for its comments."""

from __future__ import annotations

import io
from collections.abc import Sequence
from pathlib import Path
from typing import Any

from sipdomain.scenario.chaos.injection import REGISTRIES, Injection, written


def reproduction(file: Path, injections: Sequence[Injection], heading: Sequence[str]) -> str:
    """Return the text of a scenario file with faults.

    Args:
        file: The scenario; it can be read.
        injections: The faults.
        heading: Comments for its first lines, without `#`.
    """
    import yaml

    text = file.read_text("utf-8-sig")
    root: Any = yaml.compose(text, yaml.SafeLoader)
    plain: Any = yaml.safe_load(text)
    given = _entry(root, "given")
    if given is None:
        given = yaml.MappingNode("tag:yaml.org,2002:map", [])
        title = next((number for number, (key, _) in enumerate(root.value) if key.value == "steps"), 0)
        root.value.insert(title, (_node("given"), given))
    for place in REGISTRIES:
        before = (plain.get("given") or {}).get(place) or {}
        if found := written(injections, place, before):
            given.value = [each for each in given.value if each[0].value != place]
            given.value.append((_node(place), _node(found)))
    body: str = yaml.serialize(root, Dumper=yaml.SafeDumper, allow_unicode=True, width=110)
    return "".join(f"# {line}\n" for line in heading) + body


def _entry(root: Any, name: str) -> Any:
    return next((value for key, value in root.value if key.value == name), None)


def _node(value: Any) -> Any:
    import yaml

    return yaml.SafeDumper(io.StringIO(), default_flow_style=None, sort_keys=False).represent_data(value)
