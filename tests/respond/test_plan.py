"""The plan of a whole case: who, what, in which order."""

import msgspec
import pytest

from customhouse.model.campaign import Fact
from customhouse.model.exposure import AssetExposure, CredentialPlace
from customhouse.model.hunt import Unexamined
from customhouse.model.response import PHASES, Item
from customhouse.respond.clients import installed_folders
from customhouse.respond.dangers import with_dangers
from customhouse.respond.situation import short
from respond.cases import AXIOS, NOW, SECRET, WIPER, everything, git, hit, hunted, lock, planned, shop


@pytest.fixture
def response(tmp_path):
    return planned(everything(shop(tmp_path), tmp_path / "home"), AXIOS)


def _ids(response):
    return [each.id for each in response.items]


def test_assets_by_grade_with_what_lay_within_reach(response, tmp_path):
    machine, build, project = response.assets
    assert (machine.grade, machine.kind, machine.clients) == ("script-ran", "installation", ("npm",))
    reach = {(each.kind, each.urgency) for each in machine.reach}
    assert reach == {
        ("npm-token", "now"),
        ("aws", "now"),
        ("database", "now"),
        ("env-files", "now"),
        ("histories", "now"),
    }
    assert (build.grade, build.kind) == ("fetched", "build")
    assert {(each.kind, each.urgency) for each in build.reach} == {
        ("npm-token", "now"),
        ("github-token", "now"),
        ("ci-secrets", "now"),
    }
    assert (project.grade, project.kind, project.owner) == ("resolved", "repository", "@acme/shop")
    assert {each.urgency for each in project.reach} == {"if-installed"}
    assert (
        f"{tmp_path}/home/app/.env (DATABASE_URL)"
        in next(each for each in machine.reach if each.kind == "database").where
    )


def test_publishing_tokens_first_then_builds_and_code_hosts_then_clouds(response):
    kinds = [each.kind for each in response.rotations]
    assert kinds == ["npm-token", "ci-secrets", "github-token", "aws", "database", "env-files", "histories"]
    assert all(each.how and each.title for each in response.rotations)
    npm = response.rotations[0]
    assert {asset for asset, _ in npm.places} == {each.asset for each in response.assets}


def test_the_order_of_response(response):
    phases = list(dict.fromkeys(each.phase for each in response.items))
    assert phases == [each for each in PHASES if each != "watchers"]
    assert len(set(_ids(response))) == len(response.items)
    placed = {name: number for number, name in enumerate(_ids(response))}
    for item in response.items:
        assert all(placed[each] < placed[item.id] for each in item.after)
        assert item.text
        assert item.why
    assert all("revoke-clean-machine" in each.after for each in response.items if each.id == "revoke-aws")


def test_commands_are_those_of_the_clients_that_left_traces(response, tmp_path):
    rebuild = next(each for each in response.items if each.id.startswith("rebuild-app"))
    assert rebuild.commands == (f"rm -rf -- {tmp_path}/home/app/node_modules", "npm cache clean --force")
    build = next(each for each in response.items if each.id.startswith("rebuild-shop-build"))
    assert build.commands == ("gh cache delete --all --repo acme/shop",)
    pin = next(each for each in response.items if each.id.startswith("rebuild-pin"))
    assert "customhouse respond case --apply" in pin.commands
    assert f"cd {tmp_path}/shop && npm install --package-lock-only --ignore-scripts" in pin.commands
    assert pin.owner == "@acme/shop"


def test_a_danger_comes_before_what_sets_it_off():
    exposure = (
        AssetExposure("laptop-3", (CredentialPlace("github-token", "/home/d/.config/gh/hosts.yml"),), root="/"),
    )
    response = planned(
        hunted(
            hit("laptop-3", "host", "contacted", "/home/d/.config/watch.sh", "wiper-2026", "~/.config/watch.sh"),
            exposure=exposure, campaigns=("wiper-2026",),
        ),
        WIPER,
    )  # fmt: skip
    ids = _ids(response)
    watchers, isolate = (
        ids.index("watchers-wiper-2026"),
        next(n for n, each in enumerate(ids) if each.startswith("isolate-")),
    )
    revoked = [number for number, each in enumerate(ids) if each.startswith("revoke-")]
    preserved = [number for number, each in enumerate(ids) if each.startswith("preserve-")]
    assert max(preserved) < watchers < isolate < min(revoked)
    assert all("watchers-wiper-2026" in each.after for each in response.items if each.phase in {"revoke", "isolate"})
    (order,) = response.orders
    assert order.first == ("watchers-wiper-2026",)
    item = response.items[watchers]
    assert "Stop the monitors on every affected machine" in item.text
    assert item.commands[0] == "systemctl --user disable --now watch-tokens"
    assert "on laptop-3" in item.details


def test_what_a_campaign_takes_bounds_what_is_rotated(tmp_path):
    narrow = msgspec.structs.replace(AXIOS, takes=("aws", "ci-secrets"))
    response = planned(everything(shop(tmp_path), tmp_path / "home"), narrow)
    machine, build, _ = response.assets
    assert [each.kind for each in machine.reach] == ["aws"]
    assert {each.kind for each in build.reach} == {"npm-token", "github-token", "ci-secrets"}
    assert not any("everything within reach" in each for each in response.notes)


def test_what_nobody_looked_at_is_said():
    response = planned(
        hunted(
            hit("/srv/a", "install", "fetched", "/srv/a/node_modules/axios"),
            unexamined=(Unexamined("host", "/x", "torn"),),
        ),
        AXIOS,
    )
    assert response.assets[0].reach_known is False
    reach = next(each for each in response.items if each.id == "scope-reach")
    assert reach.details == ("/srv/a (fetched)",)
    assert next(each for each in response.items if each.id == "scope-unexamined").details == ("/x: torn",)


def test_a_pack_that_is_not_here_is_said_before_anything_is_revoked():
    response = planned(hunted(hit("a", "install", "fetched", "x", "secret-pack"), campaigns=("secret-pack",)))
    assert any("secret-pack is not here" in each and "--pack" in each for each in response.notes)


def test_no_traces_no_plan():
    odd = hit("a", "host", "script-ran", "x", "", anomaly="new-persistence")
    response = planned(hunted(odd), AXIOS)
    assert (response.assets, response.items, response.clocks) == ((), (), ())
    assert any("nothing to respond to" in each for each in response.notes)


def test_many_assets_share_an_item():
    hits = [hit(f"/srv/{n}", "install", "script-ran", f"/srv/{n}/node_modules/axios") for n in range(100)]
    response = planned(hunted(*hits), AXIOS)
    assert sum(each.phase == "isolate" for each in response.items) == 41
    rest = next(each for each in response.items if each.id == "isolate-ran-others")
    assert len(rest.details) == 60
    assert len(response.items) < 200


def test_clocks_are_counted_from_the_hunt(response):
    dues = {(each.rule, each.due.isoformat() if each.due else "") for each in response.clocks}
    assert ("GDPR, Article 33", "2026-04-04T09:00:00+00:00") in dues
    assert ("NIS2, Article 23", "2026-04-02T09:00:00+00:00") in dues
    assert ("SEC Form 8-K, Item 1.05", "") in dues


def test_drafts_tell_facts_alone(response):
    internal, customers = response.drafts
    assert any("1 asset(s) where its code ran" in each for each in internal.body)
    assert any("2026-03-31 01:30 UTC" in each for each in internal.body)
    assert any(each.startswith("Whether data of yours") and "[to be established" in each for each in customers.body)
    assert not any("no customer" in each.lower() for each in customers.body)


def test_a_lock_that_is_gone_is_said():
    response = planned(hunted(hit("/gone", "project", "resolved", "/gone/package-lock.json")), AXIOS)
    assert response.fixes == ()
    assert any("/gone/package-lock.json" in each for each in response.notes)


def test_a_lock_that_is_clean_again_needs_no_pin(tmp_path):
    folder = shop(tmp_path)
    (folder / "package-lock.json").write_text(lock("1.14.0"))
    assert planned(hunted(hit(str(folder), "history", "resolved", "package-lock.json")), AXIOS).fixes == ()
    git(folder, "add", ".")


def test_no_value_is_in_a_plan(response):
    assert SECRET not in repr(response)
    assert response.made == NOW


def test_branches_that_still_hold_it_are_named():
    gone = hit("/srv/a", "history", "resolved", "package-lock.json", removed_by="abc Ada", message="gone")
    held = hit("/srv/a", "history", "resolved", "package-lock.json", message="still on refs/heads/old")
    item = next(each for each in planned(hunted(gone, held), AXIOS).items if each.id == "scope-branches")
    assert item.details == ("/srv/a: still on refs/heads/old",)


def test_no_command_of_a_pack_is_more_than_its_words():
    facts = (
        Fact("service", "a; rm -rf ~", "persistence", "linux"),
        Fact("service", 'x" & del *', "persistence", "windows"),
        Fact("registry-key", 'HKCU\\Run\\y" & del', "persistence", "windows"),
    )
    campaign = msgspec.structs.replace(WIPER, facts=facts)
    found = hunted(hit("$(id)", "host", "contacted", "/tmp/`id`", "wiper-2026", "x"), campaigns=("wiper-2026",))
    response = planned(found, campaign)
    commands = [command for each in response.items for command in each.commands]
    assert "systemctl --user disable --now 'a; rm -rf ~'" in commands
    assert not any("del" in each for each in commands)
    assert any("'/tmp/`id`'" in each for each in commands)


def test_no_item_is_lost_among_a_thousand_projects():
    """All locks are called alike: what tells their items apart has to be long enough."""
    found = [short(f"/srv/repositories/{number}/package-lock.json") for number in range(5000)]
    assert len(set(found)) == len(found)


def test_items_that_are_called_alike_all_stay():
    twins = [Item("rebuild-pin-x", "rebuild", f"text {number}", "why") for number in range(2)]
    items, _ = with_dangers(twins, ())
    assert [each.text for each in items] == ["text 0", "text 1"]


@pytest.mark.parametrize(
    ("asset", "path", "removed"),
    [
        ("/srv/shop", "/srv/shop/node_modules/.package-lock.json", "/srv/shop/node_modules"),
        ("/srv/app/.venv", "/srv/app/.venv/lib/python3.12/site-packages/litellm-1.dist-info", "/srv/app/.venv"),
        ("/home/a/.local/lib/python3.12/site-packages", "/home/a/.local/lib/python3.12/site-packages/x.pth", ""),
        ("/opt/conda/lib/python3.12/site-packages", "/opt/conda/lib/python3.12/site-packages/x.dist-info", ""),
        ("/usr/lib/python3/dist-packages", "/usr/lib/python3/dist-packages/x.dist-info", ""),
        ("/usr/lib", "/usr/lib/node_modules/axios/package.json", "/usr/lib/node_modules/axios"),
        ("/usr/lib", "/usr/lib/node_modules/@a/b/node_modules/axios/package.json", "/usr/lib/node_modules/@a/b"),
        (
            "/home/a/.nvm/versions/node/v20/lib",
            "/home/a/.nvm/versions/node/v20/lib/node_modules/.package-lock.json",
            "",
        ),
    ],
)
def test_no_command_removes_more_than_what_was_installed(asset, path, removed):
    """`rm -rf ~/.local` would take keys and evidence with it, and /usr/lib/node_modules npm itself."""
    found = installed_folders([hit(asset, "install", "fetched", path)])
    assert found == ((removed,) if removed else ())
