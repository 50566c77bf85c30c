import importlib.util
import json
import time
from pathlib import Path

import pytest
from hypothesis import given
from hypothesis import strategies as st

from customhouse.model.purl import pypi_name
from customhouse.rules.shared.popular_names import is_popular, lookalikes, popular_names


@pytest.mark.parametrize("ecosystem", ["npm", "pypi"])
def test_the_lists_are_sorted_canonical_and_large(ecosystem):
    names = popular_names(ecosystem)
    assert len(names) > 2500
    assert all(name == name.lower() and name.isascii() and " " not in name for name in names)
    if ecosystem == "pypi":
        assert all(name == pypi_name(name) for name in names)


@pytest.mark.parametrize(("ecosystem", "name"), [("npm", "react"), ("npm", "@babel/core"), ("pypi", "requests")])
def test_what_everybody_uses_is_in(ecosystem, name):
    assert is_popular(ecosystem, name)
    assert lookalikes(ecosystem, name) == []


@pytest.mark.parametrize(
    ("name", "popular", "closeness"),
    [
        ("crossenv", "cross-env", "letter"),
        ("expresss", "express", "letter"),
        ("lodahs", "lodash", "letter"),
        ("l0dash", "lodash", "letter"),
        ("socketio", "socket.io", "separator"),
        ("react-dom-router", "react-router-dom", "separator"),
        ("cornrnander", "commander", "look-alike"),
        ("babel-core7", "babel-core", "letter"),
        ("angular-core", "@angular/core", "scope"),
        ("@lodash/merge7", "", ""),
        ("@type/node", "@types/node", "letter"),
        ("node-express", "express", "affix"),
        ("easy-day-js", "dayjs", "affix"),
        ("acme-billing", "", ""),
    ],
)
def test_ways_to_come_close(name, popular, closeness):
    found = [(one.popular, one.closeness) for one in lookalikes("npm", name)]
    assert (found[:1] or [("", "")])[0] == (popular, closeness)


@given(st.text("abcdefghijklmnopqrstuvwxyz0123456789-._@/", max_size=60))
def test_any_name_has_an_answer(name):
    assert all(is_popular("npm", one.popular) for one in lookalikes("npm", name))


def test_the_longest_name_costs_little():
    lookalikes("npm", "warm-up")
    started = time.process_time()
    lookalikes("npm", "a-" * 107)
    assert time.process_time() - started < 0.5


@pytest.fixture
def script():
    path = Path(__file__).parents[2] / "docs/popular_names.py"
    spec = importlib.util.spec_from_file_location("popular_names_script", path)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


def test_every_kind_of_source_is_read(script, tmp_path):
    lock, rows, names, words, dump = (tmp_path / one for one in ("l.json", "r.json", "n.json", "w.txt", "d"))
    lock.write_text(
        json.dumps({"packages": {"": {}, "node_modules/a/node_modules/@b/c": {}, "node_modules/x": {"name": "y"}}})
    )
    rows.write_text(json.dumps({"rows": [{"project": "Foo_Bar"}]}))
    names.write_text(json.dumps(["one", "two"]))
    words.write_text("# note\nthree four # five\n")
    dump.write_text("Package: x\nDepends: node-a, node-b (>= 1), node-types-c\nPackage: y\nSuggests: node-a | z\n")
    sources = (lock, rows, names, words)
    assert [list(script.names_of(str(one), "npm")) for one in sources] == [
        ["@b/c", "y"],
        ["Foo_Bar"],
        ["one", "two"],
        ["three", "four"],
    ]
    assert list(script.names_of(f"debian:2:{dump}", "npm")) == ["a"]
    assert script.canonical("pypi", "Foo_.Bar") == "foo-bar"


def test_a_list_is_replaced_or_added_to(script, tmp_path, monkeypatch, capsys):
    monkeypatch.setattr(script, "LISTS", tmp_path)
    (tmp_path / "popular-npm.txt").write_text("kept\n")
    (tmp_path / "new.txt").write_text("new NEW not~/a/name b\n")
    for words, names in ((("--keep",), ["kept", "new"]), ((), ["new"])):
        monkeypatch.setattr("sys.argv", ["it", "npm", *words, str(tmp_path / "new.txt")])
        script.main()
        assert (tmp_path / "popular-npm.txt").read_text().splitlines()[1:] == names
    assert "1 names" in capsys.readouterr().out
