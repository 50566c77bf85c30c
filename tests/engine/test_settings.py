from datetime import date, timedelta

import pytest

from customhouse.engine.settings import load_settings
from customhouse.model.errors import CustomhouseError

TODAY = date(2026, 11, 21)


def exception(**extra):
    values = {"rule": "install-script", "expires": TODAY + timedelta(days=9)} | extra
    return f"""[[exceptions]]
rule = "{values["rule"]}"
purl = "pkg:npm/a@1.0.0"
digest = "sha256:{"0" * 64}"
reason = "read"
owner = "me"
expires = {values["expires"]}
"""


@pytest.fixture
def repository(tmp_path, monkeypatch):
    (tmp_path / "repo/.git").mkdir(parents=True)
    (tmp_path / "repo/app/web").mkdir(parents=True)
    monkeypatch.chdir(tmp_path / "repo")
    return tmp_path / "repo"


def load(start, *, explicit=None, environ=None, known_rules=()):
    return load_settings(start, explicit=explicit, environ=environ or {}, today=TODAY, known_rules=known_rules)


def test_defaults_where_there_is_no_file(repository):
    settings = load(repository / "app/web")
    assert (settings.sources, settings.project_file, settings.root) == ((), None, repository)
    assert settings.configuration.floor is None


def test_the_nearest_file_up_to_the_repositorys_root(repository):
    (repository / "customhouse.toml").write_text('[cooldown]\nminimum_age = "1d"\n')
    assert load(repository / "app/web").configuration.cooldown.minimum_age == "1d"
    (repository / "app/customhouse.toml").write_text('[cooldown]\nminimum_age = "2d"\n')
    settings = load(repository / "app/web")
    assert settings.configuration.cooldown.minimum_age == "2d"
    assert settings.configuration.origin("cooldown", "minimum_age") == "app/customhouse.toml:2"
    assert settings.sources == ("app/customhouse.toml",)


def test_a_file_may_be_the_start(repository):
    (repository / "customhouse.toml").write_text('[cooldown]\nminimum_age = "1d"\n')
    (repository / "app/package-lock.json").write_text("{}")
    assert load(repository / "app/package-lock.json").configuration.cooldown.minimum_age == "1d"


def test_nothing_above_the_repository_counts(repository):
    (repository.parent / "customhouse.toml").write_text("wrong")
    assert load(repository / "app").sources == ()


def test_outside_a_repository_only_the_folder_itself_counts(tmp_path):
    (tmp_path / "sub").mkdir()
    (tmp_path / "customhouse.toml").write_text("wrong")
    assert load(tmp_path / "sub").sources == ()


def test_pyproject_counts_only_with_its_table(repository):
    pyproject = repository / "pyproject.toml"
    pyproject.write_text('[project]\nname = "customhouse-user"\n')
    assert load(repository).sources == ()
    pyproject.write_text('[tool.customhouse.pypi]\nartifacts = "installable"\n')
    assert load(repository).configuration.pypi.artifacts == "installable"
    (repository / "customhouse.toml").write_text("")
    with pytest.raises(CustomhouseError, match="both"):
        load(repository)


def test_a_broken_pyproject_matters_only_when_it_is_ours(repository):
    pyproject = repository / "pyproject.toml"
    pyproject.write_text("[project\n")
    assert load(repository).sources == ()
    pyproject.write_text("[tool.customhouse\n")
    with pytest.raises(CustomhouseError, match="is not TOML"):
        load(repository)


def test_relative_paths_are_taken_from_the_file(repository):
    (repository / "customhouse.toml").write_text('[advisories]\npaths = ["osv", "/abs"]\n[cache]\ndirectory = "c"\n')
    configuration = load(repository / "app").configuration
    assert configuration.advisories.paths == (str(repository / "osv"), "/abs")
    assert configuration.cache.directory == str(repository / "c")


def test_the_organisations_file_is_the_floor(repository, tmp_path):
    organisation = tmp_path / "org.toml"
    organisation.write_text('[cooldown]\nminimum_age = "5d"\n')
    environ = {"CUSTOMHOUSE_POLICY": str(organisation)}
    assert load(repository, environ=environ).configuration.cooldown.minimum_age == "5d"
    (repository / "customhouse.toml").write_text('[cooldown]\nminimum_age = "6d"\n')
    settings = load(repository, environ=environ)
    assert settings.configuration.cooldown.minimum_age == "6d"
    assert settings.configuration.floor.cooldown.minimum_age == "5d"
    assert settings.sources == (str(organisation), "customhouse.toml")
    (repository / "customhouse.toml").write_text('[cooldown]\nminimum_age = "4d"\n')
    with pytest.raises(CustomhouseError, match=r"minimum_age: 5d \(.*org\.toml:2\) → 4d \(customhouse\.toml:2\)"):
        load(repository, environ=environ)


def test_an_explicit_file_replaces_the_projects_but_not_the_organisations(repository, tmp_path):
    (repository / "customhouse.toml").write_text("wrong")
    explicit = tmp_path / "mine.toml"
    explicit.write_text('[cooldown]\nminimum_age = "1d"\n')
    assert load(repository, explicit=explicit).configuration.cooldown.minimum_age == "1d"
    organisation = tmp_path / "org.toml"
    organisation.write_text('[cooldown]\nminimum_age = "5d"\n')
    with pytest.raises(CustomhouseError, match="loosens"):
        load(repository, explicit=explicit, environ={"CUSTOMHOUSE_POLICY": str(organisation)})


@pytest.mark.parametrize("content", [None, b"\xff\xfe", b"#" * 1_000_001, "folder"])
def test_a_named_file_that_cannot_be_read_is_an_error(repository, tmp_path, content):
    path = tmp_path / "org.toml"
    if content == "folder":
        path.mkdir()
    elif content is not None:
        path.write_bytes(content)
    for arguments in ({"explicit": path}, {"environ": {"CUSTOMHOUSE_POLICY": str(path)}}):
        with pytest.raises(CustomhouseError) as caught:
            load(repository, **arguments)
        assert caught.value.hint


def test_an_exception_too_far_away_is_an_error(repository):
    path = repository / "customhouse.toml"
    path.write_text(exception(expires=TODAY + timedelta(days=400)))
    with pytest.raises(CustomhouseError, match=r"customhouse\.toml:1: ends on"):
        load(repository)
    path.write_text(exception(expires=TODAY - timedelta(days=400)))
    assert len(load(repository).configuration.exceptions) == 1


def test_a_rule_that_does_not_exist_is_an_error(repository):
    path = repository / "customhouse.toml"
    known = ("install-script", "size-jump")
    path.write_text('[rules.instal-script]\ndecision = "hold"\n' + exception(rule="sizejump"))
    with pytest.raises(CustomhouseError) as caught:
        load(repository, known_rules=known)
    assert "customhouse.toml:2: there is no rule `instal-script`" in caught.value.message
    assert "customhouse.toml:3: there is no rule `sizejump`" in caught.value.message
    assert "did you mean `install-script`?" in caught.value.hint
    path.write_text('[rules.install-script]\ndecision = "hold"\n' + exception(rule="gap:publish-time"))
    assert load(repository, known_rules=known).configuration.rules["install-script"].decision == "hold"
