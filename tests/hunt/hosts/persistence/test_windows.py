"""Exports of the registry in each encoding, startup folders, tasks; hives are named as not examined."""

import codecs

import pytest
from hypothesis import given
from hypothesis import strategies as st

from customhouse.hunt.hosts.persistence.reg_file import registry_values
from customhouse.hunt.hosts.persistence.windows import windows_entries
from customhouse.hunt.hosts.tree import Tree
from customhouse.hunt.notes import Notebook

EXPORT = r"""Windows Registry Editor Version 5.00

[HKEY_LOCAL_MACHINE\SOFTWARE\Microsoft\Windows\CurrentVersion\Run]
"A"="\"C:\\a b\\a.exe\" -x"
@="C:\\own.exe"

[HKEY_LOCAL_MACHINE\SOFTWARE\WOW6432Node\Microsoft\Windows\CurrentVersion\RunOnce]
"B"=hex(2):25,00,54,00,45,00,4d,00,50,00,25,00,5c,00,\
  62,00,2e,00,65,00,78,00,65,00,00,00

[HKEY_LOCAL_MACHINE\SYSTEM\ControlSet001\Services\svc]
"Start"=dword:00000002
"ImagePath"="C:\\svc.exe"
"Description"="d"

[HKEY_LOCAL_MACHINE\SOFTWARE\Microsoft\Windows NT\CurrentVersion\Winlogon]
"Shell"="explorer.exe"
"LegalNoticeText"=""

[HKEY_LOCAL_MACHINE\SOFTWARE\Microsoft\Windows NT\CurrentVersion\Image File Execution Options\sethc.exe]
"Debugger"="cmd.exe"

[HKEY_CURRENT_USER\Software\Other]
"Run"="C:\\no.exe"
"""
EXPECTED = {
    ("Run key", "A", '"C:\\a b\\a.exe" -x'),
    ("Run key", "Run", "C:\\own.exe"),
    ("Run key", "B", "%TEMP%\\b.exe"),
    ("Windows service", "ImagePath", "C:\\svc.exe"),
    ("Winlogon value", "Shell", "explorer.exe"),
    ("image file execution option", "Debugger", "cmd.exe"),
}
TASK = """<?xml version="1.0" encoding="UTF-16"?>
<Task xmlns="http://schemas.microsoft.com/windows/2004/02/mit/task">
  <RegistrationInfo><Author>ada</Author></RegistrationInfo>
  <Triggers><LogonTrigger><Enabled>true</Enabled></LogonTrigger></Triggers>
  <Actions><Exec><Command>C:\\ProgramData\\t.exe</Command><Arguments>-q</Arguments></Exec></Actions>
</Task>"""


@pytest.mark.parametrize(
    "data",
    [
        codecs.BOM_UTF16_LE + EXPORT.replace("\n", "\r\n").encode("utf-16-le"),
        codecs.BOM_UTF16_BE + EXPORT.encode("utf-16-be"),
        EXPORT.encode("utf-16-le"),
        codecs.BOM_UTF8 + EXPORT.encode(),
        EXPORT.replace("\n", "\r\n").encode(),
    ],
)
def test_exports(image, plant, one_system, data):
    plant("Windows/win.ini")
    plant("exports/machine.REG", data)
    entries = windows_entries(one_system(image).system)
    assert {(each.kind, each.name.rpartition("\\")[2], each.starts) for each in entries} == EXPECTED


def test_startup_folders_and_tasks(image, plant, one_system):
    plant("Windows/System32/Tasks/Vendor/T", codecs.BOM_UTF16_LE + TASK.encode("utf-16-le"))
    plant("Windows/System32/Tasks/Bomb", '<?xml version="1.0"?><!DOCTYPE a [<!ENTITY b "c">]><Task>&b;</Task>')
    plant(
        "Users/Ada/AppData/Roaming/Microsoft/Windows/Start Menu/Programs/Startup/x.lnk", "C:\\x.exe".encode("utf-16-le")
    )
    plant("Users/Ada/AppData/Roaming/Microsoft/Windows/Start Menu/Programs/Startup/desktop.ini", "x")
    plant("Users/Ada/NTUSER.DAT", b"regf")
    plant("Windows/System32/config/SOFTWARE", b"regf")
    one = one_system(image)
    found = {each.name: each for each in windows_entries(one.system)}
    assert set(found) == {"T", "x.lnk"}
    assert (found["T"].starts, found["T"].trigger) == ("C:\\ProgramData\\t.exe -q", "LogonTrigger")
    assert "C:\\x.exe" in found["x.lnk"].text
    reasons = {each.path.rpartition("/")[2]: each.reason for each in one.notes.left_out}
    assert set(reasons) == {"Bomb", "NTUSER.DAT", "SOFTWARE"}
    assert "reg export" in reasons["SOFTWARE"]


@given(st.binary(max_size=400), st.sampled_from([b"REGEDIT4\n[HKCU\\a]\n", codecs.BOM_UTF16_LE, b""]))
def test_no_bytes_make_the_reader_raise(tmp_path_factory, data, head):
    folder = tmp_path_factory.mktemp("r")
    (folder / "r").write_bytes(head + data)
    values = list(registry_values(Tree(str(folder), Notebook()), str(folder / "r")))
    assert all(value.key for value in values if value.name)


def test_a_huge_binary_value_costs_little(tmp_path):
    lines = 'REGEDIT4\n[HKEY_CURRENT_USER\\a]\n"b"=hex:' + "00,\\\n  " * 200_000 + '00\n"c"="d"\n'
    (tmp_path / "r").write_text(lines)
    values = list(registry_values(Tree(str(tmp_path), Notebook()), str(tmp_path / "r")))
    assert [(value.name, value.line) for value in values] == [("", 2), ("b", 3), ("c", 200_004)]
