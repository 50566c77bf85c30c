from customhouse.model.content import InstallHook
from customhouse.model.finding import Location
from customhouse.rules.install.install_script import RULE
from rules.cases import PYPI, case, content, findings, hook, only


def test_a_script_is_stated_and_never_more_than_low():
    finding = only(RULE, case(contents=(content(hooks=(hook(),)),)))
    assert (finding.severity, finding.confidence) == ("low", "high")
    assert finding.message == "request-maker@1.14.1 runs `node setup.js` at install (postinstall)"
    assert finding.locations == (Location("package.json"), Location("setup.js"))


def test_an_implied_gyp_build_and_an_in_tree_backend_are_hooks():
    gyp = InstallHook("gyp", "install", "node-gyp rebuild", "binding.gyp")
    assert "because it has a binding.gyp" in only(RULE, case(contents=(content(hooks=(gyp,)),))).message
    backend = InstallHook("build-backend", "build_this", "build_this", "_custom/build_this.py")
    sdist = content(hooks=(backend,), filename="x-1.tar.gz")
    assert "builds itself with code of its own" in only(RULE, case(PYPI, contents=(sdist,))).message


def test_scripts_of_a_checkout_say_when_they_run():
    finding = only(RULE, case(contents=(content(hooks=(hook("husky", "prepare", ""),)),)))
    assert finding.message.endswith("runs `husky` when it is installed from git or from a folder (prepare)")


def test_what_has_a_rule_of_its_own_is_left_to_it():
    hooks = (InstallHook("setup-py", "setup.py", path="setup.py"), InstallHook("pth", "x.pth", "import x"))
    assert findings(RULE, case(PYPI, contents=(content(hooks=hooks),))) == []
