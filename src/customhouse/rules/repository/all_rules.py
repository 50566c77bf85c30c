"""Every rule over a repository. A new rule costs one line here; a test fails when a rule file is not listed."""

from customhouse.rules.repository import (
    dependency_confusion,
    foreign_registry,
    lockfile_missing,
    lockfile_tampered,
    no_cooldown,
    scripts_not_restricted,
)
from customhouse.rules.repository.rule import RepositoryRule

REPOSITORY_RULES: tuple[RepositoryRule, ...] = (
    lockfile_missing.RULE,
    lockfile_tampered.RULE,
    foreign_registry.RULE,
    dependency_confusion.RULE,
    scripts_not_restricted.RULE,
    no_cooldown.RULE,
)
