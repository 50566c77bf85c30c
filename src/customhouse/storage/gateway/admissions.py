"""The word on every file that was inspected."""

import json
import zlib
from collections.abc import Iterable, Sequence
from datetime import datetime
from typing import Any, cast

from sqlalchemy import ColumnElement, and_, delete, literal, or_, select, tuple_

from customhouse.model.gateway import Admission, Reason
from customhouse.model.purl import Ecosystem, Purl
from customhouse.model.verdict import Decision
from customhouse.storage.gateway.columns import Words, require_keepable
from customhouse.storage.gateway.database import Database
from customhouse.storage.gateway.revisions import bump
from customhouse.storage.gateway.schema import ADMISSION

_KEY = (ADMISSION.c.ecosystem, ADMISSION.c.name, ADMISSION.c.version, ADMISSION.c.filename)
_WITHOUT_VERDICT = [each for each in ADMISSION.c if each is not ADMISSION.c.verdict]


class Admissions:
    """One admission a file of a release. Every method may raise StateUnavailableError.

    Verdicts are most of the bytes: `verdicts=False` leaves them empty, for whoever asks about a whole package.
    """

    def __init__(self, database: Database) -> None:
        """Read from and write to this database."""
        self._database = database

    def put(self, *admissions: Admission) -> None:
        """Keep all or none, each in the place of the one before. Raises NotKeepableError, StateFullError."""
        if not admissions:
            return
        rows = {_key(each.purl, each.filename): _row(each) for each in admissions}
        statement = self._database.insert(ADMISSION)
        statement = statement.on_conflict_do_update(
            index_elements=_KEY,
            set_={each.name: statement.excluded[each.name] for each in ADMISSION.c if not each.primary_key},
        )
        with self._database.write() as connection:
            connection.execute(statement, [rows[key] for key in sorted(rows)])  # in order, against deadlocks
            bump(self._database, connection, (each.purl for each in admissions))

    def of(self, purl: Purl, *, verdicts: bool = True) -> tuple[Admission, ...]:
        """Return the admissions of all files of all versions of a package; with a version, of that one."""
        return self._select(_of(purl), verdicts=verdicts)

    def one(self, purl: Purl, filename: str) -> Admission | None:
        """Return the admission of one file of one release."""
        found = self._select(_is(purl, filename), verdicts=True)
        return found[0] if found else None

    def by_digest(self, sha256: str) -> tuple[Admission, ...]:
        """Return the admissions of these bytes, under whatever names."""
        return self._select(ADMISSION.c.sha256 == sha256, verdicts=False)

    def due(self, now: datetime, *, limit: int = 1000) -> tuple[Admission, ...]:
        """Return those whose `recheck` has come, the longest waiting first, without their verdicts."""
        return self._select(ADMISSION.c.recheck <= now, verdicts=False, limit=limit, order=(ADMISSION.c.recheck,))

    def stale(self, policy: str, limit: int) -> tuple[Admission, ...]:
        """Return those that were judged under another policy, without their verdicts."""
        # Not `!=`, which no index answers: mostly there are none, and this is asked often.
        other = or_(ADMISSION.c.policy < policy, ADMISSION.c.policy > policy)
        return self._select(other, verdicts=False, limit=limit, order=())

    def all(
        self,
        *,
        decision: Decision | None = None,
        after: Admission | None = None,
        limit: int = 1000,
        verdicts: bool = True,
    ) -> tuple[Admission, ...]:
        """Return a page of all, ordered by their names as text; `after` is the last of the page before."""
        conditions: list[ColumnElement[bool]] = []
        if decision:
            conditions.append(ADMISSION.c.decision == decision)
        if after:
            conditions.append(
                tuple_(*_KEY) > tuple_(*(literal(each, Words) for each in _key(after.purl, after.filename)))
            )
        return self._select(and_(True, *conditions), verdicts=verdicts, limit=limit)  # noqa: FBT003 - SQL's TRUE

    def withdraw(self, purl: Purl, filename: str | None = None) -> tuple[Admission, ...]:
        """Remove one file's admission, or all of a release, or all of a package; return what was removed.

        The verdicts are left out of what is returned. Nothing to remove is no error.
        """
        condition = _of(purl) if filename is None else _is(purl, filename)
        with self._database.write() as connection:
            rows = connection.execute(delete(ADMISSION).where(condition).returning(*_WITHOUT_VERDICT)).all()
            if rows:
                bump(self._database, connection, (purl,))
        return tuple(sorted((_admission(row) for row in rows), key=lambda each: (each.purl, each.filename)))

    def _select(
        self,
        condition: ColumnElement[bool],
        *,
        verdicts: bool,
        limit: int | None = None,
        order: Iterable[ColumnElement[Any]] = _KEY,
    ) -> tuple[Admission, ...]:
        columns = list(ADMISSION.c) if verdicts else _WITHOUT_VERDICT
        query = select(*columns).where(condition).order_by(*order).limit(limit)
        with self._database.read() as connection:
            rows = connection.execute(query).all()
        return tuple(_admission(row) for row in rows)


def _of(purl: Purl) -> ColumnElement[bool]:
    package = and_(ADMISSION.c.ecosystem == purl.ecosystem, ADMISSION.c.name == purl.name)
    return and_(package, ADMISSION.c.version == purl.version) if purl.version else package


def _is(purl: Purl, filename: str) -> ColumnElement[bool]:
    return and_(*(column == value for column, value in zip(_KEY, _key(purl, filename), strict=True)))


def _key(purl: Purl, filename: str) -> tuple[str, str, str, str]:
    return purl.ecosystem, purl.name, purl.version or "", filename


def _row(admission: Admission) -> dict[str, Any]:
    purl = admission.purl
    require_keepable(purl, admission.filename)
    return {
        "ecosystem": purl.ecosystem,
        "name": purl.name,
        "version": purl.version or "",
        "filename": admission.filename,
        "sha256": admission.sha256,
        "size": admission.size,
        "decision": admission.decision,
        "judged": admission.judged,
        "policy": admission.policy,
        "recheck": admission.recheck,
        "reasons": json.dumps([(each.rule, each.message, each.severity) for each in admission.reasons]),
        "verdict": zlib.compress(admission.verdict, 1) if admission.verdict else b"",
    }


def _admission(row: Sequence[Any]) -> Admission:
    ecosystem, name, version, filename, sha256, size, decision, judged, policy, recheck, reasons, *verdict = row
    return Admission(
        Purl(cast("Ecosystem", ecosystem), name, version or None),
        filename,
        sha256,
        size,
        cast("Decision", decision),
        judged,
        policy,
        tuple(Reason(*each) for each in json.loads(reasons)) if reasons != "[]" else (),
        recheck,
        zlib.decompress(verdict[0]) if verdict and verdict[0] else b"",
    )
