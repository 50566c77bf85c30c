"""What is stored, as batches to be judged: every release that was inspected, and every archive opened beside one."""

from collections.abc import Iterator
from itertools import islice

import msgspec

from customhouse.engine.intelligence import Intelligence
from customhouse.engine.kept_cases import KIND
from customhouse.model.intelligence import AdvisoryMatch
from customhouse.model.purl import parse_purl
from customhouse.model.sweep import KeptCase, Unswept
from customhouse.storage.evidence_cache import EvidenceCache
from customhouse.sweep.batch import Batch, Item, Question

#: A batch ends after this many items or bytes, whichever comes first.
_ITEMS, _BYTES = 64, 2 * 1024 * 1024


class StoredEvidence:
    """Reads the evidence cache once, from end to end; counts what it gives."""

    def __init__(self, cache: EvidenceCache, advisories: Intelligence, case_version: str, content_version: str) -> None:
        """`advisories` are today's; the versions are those of today's collectors."""
        self._cache = cache
        self._advisories = advisories
        self._case_version = case_version
        self._content_version = content_version
        self._cases = cache.subjects(KIND)
        self._contents = cache.subjects("content")
        self._names = cache.archives()
        #: sha256 of the archives that the items given so far hold.
        self.artifacts: set[str] = set()
        self.outdated = 0
        self.failed: list[Unswept] = []

    @property
    def most(self) -> int:
        """How many items there can be at most."""
        return len(self._cases) + len(self._contents)

    def purls(self) -> set[str]:
        """Every release that an item may be about."""
        named = {purl for sha256, (purl, _) in self._names.items() if sha256 in self._contents}
        return named | {subject.partition(" ")[0] for subject in self._cases}

    def batches(self, question: Question) -> Iterator[Batch]:
        """Give everything in batches."""
        items = self._items()
        number = 0
        while first := next(items, None):
            chosen, size = [first], _size(first)
            while size < _BYTES and (item := next(iter(islice(items, 1)), None)) is not None:
                chosen.append(item)
                size += _size(item)
                if len(chosen) >= _ITEMS:
                    break
            yield Batch(number, tuple(chosen), question)
            number += 1

    def _items(self) -> Iterator[Item]:
        for subject, (version, collected) in self._cases.items():
            stored = self._cache.newest_encoded(KIND, subject)
            item = self._case(subject, stored[2], collected) if stored is not None else None
            if item is None:
                self.failed.append(Unswept(subject, "its record or that of one of its archives cannot be read"))
                continue
            self.outdated += version != self._case_version
            yield item
        for sha256, (version, collected) in self._contents.items():
            if sha256 in self.artifacts:
                continue
            stored = self._cache.newest_encoded("content", sha256)
            if stored is None or sha256 not in self._names:
                self.failed.append(Unswept(f"sha256:{sha256}", "its record cannot be read or nothing says whose it is"))
                continue
            self.artifacts.add(sha256)
            self.outdated += version != self._content_version
            yield Item(
                f"sha256:{sha256}",
                self._names[sha256][0],
                b"",
                (stored[2],),
                collected,
                self._known(self._names[sha256][0]),
            )

    def _case(self, subject: str, body: bytes, collected: float) -> Item | None:
        try:
            kept = msgspec.msgpack.decode(body, type=KeptCase)
        except msgspec.MsgspecError:
            return None
        archives = [self._cache.newest_encoded("content", sha256) for sha256 in kept.archives]
        found = tuple(each[2] for each in archives if each is not None)
        if len(found) != len(archives):
            return None
        self.artifacts.update(kept.archives)
        purl = str(kept.case.purl)
        return Item(subject, purl, body, found, collected, self._known(purl))

    def _known(self, purl: str) -> tuple[AdvisoryMatch, ...]:
        return self._advisories.match(parse_purl(purl))


def _size(item: Item) -> int:
    return len(item.kept) + sum(len(each) for each in item.archives)
