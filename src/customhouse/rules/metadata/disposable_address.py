"""Whoever published the release did so from an address that is thrown away, or whose domain no longer exists.

## What it looks for

The publisher's address as the registry names it: at a domain that hands out addresses for minutes (a shipped list,
docs/popular-names.md), and, where `[lookups] mail_domains` allows the question, at a domain that no name server knows
any more. A change *to* such an address is the business of publisher-changed, which holds it.

| Address | Finding |
|---|---|
| at a disposable domain, of a project without history | medium, medium confidence: reported |
| at a disposable domain, otherwise | low |
| at a domain that does not exist | medium, low confidence |

Not asking for the domain is the default, and leaves no gap; a name server that does not answer leaves one
(`mail-domain-unknown`), which by default holds nothing.

## Why attackers do it

Accounts made for one attack need an address for one minute. And a lapsed domain is a key left in the door: whoever buys
it receives the mail that resets the account's password. ctx (PyPI, 2022) was taken over in this way and published
releases that sent environment variables away for ten days.

## Known evasions

A mailbox at any ordinary provider: the address put in for axios's maintainer (2026) was at one.

## Known false positives

People who value their privacy more than their mail.

## What to do now

Ask the project whether it knows, and its registry to lock the account when the domain is gone.

## References

- [MITRE ATT&CK T1586.002: Compromise Accounts, Email Accounts](https://attack.mitre.org/techniques/T1586/002/)
- [MITRE ATT&CK T1584.001: Compromise Infrastructure, Domains](https://attack.mitre.org/techniques/T1584/001/)
"""

from collections.abc import Iterator

from customhouse.model.evidence import Case
from customhouse.model.finding import Finding
from customhouse.rules.rule import Rule
from customhouse.rules.shared.hints import compare, stay
from customhouse.rules.shared.mail_domains import disposable, mail_domain
from customhouse.rules.shared.places import manifest_file
from customhouse.rules.shared.youth import spoken_youth


def judge(case: Case) -> Iterator[Finding]:
    """Look at the address of the release's own publisher."""
    publisher = case.metadata.release.publisher if case.metadata else None
    if case.metadata is None or publisher is None or publisher.trusted is True:
        return
    who = publisher.name or "its publisher"
    young = spoken_youth(case)
    if at := disposable(publisher):
        of = f", {young}," if young else ""
        yield RULE.finding(
            case,
            f"{case.purl.display}{of} was published by {who} from an address at {at}, which is disposable",
            at=(manifest_file(case),),
            hint=f"{stay(case)} until you know who made it. {compare(case)}",
            severity="medium" if young else "low",
        )
    elif case.metadata.domain_exists is False:
        yield RULE.finding(
            case,
            f"{case.purl.display} was published by {who} from an address at {mail_domain(publisher.email)}, "
            "a domain that does not exist any more",
            at=(manifest_file(case),),
            hint=f"whoever buys the domain can take the account over: tell the project. {compare(case)}",
            confidence="low",
        )


RULE = Rule(
    id="disposable-address",
    title="Disposable or lapsed address",
    severity="medium",
    confidence="medium",
    needs=("metadata",),
    judge=judge,
    page=__doc__,
)
