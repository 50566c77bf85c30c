"""Mail domains that say something of whoever publishes from them."""

from functools import cache
from importlib.resources import files

from customhouse.model.release import Publisher


def mail_domain(email: str) -> str:
    """The domain of an address in lower case; empty when there is none."""
    return email.rpartition("@")[2].strip().rstrip(".").casefold() if "@" in email else ""


def disposable(publisher: Publisher | None) -> str:
    """The disposable domain that the publisher's address is at; empty when it is at none. Subdomains count."""
    domain = mail_domain(publisher.email) if publisher is not None else ""
    parts = domain.split(".")
    return next((tail for at in range(len(parts) - 1) if (tail := ".".join(parts[at:])) in _domains()), "")


@cache
def _domains() -> frozenset[str]:
    text = (files("customhouse.rules") / "lists" / "disposable-mail.txt").read_text(encoding="utf-8")
    return frozenset(line for line in text.splitlines() if line and not line.startswith("#"))
