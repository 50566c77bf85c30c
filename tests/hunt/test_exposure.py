"""What was within reach of whatever ran: told by names, and only where a campaign left a trace."""

import json
from pathlib import Path

import pytest

from customhouse.hunt.asked import Asked
from customhouse.hunt.ci_secrets import ci_secrets
from customhouse.hunt.hunting import Targets, hunt
from customhouse.model.campaign import AffectedReleases, Campaign

_SECRET = "the-value-nobody-may-see"  # noqa: S105 - inert
_CAMPAIGN = Campaign("evil-2026", "Evil", "Evil.", None, None, (AffectedReleases("npm", "evil", ("1.0.1",)),))
_WORKFLOW = """\
on: push
permissions:
  id-token: write
jobs:
  build:
    runs-on: ubuntu-latest
    steps:
      - run: npm ci
        env:
          NODE_AUTH_TOKEN: ${{ secrets.NPM_TOKEN }}
          OTHER: ${{ format('{0}', secrets['DEPLOY_KEY']) }}
          PLAIN: ${{ vars.NOT_SECRET }}
"""


@pytest.fixture
def shop(tmp_path):
    repository = tmp_path / "shop"
    (repository / ".git").mkdir(parents=True)
    (repository / ".github" / "workflows").mkdir(parents=True)
    (repository / ".github" / "workflows" / "ci.yml").write_text(_WORKFLOW)
    packages = {"": {"dependencies": {"evil": "^1.0.0"}}, "node_modules/evil": {"version": "1.0.1"}}
    (repository / "package-lock.json").write_text(json.dumps({"lockfileVersion": 3, "packages": packages}))
    return repository


def _home(tmp_path):
    home = tmp_path / "home"
    (home / ".aws").mkdir(parents=True)
    (home / ".npmrc").write_text(f"//registry.example/:_authToken={_SECRET}\n")
    (home / ".aws" / "credentials").write_text(_SECRET)
    return home


def test_homes_builds_and_their_logs(shop, tmp_path):
    log = tmp_path / "1.log"
    log.write_text(
        "2026-03-31T01:00:00.0000000Z Syncing repository: acme/shop\n"
        "2026-03-31T01:00:01.0000000Z npm http fetch GET 200 https://registry.example/evil/-/evil-1.0.1.tgz 12ms\n"
    )
    hunted = hunt(Targets((shop,), (_home(tmp_path),), (log,)), Asked((_CAMPAIGN,)), 1)
    by_asset = {each.asset: each for each in hunted.exposure}
    home = by_asset[str(tmp_path / "home")]
    assert [each.kind for each in home.places] == ["aws", "npm-token"]
    assert home.root == str(tmp_path / "home")
    secrets = ("ACTIONS_ID_TOKEN_REQUEST_TOKEN", "DEPLOY_KEY", "GITHUB_TOKEN", "NPM_TOKEN")
    assert by_asset[str(shop)].ci_secrets == secrets
    logged = next(hit.asset for hit in hunted.hits if hit.area == "log")
    assert "acme/shop" in logged
    assert by_asset[logged].ci_secrets == secrets
    assert _SECRET not in repr(hunted)


def test_nothing_is_listed_where_nothing_was_found(shop, tmp_path):
    other = Campaign("other", "Other", "Other.", None, None, (AffectedReleases("npm", "other", ("1.0.0",)),))
    assert hunt(Targets((shop,), (_home(tmp_path),)), Asked((other,)), 1).exposure == ()


def test_an_image_s_machine(tmp_path):
    image = tmp_path / "image"
    tree = image / "home" / "dev" / "app" / "node_modules"
    tree.mkdir(parents=True)
    (image / "etc").mkdir()
    (image / "usr").mkdir()
    (image / "etc" / "hostname").write_text("laptop-3\n")
    (image / "home" / "dev" / ".pypirc").write_text(_SECRET)
    packages = {"node_modules/evil": {"version": "1.0.1"}}
    (tree / ".package-lock.json").write_text(json.dumps({"lockfileVersion": 3, "packages": packages}))
    hunted = hunt(Targets(root=image), Asked((_CAMPAIGN,)), 1)
    (machine,) = hunted.exposure
    assert (machine.asset, machine.root) == ("laptop-3", str(image))
    assert [each.kind for each in machine.places] == ["pypi-token"]


@pytest.mark.parametrize(
    ("name", "text", "told"),
    [
        (".gitlab-ci.yml", "a:\n  script:\n    - echo $HOME ${DEPLOY_TOKEN} $CI_COMMIT_SHA $CI_JOB_TOKEN\n", ("CI_JOB_TOKEN", "DEPLOY_TOKEN")),
        (".github/workflows/a.yaml", "jobs:\n  a:\n    uses: x/y/.github/workflows/z.yml@v1\n    secrets: inherit\n", ("*", "GITHUB_TOKEN")),
        (".github/workflows/a.yml", "env: {A: '${{ toJSON(secrets) }}'}\n", ("*", "GITHUB_TOKEN")),
        (".github/workflows/a.txt", "${{ secrets.NO }}", ()),
        (".github/workflows/a.yml", "\x00${{ secrets.\n", ("GITHUB_TOKEN",)),
    ],
)  # fmt: skip
def test_names_of_build_files(tmp_path, name, text, told):
    path = tmp_path / name
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text)
    assert ci_secrets(Path(tmp_path)) == told
