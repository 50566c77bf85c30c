"""What was found out about a package client: whether its questions reach a gateway."""

from typing import Literal

import msgspec

from customhouse.model.purl import Ecosystem

#: `through`: the gateway was asked, and no other registry is named. `partly`: it was asked, and another one is named
#: beside it. `elsewhere`: it was not asked. `unproven`: nor was it, though the client's settings name nothing else.
#: `missing`: it is not installed.
Outcome = Literal["through", "partly", "elsewhere", "unproven", "missing"]


class ClientProof(msgspec.Struct, frozen=True):
    """One client. Addresses hold no user information.

    `client` is its name as `customhouse gateway env` knows it, `program` the file that was run, `agent` what it called
    itself before the gateway.
    """

    client: str
    ecosystem: Ecosystem
    outcome: Outcome
    program: str = ""
    agent: str = ""
    #: Where its questions go instead, as far as it or its settings tell.
    elsewhere: tuple[str, ...] = ()
    #: Registries that it asks besides, each with what for where that is known: `@acme: https://npm.acme.example/`.
    beside: tuple[str, ...] = ()
    #: Why it could not be asked, and what of the project's settings was not followed.
    notes: tuple[str, ...] = ()
