"""Every rule. A new rule costs one line here; a test fails when a rule file is not listed."""

from customhouse.rules import (
    archive_hostile,
    capability_gained,
    code_hidden_by_whitespace,
    credentials_read,
    dependency_never_imported,
    encoded_code_executed,
    environment_sent,
    hidden_unicode,
    install_script,
    install_script_added,
    install_script_changed,
    install_time_download_and_run,
    integrity_mismatch,
    integrity_missing,
    known_malicious,
    known_vulnerable,
    manifest_mismatch,
    native_binary_added,
    new_dependency,
    non_registry_dependency,
    provenance_lost,
    pth_runs_code,
    publisher_changed,
    release_too_young,
    risky_new_dependency,
    setup_py_runs_code,
    size_jump,
    wildcard_dependency,
)
from customhouse.rules.repository.all_rules import REPOSITORY_RULES
from customhouse.rules.repository.rule import RepositoryRule
from customhouse.rules.rule import Rule

RULES: tuple[Rule, ...] = (
    release_too_young.RULE,
    known_malicious.RULE,
    known_vulnerable.RULE,
    integrity_mismatch.RULE,
    integrity_missing.RULE,
    manifest_mismatch.RULE,
    non_registry_dependency.RULE,
    wildcard_dependency.RULE,
    install_script.RULE,
    install_script_added.RULE,
    install_script_changed.RULE,
    dependency_never_imported.RULE,
    risky_new_dependency.RULE,
    publisher_changed.RULE,
    provenance_lost.RULE,
    native_binary_added.RULE,
    size_jump.RULE,
    capability_gained.RULE,
    install_time_download_and_run.RULE,
    encoded_code_executed.RULE,
    credentials_read.RULE,
    environment_sent.RULE,
    hidden_unicode.RULE,
    code_hidden_by_whitespace.RULE,
    pth_runs_code.RULE,
    setup_py_runs_code.RULE,
    archive_hostile.RULE,
    new_dependency.RULE,
)

#: Those over releases and those over the repository itself: every rule that has a page and that policy may speak of.
EVERY_RULE: tuple[Rule | RepositoryRule, ...] = (*RULES, *REPOSITORY_RULES)
