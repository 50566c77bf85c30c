"""npm's debug logs: what it was told, chose, fetched and started. The time is that of the log's name, in UTC."""

import re
from datetime import UTC, datetime
from pathlib import Path
from urllib.parse import unquote

import msgspec

from customhouse.hunt.admits import admitted
from customhouse.hunt.installs.findings import Findings
from customhouse.hunt.installs.reading import UnreadError, file_time, lines_of
from customhouse.model.hunt import Grade, Moment, Place
from customhouse.model.lazy_regex import lazy_regex

_MAX_LOG = 1 << 30
_NAME = lazy_regex(r"(\d{4}-\d\d-\d\d)T(\d\d)_(\d\d)_(\d\d)_(\d{3})Z-debug")
_LINE = lazy_regex(r"\d+ (silly|verbose|info|http|timing|warn|error|notice) (.*)", re.DOTALL)
_RELEASE = r"((?:@[^@/\s]+/)?[^@/\s]+)@(\d[^\s:~]*)"
#: npm 7 and later; npm 6 and earlier.
_RUN = (
    lazy_regex(rf"run {_RELEASE} (preinstall|install|postinstall)\b(?! \{{ code)"),
    lazy_regex(rf"lifecycle {_RELEASE}~(preinstall|install|postinstall): "),
)
_PLACED = lazy_regex(rf"(?:placeDep \S+|resolved|idealTree:\S*) {_RELEASE}(?: |$)")
_FETCHED = lazy_regex(
    r"(?:fetch GET 200|fetch GET 304|cache)\b.*?(https?://\S+?\.tgz)\b|cache (\S+@https?://\S+?\.tgz)\b"
)
_ARCHIVE = lazy_regex(r"/((?:@[^/]+(?:/|%2f))?[^/]+)/-/([^/]+)\.tgz$", re.IGNORECASE)
_WISH = lazy_regex(r"fetch manifest ((?:@[^@/\s]+/)?[^@/\s]+)@(\S*)")
_WORD = lazy_regex(r'"((?:[^"\\]|\\.)*)"')
#: Kinds of lines without which a log cannot show that something was installed.
_TELLING = ("placeDep ", "run ", "fetch GET ", "lifecycle ", "reify ", "ADD ")


class LogSays(msgspec.Struct, frozen=True):
    """What a log tells of its run for other traces: where npm was started, and whether scripts were switched off."""

    cwd: str = ""
    ignores_scripts: bool = False
    #: Whether it installed anything at all.
    installs: bool = False


def archive_release(url: str) -> tuple[str, str] | None:
    """Return name and version of the release that an archive's address names; None where it names none."""
    match = _ARCHIVE.search(url.partition("?")[0].partition("#")[0])
    if match is None:
        return None
    name, stem = unquote(match[1]), match[2]
    short = name.rpartition("/")[2]
    return (name, stem[len(short) + 1 :]) if stem.startswith(f"{short}-") else None


def read_npm_log(path: Path, findings: Findings) -> LogSays:
    """Read one log; never raises."""
    reader = _Reader(path, findings)
    try:
        for number, line in enumerate(lines_of(path, _MAX_LOG), 1):
            reader.line(number, line.decode("utf-8", "replace"))
    except UnreadError as error:
        findings.unexamined(path, str(error))
    return reader.done()


class _Reader:
    def __init__(self, path: Path, findings: Findings) -> None:
        self._path = path
        self._findings = findings
        self._when = _time(path)
        self._lines = 0
        self._telling = 0
        self._cwd = ""
        self._ignores = False
        self._ended = False
        self._told: set[tuple[str, str, Grade]] = set()

    def line(self, number: int, text: str) -> None:
        self._lines += 1
        match = _LINE.fullmatch(text)
        if match is None:
            return
        level, said = match.groups()
        if said.startswith(_TELLING):
            self._telling += 1
        if level == "verbose":
            self._verbose(number, said)
        elif level == "info":
            found = next(filter(None, (pattern.match(said) for pattern in _RUN)), None)
            if found:
                self._tell(number, found[1], found[2], "script-ran", f"npm ran its {found[3]} script", text)
        elif level == "http":
            self._http(number, said, text)
        elif level == "silly":
            self._silly(number, said, text)

    def _http(self, number: int, said: str, text: str) -> None:
        found = _FETCHED.search(said)
        release = archive_release(found[1] or found[2]) if found else None
        if release:
            how = "took its archive from the cache" if said.startswith("cache") else "fetched its archive"
            self._tell(number, *release, "fetched", f"npm {how}", text)

    def _silly(self, number: int, said: str, text: str) -> None:
        if found := _PLACED.match(said):
            self._tell(number, found[1], found[2], "resolved", "npm chose it", text)
        elif found := _WISH.match(said):
            self._wish(number, found[1], found[2], text)

    def _verbose(self, number: int, said: str) -> None:
        if said.startswith("cwd "):
            self._cwd = said[4:].strip()
        elif said.startswith("exit "):
            self._ended = True
        elif said.startswith(("argv ", "cli ")):
            words = [re.sub(r"\\(.)", r"\1", word) for word in _WORD.findall(said)] or said.split()[1:]
            off = {"--ignore-scripts", "--ignore-scripts=true"}
            self._ignores |= bool(off & set(words))
            for word in words:
                name, _, wanted = word[1:].partition("@")
                if word[:1] not in ("-", ""):
                    self._wish(number, word[:1] + name, wanted, said)

    def _wish(self, number: int, name: str, wanted: str, text: str) -> None:
        for _, each in self._findings.asked.packages("npm", name):
            found = admitted(each, wanted)
            if found is not None and found.confidence != "low":
                message = f"npm was asked for {name}@{wanted or '*'}, which {name}@{found.version} fits"
                self._tell(number, name, found.version, "declared", message, text)

    def _tell(self, number: int, name: str, version: str, grade: Grade, what: str, text: str) -> None:
        if (name, version, grade) in self._told:
            return
        self._told.add((name, version, grade))
        message = f"{self._path.name}: {what}" + ("" if grade == "declared" else f" ({name}@{version})")
        asset = self._cwd or str(self._path.parent)
        self._findings.release(
            "npm", name, version, grade, message, Place(str(self._path), number), asset, when=self._when, excerpt=text
        )

    def done(self) -> LogSays:
        note = "" if self._ended else "the log does not tell how the run ended"
        asset = self._cwd or str(self._path.parent)
        self._findings.looked(
            self._path, "npm debug log", asset, lines=self._lines, control=self._telling > 0, note=note
        )
        return LogSays(self._cwd, self._ignores, self._telling > 0)


def _time(path: Path) -> Moment | None:
    match = _NAME.match(path.name)
    if match is None:
        return file_time(path)
    try:
        text = f"{match[1]}T{match[2]}:{match[3]}:{match[4]}.{match[5]}"
        return Moment(datetime.fromisoformat(text).replace(tzinfo=UTC), by="log name")
    except ValueError:
        return file_time(path)
