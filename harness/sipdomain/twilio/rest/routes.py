"""Which resource a path means."""

from __future__ import annotations

from collections.abc import Iterable
from typing import Any

from sipdomain.twilio.rest.resource import Resource


class Routes:
    """Resources by the parts of their paths."""

    __slots__ = ("_by_path", "_routes")

    def __init__(self, resources: Iterable[Resource[Any]]) -> None:
        self._routes = [(tuple(resource.path.split("/")), resource) for resource in resources]
        self._by_path = {resource.path: resource for _, resource in self._routes}

    def of(self, path: str) -> Resource[Any] | None:
        """Return the resource of a path as resources name theirs, such as "Accounts/{AC}/Queues", or None."""
        return self._by_path.get(path)

    def find(self, parts: list[str]) -> tuple[Resource[Any], dict[str, str], str] | None:
        """Return what a path means, or None.

        Args:
            parts: The path below the version, without ".json".

        Returns:
            The resource, the SIDs on the way by their names, and the instance's SID or "" for the collection.
        """
        for template, resource in self._routes:
            more = len(parts) - len(template)
            if more not in ((0, 1) if resource.has_instances else (0,)) or not all(parts):
                continue
            if all(part == wanted or wanted[0] == "{" for part, wanted in zip(parts, template, strict=False)):
                sids = {
                    wanted.strip("{}"): part
                    for part, wanted in zip(parts, template, strict=False)
                    if wanted[0] == "{"
                }
                return resource, sids, parts[-1] if more else ""
        return None
