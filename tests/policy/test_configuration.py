import json
import re
from importlib.resources import files
from pathlib import Path

import jsonschema
import msgspec
import pytest

from customhouse.policy.configuration import Configuration, ConfigurationFile
from customhouse.policy.reading import parse_configuration

STARTER = files("customhouse.policy").joinpath("starter.toml").read_text()
UNCOMMENTED = re.sub(r"^#(?! |$)", "", STARTER, flags=re.MULTILINE)
SCHEMA = json.loads((Path(__file__).parents[2] / "docs/schemas/configuration.json").read_text())


def plain(configuration):
    values = msgspec.to_builtins(configuration)
    return {key: values[key] for key in ConfigurationFile.__struct_fields__}


def leaves(values, at=()):
    if not isinstance(values, dict):
        return {at}
    return {leaf for key, inner in values.items() for leaf in leaves(inner, (*at, key))} or {at}


def test_the_starter_changes_nothing_as_it_is():
    assert parse_configuration(STARTER, "customhouse.toml") == Configuration()


def test_uncommented_it_says_the_defaults_and_names_every_key():
    configuration = parse_configuration(UNCOMMENTED, "customhouse.toml")
    named = {keys for keys in configuration.origins if keys[0] not in ("rules", "exceptions", "gaps")}
    expected = {keys for keys in leaves(plain(Configuration())) if keys[0] not in ("rules", "exceptions", "gaps")}
    assert named == expected
    defaults, said = plain(Configuration()), plain(configuration)
    for section in ("policy", "vulnerabilities", "advisories", "pypi", "discovery", "allow_repository_exceptions"):
        assert said[section] == defaults[section]
    assert configuration.cooldown.minimum_age == configuration.cooldown.npm == Configuration().cooldown.minimum_age
    assert configuration.cache.metadata_max_age == Configuration().cache.metadata_max_age
    assert configuration.gaps == {"default": "hold", "no-advisory-source": "allow", "unread-workflow": "allow"}
    assert configuration.exceptions[0].rule == "install-script"
    assert configuration.rules["install-script"].severity == "high"


def test_the_published_schema_accepts_what_we_accept():
    import tomllib  # noqa: PLC0415

    document = json.loads(json.dumps(tomllib.loads(UNCOMMENTED), default=str))
    jsonschema.Draft202012Validator(SCHEMA).validate(document)


@pytest.mark.parametrize(
    "document",
    [
        {"polcy": {}},
        {"policy": {"high": {"high": "maybe"}}},
        {"cooldown": {"minimum_age": "72"}},
        {"exceptions": [{"rule": "r"}]},
        {"limits": {"max_members": 0}},
    ],
)
def test_the_published_schema_refuses_what_we_refuse(document):
    with pytest.raises(jsonschema.ValidationError):
        jsonschema.Draft202012Validator(SCHEMA).validate(document)
