"""What clients' own headers bring about; those here were recorded from the clients named."""

import pytest

from customhouse.ecosystems.npm.configuration import last_resort
from customhouse.gateway.npm.clients import form, wants_abbreviated

BASE = "http://gateway.test/npm/"


@pytest.mark.parametrize(
    ("agent", "default"),
    [
        ("npm/11.19.1 node/v20.20.2 linux x64 workspaces/false", True),
        ("npm/7.24.2 node/v20.20.2 linux x64 workspaces/false ci/github-actions", True),
        ("npm/6.14.18 node/v20.20.2 linux x64", False),  # it would go to npm's default registry
        ("pnpm/9.15.9 npm/? node/v20.20.2 linux x64", False),
        ("pnpm/12.21.0 npm/? node/? linux x64", False),
        ("yarn/1.22.22 npm/? node/v20.20.2 linux x64", False),
        ("got (https://github.com/sindresorhus/got)", False),  # yarn 4
        ("Bun/1.4.5", False),
        ("npm/? node/v22.0.0 linux x64", False),
        ("my-npm/11.0.0", False),
        ("something npm/11.0.0", False),
        ("npm/99999999999999999999.0", False),
        ("npm/\u0661\u0661.0", False),
        ("", False),
    ],
)
def test_only_npm_itself_is_told_of_its_default_registry(agent, default):
    assert form({"user-agent": agent}, BASE).root == (last_resort() if default else BASE)


@pytest.mark.parametrize(
    ("accept", "abbreviated"),
    [
        ("", False),
        ("*/*", False),
        ("application/json", False),
        ("application/vnd.npm.install-v1+json; q=1.0, application/json; q=0.8, */*", True),  # npm, pnpm
        ("application/vnd.npm.install-v1+json", True),
        ("application/vnd.npm.install-v1+json, application/json", True),
        ("APPLICATION/VND.NPM.INSTALL-V1+JSON", True),
        ("application/vnd.npm.install-v1+json;q=0.5, application/json", False),
        ("application/vnd.npm.install-v1+json;q=0", False),
        ("application/vnd.npm.install-v1+json;q=0.5, */*;q=0.9", False),
        ("application/vnd.npm.install-v1+json;q=nan", False),
        ("application/vnd.npm.install-v1+json;q=-1", False),
        ("application/vnd.npm.install-v1+json;q=inf", False),
        ("application/vnd.npm.install-v1+json;q=", False),
        ("application/vnd.npm.install-v1+jsonp", False),
        (",;,=;q", False),
        ("," * 100_000 + "application/vnd.npm.install-v1+json", False),
    ],
)
def test_the_abbreviated_form_is_for_those_who_name_it_first(accept, abbreviated):
    assert wants_abbreviated(accept) == abbreviated


@pytest.mark.parametrize(
    ("agent", "accept", "root"),
    [
        ("Bun/1.4.5", "application/vnd.npm.install-v1+json; q=1.0, application/json; q=0.8, */*", ""),
        ("Bun/1.10.0", "application/vnd.npm.install-v1+json", ""),
        ("Bun/2.0.0", "application/vnd.npm.install-v1+json", ""),
        ("Bun/1.3.0", "application/vnd.npm.install-v1+json", BASE),  # would go to npm's default registry
        ("Bun/1.4.5", "*/*", BASE),  # a program that bun runs
        ("x Bun/1.4.5", "application/vnd.npm.install-v1+json", BASE),
    ],
)
def test_bun_is_told_of_no_address_where_it_finds_the_file_by_itself(agent, accept, root):
    assert form({"user-agent": agent, "accept": accept}, BASE).root == root
