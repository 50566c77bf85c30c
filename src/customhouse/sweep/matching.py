"""Where the evidence of a release shows an indicator. Pure."""

from collections.abc import Iterable, Iterator

from customhouse.model.code import CodeFacts
from customhouse.model.content import ContentFacts
from customhouse.model.evidence import Case
from customhouse.model.indicator import Indicator, IndicatorHit


def hits(case: Case, indicators: Iterable[Indicator]) -> tuple[IndicatorHit, ...]:
    """Return each indicator that the case shows, at its first place."""
    found = (next(_places(case, indicator), None) for indicator in indicators)
    return tuple(hit for hit in found if hit is not None)


def _places(case: Case, indicator: Indicator) -> Iterator[IndicatorHit]:
    if indicator.kind == "release":
        if indicator.value in (str(case.purl), str(case.purl).rpartition("@")[0]):
            name = case.contents[0].filename if case.contents else case.purl.display
            yield IndicatorHit(indicator, name)
        return
    for content in case.contents:
        if indicator.kind == "digest":
            if indicator.value in (content.sha1, content.sha256, content.sha512):
                yield IndicatorHit(indicator, content.filename)
        elif indicator.kind == "file":
            yield from _files(content, indicator)
        else:
            for code in content.code:
                yield from _in_code(content, code, indicator)
            yield from _in_hooks(content, indicator)


def _files(content: ContentFacts, indicator: Indicator) -> Iterator[IndicatorHit]:
    """A member of this path or, of one without a folder, of this name; and a constant that names the path."""
    wanted = indicator.value.replace("\\", "/").lower()
    paths = [*content.natives, *(each.path for each in content.code), *(each.path for each in content.hooks)]
    for path in paths:
        if path.lower() == wanted or ("/" not in wanted and path.lower().rpartition("/")[2] == wanted):
            yield IndicatorHit(indicator, content.filename, path)
    if "/" in wanted:
        for code in content.code:
            yield from _in_code(content, code, indicator)
        yield from _in_hooks(content, indicator)


def _in_code(content: ContentFacts, code: CodeFacts, indicator: Indicator) -> Iterator[IndicatorHit]:
    if any(_names(host, indicator) for host in code.hosts):
        yield IndicatorHit(indicator, content.filename, code.path)
    for decoded in code.decoded:
        if _holds(decoded.value, indicator):
            yield IndicatorHit(indicator, content.filename, code.path, decoded.line)
    for call in code.calls:
        if any(argument is not None and _holds(argument, indicator) for argument in call.arguments):
            yield IndicatorHit(indicator, content.filename, code.path, call.line)
    for capability in code.capabilities:
        if _holds(capability.detail, indicator):
            yield IndicatorHit(indicator, content.filename, code.path, capability.line)


def _in_hooks(content: ContentFacts, indicator: Indicator) -> Iterator[IndicatorHit]:
    for hook in content.hooks:
        if _holds(hook.command, indicator):
            yield IndicatorHit(indicator, content.filename, hook.path or hook.name)


def _names(named: str, indicator: Indicator) -> bool:
    """Whether a named host or URL is the indicator's; a host covers its subdomains and any URL on it."""
    if indicator.kind in ("url", "text"):
        return indicator.value.lower() in named.lower()
    rest = named.partition("://")[2] or named
    host = rest.partition("/")[0].rpartition("@")[2].lower()
    host = host if host.count(":") > 1 else host.partition(":")[0]
    return host == indicator.value or (indicator.kind == "host" and host.endswith(f".{indicator.value}"))


def _holds(text: str, indicator: Indicator) -> bool:
    """Whether a constant holds the value; a host or address only as a whole one."""
    wanted, lowered = indicator.value.lower(), text.lower()
    at = lowered.find(wanted)
    if indicator.kind not in ("host", "address"):
        return at >= 0
    while at >= 0:
        before, after = lowered[at - 1 : at], lowered[at + len(wanted) : at + len(wanted) + 1]
        if not (before.isalnum() or before == "-") and not (after.isalnum() or after == "-"):
            return True
        at = lowered.find(wanted, at + 1)
    return False
