from __future__ import annotations

import json

from tests.benchmarks.figures import Figure, as_json, table

FIGURES = (
    Figure("calls/s, observed", 412, "1/s", "SIPp"),
    Figure("INVITE of 1,242 B", 36.54, "µs", "best of 9"),
    Figure("resident", 20_123.4, "MiB", "VmRSS"),
)


def test_a_table_lines_up_names_values_and_units() -> None:
    assert table(FIGURES).splitlines() == [
        "calls/s, observed     412 1/s  SIPp",
        "INVITE of 1,242 B    36.5 µs   best of 9",
        "resident           20,123 MiB  VmRSS",
    ]


def test_no_figures_are_no_table() -> None:
    assert table(()) == ""


def test_json_has_the_machine_and_every_figure() -> None:
    assert json.loads(as_json(FIGURES[:1], {"cores": "2"})) == {
        "machine": {"cores": "2"},
        "figures": [{"name": "calls/s, observed", "value": 412, "unit": "1/s", "method": "SIPp"}],
    }
