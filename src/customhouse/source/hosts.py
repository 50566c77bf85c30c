"""Which hosts a constant names: in URLs, as a bare host name, as an address literal.

Shared by the readers of every language. Precision matters more than in a search: what is found here is compared with
the previous release and shown to a responder, so `lodash.get` and `1.2.3` must not be hosts.
"""

from collections.abc import Iterator
from itertools import islice

from customhouse.model.lazy_regex import lazy_regex

#: Characters of a constant that are searched, and hosts that one constant may give.
MAX_TEXT = 64 * 1024
MAX_HOSTS = 64

_LONGEST_NAME = 253
_URL = lazy_regex(
    r"(?<![A-Za-z0-9+.\-])([A-Za-z][A-Za-z0-9+.\-]{1,19}):(?://|\\\\/\\\\/|\\/\\/|/\\|\\\\)([^\s\"'`<>]{1,512})"
)
_RELATIVE = lazy_regex(r"//((?:[A-Za-z0-9_\-]{1,63}\.)+[A-Za-z][A-Za-z0-9\-]{1,62})(?=[:/?#]|$)")
_AUTHORITY_END = lazy_regex(r"[/\\?#,;(){}|]")
_NAME = lazy_regex(r"(?:[^\W_](?:[\w\-]{0,61}[^\W_])?|_[\w\-]{1,62})(?:\.[^\W_](?:[\w\-]{0,61}[^\W_])?)*\.?")
_BARE = lazy_regex(
    r"((?:[A-Za-z0-9](?:[A-Za-z0-9\-]{0,61}[A-Za-z0-9])?\.)+([A-Za-z]{2,24}))\.?(?::\d{1,5})?(?:/[^\s]{0,512})?"
)
_IPV4 = lazy_regex(
    r"(?<![\w.\-+])(?<![^/\W]/)(?<!\w/)((?:(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d)\.){3}(?:25[0-5]|2[0-4]\d|1\d\d|[1-9]?\d))"
    r"(?![\w\-]|\.\d)"
)
_IPV6 = lazy_regex(r"\[?([0-9A-Fa-f]{0,4}(?::[0-9A-Fa-f]{0,4}){2,7}(?:(?:\d{1,3}\.){3}\d{1,3})?)\]?(?::\d{1,5})?")
_NUMBER = lazy_regex(r"(?:0[xX][0-9A-Fa-f]{1,8}|\d{5,10})")

#: Schemes whose URLs name no host on a network.
_LOCAL_SCHEMES_TEXT = """
file data node webpack webpack-internal chrome chrome-extension moz-extension resource blob about app view-source
vscode bun deno npm jar res asset capacitor ionic internal virtual rollup vite bundle test tag urn
"""
_LOCAL_SCHEMES = frozenset(_LOCAL_SCHEMES_TEXT.split())
#: Hosts of names that only look like addresses: XML namespaces and schema identifiers, which nobody fetches.
_NAMESPACES = frozenset({"www.w3.org", "schemas.openxmlformats.org", "schemas.microsoft.com", "json-schema.org"})
# A bare constant is a host only under a top-level domain that is no file extension, property or module name as well.
# Those of indicator lists of the last years, the large ones, and the reserved ones of RFC 2606 and RFC 6761.
_TOP_LEVEL_TEXT = """
com net org edu gov mil int info biz online site website space tech store shop xyz top club icu vip fun live life
cloud host hosting zone dev page pages app link click digital download systems network center email agency solutions
services pro pw cc tk ml ga cf gq su ru cn ir kp by ua pl de fr nl uk eu it es pt se no fi dk ch at be cz sk hu ro
bg gr tr il in pk bd vn th jp kr tw hk sg au nz ca us mx br ar cl za ng ke eg sa ae ws tv fm ly to gg im onion help
party stream trade win bid loan racing review science work men date faith cricket rest bar cyou sbs cfd quest beauty
hair skin makeup monster buzz lol wtf ninja rocks world today news media social chat games zip finance money io ai
me co sh so gl ink name run exchange trading fund capital invalid example localhost internal local lan corp intranet
"""
_TOP_LEVEL = frozenset(_TOP_LEVEL_TEXT.split())
# Of these, the ones that are enough for a name of two labels; `cell.run` and `socket.io` are names of other things.
_CERTAIN_TEXT = """
com net org edu gov mil biz online website xyz icu cloud hosting gq ml tk cf ga su ru cn ir kp ua pl de fr uk eu se
jp kr hk tw onion cfd sbs quest monster invalid shop club agency solutions capital
"""
_CERTAIN = frozenset(_CERTAIN_TEXT.split())
_TWO_LABELS = 2


def hosts_in(text: str) -> tuple[str, ...]:
    """Give the hosts that a constant names: lower case, without port, user or trailing dot, in order, without repeats.

    Found are: the authority of a URL of any networked scheme, escaped slashes included; a constant that starts as a
    scheme-relative URL; a constant that as a whole is a host name (with port or path) under a known top-level domain;
    IPv4 literals anywhere that are not a version; a constant that as a whole is an IPv6 literal. An address written
    as one number (`http://2130706433/`) is given dotted. XML namespaces are left out.
    At most `MAX_HOSTS`, from the first `MAX_TEXT` characters.
    """
    text = text[:MAX_TEXT]
    found = dict.fromkeys(islice(_each_host(text), 4 * MAX_HOSTS))
    found.pop("", None)
    return tuple(found)[:MAX_HOSTS]


def _each_host(text: str) -> Iterator[str]:
    """Every host in turn; "" for what turned out to be none."""
    if ":" in text:
        yield from (_authority(match[2]) for match in _URL.finditer(text) if match[1].lower() not in _LOCAL_SCHEMES)
    if "." in text:
        relative = _RELATIVE.match(text)
        if relative is not None and relative[1].rpartition(".")[2].lower() in _TOP_LEVEL:
            yield relative[1].lower()
        bare = _BARE.fullmatch(text)
        if bare is not None and _is_bare_host(bare[1], bare[2], whole=len(bare[1]) == len(text)):
            yield bare[1].lower()
        yield from (match[1] for match in _IPV4.finditer(text) if not _is_version(match[1]))
    if text.count(":") > 1:
        yield _ipv6(text)


def _authority(rest: str) -> str:
    """The host of what follows `scheme://`, or nothing when it is none (a placeholder, a namespace)."""
    rest = rest.lstrip("/\\")
    end = _AUTHORITY_END.search(rest)
    authority = rest[: end.start()] if end else rest
    authority = authority.rpartition("@")[2]
    if authority.startswith("["):
        return _ipv6(authority.partition("]")[0] + "]")
    name = authority.partition(":")[0].lower().rstrip(".")
    if not name or len(name) > _LONGEST_NAME or name in _NAMESPACES or _NAME.fullmatch(name) is None:
        return ""
    if _NUMBER.fullmatch(name) is not None:
        value = int(name, 16) if name[1] in "xX" else int(name)
        return ".".join(str(value >> shift & 0xFF) for shift in (24, 16, 8, 0)) if value <= 0xFFFFFFFF else ""  # noqa: PLR2004
    return name


def _is_bare_host(name: str, top: str, *, whole: bool) -> bool:
    """Whether a constant is a host name: letters' case and the top-level domain tell it from `module.member`."""
    labels = name.split(".")
    if len(name) > _LONGEST_NAME or (name != name.lower() and name != name.upper()):
        return False
    top = top.lower()
    if top in _CERTAIN:
        return True
    # `cell.run/x` is nothing, `sh.azurestatic.zone:443/x` is: a less certain domain needs a path, a port or depth.
    return top in _TOP_LEVEL and (len(labels) > _TWO_LABELS if whole else len(labels) >= _TWO_LABELS)


def _is_version(address: str) -> bool:
    """Whether a dotted quad is rather a version or a mask."""
    first, _, rest = address.partition(".")
    return first in {"0", "255"} or rest == "0.0.0"


def _ipv6(text: str) -> str:
    match = _IPV6.fullmatch(text)
    if match is None or not any(map(str.isdigit, match[1])):
        return ""
    import ipaddress  # noqa: PLC0415 - rarely needed, and dear at start

    try:
        return ipaddress.IPv6Address(match[1]).compressed
    except ValueError:
        return ""
