"""Where blobs may be kept, and what is said of a location that is none."""

import pytest

from customhouse.model.errors import CustomhouseError
from customhouse.storage.blobs.errors import BlobsUnavailableError
from customhouse.storage.blobs.local import LocalBlobs
from customhouse.storage.blobs.location import open_blobs
from storage.blobs.storing import keep, run


@pytest.mark.parametrize("form", ["{}", "file://{}", "file://localhost{}"])
def test_a_folder_may_be_named_in_each_of_these_ways(tmp_path, form):
    folder = tmp_path / "a folder"
    location = form.format(str(folder).replace(" ", "%20") if form.startswith("file") else folder)
    store = open_blobs(location, tmp_path / "staging")
    assert isinstance(store, LocalBlobs)
    sha256 = run(keep(store, b"x"))
    assert (folder / "sha256" / sha256[:2] / sha256[2:]).read_bytes() == b"x"


def test_a_folder_may_be_relative_and_stays_where_it_was(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    store = open_blobs("store", tmp_path / "staging")
    monkeypatch.chdir("/")
    run(keep(store, b"x"))
    assert (tmp_path / "store" / "sha256").is_dir()


@pytest.mark.parametrize(
    "location",
    [
        "", "file://", "file:///", "file://elsewhere.example/blobs", "s3://", "s3:///prefix", "s3://a", "gs://bucket",
        "https://store.example/bucket", "s3://bucket/x?region=y", "s3://bucket/x#y", "s3://bucket:443/x",
        "s3://[bucket/x", "s3://key:hidden-secret@bucket/x", "s3://bu cket", "https://key:hidden-secret@store.example",
    ],
)  # fmt: skip
def test_what_is_no_location_is_told_with_a_hint_and_without_its_secrets(tmp_path, location):
    with pytest.raises(CustomhouseError) as told:
        open_blobs(location, tmp_path / "staging")
    assert "s3://BUCKET/PREFIX" in told.value.hint
    assert "hidden-secret" not in told.value.message + told.value.hint


def test_a_file_is_no_folder(tmp_path):
    (tmp_path / "file").write_text("x")
    with pytest.raises(CustomhouseError, match="no folder"):
        open_blobs(str(tmp_path / "file"), tmp_path / "staging")
    with pytest.raises(BlobsUnavailableError, match="cannot be made"):
        open_blobs(str(tmp_path / "file" / "below"), tmp_path / "staging")
    with pytest.raises(BlobsUnavailableError, match="cannot be made"):
        open_blobs(str(tmp_path / "store"), tmp_path / "file" / "staging")
