"""The search for releases against the obvious one: every line read by every reader."""

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from customhouse.hunt.asked import Asked
from customhouse.hunt.logs.clients.all_clients import releases_in
from customhouse.hunt.matching import search
from customhouse.hunt.matching.matcher import Matcher
from customhouse.hunt.matching.releases import release_forms
from customhouse.model.campaign import AffectedReleases, Campaign

RELEASES = (
    AffectedReleases("npm", "axios", ("1.14.1", "0.30.4")),
    AffectedReleases("npm", "debug", ("4.4.2",), runs="install"),
    AffectedReleases("npm", "chalk", ("5.6.1",), runs="import"),
    AffectedReleases("npm", "plain-crypto-js", ("4.2.1",)),
    AffectedReleases("npm", "rc", (), (">=1.2.9 <1.3.0",)),
    AffectedReleases("npm", "@shadanai/openclaw", ("2026.3.28-2",)),
    AffectedReleases("npm", "@scope/t", ("0.0.1+build",), (">=2.0.0 <2.0.5",)),
    AffectedReleases("npm", "q", ("1.0.0-rc.1",)),
    AffectedReleases("pypi", "litellm", ("1.82.8", "1.82.0")),
    AffectedReleases("pypi", "elementary-data", ("0.23.3.post1",)),
    AffectedReleases("pypi", "ctx", (), (">=0.2.2",)),
    AffectedReleases("pypi", "x-1", ("2!1.0",)),
)
ASKED = Asked((Campaign("case", "", "", None, None, RELEASES),))
NAMES = (*(each.name for each in RELEASES), "@shadanai+openclaw", "@scope+t", "Elementary_Data", "elementary.data", "AXIOS",
         "@scope%2ft", "src", "xdebug", "chalk-x", "t")  # fmt: skip
VERSIONS = ("1.14.1", "v1.14.1", "1.14.10", "0.30.4", "4.4.2", "4.3.4", "5.6.1", "4.2.1", "1.2.9", "2026.3.28-2", "0.0.1+build",
            "0.0.1%2Bbuild", "2.0.1", "1.0.0-rc.1", "1.82.8", "v1.82.08", "1.82", "1.82.0.0", "0.23.3.post1", "0.23.3-1", "0.2.2",
            "2!1", "2!1.0.0")  # fmt: skip
FORMS = (
    "+ {n}@{v}", "npm http fetch GET 200 https://registry.example/{n}/-/{b}-{v}.tgz 12ms (cache miss)",
    "npm http fetch GET 404 https://registry.example/{n}/-/{b}-{v}.tgz", "https://r.example/@s%2f{b}/-%2f{b}-{v}.tgz",
    "> {n}@{v} postinstall", "npm info run {n}@{v} postinstall {{ code: 0 }}", "npm info lifecycle {n}@{v}~postinstall: {n}@{v}",
    "npm silly placeDep ROOT {n}@{v} OK for: app@1.0.0 want: ^1.14.0", "add {n} {v}", "change {n} 1.0.0 => {v}",
    "npm warn deprecated {n}@{v}: do not", "│ └── {n}@{v}", "$ npm install {n}@{v}", "+ {n} {v} (1.15.0 is available)",
    ".../.pnpm/{n}@{v}/node_modules/{n} postinstall$ node setup.js", ".../node_modules/{n} preinstall: Done",
    "│   Ignored build scripts: esbuild@0.21.5, {n}@{v}.", "└─ {n}@{v}", "warning a > {n}@{v}: not maintained",
    "➤ YN0013: │ {n}@npm:{v} can't be found in the cache", "➤ YN0085: │ + a@npm:1.0.0, {n}@npm:{v}", "installed {n}@{v}",
    'error: postinstall script from "{n}" exited with 1', '    "{n}": "^{v}",', "'{n}':  '~{v}'", "{n}:   ({v}", "{n}@npm:^{v}",
    "Collecting {n}=={v}", "Collecting {n}[proxy,x]=={v} (from r.txt)", "  Downloading {n}-{v}-py3-none-any.whl.metadata (4 kB)",
    "  Using cached {n}-{v}.tar.gz (9.1 MB)", "Successfully installed click-8.1.7 {n}-{v} python-dotenv-1.0.1",
    "Requirement already satisfied: {n}>=1 in ./.venv/lib (from -r r.txt (line 1)) ({v})", "Would install {n}-{v}",
    "Requirement already satisfied: {n}=={v} in /usr/lib/python3", "  Found existing installation: {n} {v}", "{n}==={v}", "{n}=={v}",
    "{n}                {v}", " + {n}=={v}", "   Building {n}=={v}", "DEBUG Selecting: {n}=={v} [compatible]", "Added {n} v{v}",
    "Updated {n} v1.82.7 -> v{v}", "  - Installing {n} ({v})", "  • Updating {n} (1.82.6 -> {v}): Downloading", "Remove {n} {v} successful",
    "  - Downgrading {n} (1.82.6 -> {v})", "  ✔ Install {n} {v} successful", "  ✔ Update {n} 1.82.6 -> {v} successful", "see {n}",
    "found malware: {n} {v}, see the advisory",
)  # fmt: skip
junk = st.text(alphabet="ab1.-_@/ \"'(:=>é│%2f\t", max_size=6)


def line_of(form, name, version):
    return form.format(n=name, b=name.rpartition("/")[2], v=version)


lines = st.builds(
    lambda before, line, after: before + line + after,
    junk,
    st.builds(line_of, st.sampled_from(FORMS), st.sampled_from(NAMES), st.sampled_from(VERSIONS)),
    junk,
)


def named(line):
    """What any reader makes of a line, as far as a campaign is about it."""
    return [
        each
        for each in releases_in(line)
        if (
            ASKED.affected(each.ecosystem, each.name, each.version)
            if each.version
            # Whose code runs when it is imported does not show by a script.
            else any(one.runs != "import" for _, one in ASKED.packages(each.ecosystem, each.name))
        )
    ]


def found(matcher, text):
    """The numbers of the lines in which a release may stand."""
    return {text[:place].count(b"\n") for place in matcher.scan(text).releases}


@pytest.fixture(scope="module", params=["hyperscan", "yara"])
def matcher(request):
    with pytest.MonkeyPatch.context() as patch:
        if request.param == "yara":
            patch.setattr(search, "find_spec", lambda _: None)
        else:
            pytest.importorskip("hyperscan", reason="there is no hyperscan here")
        made = Matcher(ASKED, releases=release_forms(ASKED))
        made.scan(b" ".join(key for form in release_forms(ASKED) for key in form.keys))
    return made


@settings(deadline=None)
@given(st.lists(lines, min_size=1, max_size=6))
def test_every_line_that_a_reader_reads_a_release_of_is_found(matcher, wanted):
    read = {number for number, line in enumerate(wanted) if named(line)}
    assert read - found(matcher, "\n".join(wanted).encode()) == set()


def test_every_form_of_every_package_is_found(matcher):
    wanted = [
        line_of(form, each.name, version)
        for form in FORMS
        for each in RELEASES
        for version in (*each.versions, "0.2.2", "1.2.9")
    ]
    read = {number for number, line in enumerate(wanted) if named(line)}
    assert len(read) > 400
    assert read - found(matcher, "\n".join(wanted).encode()) == set()


@settings(deadline=None, max_examples=15)  # each compiles a search anew
@given(st.lists(lines, max_size=30), st.integers(1, 29))
def test_what_was_searched_before_makes_no_difference(wanted, cut):
    text = "\n".join(wanted).encode()
    before = Matcher(ASKED, releases=release_forms(ASKED))
    before.scan("\n".join(wanted[:cut]).encode())
    assert found(before, text) == found(Matcher(ASKED, releases=release_forms(ASKED)), text)


@pytest.mark.parametrize(
    "line",
    [
        "src debug chalk rc axios build", "cp src 2 ctx", "debug@4.3.4", "npm silly placeDep ROOT chalk@5.6.0 OK", "xdebug@4.4.2",
        "axios install failed", "xaxios@1.14.1", "debug install notes", "/utils/-/openclaw-0.1.0.tgz", "litellm==1.83.0", "litellm in the log",
        "GET https://registry.example/debug/-/debug-4.3.4.tgz", "ctx[i] = litellm[j]", "a_rc 12",
    ],
)  # fmt: skip
def test_other_lines_are_not_worth_reading(matcher, line):
    assert found(matcher, line.encode()) == set()


def test_a_package_of_very_many_versions_and_an_endless_name_are_no_trouble():
    many = AffectedReleases("npm", "axios", tuple(f"1.{number}.0" for number in range(5000)))
    asked = Asked((Campaign("case", "", "", None, None, (many, AffectedReleases("npm", "x" * 5000, ("1.0.0",)))),))
    assert found(Matcher(asked, releases=release_forms(asked)), b"a\nb\n+ axios@1.4999.0") == {2}
