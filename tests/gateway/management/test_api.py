"""The description of the API, and whether the gateway keeps to it: schemathesis asks what it allows and what it does not."""

import re
from urllib.parse import quote

import jsonschema
import pytest
import schemathesis
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from schemathesis import GenerationMode
from schemathesis.specs.openapi.checks import positive_data_acceptance

from customhouse.gateway.management import openapi
from managed_gateway import ManagedGateway
from simulator import RegistrySimulator

OPERATIONS = [
    "health", "ready", "metrics", "openapi", "explain", "decide", "ledger", "fetches", "downgrades", "canary", "tokens",
    "issue", "revoke",
]  # fmt: skip


PURLS = st.from_regex(re.compile(openapi._PATTERN), fullmatch=True) | st.sampled_from(
    ["pkg:npm/left-pad", "pkg:npm/left-pad@1.2.0", "pkg:npm/%40scope/name@1.1.0", "pkg:pypi/plain@1.1"]
)


@pytest.fixture(scope="module")
def described(shared):
    document = shared.ask("GET", "/-/customhouse/openapi.json").json()
    return {
        operation.definition.raw["operationId"]: operation
        for operation in (found.ok() for found in schemathesis.openapi.from_dict(document).get_all_operations())
    }


def test_every_operation_is_asked(described):
    assert sorted(described) == sorted(OPERATIONS)


@pytest.mark.parametrize("wanted", [GenerationMode.POSITIVE, GenerationMode.NEGATIVE])
@pytest.mark.parametrize("name", OPERATIONS)
def test_the_gateway_answers_as_it_is_described(shared, described, name, wanted):
    strategy = described[name].as_strategy(generation_mode=wanted)
    if wanted is GenerationMode.POSITIVE and name in {"explain", "fetches"}:
        # It writes no slash into a path, and every purl has one.
        strategy = PURLS.map(
            lambda purl: described[name].Case(method="GET", path_parameters={"purl": quote(purl, safe="")})
        )
    # What goes together in a decision, and which days are to come, no schema says.
    excluded = [positive_data_acceptance] if name in {"decide", "issue"} else []
    token = {"Authorization": f"Bearer {shared.tokens['admin']}"}
    if wanted is GenerationMode.NEGATIVE and name in {"health", "ready", "metrics", "openapi"}:
        return  # there is nothing in them that could be wrong

    @settings(max_examples=25, deadline=None, database=None, suppress_health_check=list(HealthCheck))
    @given(case=strategy)
    def ask(case):
        answer = case.call_and_validate(base_url=f"{shared.url}/-", headers=token, excluded_checks=excluded)
        assert answer.status_code != 400 or wanted is GenerationMode.NEGATIVE or excluded, answer.text

    ask()


def test_the_description_holds_for_what_is_answered(shared):
    document = shared.ask("GET", "/-/customhouse/openapi.json").json()
    assert document["openapi"] == "3.1.0"
    assert document["servers"] == [{"url": f"{shared.url}/-"}]
    schemas = document["components"]
    for name, address, role in (
        ("GatewayExplainDocument", "explain/pkg:npm/left-pad@1.2.0", "approver"),
        ("FetchesDocument", "fetches/pkg:npm/left-pad", "approver"),
        ("DowngradesDocument", "downgrades", ""),
        ("TokensDocument", "tokens", "admin"),
    ):
        answer = shared.ask("GET", f"/-/customhouse/{address}", role=role).json()
        jsonschema.validate(answer, {"$ref": f"#/components/schemas/{name}", "components": schemas})


def test_a_gateway_that_asks_everybody_for_a_token(tmp_path):
    with RegistrySimulator() as registry, ManagedGateway(tmp_path, registry, require_tokens=True) as gateway:
        for path in ("/", "/-/metrics", "/-/customhouse/openapi.json", "/-/health/", "/-/healthy", "//-/health"):
            assert gateway.ask("GET", path).status_code == 401, path
        for path in ("/-/health", "/-/ready"):  # balancers have none
            assert gateway.ask("GET", path).status_code == 200, path
        assert gateway.ask("GET", "/-/customhouse/openapi.json", role="reader").status_code == 200
