"""Whose a file is."""

import pytest

from customhouse.model.errors import CustomhouseError
from customhouse.respond.owners import Owners, read_contacts

_CONTACTS = """\
[[contacts]]
name = "Ada"
reach = "ada@acme.test"
roles = ["lead", "security"]

[[contacts]]
name = "Platform"
assets = ["/srv/*"]
"""


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("* @a\n/web/ @b\n", "@b"),
        ("/web/ @b\n* @a\n", "@a"),
        ("package-lock.json @c @d # why\n", "@c @d"),
        ("docs/ @x\n", ""),
        ("* @a\n/web/package-lock.json\n", ""),
        ("[Section] @s\nweb/\n", "@s"),
        ("^[Optional][2]\n*.json e@acme.test\n", "e@acme.test"),
        ("[ @broken\n\\ \n!x\n", ""),
    ],
)
def test_the_last_pattern_that_matches_decides(tmp_path, text, told):
    (tmp_path / ".github").mkdir()
    (tmp_path / ".github" / "CODEOWNERS").write_text(text)
    assert Owners().of(tmp_path, tmp_path / "web" / "package-lock.json") == told


def test_a_contacts_file_stands_in(tmp_path):
    path = tmp_path / "contacts.toml"
    path.write_text(_CONTACTS)
    owners = Owners(read_contacts(path))
    assert owners.role("lead") == "Ada (ada@acme.test)"
    assert owners.role("legal") == ""
    assert owners.of_asset("/srv/shop") == "Platform"
    assert owners.of_asset("/home/x") == ""


@pytest.mark.parametrize(
    ("text", "told"),
    [
        ("[[contacts]]\nnames = 'x'\n", r"contacts.toml:2: `contacts\[0\]\.names`: unknown key"),
        ("[[contacts]]\nname = 'x'\nroles = ['boss']\n", "boss"),
        ("[[contacts", "not TOML"),
    ],
)
def test_mistakes_are_told_with_their_place(tmp_path, text, told):
    path = tmp_path / "contacts.toml"
    path.write_text(text)
    with pytest.raises(CustomhouseError, match=told):
        read_contacts(path)
    with pytest.raises(CustomhouseError, match="cannot be read"):
        read_contacts(tmp_path / "missing.toml")
