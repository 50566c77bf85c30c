import json

REQUIREMENTS = "requests==2.32.3\nidna==3.7\n"


def test_found_not_found_and_not_to_be_told(customhouse, tmp_path):
    (tmp_path / "requirements.txt").write_text(REQUIREMENTS)
    found = customhouse("why", "idna", cwd=tmp_path, against_simulator=False)
    assert found.code == 0, found.stderr
    assert found.stdout.splitlines()[0] == "idna==3.7  (production, requirements.txt:2)"
    as_json = customhouse("why", "Idna", tmp_path, "--format", "json", against_simulator=False)
    assert [one["purl"] for one in json.loads(as_json.stdout)["occurrences"]] == ["pkg:pypi/idna@3.7"]
    missing = customhouse("why", "idma", cwd=tmp_path, against_simulator=False)
    assert (missing.code, missing.stdout) == (3, "")
    assert missing.stderr == "error: idma is not in the lock\n\nhint: here are: idna\n"
    (tmp_path / "bun.lockb").write_bytes(b"\0")
    unsure = customhouse("why", "idma", cwd=tmp_path, against_simulator=False)
    assert unsure.code == 4
    assert "bun.lockb could not be read" in unsure.stderr
