"""Identities where a name does not matter: `${faker.name}` becomes one that Faker draws by seed.

The same placeholder gives the same text throughout a scenario; a number distinguishes several:
`${faker.name 2}`.
"""

from __future__ import annotations

import re
from collections.abc import Callable
from typing import TYPE_CHECKING, Final

from sipdomain.errors import FileError, Position
from sipdomain.runtime.files.yaml_file import did_you_mean

if TYPE_CHECKING:
    from faker import Faker

_WRITTEN: Final = re.compile(r"(?P<kind>\w+)(?: \d+)?", re.ASCII)
KINDS: Final[dict[str, Callable[[Faker], str]]] = {
    "address": lambda fake: fake.address().replace("\n", ", "),
    "company": lambda fake: fake.company(),
    "email": lambda fake: fake.email(safe=True),
    "extension": lambda fake: fake.numerify("1###"),
    "name": lambda fake: fake.name(),
    "number": lambda fake: fake.numerify("+1555%######"),
    "password": lambda fake: fake.password(length=16, special_chars=False),
    "sentence": lambda fake: fake.sentence(),
    "user": lambda fake: fake.user_name(),
    "uuid": lambda fake: fake.uuid4(),
    "word": lambda fake: fake.word(),
}


class Identities:
    """Draws identities, each placeholder once.

    Args:
        seed: The same seed draws the same identities.
    """

    def __init__(self, seed: int) -> None:
        self._seed = seed
        self._drawn: dict[str, str] = {}
        self._faker: Faker | None = None

    def __call__(self, written: str, where: Position) -> str:
        """Return what `${faker.WRITTEN}` stands for.

        Raises:
            FileError: The kind is not known.
        """
        found = _WRITTEN.fullmatch(written)
        kind = found["kind"] if found else written
        if kind not in KINDS:
            raise FileError(
                f"unknown placeholder `${{faker.{written}}}`", where=where, hint=did_you_mean(kind, KINDS)
            )
        if self._faker is None:
            from faker import Faker

            self._faker = Faker("en_US")
            self._faker.seed_instance(self._seed)
        if written not in self._drawn:
            self._drawn[written] = KINDS[kind](self._faker)
        return self._drawn[written]
