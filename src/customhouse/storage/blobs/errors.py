"""What goes wrong with blobs: the store does not do its work now, or a blob is not what its name says."""

import errno

from customhouse.model.errors import CustomhouseError

_FULL = frozenset({errno.ENOSPC, errno.EDQUOT, errno.EFBIG})


class BlobsUnavailableError(CustomhouseError):
    """The store cannot be reached, written or read now: nothing was kept by halves, and trying again may help."""


class BlobDamagedError(CustomhouseError):
    """A blob is there and is not what its name says: it must not be handed out. `Blobs.delete` removes it."""


def disk_error(error: OSError, what: str) -> BlobsUnavailableError:
    """Tell of a disk that does not do its work. `what` is a sentence's beginning, `the blob … cannot be read`."""
    hint = (
        "make room there, or place the store on a larger disk"
        if error.errno in _FULL
        else "check that the folder is there, that this user may write to it, and that its disk is healthy"
    )
    return BlobsUnavailableError(f"{what}: {error.strerror or type(error).__name__}", hint=hint)


def gone(sha256: str) -> BlobsUnavailableError:
    """Tell that a blob was removed after it was opened."""
    return BlobsUnavailableError(f"the blob {sha256} was removed meanwhile", hint="ask for it again: it may be refused")


def shorter(sha256: str, at: int, size: int) -> BlobDamagedError:
    """Tell that a blob does not have its bytes."""
    return BlobDamagedError(
        f"the blob {sha256} ends at byte {at:,} of {size:,}",
        hint="delete it, so that it is fetched anew, and check the disk for errors",
    )
