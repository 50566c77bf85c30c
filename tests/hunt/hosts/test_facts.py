"""A text names a fact exactly, or not at all."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from customhouse.hunt.hosts.facts import named, registry_key
from customhouse.model.campaign import Fact

RUN = "HKCU\\Software\\Microsoft\\Windows\\CurrentVersion\\Run\\MicrosoftUpdate"
CASES = [
    ("domain", "sfrclak.com", "curl http://sfrclak.com:8000/x", True),
    ("domain", "sfrclak.com", "a.b.SFRCLAK.com", True),
    ("domain", "sfrclak.com", "to sfrclak.com.", True),
    ("domain", "sfrclak.com", "notsfrclak.com", False),
    ("domain", "sfrclak.com", "x-sfrclak.com", False),
    ("domain", "sfrclak.com", "sfrclak.community", False),
    ("domain", "sfrclak.com", "sfrclak.com.example", False),
    ("domain", "sfrclak.com", "sfrclak[.]com", False),
    ("url", "http://evil.example", "curl http://evil.example/x", True),
    ("url", "http://evil.example", "curl http://evil.example.org/x", False),
    ("url", "http://evil.example", "curl http://evil.example@other.example/x", False),
    ("url", "http://evil.example/a", "see http://evil.example/a.", True),
    ("url", "http://evil.example/a", "curl http://evil.example/a.html", False),
    ("address", "142.11.206.73", "nc 142.11.206.73 8000", True),
    ("address", "142.11.206.73", "142.11.206.73:8000", True),
    ("address", "142.11.206.73", "142.11.206.731", False),
    ("address", "142.11.206.73", "1.142.11.206.73", False),
    ("address", "142.11.206.73:80", "142.11.206.73:8000", False),
    ("address", "2001:db8::1", "[2001:db8::1]:443", True),
    ("address", "2001:db8::1", "2001:db8::12", False),
    ("path", "/tmp/ld.py", "python3 /tmp/ld.py &", True),
    ("path", "/tmp/ld.py", "python3 '/private/tmp/ld.py'", True),
    ("path", "/tmp/ld.py", "/home/x/tmp/ld.py", False),
    ("path", "/tmp/ld.py", "/tmp/ld.pyc", False),
    ("path", "/tmp/ld.py", "/tmp/ld.py.bak", False),
    ("path", "/tmp/.<random 6 chars>", "/tmp/.aB3dE6 x", True),
    ("path", "/tmp/.<random 6 chars>", "/tmp/.aB3dE67", False),
    ("path", "%PROGRAMDATA%\\wt.exe", "C:\\ProgramData\\wt.exe -w", True),
    ("path", "%PROGRAMDATA%\\wt.exe", "C:\\\\ProgramData\\\\WT.exe", True),
    ("path", "%PROGRAMDATA%\\wt.exe", "$env:ProgramData\\wt.exe", True),
    ("path", "%PROGRAMDATA%\\wt.exe", "C:\\Program Files\\WindowsApps\\wt.exe", False),
    ("path", "~/.config/sysmon/sysmon.py", "ExecStart=python3 %h/.config/sysmon/sysmon.py", True),
    ("path", "~/.config/sysmon/sysmon.py", "/home/dev/.config/sysmon/sysmon.py", True),
    ("path", "~/.config/sysmon/sysmon.py", "/etc/.config/sysmon/sysmon.py", False),
    ("path", "%TEMP%\\*.vbs", "C:\\Users\\Ada L\\AppData\\Local\\Temp\\6202033.vbs", True),
    ("process", "jsextension", "/tmp/jsextension -o x", True),
    ("process", "jsextension", "jsextension.exe", True),
    ("process", "jsextension", "my-jsextension", False),
    ("service", "sysmon.service", "systemctl --user start sysmon", True),
    ("service", "sysmon.service", "sysmon.service.d", False),
    (
        "registry-key",
        RUN,
        "reg add HKCU\\Software\\Microsoft\\Windows\\CurrentVersion\\Run /v MicrosoftUpdate /d x",
        True,
    ),
    (
        "registry-key",
        RUN,
        "HKEY_CURRENT_USER\\Software\\Microsoft\\Windows\\CurrentVersion\\Run\\MicrosoftUpdate",
        True,
    ),
    ("registry-key", RUN, "HKCU\\Software\\Microsoft\\Windows\\CurrentVersion\\Run /v MicrosoftUpdater", False),
    ("text", "SHA1HULUD", "runner SHA1HULUD", True),
    ("text", "SHA1HULUD", "sha1hulud", False),
    ("digest", "ab" * 32, "AB" * 32, True),
    ("digest", "ab" * 32, "ab" * 33, False),
]


@pytest.mark.parametrize(("kind", "value", "text", "expected"), CASES)
def test_named(kind, value, text, expected):
    fact = Fact(kind, value, "payload")
    assert list(named(text, [fact])) == ([fact] if expected else [])


@given(
    st.sampled_from(["domain", "address", "path", "process", "service", "registry-key", "text", "url", "user-agent"]),
    st.text(min_size=1, max_size=60),
    st.text(max_size=200),
)
def test_no_fact_and_no_text_makes_it_raise(kind, value, text):
    assert len(list(named(f"{text} {value} {text}", [Fact(kind, value, "contact")]))) <= 1


def test_registry_keys_have_one_form():
    assert registry_key("HKEY_USERS\\S-1-5-21-1\\Software\\X") == registry_key("hkcu\\software\\x")
    assert registry_key("HKLM\\SYSTEM\\ControlSet001\\Services\\A") == registry_key(
        "HKEY_LOCAL_MACHINE\\System\\CurrentControlSet\\services\\a"
    )
    assert registry_key("HKLM\\Software\\WOW6432Node\\X") == "hklm\\software\\x"
