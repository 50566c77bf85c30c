"""Fuzzes the reading and matching of OSV records: a record reads or is refused by name, and matching never fails.

Run: `python fuzz/fuzz_advisories.py [CORPUS] -max_total_time=30` with atheris installed and `src` on the path.
"""

import sys

import atheris

with atheris.instrument_imports(include=["customhouse", "packaging"]):
    import msgspec

    from customhouse.evidence.intelligence import AdvisoryIndex
    from customhouse.evidence.osv_record import RecordError, read_record
    from customhouse.model.advisory import AdvisoryRecord
    from customhouse.model.purl import Purl

VERSIONS = ("0", "1.0.0", "1.0.0-rc.1", "1!2.0.post1", "2004b", "")


class One:
    def __init__(self, record):
        self.record = record

    def records(self, names):
        return dict.fromkeys(names, (self.record,))


def one(data: bytes) -> None:
    try:
        record = read_record(data)
    except RecordError:
        return
    if msgspec.msgpack.decode(msgspec.msgpack.encode(record), type=AdvisoryRecord) != record:
        raise AssertionError(record)
    index = AdvisoryIndex([One(record)])
    for each in record.affected:
        for version in (*VERSIONS, *each.versions[:2]):
            purl = Purl(each.ecosystem, each.name, version)
            matches = index.match(purl, (*VERSIONS, *each.versions[:4]))
            if record.withdrawn and matches:
                raise AssertionError(record)
            if version in each.versions and not record.withdrawn and len(matches) != 1:
                raise AssertionError((record, version))
            if matches and matches[0].safe and index.covered(Purl(each.ecosystem, each.name, matches[0].safe)):
                raise AssertionError((record, matches))


if __name__ == "__main__":
    atheris.Setup(sys.argv, one)
    atheris.Fuzz()
