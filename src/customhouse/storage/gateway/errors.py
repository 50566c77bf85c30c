"""What goes wrong with the gateway's state, by name."""

from customhouse.model.errors import CustomhouseError


class StateUnavailableError(CustomhouseError):
    """The database cannot be asked now; the same call works again when it is back. Nothing was half written."""


class StateFullError(StateUnavailableError):
    """The database's disk is full. Nothing was half written; reading still works."""


class StateVersionError(CustomhouseError):
    """The database was made by a newer version of this program, or is none of this program's."""


class ClaimTimeoutError(CustomhouseError):
    """Somebody else held the claim for longer than the caller would wait."""


class NotKeepableError(CustomhouseError):
    """A name is longer than any registry allows, so that nothing can be kept under it."""


class TokenNameError(CustomhouseError):
    """A token cannot be issued under this name: it is in use, or is no name."""
