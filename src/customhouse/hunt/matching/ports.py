"""Ports of hosts and addresses: what a fact names, and what a text may say beside it."""


def split_port(value: str) -> tuple[str, int | None]:
    """Split `host:8000`, `1.2.3.4:8000` or `[2001:db8::1]:8000`; an address of version 6 alone has no port."""
    host, colon, port = value.rpartition(":")
    if not colon or not port.isascii() or not port.isdigit() or (":" in host and not host.endswith("]")):
        return value.strip("[]"), None
    return host.strip("[]"), int(port)


def unless_other_port(port: int | None) -> bytes:
    """Return the expression of what may follow a host: anything, or no port but this one where the fact names one."""
    return b"" if port is None else rb"(?!\]?:(?!0*%d(?![0-9]))[0-9])" % port
