"""What changed between two opened artifacts."""

from customhouse.evidence.change import compare, merge_changes, worth_comparing
from customhouse.model.code import Capability, CodeFacts, Obfuscation
from customhouse.model.content import ContentFacts, InstallHook, Member, Tree


def facts(**fields):
    return ContentFacts("a.tgz", "0" * 64, "0" * 128, 1, **fields)


def code(path, reach, *capabilities):
    return CodeFacts(path, "javascript", 1, reach, capabilities=capabilities)


def changed(after, before, after_tree=(), before_tree=()):
    return compare(after, Tree(after_tree), before, Tree(before_tree), "1.0.0")


def test_a_capability_is_gained_at_the_phase_where_it_is_new():
    network_called = Capability("network", 3, "call", "https.get")
    network_loaded = Capability("network", 9, "load", "https.get")
    before = facts(code=(code("a.js", "import", network_called),))
    after = facts(code=(code("a.js", "import", network_loaded),))
    (gain,) = changed(after, before).gained
    assert (gain.kind, gain.phase, gain.path, gain.line) == ("network", "import", "a.js", 9)
    assert changed(before, after).gained == ()


def test_install_reach_is_install_whatever_the_function():
    after = facts(code=(code("setup.js", "install", Capability("process", 1, "call", "child_process.exec")),))
    assert [gain.phase for gain in changed(after, facts()).gained] == ["install"]


def test_hooks_added_changed_by_command_and_changed_by_file():
    hook = InstallHook("lifecycle-script", "postinstall", "node a.js", "a.js")
    other = InstallHook("lifecycle-script", "postinstall", "node b.js", "b.js")
    assert changed(facts(hooks=(hook,)), facts()).added_hooks == (hook,)
    (by_command,) = changed(facts(hooks=(other,)), facts(hooks=(hook,))).changed_hooks
    assert (by_command.before, by_command.after, by_command.file_changed) == (hook, other, False)
    tree, tree_before = (Member("a.js", 1, "aa"),), (Member("a.js", 1, "bb"),)
    (by_file,) = changed(facts(hooks=(hook,)), facts(hooks=(hook,)), tree, tree_before).changed_hooks
    assert by_file.file_changed
    same = changed(facts(hooks=(hook,)), facts(hooks=(hook,)), tree, tree)
    assert (same.added_hooks, same.changed_hooks) == ((), ())


def test_natives_are_the_same_across_platforms_and_builds():
    before = facts(natives=("a/_x.cpython-311-x86_64-linux-gnu.so", "a.libs/libz-0a1b2c3d.so.1"))
    after = facts(natives=("a/_x.cp312-win_amd64.pyd", "a.libs/libz-ffffffff.so.1", "a/_new.so"))
    assert changed(after, before).added_natives == ("a/_new.so",)


def test_several_artifacts_unite_and_the_one_that_grew_most_gives_the_size():
    one = changed(facts(natives=("x.so",), unpacked_size=10), facts(unpacked_size=5))
    two = changed(facts(natives=("x.so", "y.so"), unpacked_size=100), facts(unpacked_size=5))
    merged = merge_changes("1.0.0", [one, two])
    assert merged.added_natives == ("x.so", "y.so")
    assert (merged.size_before, merged.size_after) == (5, 100)


def test_pure_packages_are_not_worth_the_download_of_their_predecessor():
    assert not worth_comparing(facts(code=(CodeFacts("a.js", "javascript", 1),)))
    assert worth_comparing(facts(natives=("a.node",)))
    assert worth_comparing(facts(code=(code("a.js", "other", Capability("network", 1, "call", "fetch")),)))


def test_newly_obfuscated_is_what_was_written_otherwise_or_is_new_where_nothing_was_obfuscated():
    mark = (Obfuscation("rotated-strings", 1),)
    plain, hidden = CodeFacts("a.js", "javascript", 1), CodeFacts("a.js", "javascript", 1, obfuscation=mark)
    other = CodeFacts("b.js", "javascript", 1, obfuscation=mark)
    tree = (Member("a.js", 1, "0" * 64),)
    assert changed(facts(code=(hidden,)), facts(code=(plain,)), tree, tree).newly_obfuscated == ("a.js",)
    assert changed(facts(code=(hidden,)), facts(code=(hidden,)), tree, tree).newly_obfuscated == ()
    assert changed(facts(code=(other,)), facts()).newly_obfuscated == ("b.js",)
    assert changed(facts(code=(other,)), facts(code=(hidden,)), tree, tree).newly_obfuscated == ()
    weak = CodeFacts("a.js", "javascript", 1, obfuscation=(Obfuscation("long-line", 1, 9_000),))
    assert changed(facts(code=(weak,)), facts(code=(plain,)), tree, tree).newly_obfuscated == ()
