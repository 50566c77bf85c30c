"""Every rule over a repository. A new rule costs one line here; a test fails when a rule file is not listed."""

from customhouse.rules.repository import (
    ci_action_unpinned,
    ci_installs_unlocked,
    dependency_confusion,
    floating_version,
    foreign_registry,
    lockfile_missing,
    lockfile_out_of_sync,
    lockfile_tampered,
    no_cooldown,
    scripts_not_restricted,
    unhashed_requirement,
)
from customhouse.rules.repository.rule import RepositoryRule

REPOSITORY_RULES: tuple[RepositoryRule, ...] = (
    lockfile_missing.RULE,
    lockfile_out_of_sync.RULE,
    floating_version.RULE,
    unhashed_requirement.RULE,
    ci_installs_unlocked.RULE,
    ci_action_unpinned.RULE,
    lockfile_tampered.RULE,
    foreign_registry.RULE,
    dependency_confusion.RULE,
    scripts_not_restricted.RULE,
    no_cooldown.RULE,
)
