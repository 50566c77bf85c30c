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
    record_unlisted_file,
    sdist_wheel_differ,
)
from customhouse.rules.change import (
    capability_gained,
    native_binary_added,
    size_jump,
)
from customhouse.rules.code import (
    code_hidden_by_whitespace,
    credentials_read,
    encoded_code_executed,
    environment_sent,
    hidden_unicode,
)
from customhouse.rules.combined import (
    new_publisher_with_new_code,
    new_start_of_something_odd,
    replaced_module_that_acts,
)
from customhouse.rules.dependency import (
    dependency_never_imported,
    new_dependency,
    non_registry_dependency,
    risky_new_dependency,
    wildcard_dependency,
)
from customhouse.rules.install import (
    build_backend_changed,
    command_shadows,
    gyp_runs_commands,
    install_script,
    install_script_added,
    install_script_changed,
    install_time_download_and_run,
    module_shadows,
    pth_runs_code,
    script_installs_packages,
    script_runs_another_runtime,
    script_runs_inline_code,
    script_starts_odd_file,
    setup_py_runs_code,
    wheel_writes_outside,
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
    gyp_runs_commands.RULE,
    script_starts_odd_file.RULE,
    script_runs_another_runtime.RULE,
    script_installs_packages.RULE,
    script_runs_inline_code.RULE,
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
    build_backend_changed.RULE,
    wheel_writes_outside.RULE,
    module_shadows.RULE,
    command_shadows.RULE,
    record_unlisted_file.RULE,
    sdist_wheel_differ.RULE,
    archive_hostile.RULE,
    new_dependency.RULE,
    # Combinations: made of what those above find.
    new_publisher_with_new_code.RULE,
    new_start_of_something_odd.RULE,
    replaced_module_that_acts.RULE,
)

#: Those over releases and those over the repository itself: every rule that has a page and that policy may speak of.
EVERY_RULE: tuple[Rule | RepositoryRule, ...] = (*RULES, *REPOSITORY_RULES)
