"""The first half of a checklist: triage, scope, preserve, isolate, watchers. Pure."""

import shlex
from collections.abc import Iterator

from customhouse.model.campaign import Campaign, Fact
from customhouse.model.response import AffectedAsset, Item
from customhouse.respond.dangers import precaution
from customhouse.respond.situation import Situation, least, one_each, quoted, short

_LISTED = 60
_ARCHIVED = 20


def containing(case: Situation) -> Iterator[Item]:
    """Give the items, in order."""
    yield from _triage(case)
    yield from _scope(case)
    yield from _preserve(case)
    yield from _isolate(case)
    yield from _watchers(case)


def _triage(case: Situation) -> Iterator[Item]:
    yield Item(
        "triage-sources",
        "triage",
        "Confirm the attack by two credible sources that do not quote each other, and name who leads",
        "first reports are often wrong about versions and times, and one voice decides faster",
        tuple(
            f"{campaign.id}: {each.title} {each.url}".rstrip()
            for campaign in case.campaigns
            for each in campaign.references
        )[:_LISTED],
        owner=case.lead,
    )
    disputed = tuple(
        f"{campaign.id}: {each.about}; held here: {each.held}"
        for campaign in case.campaigns
        for each in campaign.contradictions
    )
    if disputed:
        yield Item(
            "triage-disputed",
            "triage",
            "Know what sources disagree on before you rely on it",
            "a window that is an hour too short leaves somebody out",
            disputed[:_LISTED],
            owner=case.lead,
        )
    yield Item(
        "triage-freeze",
        "triage",
        "Freeze updates: pause bots that raise versions, scheduled builds, and merges that change a lock file",
        "every build until the release is blocked may fetch it again",
        owner=case.lead,
    )
    yield Item(
        "triage-block-releases",
        "triage",
        "Block the releases at the registry proxy, and take them out of its cache",
        "a proxy goes on serving what the registry has removed",
        _releases(case.campaigns),
        owner=case.lead,
    )
    called = tuple(
        dict.fromkeys(
            f"{fact.kind} {fact.value}"
            for campaign in case.campaigns
            for fact in campaign.facts
            if fact.role in {"contact", "exfiltration"} and fact.kind in {"domain", "address", "url", "user-agent"}
        )
    )
    if called:
        yield Item(
            "triage-block-contacts",
            "triage",
            "Block what the attack calls, DNS included, and watch who still tries",
            "whoever tries is affected, whether or not this hunt reached it",
            called[:_LISTED],
            owner=case.lead,
        )


def _releases(campaigns: tuple[Campaign, ...]) -> tuple[str, ...]:
    rows = [
        f"{each.ecosystem} {each.name} {', '.join((*each.versions, *each.ranges)) or 'every version'}"
        for campaign in campaigns
        for each in campaign.releases
    ]
    more = [f"and {len(rows) - _LISTED} more: customhouse indicators show names all"] if len(rows) > _LISTED else []
    return (*rows[:_LISTED], *more)


def _scope(case: Situation) -> Iterator[Item]:
    yield Item(
        "scope-everything",
        "scope",
        "Hunt everywhere else: every repository with its history, every build log of the window, machines, networks",
        "not found says only where it was looked for; pad the window by two days on both sides, as clocks differ",
        commands=(f"customhouse hunt REPOSITORIES --logs LOGS --host {case.packs} --case NEW-CASE",),
        owner=case.lead,
    )
    serious = [each for each in case.hunted.unexamined if each.serious]
    if serious:
        yield Item(
            "scope-unexamined",
            "scope",
            "Look at what the hunt could not",
            "each of these could hide a trace",
            tuple(f"{each.path}: {each.reason}" for each in serious[:_LISTED]),
            owner=case.lead,
        )
    locked = [each for each in case.assets if each.kind == "repository"]
    yield from one_each("scope", "installs", locked, _installs, "Find out where their locks were installed from")
    held = tuple(
        f"{hit.asset}: {hit.message}"
        for hit in case.hunted.hits
        if hit.campaign and hit.area == "history" and not hit.removed_by
    )
    if held:
        yield Item(
            "scope-branches",
            "scope",
            "Look at the branches and commits that still hold it, and at builds that were made of them",
            "a branch that is merged or built later brings it back",
            tuple(dict.fromkeys(held))[:_LISTED],
            owner=case.lead,
        )
    unknown = [each for each in case.assets if least(each, "fetched") and not each.reach_known]
    if unknown:
        yield Item(
            "scope-reach",
            "scope",
            "Find out which credentials were within reach of these, and plan again; until then count all as taken",
            "nobody looked at what lies there, so the rotations below leave it out",
            tuple(f"{each.asset} ({each.grade})" for each in unknown[:_LISTED]),
            (f"customhouse hunt --host {case.packs} --case NEW-CASE",),
            owner=case.lead,
        )


def _installs(asset: AffectedAsset) -> Item:
    return Item(
        f"scope-installs-{short(asset.asset)}",
        "scope",
        f"Find out which builds and machines installed from the locks of {asset.asset}",
        "a lock only resolves: what was fetched or ran shows in logs, caches and installed packages",
        asset.releases,
        owner=asset.owner,
        asset=asset.asset,
    )


def _preserve(case: Situation) -> Iterator[Item]:
    yield Item(
        "preserve-case",
        "preserve",
        "Copy this case to a place that the affected machines cannot write, and keep the digest its record ends with",
        "whoever can write the folder can write another chain of custody",
        commands=(f"tail -n 1 {shlex.quote(case.case)}/custody.jsonl | tr -d '\\n' | sha256sum",),
        owner=case.lead,
    )
    kept = [each for each in case.assets if least(each, "fetched") or each.kind == "repository"]
    yield from one_each("preserve", "traces", kept, _kept, "Preserve their traces before anything is cleaned")


def _kept(asset: AffectedAsset) -> Item:
    name = f"preserve-{short(asset.asset)}"
    commands: tuple[str, ...] = ()
    if asset.kind == "repository":
        commands = (
            f"git -C {shlex.quote(asset.asset)} config gc.auto 0",
            f"git -C {shlex.quote(asset.asset)} bundle create {shlex.quote(f'{short(asset.asset)}.bundle')} --all",
        )
        text, why = f"Keep the history of {asset.asset}", "git throws away what no branch leads to"
    elif asset.kind == "build":
        text = f"Keep log, artifacts and caches of the build {asset.asset}"
        why = "build systems delete them when their retention ends"
    elif asset.kind == "network":
        text, why = f"Keep the network records that name {asset.asset}", "they are overwritten soonest"
    else:
        # Archives keep times; names alone say nothing of what a trace is.
        commands = (quoted(f"tar -cpzf {shlex.quote(f'{short(asset.asset)}.tgz')}", *asset.paths[:_ARCHIVED]),)
        text = f"Take memory, disk or at least the traces of {asset.asset}, before anything there is cleaned"
        why = "the payload removes its own traces, and so does whoever cleans"
    return Item(name, "preserve", text, why, asset.paths[:_ARCHIVED], commands, asset.owner, asset.asset)


def _isolate(case: Situation) -> Iterator[Item]:
    ran = [each for each in case.assets if least(each, "script-ran") and each.kind != "repository"]
    yield from one_each("isolate", "ran", ran, _cut, "Isolate each of them")


def _cut(asset: AffectedAsset) -> Item:
    if asset.kind == "build":
        text = f"Stop the runner of {asset.asset} if it is your own, and lock its caches and artifacts against use"
        why = "a runner that lives on carries what ran there into the next job"
    else:
        text = f"Cut {asset.asset} off every network, and leave it switched on"
        why = "memory holds what the disk does not; a machine that is off tells nothing"
    return Item(f"isolate-{short(asset.asset)}", "isolate", text, why, owner=asset.owner, asset=asset.asset)


def _watchers(case: Situation) -> Iterator[Item]:
    for campaign in case.campaigns:
        mine = [each for each in case.assets if campaign.id in each.campaigns]
        staying = [fact for fact in campaign.facts if fact.role == "persistence"]
        where = tuple(each.asset for each in mine if each.kind in {"machine", "installation"})[:_LISTED]
        details = (*(f"on {each}" for each in where), *(_told(fact) for fact in staying))
        commands = tuple(dict.fromkeys(command for fact in staying for command in _stop(fact)))
        for index, danger in enumerate(campaign.dangers):
            yield Item(
                precaution(campaign, index),
                "watchers",
                f"{danger.before[:1].upper()}{danger.before[1:]}, before you {danger.act}",
                danger.because,
                details,
                commands,
                case.lead,
            )
        if staying and not campaign.dangers and any(least(each, "script-ran") for each in mine):
            yield Item(
                f"watchers-{campaign.id}",
                "watchers",
                f"Stop what starts {campaign.title} again",
                "it comes back at the next login or start, and may act on what you do",
                details,
                commands,
                case.lead,
            )
    odd = [hit for hit in case.hunted.hits if hit.anomaly and hit.area == "host"]
    if odd:
        yield Item(
            "watchers-odd",
            "watchers",
            "Look at what starts by itself on these machines and belongs to no campaign",
            "later stages are not in the first reports",
            tuple(dict.fromkeys(f"{hit.place.path}: {hit.anomaly}" for hit in odd))[:_LISTED],
            owner=case.lead,
        )


def _told(fact: Fact) -> str:
    on = "" if fact.platform == "any" else f" on {fact.platform}"
    return f"{fact.kind} {fact.value}{on}{f': {fact.note}' if fact.note else ''}"


def _stop(fact: Fact) -> Iterator[str]:
    """Give the commands that stop one, where it has a name that a command can be given."""
    if "*" in fact.value:
        return
    value = shlex.quote(fact.value)
    if fact.kind == "service" and fact.platform in {"any", "linux"}:
        yield f"systemctl --user disable --now {value}"
        yield f"sudo systemctl disable --now {value}"
    if fact.kind == "path" and fact.value.endswith(".service"):
        unit = shlex.quote(fact.value.replace("\\", "/").rpartition("/")[2])
        yield f"systemctl --user disable --now {unit}"
    if fact.kind == "path" and fact.value.endswith(".plist"):
        yield f"launchctl unload -w {value}"
    if fact.kind == "process" and fact.platform in {"any", "linux", "macos"}:
        yield f"pkill -STOP -x {value}"
    if any(letter in fact.value for letter in '"%&|^<>\n\r'):  # what cmd.exe would take for more than a name
        return
    if fact.kind == "service" and fact.platform == "windows":
        yield f'schtasks /End /TN "{fact.value}" & schtasks /Change /TN "{fact.value}" /DISABLE'
    if fact.kind == "registry-key":
        key, _, name = fact.value.rpartition("\\")
        yield f'reg delete "{key}" /v "{name}"'
