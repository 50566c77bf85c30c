"""What things are called in one drill: the same for the same seed."""

import random

_PEOPLE = "ann ben cara dan eve finn gina hugo iris jack kira liam mona nils olga"
_PROJECTS = (
    "shop portal billing widget docs lab api ledger search notify planner orders intake mapper studio bridge harbour "
    "quarry meadow atlas"
)
_FIRST = "alder birch cedar dogwood elder fir ginkgo hazel iron juniper larch maple oak pine rowan spruce willow"
_SECOND = "parse queue format cache route match stream table merge clock retry graph paint slice store"


class Names:
    """Gives names, versions and addresses; each person and project is given once."""

    def __init__(self, seed: int) -> None:
        """Shuffle by a seed."""
        self._random = random.Random(seed)  # noqa: S311 - names, and nothing secret
        self._people = self._shuffled(_PEOPLE.split())
        self._projects = self._shuffled(_PROJECTS.split())
        packages = [f"{first}-{second}" for first in _FIRST.split() for second in _SECOND.split()]
        self._packages = self._shuffled(packages)

    def _shuffled(self, words: list[str]) -> list[str]:
        return self._random.sample(words, len(words))

    def person(self) -> str:
        """Return somebody new."""
        return self._people.pop()

    def project(self) -> str:
        """Return a project's name that was not given yet."""
        return self._projects.pop()

    def packages(self, count: int) -> list[tuple[str, str]]:
        """Return invented packages, which are nobody's, with their versions, in the order of names."""
        chosen = self._random.sample(self._packages, count)
        return [(name, self.version()) for name in sorted(chosen)]

    def version(self) -> str:
        """Return any version."""
        return ".".join(str(self._random.randrange(limit)) for limit in (6, 20, 15))

    def address(self) -> str:
        """Return an address of somebody's own network."""
        return f"10.{self._random.randrange(8, 40)}.{self._random.randrange(256)}.{self._random.randrange(2, 250)}"

    def number(self, low: int, high: int) -> int:
        """Return a number from `low` up to, not including, `high`."""
        return self._random.randrange(low, high)

    def hexadecimal(self, length: int) -> str:
        """Return that many hexadecimal digits."""
        return f"{self._random.getrandbits(4 * length):0{length}x}"
