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
    burst_with_new_install_code,
    dependency_confusion_shape,
    dormant_then_new_code,
    impostor,
    new_publisher_with_new_capability,
    new_publisher_with_new_code,
    published_past_the_source,
    young_impostor,
)
from customhouse.rules.dependency import (
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
    copied_metadata,
    disposable_address,
    dormant_then_active,
    first_release_with_install_code,
    provenance_changed,
    provenance_lost,
    publisher_changed,
    release_burst,
    release_too_young,
    source_missing,
    typosquat,
    version_jump,
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
    provenance_changed.RULE,
    typosquat.RULE,
    copied_metadata.RULE,
    first_release_with_install_code.RULE,
    release_burst.RULE,
    dormant_then_active.RULE,
    version_jump.RULE,
    source_missing.RULE,
    disposable_address.RULE,
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
    # Combinations: made of what those above find.
    new_publisher_with_new_code.RULE,
    new_publisher_with_new_capability.RULE,
    published_past_the_source.RULE,
    burst_with_new_install_code.RULE,
    dormant_then_new_code.RULE,
    young_impostor.RULE,
    impostor.RULE,
    dependency_confusion_shape.RULE,
)

#: Those over releases and those over the repository itself: every rule that has a page and that policy may speak of.
EVERY_RULE: tuple[Rule | RepositoryRule, ...] = (*RULES, *REPOSITORY_RULES)
