"""Other people's schemas of what is written here; see tests/schemas/README.md."""

import json
from functools import cache
from pathlib import Path

import jsonschema
import xmlschema

SCHEMAS = Path(__file__).parents[1] / "schemas"


@cache
def validator(name):
    schema = json.loads((SCHEMAS / name).read_text())
    kind = jsonschema.validators.validator_for(schema)
    return kind(schema, format_checker=kind.FORMAT_CHECKER)


@cache
def junit():
    return xmlschema.XMLSchema(SCHEMAS / "jenkins-junit.xsd")
