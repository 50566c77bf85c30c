"""Tables of strings, as javascript-obfuscator 5.8 writes them for one small inert program."""

from pathlib import Path

import pytest

from customhouse.source.javascript.reader import read_javascript

FOLDER = Path(__file__).parent / "obfuscated"

RENAMED = """\
function get(at, key) { const all = make(); return get = function (place, unused) { place = place - 408; return all[place] }, get(at, key) }
function make() { const all = ['7cd', 'get', '12ab', 'https', 'https://files.replica.invalid/a']; make = function () { return all }; return make() }
(function (list, sum) { const all = list(); while (true) { try { const now = parseInt(get(408)) / 1 * (-parseInt(get(411)) / 2); if (now === sum) break; else all.push(all.shift()) } catch (e) { all.push(all.shift()) } } })(make, -42)
require(get(409))[get(412)](get(410))
"""


@pytest.mark.parametrize("name", ["plain", "base64", "rc4", "wrapped"])
def test_what_the_program_does_is_read_through_the_table(name):
    facts = read_javascript("a.js", (FOLDER / f"{name}.js").read_bytes(), "javascript")
    assert facts.unread == ""
    assert {each.module for each in facts.imports} == {"child_process", "fs", "https", "os"}
    calls = {call.callee: call for call in facts.calls}
    assert calls["https.get"].arguments[0] == "https://files.replica.invalid/stage2"
    assert calls["child_process.exec"].arguments == ("sh {}/replica-stage",)
    assert set(calls["child_process.exec"].origins) == {"decoded", "network"}
    assert "https://files.replica.invalid/stage2" in facts.hosts
    assert ("put-together", "child_process.exec") in {(way.how, way.callee) for way in facts.indirections}


def test_other_names_and_a_product_make_no_difference():
    facts = read_javascript("a.js", RENAMED.encode(), "javascript")
    assert [(call.callee, call.arguments) for call in facts.calls] == [
        ("https.get", ("https://files.replica.invalid/a",))
    ]


@pytest.mark.parametrize("broken", [("-42", "-43"), ("parseInt(get(411))", "other(get(411))"), ("- 408", "* 408")])
def test_a_table_that_cannot_be_turned_back_gives_nothing(broken):
    facts = read_javascript("a.js", RENAMED.replace(*broken).encode(), "javascript")
    assert [each.module for each in facts.imports] == []
    assert any(each.detail == "require(computed)" for each in facts.capabilities)


def test_a_table_that_is_not_turned_is_read_as_it_stands():
    text = "const words = ['a', 'child_process', 'exec'];function w(n) { n = n - 5; return words[n] }\nrequire(w(6))[w(7)]('id')\n"
    facts = read_javascript("a.js", text.encode(), "javascript")
    assert [(call.callee, call.arguments) for call in facts.calls] == [("child_process.exec", ("id",))]


def test_a_table_behind_a_decoder_of_its_own_is_not_read_as_it_stands():
    text = (
        "const words = ['b', 'dijme', 'fyfd'];function w(n) { n = n - 5; "
        "return words[n].replace(/./g, c => String.fromCharCode(c.charCodeAt(0) - 1)) }\nrequire(w(6))\n"
    )
    facts = read_javascript("a.js", text.encode(), "javascript")
    assert facts.imports == ()
    assert [(call.callee, call.origins) for call in facts.calls] == [("require", ("decoded",))]


def test_modules_of_a_bundle_are_no_table():
    text = "var t=[function(e){e.exports=1},function(e){e.exports=2}];function n(r){return t[r]}\nmodule.exports=n(1)\n"
    assert read_javascript("a.js", text.encode(), "javascript").decoded == ()
