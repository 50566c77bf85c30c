"""What `customhouse doctor --gateway` prints: which clients go through a gateway, as text or JSON."""

from collections.abc import Iterable, Sequence
from typing import Any, Literal

import msgspec

from customhouse.model.client_proof import ClientProof
from customhouse.report.json import encode
from customhouse.report.text import visible, visible_lines

_WIDTH = max(map(len, ("goes through", "goes elsewhere", "goes elsewhere too", "not proven", "not installed")))


class ClientProofDocument(msgspec.Struct, frozen=True):
    """The JSON of `customhouse doctor --gateway URL`.

    `proven` says that each client that is installed goes through the gateway, and nowhere else.
    """

    schema: Literal["customhouse/client-proof/1"]
    gateway: str
    proven: bool
    clients: tuple[ClientProof, ...]


def proven(proofs: Iterable[ClientProof]) -> bool:
    """Say whether each client that is installed goes through, and nowhere else."""
    return all(each.outcome in ("through", "missing") for each in proofs)


def client_proof_json(gateway: str, proofs: Sequence[ClientProof]) -> str:
    """Write the document."""
    document = ClientProofDocument("customhouse/client-proof/1", gateway, proven(proofs), tuple(proofs))
    builtins: Any = msgspec.to_builtins(document)
    return encode(builtins)


def client_proof_text(gateway: str, proofs: Sequence[ClientProof]) -> str:
    """Write a line for each client, and at the end what to do about those that do not go through."""
    lines = []
    for each in proofs:
        word, detail = _told(each)
        lines.append(visible(f"{word:{_WIDTH}}  {each.client}{detail}"))
        lines += [visible(f"{'':{_WIDTH}}  {note}") for note in each.notes]
    wrong = [each.client for each in proofs if each.outcome in ("elsewhere", "partly")]
    unproven = [each.client for each in proofs if each.outcome == "unproven"]
    installed = [each for each in proofs if each.outcome != "missing"]
    if wrong:
        lines += ["", f"{_named(wrong)} can install what this gateway has not inspected"]
        lines += ["", f"hint: customhouse gateway env {' '.join(wrong)} --gateway {gateway}"]
    elif unproven:
        lines += ["", f"nothing is shown of {_named(unproven)}"]
        lines += ["", f"hint: {_what_keeps(unproven, proofs, gateway)}"]
    elif installed:
        lines += ["", f"every client that is installed here goes through {gateway}"]
    else:
        lines += ["", "no client that could be asked is installed here"]
    return visible_lines("\n".join(lines))


def _what_keeps(unproven: Sequence[str], proofs: Iterable[ClientProof], gateway: str) -> str:
    notes = " ".join(note for each in proofs if each.outcome == "unproven" for note in each.notes)
    if "401" in notes:
        return f"give them a token: customhouse gateway env {' '.join(unproven)} --gateway {gateway} --token SECRET"
    return f"see whether this machine reaches it: curl {gateway}-/ready"


def _told(proof: ClientProof) -> tuple[str, str]:
    match proof.outcome:
        case "through":
            return "goes through", f": {_short(proof.agent)}"
        case "partly":
            return "goes elsewhere too", f": {', '.join(proof.beside)}"
        case "elsewhere":
            return "goes elsewhere", f": {', '.join(proof.elsewhere)}"
        case "unproven":
            return "not proven", ": its settings name the gateway, and it did not ask there"
        case "missing":
            return "not installed", ""


def _short(agent: str) -> str:
    """Return the first words of what a client calls itself; pip goes on with a document."""
    return agent.partition(" {")[0][:100] or "a client that calls itself nothing"


def _named(names: Sequence[str]) -> str:
    return names[0] if len(names) == 1 else f"{', '.join(names[:-1])} and {names[-1]}"
