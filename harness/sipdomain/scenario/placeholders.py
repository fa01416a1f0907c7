"""Identities where a name does not matter: `${faker.name}` becomes one that Faker draws by seed.

The same placeholder gives the same text throughout a scenario; a number distinguishes several:
`${faker.name 2}`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from sipdomain.errors import FileError
from sipdomain.runtime.files.yaml_file import Mapping, Node, Scalar, Sequence, did_you_mean

if TYPE_CHECKING:
    from faker import Faker

PLACEHOLDER = re.compile(r"\$\{faker\.(?P<kind>\w+)(?: (?P<number>\d+))?\}")
KINDS: Final[dict[str, Callable[[Faker], str]]] = {
    "company": lambda fake: fake.company(),
    "extension": lambda fake: fake.numerify("1###"),
    "name": lambda fake: fake.name(),
    "number": lambda fake: fake.numerify("+1555%######"),
    "password": lambda fake: fake.password(length=16, special_chars=False),
    "user": lambda fake: fake.user_name(),
    "word": lambda fake: fake.word(),
}


def filled(node: Node, *, seed: int) -> Node:
    """Return a YAML tree with every placeholder replaced, places unchanged.

    Args:
        node: The tree as written.
        seed: The same seed draws the same identities.

    Raises:
        FileError: A placeholder is of an unknown kind.
    """
    return _Drawing(seed).node(node)


class _Drawing:
    """Draws identities, each placeholder once."""

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._drawn: dict[str, str] = {}
        self._faker: Faker | None = None

    def node(self, node: Node) -> Node:
        match node:
            case Scalar(value=text, where=where):
                return Scalar(self._text(text, node), where) if "${faker." in text else node
            case Sequence(items=items, where=where):
                return Sequence([self.node(item) for item in items], where)
            case Mapping(items=pairs, where=where):
                return Mapping(
                    {self._text(key, node): (at, self.node(value)) for key, (at, value) in pairs.items()},
                    where,
                )

    def _text(self, text: str, node: Node) -> str:
        return PLACEHOLDER.sub(lambda match: self._draw(match, node), text)

    def _draw(self, match: re.Match[str], node: Node) -> str:
        if match["kind"] not in KINDS:
            raise FileError(
                f"unknown placeholder `{match[0]}`",
                where=node.where,
                hint=did_you_mean(match["kind"], KINDS),
            )
        if self._faker is None:
            from faker import Faker

            self._faker = Faker("en_US")
            self._faker.seed_instance(self._seed)
        if match[0] not in self._drawn:
            self._drawn[match[0]] = KINDS[match["kind"]](self._faker)
        return self._drawn[match[0]]
