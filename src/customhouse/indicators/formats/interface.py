"""What a form of exchange offers, and what its files share."""

from collections.abc import Callable
from datetime import UTC, datetime
from typing import Any

import msgspec

from customhouse.ecosystems.documents import UnreadableError, json_document
from customhouse.indicators.draft import Draft
from customhouse.model.campaign import Campaign
from customhouse.model.errors import CustomhouseError

#: Bytes of one file that is imported.
MAX_FILE = 32 * 1024 * 1024
#: Reads a file's bytes, called by a name, into a draft. Raises CustomhouseError where it is none of this form at all.
Reader = Callable[[bytes, str, Draft], None]
Writer = Callable[[Campaign], str]
_ANYTHING = msgspec.json.Decoder()


class Format(msgspec.Struct, frozen=True):
    """One form: what it is called, the endings of its files, and what reads and writes it where it can be."""

    name: str
    title: str
    endings: tuple[str, ...]
    read: Reader | None = None
    write: Writer | None = None


def json_object(data: bytes, name: str) -> dict[str, Any]:
    """Decode a JSON object. Raises CustomhouseError."""
    try:
        found = json_document(data, _ANYTHING)
    except (UnreadableError, msgspec.ValidationError) as error:  # the latter: a number that Python cannot hold
        raise CustomhouseError(f"{name} cannot be read: {error}", hint="give one JSON document in UTF-8") from error
    if not isinstance(found, dict):
        raise CustomhouseError(f"{name} is no JSON object", hint="give one STIX bundle, MISP event or OSV record")
    return found


def json_text(document: Any) -> str:
    """Write a document as people read it."""
    return msgspec.json.format(msgspec.json.encode(document), indent=2).decode() + "\n"


def texts(value: object) -> tuple[str, ...]:
    """Return the texts of a list; nothing of anything else."""
    return tuple(each for each in value if isinstance(each, str)) if isinstance(value, list) else ()


def objects(value: object) -> list[tuple[int, dict[str, Any]]]:
    """Return the objects of a list, each with its index; nothing of anything else."""
    listed = value if isinstance(value, list) else []
    return [(index, each) for index, each in enumerate(listed) if isinstance(each, dict)]


def text(value: object) -> str:
    """Return a text, and an empty one for anything else."""
    return value if isinstance(value, str) else ""


def since(campaign: Campaign) -> datetime:
    """Return the moment that documents are dated by, so that the same pack gives the same bytes.

    That is the campaign's beginning, else its first release's, else the epoch.
    """
    published = [each.published for each in campaign.releases if each.published]
    return campaign.starts or min(published, default=datetime.fromtimestamp(0, UTC))
