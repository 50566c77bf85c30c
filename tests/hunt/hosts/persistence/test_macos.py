"""Agents and daemons of launchd in both forms of property list, login items, scripts."""

import plistlib

import pytest
from hypothesis import given
from hypothesis import strategies as st

from customhouse.hunt.hosts.persistence.macos import macos_entries, property_list, texts
from customhouse.hunt.hosts.tree import Tree
from customhouse.hunt.notes import Notebook


@pytest.mark.parametrize("form", [plistlib.FMT_XML, plistlib.FMT_BINARY])
def test_agents(image, plant, one_system, form):
    agent = {"Label": "com.x.agent", "ProgramArguments": ["/bin/sh", "-c", "x"], "RunAtLoad": True, "StartInterval": 60}
    plant("Library/LaunchDaemons/d.plist", plistlib.dumps({"Label": "d", "Program": "/opt/d"}, fmt=form))
    plant("Users/ada/Library/LaunchAgents/a.plist", plistlib.dumps(agent, fmt=form))
    found = {(each.kind, each.name, each.starts, each.trigger) for each in macos_entries(one_system(image).system)}
    assert found == {
        ("launch daemon", "d", "/opt/d", ""),
        ("launch agent", "com.x.agent", "/bin/sh -c x", "RunAtLoad=True; StartInterval=60"),
    }


def test_other_ways(image, plant, one_system):
    plant("Library/x", b"")
    plant("private/etc/periodic/daily/1.x", "#!/bin/sh\nx\n")
    plant("private/var/at/tabs/ada", "@daily /x\n")
    plant("Users/ada/.zshrc", "x\n")
    items = {"SessionItems": {"CustomListItems": [{"Name": "Helper", "Alias": b"\0/Applications/Helper.app\0"}]}}
    plant("Users/ada/Library/Preferences/com.apple.loginitems.plist", plistlib.dumps(items))
    found = {each.kind: each for each in macos_entries(one_system(image).system)}
    assert set(found) == {"periodic script", "cron job", "shell startup file", "login items"}
    assert "/Applications/Helper.app" in found["login items"].text


@given(st.binary(max_size=300), st.booleans())
def test_no_bytes_make_the_reader_raise(tmp_path_factory, data, binary):
    folder = tmp_path_factory.mktemp("p")
    (folder / "p").write_bytes((b"bplist00" if binary else b"<?xml version='1.0'?><plist>") + data)
    notes = Notebook()
    value = property_list(Tree(str(folder), notes), str(folder / "p"))
    assert value is not None or notes.left_out


def test_shared_parts_do_not_make_it_endless():
    value = ["x"]
    for _ in range(30):
        value = [value] * 1000
    assert len(list(texts(value))) <= 2000
