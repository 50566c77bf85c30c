"""Lines as clients print them, and what each tells."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from customhouse.hunt.logs.clients.all_clients import releases_in

#: A line, and the release with the furthest grade that it shows.
LINES = [
    ("+ axios@1.14.1", "axios", "1.14.1", "fetched"),
    ("npm http fetch GET 200 https://registry.example/axios/-/axios-1.14.1.tgz 12ms (cache miss)", "axios", "1.14.1", "fetched"),
    ("npm http fetch GET 404 https://registry.example/axios/-/axios-1.14.1.tgz 12ms", "axios", "1.14.1", "resolved"),
    ("npm http fetch GET 200 https://r.example/@shadanai%2fopenclaw/-/openclaw-2026.3.28-2.tgz", "@shadanai/openclaw", "2026.3.28-2", "fetched"),
    ("> plain-crypto-js@4.2.1 postinstall", "plain-crypto-js", "4.2.1", "script-ran"),
    ("npm info run plain-crypto-js@4.2.1 postinstall node_modules/plain-crypto-js node setup.js", "plain-crypto-js", "4.2.1", "script-ran"),
    ("npm info run plain-crypto-js@4.2.1 postinstall { code: 0, signal: null }", "plain-crypto-js", "4.2.1", "script-ran"),
    ("npm info lifecycle plain-crypto-js@4.2.1~postinstall: plain-crypto-js@4.2.1", "plain-crypto-js", "4.2.1", "script-ran"),
    ("npm silly placeDep ROOT axios@1.14.1 OK for: app@1.0.0 want: ^1.14.0", "axios", "1.14.1", "resolved"),
    ("change axios 1.14.0 => 1.14.1", "axios", "1.14.1", "resolved"),
    ("npm warn deprecated axios@1.14.1: do not use", "axios", "1.14.1", "resolved"),
    ("│ └── plain-crypto-js@4.2.1", "plain-crypto-js", "4.2.1", "resolved"),
    ("├─┬ axios@1.14.1", "axios", "1.14.1", "resolved"),
    ("+-- axios@1.14.1", "axios", "1.14.1", "resolved"),
    ("$ npm install axios@1.14.1", "axios", "1.14.1", "declared"),
    ("Run npm i -D @shadanai/openclaw@2026.3.28-2", "@shadanai/openclaw", "2026.3.28-2", "declared"),
    ("+ axios 1.14.1 (1.15.0 is available)", "axios", "1.14.1", "fetched"),
    (".../.pnpm/plain-crypto-js@4.2.1/node_modules/plain-crypto-js postinstall$ node setup.js", "plain-crypto-js", "4.2.1", "script-ran"),
    (".../.pnpm/@shadanai+openclaw@2026.3.28-2/node_modules/@shadanai/openclaw postinstall: Done", "@shadanai/openclaw", "2026.3.28-2", "script-ran"),
    ("│   Ignored build scripts: esbuild@0.21.5, plain-crypto-js@4.2.1.", "plain-crypto-js", "4.2.1", "fetched"),
    ("└─ axios@1.14.1", "axios", "1.14.1", "fetched"),
    ('verbose 3.21 Performing "GET" request to "https://registry.example/axios/-/axios-1.14.1.tgz".', "axios", "1.14.1", "fetched"),
    ("warning axios > plain-crypto-js@4.2.1: not maintained", "plain-crypto-js", "4.2.1", "resolved"),
    ("➤ YN0013: │ axios@npm:1.14.1 can't be found in the cache and will be fetched from the remote registry", "axios", "1.14.1", "fetched"),
    ("➤ YN0007: │ plain-crypto-js@npm:4.2.1 must be built because it never has been before", "plain-crypto-js", "4.2.1", "script-ran"),
    ("➤ YN0085: │ + axios@npm:1.14.1, plain-crypto-js@npm:4.2.1", "plain-crypto-js", "4.2.1", "resolved"),
    ("installed axios@1.14.1", "axios", "1.14.1", "fetched"),
    ("Collecting litellm==1.82.8", "litellm", "1.82.8", "declared"),
    ("Collecting litellm[proxy]==1.82.8 (from -r requirements.txt (line 3))", "litellm", "1.82.8", "declared"),
    ("  Downloading litellm-1.82.8-py3-none-any.whl.metadata (40 kB)", "litellm", "1.82.8", "resolved"),
    ("  Downloading litellm-1.82.8-py3-none-any.whl (9.1 MB)", "litellm", "1.82.8", "fetched"),
    ("  Using cached litellm-1.82.8.tar.gz (9.1 MB)", "litellm", "1.82.8", "fetched"),
    ("Successfully installed click-8.1.7 litellm-1.82.8 python-dotenv-1.0.1", "litellm", "1.82.8", "fetched"),
    ("Successfully installed click-8.1.7 litellm-1.82.8 python-dotenv-1.0.1", "python-dotenv", "1.0.1", "fetched"),
    ("Requirement already satisfied: litellm in ./.venv/lib/python3.11/site-packages (from -r r.txt (line 1)) (1.82.8)", "litellm", "1.82.8", "fetched"),
    ("Requirement already satisfied: litellm==1.82.8 in /usr/lib/python3", "litellm", "1.82.8", "fetched"),
    ("  Found existing installation: litellm 1.82.8", "litellm", "1.82.8", "fetched"),
    ("      Successfully uninstalled litellm-1.82.8", "litellm", "1.82.8", "fetched"),
    ("Would install litellm-1.82.8", "litellm", "1.82.8", "resolved"),
    ("litellm==1.82.8", "litellm", "1.82.8", "resolved"),
    ("litellm                1.82.8", "litellm", "1.82.8", "resolved"),
    ("pip install 'litellm==1.82.8'", "litellm", "1.82.8", "declared"),
    (" + litellm==1.82.8", "litellm", "1.82.8", "fetched"),
    (" - litellm==1.82.8", "litellm", "1.82.8", "fetched"),
    ("   Building telnyx==4.87.1", "telnyx", "4.87.1", "script-ran"),
    ("DEBUG Selecting: litellm==1.82.8 [compatible] (litellm-1.82.8-py3-none-any.whl)", "litellm", "1.82.8", "resolved"),
    ("Updated litellm v1.82.7 -> v1.82.8", "litellm", "1.82.8", "resolved"),
    ("  - Installing litellm (1.82.8)", "litellm", "1.82.8", "fetched"),
    ("  • Updating litellm (1.82.6 -> 1.82.8): Downloading... 10%", "litellm", "1.82.8", "fetched"),
    ("  - Installing litellm (1.82.8): Skipped for the following reason: Already installed", "litellm", "1.82.8", "resolved"),
    ("  ✔ Install litellm 1.82.8 successful", "litellm", "1.82.8", "fetched"),
    ("  ✔ Update litellm 1.82.6 -> 1.82.8 successful", "litellm", "1.82.8", "fetched"),
    ('-    "axios": "^1.14.1",', "axios", "1.14.1", "declared"),
    ("found malware: axios 1.14.1, see the advisory", "axios", "1.14.1", "declared"),
]  # fmt: skip


@pytest.mark.parametrize(("line", "name", "version", "grade"), LINES)
def test_a_line_tells_its_release_and_grade(line, name, version, grade):
    found = {(named.name, named.version): named.grade for named in releases_in(line)}
    assert found.get((name, version)) == grade


def test_a_script_without_a_version_names_the_package():
    (named,) = [
        each for each in releases_in("node_modules/plain-crypto-js postinstall$ node setup.js") if each.version == ""
    ]
    assert (named.name, named.grade, named.confidence) == ("plain-crypto-js", "script-ran", "medium")


@pytest.mark.parametrize("line", ["", "added 12 packages in 3s", "nothing of the kind", "1.14.1", "see axios"])
def test_other_lines_tell_nothing(line):
    assert releases_in(line) == []


@given(st.sampled_from([line for line, *_ in LINES]), st.text(max_size=30), st.integers(0, 80))
def test_no_line_makes_a_reader_fail(line, junk, at):
    for named in releases_in(line[:at] + junk + line[at:]):
        assert named.name
        assert named.grade
