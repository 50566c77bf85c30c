"""Every rule. A new rule costs one line in its group here; a test fails when a rule file is not listed."""

from customhouse.rules.advisory import (
    known_malicious,
    known_vulnerable,
)
from customhouse.rules.archive import (
    archive_hostile,
    integrity_mismatch,
    integrity_missing,
    manifest_mismatch,
)
from customhouse.rules.change import (
    capability_gained,
    code_appended,
    native_binary_added,
    new_host,
    new_odd_file,
    payload_in_patch_release,
    size_jump,
    unexplained_files,
    variant_changed_alone,
)
from customhouse.rules.code import (
    code_hidden_by_whitespace,
    credentials_read,
    encoded_code_executed,
    environment_sent,
    hidden_unicode,
)
from customhouse.rules.combined import (
    manifest_alone_adds_unseen_dependency,
    new_code_to_odd_host,
    new_payload_to_new_host,
    new_publisher_with_new_code,
    odd_new_file_acts,
    unseen_dependency_runs_at_install,
)
from customhouse.rules.dependency import (
    dependency_brings_findings,
    dependency_never_imported,
    new_dependency,
    non_registry_dependency,
    risky_new_dependency,
    wildcard_dependency,
)
from customhouse.rules.install import (
    install_script,
    install_script_added,
    install_script_changed,
    install_time_download_and_run,
    pth_runs_code,
    setup_py_runs_code,
)
from customhouse.rules.metadata import (
    provenance_lost,
    publisher_changed,
    release_too_young,
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
    dependency_brings_findings.RULE,
    publisher_changed.RULE,
    provenance_lost.RULE,
    native_binary_added.RULE,
    size_jump.RULE,
    capability_gained.RULE,
    payload_in_patch_release.RULE,
    code_appended.RULE,
    variant_changed_alone.RULE,
    new_odd_file.RULE,
    unexplained_files.RULE,
    new_host.RULE,
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
    # Combinations: made of what those above find.
    new_publisher_with_new_code.RULE,
    unseen_dependency_runs_at_install.RULE,
    manifest_alone_adds_unseen_dependency.RULE,
    new_payload_to_new_host.RULE,
    new_code_to_odd_host.RULE,
    odd_new_file_acts.RULE,
)

#: Those over releases and those over the repository itself: every rule that has a page and that policy may speak of.
EVERY_RULE: tuple[Rule | RepositoryRule, ...] = (*RULES, *REPOSITORY_RULES)
