"""Suricata's eve.json: one event a line."""

from customhouse.hunt.network.formats.interface import Headless, Record, joined
from customhouse.hunt.network.formats.zeek import flat, json_object
from customhouse.hunt.streams.stamps import leading_stamp


class Suricata(Headless):
    """A log of events."""

    name = "Suricata eve.json"

    def read(self, line: str) -> Record | None:
        """Read an event that has an address it came from."""
        fields = json_object(line)
        if fields is None or "event_type" not in fields or "src_ip" not in fields:
            return None
        address, port = str(fields.get("dest_ip", "")), str(fields.get("dest_port", ""))
        called = [joined(address, port)]
        beside: list[str] = []
        http, dns, tls = (_part(fields, name) for name in ("http", "dns", "tls"))
        if "hostname" in http:
            host = http["hostname"]
            place = host if port in ("80", "443") or ":" in host else joined(host, port)
            url = http.get("url", "")
            called += [host, url if "://" in url else f"http://{place}{url}"]
        called += [
            part[name] for part, name in ((http, "http_user_agent"), (dns, "rrname"), (tls, "sni")) if name in part
        ]
        called += [_part(each, "")["rrname"] for each in _queries(fields) if "rrname" in _part(each, "")]
        beside += [part[name] for part, name in ((http, "http_refer"), (tls, "subject")) if name in part]
        did = "asked for the name" if dns else "requested" if http else "connected to"
        when = leading_stamp(str(fields.get("timestamp", "")))[0]
        action = _part(fields, "alert").get("action", "")
        return Record(did, str(fields["src_ip"]), tuple(called), tuple(beside), when, action == "blocked", address)


def _part(fields: object, name: str) -> dict[str, str]:
    """Return an object inside an event, or the event itself, with values as text."""
    inner = fields.get(name) if name and isinstance(fields, dict) else fields
    return {key: flat(value) for key, value in inner.items()} if isinstance(inner, dict) else {}


def _queries(fields: dict[str, object]) -> list[object]:
    """Give the queries of a DNS event of version 3."""
    dns = fields.get("dns")
    queries = dns.get("queries") if isinstance(dns, dict) else None
    return queries if isinstance(queries, list) else []
