"""What is added by one file and one line is registered, documented and tested."""

from __future__ import annotations

from tests.architecture.registries import complaints, registries


def test_every_registry_has_members() -> None:
    assert [kind for kind, registry in registries().items() if not registry.members] == []


def test_every_module_of_a_registry_is_registered_documented_and_tested() -> None:
    assert list(complaints()) == []
