"""Every rule over a repository. A new rule costs one line here; a test fails when a rule file is not listed."""

from customhouse.rules.repository import lockfile_missing
from customhouse.rules.repository.rule import RepositoryRule

REPOSITORY_RULES: tuple[RepositoryRule, ...] = (lockfile_missing.RULE,)
