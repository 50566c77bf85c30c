"""A person's word, said to a gateway: what `approve --gateway`, `block` and `release` have in common."""

from collections.abc import Iterable

import click
import msgspec

from customhouse.cli.approve import last_day
from customhouse.cli.gateway_client import GatewayClient, open_gateway
from customhouse.model.errors import CustomhouseError
from customhouse.model.purl import parse_purl

_PAST = {"approve": "approved", "block": "blocked", "release": "released"}
#: Clients that are named.
_NAMED = 10


class Said(msgspec.Struct, frozen=True):
    """Why, who answers for it, and until when (`2027-01-31` or `30d`; None: no end)."""

    reason: str
    owner: str
    expires: str | None = None


def decide(
    act: str,
    targets: Iterable[str],
    said: Said,
    gateway: str,
    token: str | None,
    digests: tuple[str, ...] = (),
    despite: tuple[str, ...] = (),
) -> None:
    """Say it to the gateway, of each target, and tell what came of it."""
    from datetime import UTC, datetime  # noqa: PLC0415

    if not said.reason.strip() or not said.owner.strip():
        raise click.UsageError("--reason and --owner must say something")
    purls = [parse_purl(each) for each in targets]
    body: dict[str, object] = {"act": act, "reason": said.reason, "owner": said.owner}
    if said.expires is not None:
        body["expires"] = last_day(said.expires, datetime.now(UTC).date()).isoformat()
    if digests:
        body["digests"] = digests
    if despite:
        body["despite"] = despite
    with open_gateway(gateway, token) as client:
        for purl in purls:
            entry = client.document("decisions", method="POST", body={**body, "purl": str(purl)})
            _tell(act, entry)
            if act == "block":
                _tell_who_had_it(client, str(entry["purl"]), gateway)


def _tell(act: str, entry: dict[str, object]) -> None:
    from customhouse.report.text import visible  # noqa: PLC0415

    until = f" until {entry['expires']}" if entry.get("expires") else ""
    bound = entry.get("digests")
    told = f", bound to {', '.join(map(str, bound))}" if isinstance(bound, list) and bound else ""
    click.echo(visible(f"{_PAST[act]} {entry['purl']}{until} (entry {entry['number']} of the ledger{told})"), err=True)


def _tell_who_had_it(client: GatewayClient, purl: str, gateway: str) -> None:
    """Name who was handed what was just blocked: that is the next question."""
    from customhouse.report.text import visible, visible_lines  # noqa: PLC0415

    try:
        found = client.about("fetches", parse_purl(purl), schema="customhouse/gateway-fetches/1")
    except CustomhouseError:
        return
    had = {str(each["client"]) for each in found["fetches"] if each["status"] < 400}  # noqa: PLR2004 - an HTTP error
    if had:
        named = ", ".join(sorted(had)[:_NAMED])
        more = f" and {len(had) - _NAMED} more" if len(had) > _NAMED else ""
        said = f"warning: already handed out to {named}{more}"
        click.echo(visible(said) + visible_lines(f"\n\nhint: customhouse explain {purl} --gateway {gateway}"), err=True)
