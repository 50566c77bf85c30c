"""Yarn 1 and its successors ("berry")."""

import re

from customhouse.hunt.logs.clients.interface import Client, Form, by_forms, expression

_CLASSIC: tuple[Form, ...] = (
    (expression(r"BEGIN[├└]─ NAME@VERSION(?=\s|$)"), "fetched", "was added"),
    (expression(r"\bwarning (?:\S{1,200} > )*NAME@VERSION: "), "resolved", "was chosen"),
    (expression(r"\b(?:info|error) NAME@VERSION: "), "resolved", "was chosen"),
)
_BERRY: tuple[Form, ...] = (
    (expression(r"YN0013: .{0,40}?NAME@npm:VERSION can't be found in the cache"), "fetched", "was downloaded"),
    (expression(r"YN0007: .{0,40}?NAME@npm:VERSION must be built"), "script-ran", "ran a script of its own"),
    (expression(r"YN000[458]: .{0,40}?NAME@npm:VERSION "), "fetched", "was installed"),
    (expression(r"YN\d{4}: .{0,400}?\bNAME@npm:VERSION"), "resolved", "was chosen"),
    (expression(r"YN0085: .{0,400}?\+ NAME@npm:VERSION"), "resolved", "was chosen"),
    (expression(r"YN0085: .{0,400}?, NAME@npm:VERSION"), "resolved", "was chosen"),
)

YARN = Client(
    "yarn",
    "npm",
    by_forms("npm", _CLASSIC),
    naming=((b'Performing "GET" request', re.compile(r'Performing "GET" request to "\S+\.tgz')),),
    silent=((b"[4/4]", re.compile(r"\[4/4\]")), (b"success Saved", re.compile(r"success Saved (?:lockfile|\d)"))),
)
BERRY = Client(
    "yarn berry",
    "npm",
    by_forms("npm", _BERRY),
    naming=((b"can't be found in the cache", re.compile(r"YN0013: .*@npm:\S+ can't be found in the cache")),),
    silent=((b"YN0000: ", re.compile(r"YN0000: .*(?:Fetch step|Completed)")),),
)
