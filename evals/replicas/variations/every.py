"""Every variation of a replica: a table, and what comes of it where it makes sense."""

from collections.abc import Callable, Iterator

from evals.replicas.replica import ReleaseSpec, Replica
from evals.replicas.variations import around, hooks, texts

#: Takes the release that carries the payload, gives it changed, or None where there is nothing to change.
Variation = Callable[[Replica, ReleaseSpec], ReleaseSpec | None]

VARIATIONS: dict[str, Variation] = {
    # said otherwise
    "plain": texts.plain,
    "renamed": texts.renamed,
    "minified": texts.minified,
    "reindented": texts.reindented,
    **{f"strings-{encoding}": texts.strings(encoding) for encoding in texts.STRING_ENCODINGS},
    "string-array": texts.string_array,
    **{f"packed-{encoding}": texts.packed(encoding) for encoding in texts.PACK_ENCODINGS},
    # put otherwise
    "file-renamed": around.file_renamed,
    "split": around.split,
    "deep-folder": around.deep_folder,
    **{f"as-{name}": around.as_extension(suffix) for name, suffix in around.EXTENSIONS.items()},
    "as-mjs": around.as_mjs,
    "behind-comment-marks": around.behind_comment_marks,
    "padded": around.padded,
    "decoys": around.decoys,
    # started otherwise
    **{f"by-{hook}": hooks.by_script(hook) for hook in hooks.SCRIPTS},
    "by-gyp": hooks.by_gyp,
    "by-import": hooks.by_import,
    "by-pth": hooks.by_pth,
    "by-setup-py": hooks.by_setup_py,
}


def variations(replica: Replica) -> Iterator[Replica]:
    """Give the replica's variations, each named; those that would change nothing are left out."""
    carrying = replica.carrying
    if not carrying.payload:
        return
    for name, vary in VARIATIONS.items():
        release = vary(replica, carrying)
        if release is not None and release != carrying:
            yield replica.varied(name, release)
