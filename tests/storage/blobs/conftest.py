"""A store in a folder and one in a bucket of moto's server on loopback: every test that asks for `store` runs on both."""

import http.client
import logging
from itertools import count
from urllib.parse import urlsplit

import pytest

from customhouse.storage.blobs.location import open_blobs
from storage.blobs.storing import KEY, SECRET

_numbers = count(1)


@pytest.fixture(scope="session")
def s3_server():
    from moto.server import ThreadedMotoServer  # noqa: PLC0415 - a second that the tests of folders need not pay

    logging.getLogger("werkzeug").setLevel(logging.ERROR)
    server = ThreadedMotoServer(ip_address="127.0.0.1", port=0, verbose=False)
    server.start()
    host, port = server.get_host_and_port()
    yield f"http://{host}:{port}"
    server.stop()


@pytest.fixture
def aws(monkeypatch):
    """The usual variables, pointing wherever the test says."""
    for name in ("AWS_ENDPOINT_URL_S3", "AWS_ENDPOINT", "AWS_ALLOW_HTTP", "AWS_SESSION_TOKEN"):
        monkeypatch.delenv(name, raising=False)
    for name, value in (("ACCESS_KEY_ID", KEY), ("SECRET_ACCESS_KEY", SECRET), ("REGION", "us-east-1")):
        monkeypatch.setenv(f"AWS_{name}", value)
    return lambda endpoint: monkeypatch.setenv("AWS_ENDPOINT_URL", endpoint)


@pytest.fixture
def bucket(s3_server, aws):
    """A new bucket's location; the variables point to its server."""
    aws(s3_server)
    name = f"blobs-{next(_numbers)}"
    connection = http.client.HTTPConnection(urlsplit(s3_server).netloc)
    connection.request("PUT", f"/{name}")
    assert connection.getresponse().status == 200
    connection.close()
    return f"s3://{name}/team/blobs"


@pytest.fixture(params=["folder", "bucket"])
def store(request, tmp_path):
    location = str(tmp_path / "store") if request.param == "folder" else request.getfixturevalue("bucket")
    blobs = open_blobs(location, tmp_path / "staging")
    blobs.kind = request.param
    return blobs
