"""AWS VPC flow logs: version 2's columns, or those that a header names.

https://docs.aws.amazon.com/vpc/latest/userguide/flow-log-records.html
"""

from customhouse.hunt.network.formats.interface import Headless, Record, joined
from customhouse.hunt.network.formats.times import epoch

_DEFAULT_TEXT = """
version account-id interface-id srcaddr dstaddr srcport dstport protocol packets bytes start end action log-status
"""
_TELLING = frozenset({"srcaddr", "dstaddr", "interface-id", "pkt-dstaddr"})
_ACTIONS = ("ACCEPT", "REJECT", "-")


class VpcFlow(Headless):
    """A flow log."""

    name = "AWS VPC flow log"
    _columns = tuple(_DEFAULT_TEXT.split())

    def header(self, line: str) -> bool:
        """Take the names of columns."""
        words = line.replace("_", "-").replace(",", " ").split()
        if len(_TELLING & set(words)) < 2:  # noqa: PLR2004 - one may be a word in a sentence
            return False
        self._columns = tuple(words)
        return True

    def read(self, line: str) -> Record | None:
        """Read a flow."""
        values = line.replace(",", " ").split()
        if len(values) != len(self._columns):
            return None
        fields = dict(zip(self._columns, values, strict=True))
        if fields.get("action", "-") not in _ACTIONS or not fields.get("version", "2").isdigit():
            return None
        source, target = (
            _first(fields, "pkt-srcaddr", "srcaddr"),
            _first(fields, "pkt-dstaddr", "dstaddr"),
        )
        if not _is_address(source) or not _is_address(target):
            return None
        called = [joined(target, fields.get("dstport", ""))]
        called += (
            [joined(fields["dstaddr"], fields.get("dstport", ""))] if fields.get("dstaddr", target) != target else []
        )
        when = epoch(fields.get("start", ""))
        return Record("sent packets to", source, tuple(called), (), when, fields.get("action") == "REJECT", target)


def _first(fields: dict[str, str], *names: str) -> str:
    return next((fields[name] for name in names if fields.get(name, "-") != "-"), "")


def _is_address(text: str) -> bool:
    return bool(text) and text[0] in "0123456789abcdef:" and ("." in text or ":" in text)
