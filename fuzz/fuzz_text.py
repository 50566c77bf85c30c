"""Fuzzes the search for text that the eye would not see: it never fails, and lines and columns lie in the text.

Run: `python fuzz/fuzz_text.py [CORPUS] -max_total_time=30` with atheris installed and `src` on the path.
"""

import sys

import atheris

with atheris.instrument_imports(include=["customhouse"]):
    from customhouse.source.credentials import credential_reference
    from customhouse.source.hosts import MAX_HOSTS, hosts_in
    from customhouse.source.text import text_anomalies

LANGUAGES = ("python", "javascript", "typescript")
ODD = "\u202e\u2066\u200b\u200d\u3164\ufe0f\U000e0101\U000e0041\u0430\u03bf\ufeff\u00ad" + " " * 20 + "\t'\"`/#*\nax="


def one(data: bytes) -> None:
    provider = atheris.FuzzedDataProvider(data)
    language = LANGUAGES[provider.ConsumeIntInRange(0, 2)]
    if provider.ConsumeBool():
        text = "".join(
            ODD[provider.ConsumeIntInRange(0, len(ODD) - 1)] for _ in range(provider.ConsumeIntInRange(0, 400))
        )
        source = text.encode()
    else:
        source = provider.ConsumeBytes(4096)
        text = source.decode("utf-8", "replace")
    lines = source.count(b"\n") + 1
    for anomaly in text_anomalies(source, language):
        if not 1 <= anomaly.line <= lines or anomaly.column < 1:
            raise AssertionError(anomaly)
    if len(hosts_in(text)) > MAX_HOSTS:
        raise AssertionError(text)
    credential_reference(text)


if __name__ == "__main__":
    atheris.Setup(sys.argv, one)
    atheris.Fuzz()
