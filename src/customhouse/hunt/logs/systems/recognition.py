"""Which system wrote a log, told by how it begins."""

from customhouse.hunt.logs.systems import azure, buildkit, circleci, github, gitlab, jenkins
from customhouse.hunt.logs.systems.interface import System
from customhouse.hunt.logs.systems.plain import Plain

_KINDS = (circleci.CircleCI, gitlab.GitLab, azure.Azure, github.GitHub, jenkins.Jenkins, buildkit.BuildKit, Plain)
#: The marks of every system.
MARKS: tuple[bytes, ...] = tuple(dict.fromkeys(mark for kind in _KINDS for mark in kind.marks))


def system_of(head: str, member: str = "") -> System:
    """Return a reader for a log that begins so; `member` is its path in an archive."""
    if circleci.recognises(head):
        return circleci.CircleCI()
    if gitlab.recognises(head):
        return gitlab.GitLab()
    if azure.recognises(head):
        return azure.Azure()
    if github.recognises(head):
        return github.GitHub(member)
    if jenkins.recognises(head):
        return jenkins.Jenkins()
    if buildkit.recognises(head):
        return buildkit.BuildKit()
    return Plain()
