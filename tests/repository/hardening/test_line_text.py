import pytest
from hypothesis import given
from hypothesis import strategies as st

from customhouse.ecosystems.documents import UnreadableError
from customhouse.ecosystems.npm.npmrc import parse_npmrc
from customhouse.repository.hardening.line_text import set_npmrc, set_requirements_option, set_yarnrc


def test_npmrc_keeps_comments_order_and_line_ends():
    assert set_npmrc("# a\r\nignore-scripts = false\r\nfund=false", "ignore-scripts", value=True) == (
        "# a\r\nignore-scripts=true\r\nfund=false"
    )
    assert set_npmrc("fund=false", "min-release-age", 3, ("why",)) == "fund=false\n# why\nmin-release-age=3\n"
    assert set_npmrc("", "save-exact", value=True) == "save-exact=true\n"


def test_npmrc_sets_the_last_of_several_and_stays_out_of_sections():
    assert set_npmrc("a=1\na=2\n", "a", 3) == "a=1\na=3\n"
    assert set_npmrc("x=1\n[other]\na=2\n", "a", 3) == "x=1\na=3\n[other]\na=2\n"


@given(
    st.lists(st.sampled_from(["a=1", " a = 2", '"a"=3', "b", "; c", "#", "[s]", "a[]=1", "", "c=${X}"]), max_size=6),
    st.sampled_from(["\n", "\r\n"]),
)
def test_npmrc_reads_back(lines, newline):
    text = newline.join(lines)
    try:
        result = set_npmrc(text, "a", 7)
    except UnreadableError:
        return
    assert parse_npmrc(result) == {**parse_npmrc(text), "a": "7"}
    assert set_npmrc(result, "a", 7) == result


def test_yarnrc():
    assert set_yarnrc("# x\nignore-scripts false\n", "ignore-scripts", value=True) == "# x\nignore-scripts true\n"
    assert set_yarnrc('registry "u"', "save-prefix", "") == 'registry "u"\nsave-prefix ""\n'


def test_requirements_options_follow_the_opening_comments():
    assert set_requirements_option("# made by x\n#\na==1\n", "--only-binary", ":all:") == (
        "# made by x\n#\n--only-binary :all:\na==1\n"
    )
    assert set_requirements_option("a==1", "--only-binary", ":all:") == "--only-binary :all:\na==1\n"
    with pytest.raises(UnreadableError, match="another value"):
        set_requirements_option("--only-binary attrs\n", "--only-binary", ":all:")
