"""Network logs from outside: each form's lines, and who is found to have called whom when."""

import gzip
import os
from datetime import UTC, datetime

import pytest
from hypothesis import given
from hypothesis import strategies as st

from customhouse.hunt.asked import Asked
from customhouse.hunt.network.formats.all_formats import Formats
from customhouse.hunt.network.formats.auditd import sockaddr
from customhouse.hunt.network.hunting import hunt_network
from customhouse.hunt.notes import Notebook
from hunt.recorded import AGENT, AXIOS, told

AT = datetime(2026, 3, 31, 3, 4, 40, tzinfo=UTC)
EPOCH = int(AT.timestamp())
LATEST = datetime(2026, 4, 2, tzinfo=UTC)

ZEEK_DNS = (
    "#separator \\x09\n#path\tdns\n#fields\tts\tuid\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\tproto\tquery\tanswers\n"
    "#types\ttime\tstring\taddr\tport\taddr\tport\tenum\tstring\tvector[string]\n"
    f"{EPOCH}.5\tC1\t10.0.0.5\t5353\t10.0.0.1\t53\tudp\tsfrclak.com\t142.11.206.73\n"
)
ZEEK_HTTP = (
    "#fields\tts\tid.orig_h\tid.orig_p\tid.resp_h\tid.resp_p\tmethod\thost\turi\treferrer\tuser_agent\n"
    f"{EPOCH}.5\t10.0.0.5\t49152\t142.11.206.73\t8000\tPOST\tsfrclak.com\t/6202033\t-\t{AGENT}\n"
)
EVE = (
    '{"timestamp":"2026-03-31T03:04:40.500000+0000","event_type":"dns","src_ip":"10.0.0.5","dest_ip":"10.0.0.1",'
    '"dest_port":53,"dns":{"rrname":"sfrclak.com"}}\n'
)
UFW = (
    "Mar 31 03:04:40 ci7 kernel: [12.3] [UFW BLOCK] IN= OUT=eth0 SRC=10.0.0.5 DST=142.11.206.73 LEN=60 TTL=64 "
    "PROTO=TCP SPT=49152 DPT=8000 SYN\n"
)
#: Kind, lines, asset, grades with subjects, confidence of the first, whether the time is sure (None: there is none).
CALLS = [
    ("Zeek log", ZEEK_DNS, "10.0.0.5", {"sfrclak.com": "high", "142.11.206.73": "low"}, True),
    (
        "Zeek log",
        ZEEK_HTTP,
        "10.0.0.5",
        {"sfrclak.com": "high", "142.11.206.73": "high", "http://sfrclak.com:8000/6202033": "high", AGENT: "high"},
        True,
    ),
    (
        "Zeek log (JSON)",
        f'{{"ts":{EPOCH}.5,"id.orig_h":"10.0.0.5","id.resp_h":"9.9.9.9","id.resp_p":443,"server_name":"x.sfrclak.com"}}\n',
        "10.0.0.5",
        {"sfrclak.com": "high"},
        True,
    ),
    (
        "Suricata eve.json",
        EVE,
        "10.0.0.5",
        {"sfrclak.com": "high"},
        True,
    ),
    (
        "Squid access log",
        f"{EPOCH}.500    345 10.0.0.5 TCP_MISS/200 1234 POST http://sfrclak.com:8000/6202033 - HIER_DIRECT/142.11.206.73 text/html\n",
        "10.0.0.5",
        {"sfrclak.com": "high", "142.11.206.73": "high", "http://sfrclak.com:8000/6202033": "high"},
        True,
    ),
    (
        "Squid access log",
        f"{EPOCH}.500      0 10.0.0.5 TCP_DENIED/403 1234 CONNECT sfrclak.com:443 - HIER_NONE/- -\n",
        "10.0.0.5",
        {"sfrclak.com": "medium"},
        True,
    ),
    (
        "web access log",
        '10.0.0.5 - - [31/Mar/2026:05:04:40 +0200] "GET http://sfrclak.com:8000/6202033 HTTP/1.1" 200 12 "-" "curl/8"\n',
        "10.0.0.5",
        {"sfrclak.com": "high", "http://sfrclak.com:8000/6202033": "high"},
        True,
    ),
    (
        "web access log",
        '10.0.0.5 - - [31/Mar/2026:03:04:40 +0000] "GET /x HTTP/1.1" 200 12 "https://sfrclak.com/" "curl/8"\n',
        "10.0.0.5",
        {"sfrclak.com": "low"},
        True,
    ),
    (
        "AWS VPC flow log",
        f"2 123456789010 eni-1235b8ca 10.0.0.5 142.11.206.73 49152 8000 6 10 840 {EPOCH} {EPOCH + 60} ACCEPT OK\n",
        "10.0.0.5",
        {"142.11.206.73": "high"},
        True,
    ),
    (
        "AWS VPC flow log",
        f"2 123456789010 eni-1235b8ca 142.11.206.73 10.0.0.5 8000 49152 6 10 840 {EPOCH} {EPOCH + 60} ACCEPT OK\n",
        "10.0.0.5",
        {"142.11.206.73": "medium"},
        True,
    ),
    (
        "AWS VPC flow log",
        f"version srcaddr dstaddr dstport start action pkt-dstaddr\n5 10.0.0.5 10.0.0.9 8080 {EPOCH} REJECT 83.142.209.203\n",
        "10.0.0.5",
        {"83.142.209.203:8080": "medium"},
        True,
    ),
    (
        "audit log",
        f"node=ci7 type=SOCKADDR msg=audit({EPOCH}.500:42): saddr=02001F408E0BCE490000000000000000\n",
        "ci7",
        {"142.11.206.73": "high"},
        True,
    ),
    (
        "audit log",
        f"node=ci7 type=SOCKADDR msg=audit({EPOCH}.500:42): saddr={{ saddr_fam=inet laddr=142.11.206.73 lport=8000 }}\n",
        "ci7",
        {"142.11.206.73": "high"},
        True,
    ),
    (
        "Linux firewall log",
        UFW,
        "10.0.0.5",
        {"142.11.206.73": "medium"},
        False,
    ),
    (
        "dnsmasq log",
        "Mar 31 03:04:40 dnsmasq[123]: query[A] sfrclak.com from 10.0.0.5\n",
        "10.0.0.5",
        {"sfrclak.com": "high"},
        False,
    ),
    (
        "BIND query log",
        "31-Mar-2026 03:04:40.500 queries: info: client @0x7f1c 10.0.0.5#53422 (sfrclak.com): query: sfrclak.com IN A +E(0)K (10.0.0.1)\n",
        "10.0.0.5",
        {"sfrclak.com": "high"},
        False,
    ),
    (
        "Unbound log",
        f"[{EPOCH}] unbound[77:0] info: 10.0.0.5 sfrclak.com. A IN\n",
        "10.0.0.5",
        {"sfrclak.com": "high"},
        True,
    ),
    (
        "systemd-resolved log",
        "2026-03-31T03:04:40+00:00 ci7 systemd-resolved[88]: Looking up RR for sfrclak.com IN A.\n",
        "ci7",
        {"sfrclak.com": "high"},
        True,
    ),
    (
        "tcpdump text",
        "2026-03-31 03:04:40.500000 IP 10.0.0.5.49152 > 142.11.206.73.8000: Flags [S], seq 1, length 0\n",
        "10.0.0.5",
        {"142.11.206.73": "high"},
        False,
    ),
    (
        "tcpdump text",
        f"{EPOCH}.500000 IP 10.0.0.5.5353 > 10.0.0.1.53: 123+ A? sfrclak.com. (29)\n",
        "10.0.0.5",
        {"sfrclak.com": "high"},
        True,
    ),
    (
        "tshark text",
        "    1 0.000000000 10.0.0.5 → 142.11.206.73 TCP 74 49152 → 8000 [SYN] Seq=0\n",
        "10.0.0.5",
        {"142.11.206.73": "high"},
        None,
    ),
]  # fmt: skip


@pytest.mark.parametrize(("kind", "text", "asset", "expected", "sure"), CALLS)
def test_each_form_tells_who_called_whom(tmp_path, kind, text, asset, expected, sure):
    path = tmp_path / "some.log"
    path.write_text(text)
    os.utime(path, (LATEST.timestamp(), LATEST.timestamp()))
    notes = told(hunt_network, path)
    assert {hit.subject: hit.confidence for hit in notes.hits} == expected
    assert {hit.asset for hit in notes.hits} == {asset}
    assert {hit.grade for hit in notes.hits} == {"contacted"}
    assert {hit.place.line for hit in notes.hits} == {text.count("\n")}
    for hit in notes.hits:
        if sure is None:
            assert hit.when is None
        else:
            assert hit.when.at.replace(microsecond=0) == AT
            assert hit.when.doubtful is not sure
    assert [looked.kind for looked in notes.places] == [kind]
    assert dict(notes.places[0].counts)["lines"] == text.count("\n")
    assert notes.left_out == []


@pytest.mark.parametrize(
    "text",
    [
        f"{EPOCH}.500 345 10.0.0.5 TCP_MISS/200 1234 GET http://notsfrclak.com/6202033 - HIER_DIRECT/142.11.206.7 text/html\n",
        f"2 1 eni-1 10.0.0.5 83.142.209.203 49152 443 6 10 840 {EPOCH} {EPOCH} ACCEPT OK\n",
        "2026-03-31 03:04:40.5 IP 10.0.0.5.49152 > 142.11.206.7.3: Flags [S]\n",
        ZEEK_DNS.replace("sfrclak.com", "sfrclak.com.evil.test").replace("142.11.206.73", "142.11.206.70"),
    ],
)  # fmt: skip
def test_others_are_not_taken_for_it(tmp_path, text):
    path = tmp_path / "log"
    path.write_text(text)
    assert told(hunt_network, path).hits == ()


def test_a_form_that_is_not_known_is_searched_as_text(tmp_path):
    path = tmp_path / "odd.log"
    path.write_text("first\nfw01 allowed host=ci7 dst=142.11.206.73:8000 (sfrclak[.]com)\n")
    notes = told(hunt_network, path)
    assert [(hit.subject, hit.confidence, hit.asset, hit.place.line) for hit in notes.hits] == [
        ("142.11.206.73", "medium", str(path), 2),
        ("sfrclak.com", "medium", str(path), 2),
    ]
    assert notes.places[0].kind == "text"


def test_several_daemons_in_one_file_are_each_read(tmp_path):
    path = tmp_path / "syslog"
    path.write_text(
        "Mar 31 03:04:39 ci7 dnsmasq[1]: query[A] sfrclak.com from 10.0.0.6\n"
        "Mar 31 03:04:40 ci7 kernel: IN= OUT=eth0 SRC=10.0.0.7 DST=142.11.206.73 LEN=60 PROTO=TCP SPT=1 DPT=8000\n"
    )
    assert [hit.asset for hit in told(hunt_network, path).hits] == ["10.0.0.6", "10.0.0.7"]


def test_a_year_that_is_left_out_is_not_in_the_future(tmp_path):
    path = tmp_path / "syslog"
    path.write_text("Dec 31 23:59:59 ci7 dnsmasq[1]: query[A] sfrclak.com from 10.0.0.6\n")
    os.utime(path, (LATEST.timestamp(), LATEST.timestamp()))
    (hit,) = told(hunt_network, path).hits
    assert (hit.when.at.year, hit.when.doubtful) == (2025, True)


def test_a_registry_proxy_shows_what_was_fetched(tmp_path):
    path = tmp_path / "access.log"
    line = '10.0.0.5 - - [31/Mar/2026:03:04:40 +0000] "GET /npm/{} HTTP/1.1" {} 9 "-" "npm/10"\n'
    path.write_text(
        line.format("axios/-/axios-1.14.1.tgz", 200)
        + line.format("plain-crypto-js/-/plain-crypto-js-4.2.1.tgz", 404)
        + line.format("axios/-/axios-1.14.10.tgz", 200)
        + line.format("litellm-1.82.8-py3-none-any.whl", 200)
    )
    notes = told(hunt_network, path)
    assert [(hit.grade, hit.subject, hit.asset) for hit in notes.hits] == [
        ("fetched", "pkg:npm/axios@1.14.1", "10.0.0.5"),
        ("resolved", "pkg:npm/plain-crypto-js@4.2.1", "10.0.0.5"),
        ("fetched", "pkg:pypi/litellm@1.82.8", "10.0.0.5"),
    ]


def test_a_header_in_the_middle_is_minded(tmp_path):
    path = tmp_path / "zeek.log.gz"
    path.write_bytes(gzip.compress((ZEEK_HTTP + ZEEK_DNS).encode()))
    notes = told(hunt_network, path)
    assert ("sfrclak.com", "high", 7) in {(hit.subject, hit.confidence, hit.place.line) for hit in notes.hits}


def test_a_capture_is_named_and_left_out(tmp_path):
    path = tmp_path / "x.pcap"
    path.write_bytes(b"\xd4\xc3\xb2\xa1" + bytes(40) + b"sfrclak.com")
    notes = told(hunt_network, path)
    assert notes.hits == ()
    assert notes.places == []
    assert "tcpdump" in notes.left_out[0].reason


def test_secrets_do_not_reach_the_excerpt(tmp_path):
    path = tmp_path / "proxy.log"
    path.write_text("POST http://sfrclak.com/ Authorization: Bearer abcdef0123456789 token=s3cr3t-value x\n")
    (hit,) = told(hunt_network, path).hits
    assert "sfrclak.com" in hit.excerpt
    assert "abcdef" not in hit.excerpt
    assert "s3cr3t" not in hit.excerpt


def test_an_address_of_an_audit_record():
    assert sockaddr("02001F408E0BCE49") == "142.11.206.73:8000"
    assert sockaddr("0A0001BB0000000020010DB800000000000000000000000100000000") == "[2001:db8::1]:443"
    assert sockaddr("01002F72756E00") == ""
    assert sockaddr("0200") == ""


@given(
    st.lists(st.sampled_from([text for _, text, *_ in CALLS]), max_size=4), st.text(max_size=60), st.integers(0, 300)
)
def test_no_line_makes_a_reader_fail(texts, junk, cut):
    text = "".join(texts)
    broken = text[:cut] + junk + text[cut + len(junk) :]
    formats = Formats(broken.split("\n"), LATEST)
    for line in broken.split("\n"):
        record = formats.read(line)
        assert record is None or all(isinstance(each, str) for each in (record.source, *record.to, *record.beside))


@pytest.mark.parametrize("quiet", [10, 40_000])
def test_a_header_far_from_every_indicator_counts(tmp_path, quiet):
    """Two logs in one file: the second says what its columns are long before a line of it is of interest."""
    filler = f"{EPOCH}.5\t10.0.0.9\t1\t192.0.2.1\t80\tGET\tother.example\t/\t-\tx\n" * quiet
    heading, row = ZEEK_DNS.rpartition(f"{EPOCH}.5")[0], f"{EPOCH}.5" + ZEEK_DNS.rpartition(f"{EPOCH}.5")[2]
    quiet_rows = f"{EPOCH}.5\tC2\t10.0.0.9\t5353\t10.0.0.1\t53\tudp\tother.example\t-\n" * quiet
    log = tmp_path / "all.log"
    log.write_text(ZEEK_HTTP + filler + heading + quiet_rows + row)
    notes = Notebook()
    hunt_network([log], Asked([AXIOS]), notes)
    last = [hit for hit in notes.hits if hit.place.line == log.read_text().count("\n")]
    assert last
    assert {hit.asset for hit in last} == {"10.0.0.5"}


@pytest.mark.parametrize(
    ("result", "refused"), [("TCP_DENIED/403", True), ("TCP_MISS/407", True), ("TCP_MISS/403", False)]
)
def test_what_the_called_itself_refuses_was_called(tmp_path, result, refused):
    log = tmp_path / "access.log"
    log.write_text(
        f"{EPOCH}.500 12 10.0.0.5 {result} 300 POST http://sfrclak.com:8000/6202033 - HIER_DIRECT/142.11.206.73 -\n"
    )
    notes = Notebook()
    hunt_network([log], Asked([AXIOS]), notes)
    assert {"refused" in hit.message for hit in notes.hits} == {refused}
