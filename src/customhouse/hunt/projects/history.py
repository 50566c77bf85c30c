"""Locks and manifests as they were: every revision that a repository still holds, reachable or not, by one pass each.

Nothing is checked out. A version that was in for forty minutes on a branch that was rebased away is found with its
window and its commits, as long as git has not thrown the objects away.
"""

from collections.abc import Iterable, Sequence
from functools import partial
from pathlib import Path

from customhouse.hunt.asked import Asked
from customhouse.hunt.notes import Notes, own_defects
from customhouse.hunt.projects.judging import Judge, Judged, first_by_subject
from customhouse.hunt.projects.matching import Trace
from customhouse.hunt.projects.repositories import Repository, repositories, waited_for
from customhouse.hunt.projects.revisions import History, Touch, history, in_window, when
from customhouse.hunt.projects.spans import Lines, Span, grouped, spans
from customhouse.hunt.projects.submodules import note_submodules
from customhouse.model.errors import CustomhouseError
from customhouse.model.hunt import Hit, Looked, Moment, Place, Unexamined
from customhouse.repository.git_objects import ObjectStore
from customhouse.repository.git_reflog import reflog_commits

#: Bytes of a lock; larger blobs are not read.
_MAX_BLOB = 64 * 1024 * 1024
#: Commits of which git itself is asked whether a ref leads to them, when what was listed does not show one.
_MAX_ASKED = 25
#: Unreadable blobs that are told one by one, for each repository.
_MAX_TOLD = 20

#: What a judgement is kept under: the blob, and what it was read as.
_Key = tuple[str, str]


def hunt_history(paths: Sequence[Path], asked: Asked, notes: Notes) -> None:
    """Look through the history of every repository that `paths` lie in or that lie below them.

    `asked.since` and `asked.until` bound it, by the span of a commit's two times and with `revisions.MARGIN` added.
    """
    for repository in repositories(paths, notes):
        hunt_repository(repository, asked, notes)


def hunt_repository(repository: Repository, asked: Asked, notes: Notes) -> None:
    """Look through one repository. Never raises."""
    if stuck := waited_for(repository.git_dir):
        reason = f"{stuck} is a pipe, socket or device: git would wait for it, so its history was not looked at"
        notes.unexamined(Unexamined("history", repository.asset, reason))
        return
    with own_defects("history", repository.asset, notes):
        try:
            _Reading(repository, asked, notes).read()
        except CustomhouseError as error:
            notes.unexamined(Unexamined("history", repository.asset, error.message))


class _Reading:
    def __init__(self, repository: Repository, asked: Asked, notes: Notes) -> None:
        self._repository = repository
        self._asked = asked
        self._notes = notes
        self._store = ObjectStore(Path(repository.git_dir))
        self._judge = Judge(asked)
        self._kinds: dict[str, str] = {}
        self._judged: dict[_Key, Judged] = {}
        self._blobs = 0
        self._git_asked = 0
        self._lines: Lines | None = None
        self._reflog: dict[str, str] | None = None

    def read(self) -> None:
        asked = self._asked
        found = history(self._store, asked.since)
        touched = [one for one in found.touches if in_window(one.commit, asked.since, asked.until)]
        self._read_blobs(found.touches, touched)
        for path, several in grouped(found.touches).items():
            kind = self._kinds.get(path)
            if kind is None:
                continue
            for trace in self._shown(several, kind):
                if self._lines is None:
                    self._lines = Lines(found.commits, self._store.refs())
                holds = partial(self._holds, kind=kind, trace=trace)
                for span in spans(several, holds, self._lines):
                    self._notes.hit(self._hit(path, trace, span))
        self._account(found, touched)

    def _read_blobs(self, every: Sequence[Touch], touched: Sequence[Touch]) -> None:
        """Read each blob of the window once; and where one shows something, the other blobs of its path."""
        self._kinds = {path: self._judge.kind(path) for path in {one.path for one in touched}}
        self._judge_all((blob, one.path) for one in touched for blob in (*one.old, one.new))
        showing = {path for path, kind in self._kinds.items() if self._shows(every, path, kind)}
        self._judge_all((blob, one.path) for one in every if one.path in showing for blob in (*one.old, one.new))
        told = 0
        for (blob, kind), judged in self._judged.items():
            told += bool(judged.reason)
            if judged.reason and told <= _MAX_TOLD:
                self._unexamined(f"{kind} {blob} {judged.reason}")
        if told > _MAX_TOLD:
            self._unexamined(f"{told - _MAX_TOLD} more locks or manifests of its history cannot be read")

    def _shows(self, touches: Iterable[Touch], path: str, kind: str) -> bool:
        return any(
            self._judged.get((blob, kind), Judged()).traces
            for one in touches
            if one.path == path
            for blob in (*one.old, one.new)
        )

    def _judge_all(self, wanted: Iterable[tuple[str, str]]) -> None:
        paths: dict[str, dict[str, str]] = {}
        for blob, path in wanted:
            kind = self._kinds.get(path, "")
            if blob and kind and (blob, kind) not in self._judged:
                paths.setdefault(blob, {}).setdefault(kind, path)
        for read in self._store.blobs(paths, _MAX_BLOB):
            self._blobs += 1
            for kind, path in paths[read.name].items():
                judged = Judged(reason=read.reason) if read.reason else self._judge.judge(path, read.data)
                self._judged[read.name, kind] = judged

    def _shown(self, touches: Sequence[Touch], kind: str) -> Iterable[Trace]:
        blobs = dict.fromkeys(blob for one in touches for blob in (*one.old, one.new))
        found = (self._judged.get((blob, kind)) for blob in blobs)
        return list(first_by_subject(tuple(trace for judged in found if judged for trace in judged.traces)))

    def _holds(self, blob: str, kind: str, trace: Trace) -> bool:
        judged = self._judged.get((blob, kind))
        return judged is not None and any(
            (one.campaign, one.grade, one.subject) == (trace.campaign, trace.grade, trace.subject)
            for one in judged.traces
        )

    def _hit(self, path: str, trace: Trace, span: Span) -> Hit:
        first, last = span.first.commit, span.last
        at = when(min(first.authored, first.committed))
        until = when(max(last.authored, last.committed)) if last else None
        message = f"{path} {trace.what}: {'there already' if span.earlier else 'brought in'} with {first.name[:12]}"
        message += f" by {_plain(first.author)} at {at:%Y-%m-%d %H:%M} UTC"
        if last is not None and until is not None:
            message += f", taken out with {last.name[:12]} by {_plain(last.author)} at {until:%Y-%m-%d %H:%M} UTC"
        elif span.still:
            message += f", still on {_several(span.still)}"
        else:
            message += ", and taken out by no commit"
        message += f"; {self._where(span)}"
        return Hit(
            trace.campaign,
            self._repository.asset,
            "history",
            trace.grade,
            trace.subject,
            message,
            Place(path, trace.line, first.name),
            trace.confidence,
            Moment(at, until, "commit", doubtful=True),
            author=first.author,
            removed_by=f"{last.name} {last.author}" if last else "",
        )

    def _where(self, span: Span) -> str:
        """Say which refs lead to the commit, or what else still does."""
        refs = span.refs
        if not refs and self._git_asked < _MAX_ASKED:
            self._git_asked += 1
            refs = tuple(self._store.containing(span.first.commit.name))
        if refs:
            return f"on {_several(refs)}"
        if self._reflog is None:
            self._reflog = reflog_commits(Path(self._repository.git_dir))
        name = span.first.commit.name
        selector = self._reflog.get(name) or next(
            (self._reflog[one] for one in self._after(name) if one in self._reflog), ""
        )
        if selector:
            return f"on no ref any more, only the reflog of {selector} leads there"
        return "on no ref any more, and in no reflog: git keeps the objects until it cleans up"

    def _after(self, name: str) -> Iterable[str]:
        return self._lines.after(name) if self._lines else ()

    def _account(self, found: History, touched: Sequence[Touch]) -> None:
        counts = (
            ("commits", found.read),
            ("revisions", len({one.commit.name for one in touched})),
            ("files", len(self._kinds)),
            ("blobs", self._blobs),
            ("parsed", self._judge.parsed),
        )
        self._notes.looked(Looked("history", self._repository.asset, self._repository.git_dir, "git history", counts))
        if found.cut:
            self._unexamined(
                f"what came before {found.cut} of its commits is not here (a shallow clone, or broken): "
                f"git -C {self._repository.asset} fetch --unshallow"
            )
        for problem in self._store.problems:
            self._unexamined(problem)
        note_submodules(self._repository, self._store, self._notes)

    def _unexamined(self, reason: str) -> None:
        self._notes.unexamined(Unexamined("history", self._repository.asset, reason))


def _several(names: Sequence[str], most: int = 4) -> str:
    more = f" and {len(names) - most} more" if len(names) > most else ""
    return ", ".join(names[:most]) + more


def _plain(author: str) -> str:
    """Take the address off an author's name, for a sentence."""
    return author.partition(" <")[0] or author
