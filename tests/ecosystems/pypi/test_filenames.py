import pytest
from hypothesis import given
from hypothesis import strategies as st
from packaging.utils import InvalidSdistFilename, InvalidWheelFilename, parse_sdist_filename, parse_wheel_filename

from customhouse.ecosystems.pypi.filenames import read_filename


@pytest.mark.parametrize(
    ("filename", "project", "version", "kind"),
    [
        ("requests-2.32.3-py3-none-any.whl", "requests", "2.32.3", "wheel"),
        ("ruamel.yaml-0.18-py3-none-any.whl", "ruamel-yaml", "0.18", "wheel"),
        ("torch-2.1.0+cu118-cp311-cp311-linux_x86_64.whl", "torch", "2.1.0+cu118", "wheel"),
        ("x-1.0-1build-py3-none-any.whl", "x", "1.0", "wheel"),
        ("x-1.0_1-py3-none-any.whl", "x", "1.0.post1", "wheel"),
        ("requests-2.32.3.tar.gz", "requests", "2.32.3", "sdist"),
        ("zope.interface-5.0.zip", "zope-interface", "5.0", "sdist"),
        ("foo-bar-1.0-1.tar.gz", "foo-bar", "1.0.post1", "sdist"),
        ("python-dateutil-2.8.tar.bz2", "python-dateutil", "2.8", "sdist"),
        ("a-1.0.TAR.GZ", "a", "1.0", "sdist"),
        ("a-1.0.tar.Z", "a", "1.0", "sdist"),
        ("lxml-3.4-py2.7-linux-x86_64.egg", "lxml", "3.4", "egg"),
        ("six-1.0-py2.7.egg", "six", "1.0", "egg"),
        ("six-1.0.egg", "six", "1.0", "egg"),
        ("lxml-3.4.win32-py2.7.exe", "lxml", "3.4", "other"),
        ("lxml-3.4.win-amd64-py3.4.msi", "lxml", "3.4", "other"),
        ("a-1.0.linux-x86_64.tar.gz", "a", "1.0", "other"),
        ("a-1.0.macosx-10.9-x86_64.tar.gz", "a", "1.0", "other"),
        ("a-1.0-1.noarch.rpm", "a", "1.0.post1", "other"),
    ],
)
def test_names_in_use(filename, project, version, kind):
    told = read_filename(filename, project)
    assert told is not None
    assert (str(told.version), told.kind) == (version, kind)


@pytest.mark.parametrize(
    ("filename", "project"),
    [
        ("other-1.0.tar.gz", "requests"),
        ("requests-extra-1.0.tar.gz", "requests"),
        ("requests-2.0-py3-none-any.whl", "other"),
        ("requests-py3-none-any.whl", "requests"),
        ("requests-x-py3-none-any.whl", "requests"),
        ("requests.tar.gz", "requests"),
        ("requests-.tar.gz", "requests"),
        ("requests-1.0.txt", "requests"),
        ("requests-1.0.tar.gz.asc", "requests"),
        ("", "requests"),
        (".whl", "requests"),
    ],
)
def test_names_of_nothing(filename, project):
    assert read_filename(filename, project) is None


NAMES = st.from_regex(r"[a-z][a-z0-9]{0,8}([-_.][a-z0-9]{1,5}){0,2}", fullmatch=True)
VERSIONS = st.from_regex(r"[0-9]{1,3}(\.[0-9]{1,3}){0,3}((a|b|rc)[0-9]|\.post[0-9]|\.dev[0-9])?", fullmatch=True)


@given(NAMES, VERSIONS)
def test_sdists_read_as_packaging_reads_them(name, version):
    filename = f"{name}-{version}.tar.gz"
    try:
        project, parsed = parse_sdist_filename(filename)
    except InvalidSdistFilename:
        return
    told = read_filename(filename, project)
    assert told is not None
    assert told == (parsed, "sdist")


@given(NAMES, VERSIONS, st.sampled_from(["", "-1", "-2a"]))
def test_wheels_read_as_packaging_reads_them(name, version, build):
    filename = f"{name.replace('-', '_')}-{version}{build}-py3-none-any.whl"
    try:
        project, parsed, _, _ = parse_wheel_filename(filename)
    except InvalidWheelFilename:
        return
    assert read_filename(filename, project) == (parsed, "wheel")


@given(st.text(max_size=60), NAMES)
def test_any_text_is_a_name_or_none(filename, project):
    told = read_filename(filename, project)
    assert told is None or told.kind in ("wheel", "sdist", "egg", "other")
