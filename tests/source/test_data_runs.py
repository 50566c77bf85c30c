from hypothesis import given
from hypothesis import strategies as st

from customhouse.source.data_runs import KEPT, without_long_runs


def test_a_long_run_is_blanked_and_nothing_moves():
    before, after = b"a = [", b"0]\nexec(b)\n"
    data = before + b"1,\n" * KEPT + after
    seen = without_long_runs(data)
    assert len(seen) == len(data)
    assert seen.count(b"\n") == data.count(b"\n")
    assert seen.startswith(data[: KEPT // 2])
    assert seen.endswith(after)
    assert seen[len(data) // 2 : -len(after)].strip() == b""
    compile(seen, "seen", "exec")


@given(st.lists(st.sampled_from([b"1,", b" ", b"\n", b"0x1f,", b"exec('a')", b"[", b"]"]), max_size=40))
def test_shorter_files_stay_as_they_are(parts):
    data = b"".join(parts)
    assert without_long_runs(data) == data


def test_code_between_runs_stays():
    data = b"a = [" + b"1," * KEPT + b"]; exec('x'); b = [" + b"2," * KEPT + b"]\n"
    assert b"]; exec('x'); b = [" in without_long_runs(data)
