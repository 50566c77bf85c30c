"""Other bytes under a name that stood for some already: rung once, in the log and in the ledger."""

from datetime import UTC, datetime

import structlog

from customhouse.model.errors import CustomhouseError
from customhouse.model.purl import Purl
from customhouse.storage.gateway.ledger import Ledger

#: Alarms that are remembered, so that the ledger need not be read for them again.
_REMEMBERED = 10_000


class Alarms:
    """Rings. Safe to share between threads."""

    def __init__(self, ledger: Ledger) -> None:
        """Write into this ledger."""
        self._ledger = ledger
        self._rung: set[tuple[Purl, str]] = set()
        self._log = structlog.get_logger("customhouse.gateway")

    def ring(self, purl: Purl, what: str) -> None:
        """Tell of a release once, whoever sees it first. Blocks; raises nothing: what it tells of is refused anyway."""
        if (purl, what) in self._rung:
            return
        if len(self._rung) >= _REMEMBERED:
            self._rung.clear()
        self._rung.add((purl, what))
        try:
            if any(each.act == "alarm" and each.reason == what for each in self._ledger.of(purl)):
                return
            now = datetime.now(UTC)
            self._ledger.append("alarm", str(purl), reason=what, owner="system", actor="system", now=now)
        except CustomhouseError as error:
            self._rung.discard((purl, what))  # written when it is seen again
            self._log.warning("alarm.not-kept", purl=str(purl), error=error.message)
        self._log.error("alarm", purl=str(purl), what=what)
