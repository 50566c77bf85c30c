"""Every rule. A new rule costs one line in its group here; a test fails when a rule file is not listed.

The order tells which of two equally grave findings is told first.
"""

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
    ai_reviewer_addressed,
    analysis_evaded,
    cloud_metadata_read,
    code_hidden_by_whitespace,
    credentials_read,
    crypto_miner,
    detached_process_started,
    dns_exfiltration,
    drop_service_contacted,
    encoded_code_executed,
    environment_harvested,
    environment_sent,
    files_destroyed,
    hidden_unicode,
    keys_or_screen_captured,
    own_traces_removed,
    persistence_written,
    raw_address_contacted,
    secret_scanner_run,
    self_publishing_worm,
    wallet_address_swapped,
)
from customhouse.rules.combined import (
    burst_with_new_install_code,
    dependency_confusion_shape,
    dormant_then_new_code,
    evasive_payload,
    harvest_and_send,
    impostor,
    manifest_alone_adds_unseen_dependency,
    new_code_to_odd_host,
    new_payload_to_new_host,
    new_publisher_with_new_capability,
    new_publisher_with_new_code,
    odd_new_file_acts,
    published_past_the_source,
    reviewer_misled,
    stays_and_calls_home,
    traces_removed_after_acting,
    unseen_dependency_runs_at_install,
    young_impostor,
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
    # What others know.
    known_malicious.RULE,
    known_vulnerable.RULE,
    # The archive itself.
    archive_hostile.RULE,
    integrity_mismatch.RULE,
    integrity_missing.RULE,
    manifest_mismatch.RULE,
    # Combinations: made of what the others find.
    burst_with_new_install_code.RULE,
    dependency_confusion_shape.RULE,
    dormant_then_new_code.RULE,
    evasive_payload.RULE,
    harvest_and_send.RULE,
    impostor.RULE,
    manifest_alone_adds_unseen_dependency.RULE,
    new_code_to_odd_host.RULE,
    new_payload_to_new_host.RULE,
    new_publisher_with_new_capability.RULE,
    new_publisher_with_new_code.RULE,
    odd_new_file_acts.RULE,
    published_past_the_source.RULE,
    reviewer_misled.RULE,
    stays_and_calls_home.RULE,
    traces_removed_after_acting.RULE,
    unseen_dependency_runs_at_install.RULE,
    young_impostor.RULE,
    # What runs at install.
    install_script.RULE,
    install_script_added.RULE,
    install_script_changed.RULE,
    install_time_download_and_run.RULE,
    pth_runs_code.RULE,
    setup_py_runs_code.RULE,
    # What the code does.
    ai_reviewer_addressed.RULE,
    analysis_evaded.RULE,
    cloud_metadata_read.RULE,
    code_hidden_by_whitespace.RULE,
    credentials_read.RULE,
    crypto_miner.RULE,
    detached_process_started.RULE,
    dns_exfiltration.RULE,
    drop_service_contacted.RULE,
    encoded_code_executed.RULE,
    environment_harvested.RULE,
    environment_sent.RULE,
    files_destroyed.RULE,
    hidden_unicode.RULE,
    keys_or_screen_captured.RULE,
    own_traces_removed.RULE,
    persistence_written.RULE,
    raw_address_contacted.RULE,
    secret_scanner_run.RULE,
    self_publishing_worm.RULE,
    wallet_address_swapped.RULE,
    # What it depends on.
    dependency_brings_findings.RULE,
    dependency_never_imported.RULE,
    new_dependency.RULE,
    non_registry_dependency.RULE,
    risky_new_dependency.RULE,
    wildcard_dependency.RULE,
    # What it changes.
    capability_gained.RULE,
    code_appended.RULE,
    native_binary_added.RULE,
    new_host.RULE,
    new_odd_file.RULE,
    payload_in_patch_release.RULE,
    size_jump.RULE,
    unexplained_files.RULE,
    variant_changed_alone.RULE,
    # What the registry says.
    copied_metadata.RULE,
    disposable_address.RULE,
    dormant_then_active.RULE,
    first_release_with_install_code.RULE,
    provenance_changed.RULE,
    provenance_lost.RULE,
    publisher_changed.RULE,
    release_burst.RULE,
    release_too_young.RULE,
    source_missing.RULE,
    typosquat.RULE,
    version_jump.RULE,
)

#: Those over releases and those over the repository itself: every rule that has a page and that policy may speak of.
EVERY_RULE: tuple[Rule | RepositoryRule, ...] = (*RULES, *REPOSITORY_RULES)
