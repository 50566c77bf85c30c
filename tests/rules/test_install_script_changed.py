from customhouse.model.change import HookChange
from customhouse.model.content import InstallHook
from customhouse.rules.install.install_script_changed import RULE
from rules.cases import case, change, findings, grades, hook, metadata, only


def changed(before, after, *, file_changed=False, previous="1.14.0", days=30):
    it = HookChange(before, after, file_changed=file_changed)
    return case(metadata=metadata(days=days), change=change(previous, changed_hooks=(it,)))


OLD = hook("node install.js", path="install.js")
NEW = hook("node bundle.js", path="bundle.js")


def test_another_file_in_a_patch_release_holds_until_it_is_old():
    assert grades(RULE, changed(OLD, NEW)) == [("medium", "high")]
    assert grades(RULE, changed(OLD, NEW, days=100)) == [("medium", "medium")]
    assert grades(RULE, changed(OLD, NEW, previous="1.13.0")) == [("medium", "medium")]


def test_other_words_for_the_same_file_are_reported():
    assert grades(RULE, changed(OLD, hook("node install.js --quiet", path="install.js"))) == [("medium", "medium")]


def test_only_the_file_changed():
    finding = only(RULE, changed(OLD, OLD, file_changed=True))
    assert (finding.severity, finding.confidence) == ("low", "medium")
    assert "install.js, which postinstall starts, is not the file it was in 1.14.0" in finding.message


def test_what_means_the_same_is_no_change():
    assert findings(RULE, changed(OLD, hook("node  ./install.js", path="./install.js"))) == []
    versions = hook("node-pre-gyp install --version=1.14.0"), hook("node-pre-gyp install --version=1.14.1")
    assert findings(RULE, changed(*versions)) == []
    assert (
        findings(RULE, changed(InstallHook("pth", "x.pth", "import a"), InstallHook("pth", "x.pth", "import b"))) == []
    )
