"""Examples of a rule over repositories: whole repositories in TOML, file by file, and what the rule says of them.

As with the rules over releases, its page shows them, `customhouse explain` prints them, and the tests write the files
to a folder and judge it as `customhouse check` would.
"""

import tomllib
from datetime import UTC, datetime
from importlib.resources import files

import msgspec

from customhouse.model.errors import CustomhouseError
from customhouse.model.finding import Confidence, Severity
from customhouse.model.repository import ConfiguredRegistry, PublicAnswer
from customhouse.model.verdict import Decision


class _Strict(msgspec.Struct, frozen=True, forbid_unknown_fields=True):
    """Fields that nobody knows are mistakes."""


class RepositoryExpectation(_Strict, frozen=True):
    """One finding of the rule; empty and None fields are not compared. `decision` is what policy makes of it."""

    severity: Severity
    confidence: Confidence
    message_contains: str = ""
    path: str = ""
    line: int | None = None
    decision: Decision | None = None


class RepositoryExample(_Strict, frozen=True):
    """One case. `files` are the repository's, by path; `base` the whole of those at the revision compared with.

    `configuration` is the text of customhouse.toml. `registries` and `public` stand for what the clients'
    configuration and the public registry would say; they replace what the engine would have asked.
    """

    title: str
    explanation: str
    files: dict[str, str]
    #: None: nothing is compared.
    base: dict[str, str] | None = None
    configuration: str = ""
    registries: tuple[ConfiguredRegistry, ...] = ()
    public: tuple[PublicAnswer, ...] = ()
    now: datetime = datetime(2026, 11, 1, 12, tzinfo=UTC)
    #: Exactly the findings of the rule; empty in the silent ones.
    expect: tuple[RepositoryExpectation, ...] = ()


class RepositoryExamples(_Strict, frozen=True):
    """All of one rule's, the ones for its page first."""

    fires: tuple[RepositoryExample, ...]
    silent: tuple[RepositoryExample, ...]


def load_repository_examples(rule: str) -> RepositoryExamples:
    """Read a rule's examples from the installed package.

    Raises CustomhouseError when the file is missing, is not TOML or does not fit the schema.
    """
    path = files("customhouse.rules") / "examples" / f"{rule}.toml"
    try:
        return msgspec.convert(tomllib.loads(path.read_text(encoding="utf-8")), RepositoryExamples)
    except (OSError, tomllib.TOMLDecodeError, msgspec.ValidationError) as error:
        raise CustomhouseError(
            f"examples of rule {rule} cannot be read: {error}",
            hint=f"examples stand in rules/examples/{rule}.toml; the schema is rules/repository/example.py",
        ) from error
