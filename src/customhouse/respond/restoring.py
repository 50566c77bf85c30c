"""The second half of a checklist: revoke, rebuild, recover, notify, review. Pure."""

import shlex
from collections.abc import Iterator

from customhouse.model.response import AffectedAsset, Item, ProjectFix, Rotation
from customhouse.respond.clients import COMMANDS, installed_folders
from customhouse.respond.situation import Situation, least, one_each, quoted, short

_LISTED = 60
_CLEAN = "revoke-clean-machine"


def restoring(case: Situation) -> Iterator[Item]:
    """Give the items, in order."""
    yield from _revoke(case)
    yield from _rebuild(case)
    yield from _recover(case)
    yield from _notify(case)
    yield from _review(case)


def _revoke(case: Situation) -> Iterator[Item]:
    if not case.rotations:
        return
    yield Item(
        _CLEAN,
        "revoke",
        "Revoke from a clean machine: one that no trace is on, with accounts that were never used on an affected one",
        "what is typed on an affected machine is taken too",
        owner=case.lead,
    )
    for rotation in case.rotations:
        yield _rotate(rotation)
    yield Item(
        "revoke-use",
        "revoke",
        "Look at what was done with them since the first trace: releases published, repositories and builds changed, "
        "keys and runners added, roles assumed",
        "an attacker who was in before you revoked has made another way in",
        owner=case.lead,
        after=tuple(f"revoke-{each.kind}" for each in case.rotations),
    )


def _rotate(rotation: Rotation) -> Item:
    lying = [f"{where} [{asset}]" for asset, places in rotation.places for where in places]
    more = (f"and {len(lying) - _LISTED} more places (plan.json has all)",) if len(lying) > _LISTED else ()
    when = "" if rotation.urgency == "now" else "if anything was installed from these locks, "
    return Item(
        f"revoke-{rotation.kind}",
        "revoke",
        f"{rotation.title}: {when}rotate them {rotation.how}",
        "within reach of what ran" if not when else "within reach of what would have run",
        (*lying[:_LISTED], *more),
        after=(_CLEAN,),
    )


def _rebuild(case: Situation) -> Iterator[Item]:
    for fix in case.fixes:
        yield _pin(fix, case.case)
    ran = [each for each in case.assets if least(each, "script-ran") and each.kind in {"machine", "installation"}]
    yield from one_each(
        "rebuild", "machines", ran, lambda each: _anew(each, case), "Build each of them anew, never clean in place"
    )
    fetched = [each for each in case.assets if each.grade == "fetched" and each.kind in {"machine", "installation"}]
    yield from one_each(
        "rebuild", "purge", fetched, lambda each: _purge(each, case), "Remove what was installed, and empty the caches"
    )
    builds = [each for each in case.assets if each.kind == "build" and least(each, "fetched")]
    yield from one_each("rebuild", "builds", builds, _build, "Delete the caches and artifacts of these builds")
    if any(least(each, "fetched") for each in case.assets):
        yield Item(
            "rebuild-mirrors",
            "rebuild",
            "Purge the releases from mirrors, proxies and base images, and build anew what was built in the window",
            "a layer or a wheel that was built then carries them on",
            owner=case.lead,
        )


def _pin(fix: ProjectFix, case: str) -> Item:
    going = tuple(
        f"{pin.name} {pin.version} to {pin.safe} ({pin.basis})"
        if pin.safe
        else f"{pin.name} {pin.version}: take it out"
        for pin in fix.pins
    )
    apply = (f"customhouse respond {shlex.quote(case)} --apply",) if fix.edits else ()
    folder = fix.lock.replace("\\", "/").rpartition("/")[0] or "."
    lock = tuple(f"cd {shlex.quote(folder)} && {each}" for each in fix.commands)
    return Item(
        f"rebuild-pin-{short(fix.lock)}",
        "rebuild",
        f"Have {fix.lock} leave what the campaign is about",
        "whoever installs from it brings it back",
        (*going, *fix.notes),
        (*apply, *lock),
        fix.owner,
        fix.asset,
    )


def _commands(asset: AffectedAsset, case: Situation) -> tuple[str, ...]:
    folders = installed_folders(case.hits(asset.asset))
    removed = (quoted("rm -rf", *folders),) if folders else ()
    return (
        *removed,
        *(command for client in asset.clients if client in COMMANDS for command in COMMANDS[client].purge),
    )


def _anew(asset: AffectedAsset, case: Situation) -> Item:
    return Item(
        f"rebuild-{short(asset.asset)}",
        "rebuild",
        f"Build the machine of {asset.asset} anew from what is known to be good; never clean in place",
        "what ran there could do all that its user can; the commands below are for what cannot be rebuilt at once",
        commands=_commands(asset, case),
        owner=asset.owner,
        asset=asset.asset,
        after=(f"preserve-{short(asset.asset)}",),
    )


def _purge(asset: AffectedAsset, case: Situation) -> Item:
    return Item(
        f"rebuild-{short(asset.asset)}",
        "rebuild",
        f"Remove what was installed in {asset.asset}, and empty the caches of the clients that left traces",
        "it was fetched and may have run; a cache hands it out again without asking the registry",
        commands=_commands(asset, case),
        owner=asset.owner,
        asset=asset.asset,
        after=(f"preserve-{short(asset.asset)}",),
    )


def _build(asset: AffectedAsset) -> Item:
    repository = asset.asset.partition(": ")[0]
    named = "/" in repository and not repository.startswith(("/", ".")) and " " not in repository
    return Item(
        f"rebuild-{short(asset.asset)}",
        "rebuild",
        f"Delete caches and artifacts of the build {asset.asset}, withdraw what it released, and build it again",
        "caches restore what was installed; what was built then is not to be trusted",
        commands=(f"gh cache delete --all --repo {shlex.quote(repository)}",) if named else (),
        owner=asset.owner,
        asset=asset.asset,
        after=(f"preserve-{short(asset.asset)}",),
    )


def _recover(case: Situation) -> Iterator[Item]:
    tops = tuple(dict.fromkeys(fix.repository for fix in case.fixes))
    yield Item(
        "recover-hunt",
        "recover",
        "Hunt again, into a new case: nothing newer than the rebuild may show",
        "what comes back shows within days",
        commands=(f"customhouse hunt REPOSITORIES --host {case.packs} --case NEW-CASE",),
        owner=case.lead,
    )
    yield Item(
        "recover-check",
        "recover",
        "Let builds and updates go again, repository by repository, once each is vetted and its clients are hardened",
        "a minimum age and no install scripts would have kept most of such attacks out",
        commands=tuple(
            command
            for top in tops[:_LISTED]
            for command in (f"customhouse check {shlex.quote(top)}", f"customhouse harden {shlex.quote(top)}")
        )
        or ("customhouse check", "customhouse harden"),
        owner=case.lead,
    )


def _notify(case: Situation) -> Iterator[Item]:
    role = case.owners.role
    yield Item(
        "notify-internal",
        "notify",
        "Tell your own people: the internal notice is drafted below",
        "whoever does not know goes on installing",
        owner=role("communications") or case.lead,
    )
    yield Item(
        "notify-counsel",
        "notify",
        "Have counsel and privacy decide which deadlines run, and write down when you became aware",
        "some begin with awareness and end within a day",
        owner=role("legal") or role("privacy"),
    )
    yield Item(
        "notify-customers",
        "notify",
        "Decide whether customers are told, and tell them what is known: the notice is drafted below",
        "a release of yours that was built in the window, or data within reach, concerns them",
        owner=role("communications"),
    )
    yield Item(
        "notify-upstream",
        "notify",
        "Report to the registry and the package's maintainers what is not public yet",
        "each trace that is new shortens the attack for others",
        owner=role("upstream") or role("security"),
    )


def _review(case: Situation) -> Iterator[Item]:
    yield Item(
        "review-timeline",
        "review",
        "Write the timeline: first trace, first alarm, each decision, and what each was based on",
        "the case and its chain of custody hold the times",
        commands=(f"customhouse respond {shlex.quote(case.case)} --status",),
        owner=case.lead,
    )
    yield Item(
        "review-gates",
        "review",
        "Decide which gate would have stopped it, put it in place, and exercise this plan again",
        "the next one comes by another package",
        owner=case.lead,
    )
