"""Zeek: columns that `#fields` names, or JSON; conn, dns, http, ssl and their like all have the same names."""

from collections.abc import Mapping

import msgspec

from customhouse.hunt.network.formats.interface import Headless, Record, joined
from customhouse.hunt.network.formats.times import epoch
from customhouse.hunt.streams.stamps import leading_stamp

_HTTP = ("80", "443")
#: Columns that name what was called, beside address and URL; and those that only speak of it.
_CALLED = ("query", "host", "server_name", "qname")
_SPOKEN_OF = (
    "referrer",
    "answers",
    "answer",
    "TTLs",
    "san.dns",
    "subject",
    "certificate.subject",
    "helo",
    "from",
    "to",
)
_EMPTY = ("", "-", "(empty)")


class ZeekColumns(Headless):
    """A log of columns between tabs."""

    name = "Zeek log"
    _columns: tuple[str, ...] = ()

    def header(self, line: str) -> bool:
        """Take the names of columns; other comments say nothing that is needed."""
        if line.startswith("#fields\t"):
            self._columns = tuple(line.rstrip("\r\n").split("\t")[1:])
        return line.startswith("#")

    def read(self, line: str) -> Record | None:
        """Read a line, once the columns are known."""
        values = line.rstrip("\r\n").split("\t")
        if not self._columns or len(values) != len(self._columns):
            return None
        return _record({name: value for name, value in zip(self._columns, values, strict=True) if value not in _EMPTY})


class ZeekJson(Headless):
    """A log of one JSON object a line."""

    name = "Zeek log (JSON)"

    def read(self, line: str) -> Record | None:
        """Read a line that has Zeek's names."""
        fields = json_object(line)
        if fields is None or "id.orig_h" not in fields:
            return None
        return _record({name: flat(value) for name, value in fields.items() if value not in (None, *_EMPTY)})


def json_object(line: str) -> dict[str, object] | None:
    """Read a line's JSON object; None for anything else."""
    start = line.find("{")
    if start < 0 or line[:start].count("\t") + line[:start].count(" ") > 40:  # noqa: PLR2004 - a syslog prefix
        return None
    try:
        read = msgspec.json.decode(line[start:].strip())
    except (msgspec.DecodeError, RecursionError, UnicodeError):
        return None
    return read if isinstance(read, dict) else None


def flat(value: object) -> str:
    """Write a value, or a list of them, as text."""
    return ",".join(map(str, value)) if isinstance(value, list) else str(value)


def _record(fields: Mapping[str, str]) -> Record:
    address, port = fields.get("id.resp_h", ""), fields.get("id.resp_p", "").removesuffix(".0")
    called = [joined(address, port)] if address else []
    called += [fields[name] for name in _CALLED if name in fields]
    host, uri = fields.get("host", ""), fields.get("uri", "")
    if uri:
        place = host if port in _HTTP or ":" in host else joined(host, port)
        called.append(uri if "://" in uri else f"http://{place}{uri}")
    if "user_agent" in fields:
        called.append(fields["user_agent"])
    did = "asked for the name" if "query" in fields else "requested" if uri else "connected to"
    return Record(
        did,
        fields.get("id.orig_h", ""),
        tuple(called),
        tuple(fields[name] for name in _SPOKEN_OF if name in fields),
        epoch(fields.get("ts", "")) or leading_stamp(fields.get("ts", ""))[0],
        fields.get("conn_state") == "REJ",
        address,
    )
