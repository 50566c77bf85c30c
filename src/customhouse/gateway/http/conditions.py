"""Conditional requests (RFC 9110, 13): whether what the client has is still what it would get."""


def unchanged(if_none_match: str, etag: str) -> bool:
    """Say whether If-None-Match names this validator (without quotes); weak and strong ones compare alike here."""
    if not if_none_match or not etag:
        return False
    if if_none_match.strip() == "*":
        return True
    return any(one.strip().removeprefix("W/") == f'"{etag}"' for one in if_none_match.split(","))


def whole_again(if_range: str, etag: str) -> bool:
    """Say whether If-Range forbids a part: it names another validator, or a date, which nothing here has."""
    return bool(if_range) and if_range.strip() != f'"{etag}"'
