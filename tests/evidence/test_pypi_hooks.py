"""What Python artifacts run when they are built, installed or merely present."""

from customhouse.evidence.pypi_hooks import (
    installed_path,
    outside_path,
    pth_code,
    sdist_hooks,
    start_entries,
    startup_code,
    wheel_hooks,
)
from customhouse.model.content import InstallHook


def test_only_import_lines_of_a_pth_run_and_they_keep_their_line():
    text = b"# import os\n/opt/somewhere\nimport os; os.getpid()\nimport\tsys\n import no\nimportlib\n"
    assert pth_code(text) == "\n\nimport os; os.getpid()\nimport\tsys\n\n"


def test_a_byte_order_mark_hides_nothing():
    assert pth_code(b"\xef\xbb\xbfimport os\n") == "import os"


def test_a_wheel_runs_its_pth_wherever_it_lands_in_site_packages():
    line = b"import os\n"
    files = {"a.pth": line, "a-1.data/purelib/b.pth": line, "a-1.data/platlib/c.pth": line, "pkg/d.pth": line}
    assert [hook.path for hook in wheel_hooks(files, dict.fromkeys(files))] == list(files)[:3]
    assert installed_path("a-1.data/purelib/b.pth") == "b.pth"


def test_start_up_modules_are_hooks():
    found = wheel_hooks({}, {"sitecustomize.py": None, "pkg/usercustomize.py": None, "pkg/a.py": None})
    assert found == (InstallHook("startup-module", "sitecustomize.py", "", "sitecustomize.py"),)


def test_an_sdist_runs_setup_py_and_an_in_tree_backend():
    paths = dict.fromkeys(["setup.py", "_build/backend.py", "pkg/__init__.py"])
    assert [hook.path for hook in sdist_hooks(paths, {}, "backend", ("_build",))] == ["setup.py", "_build/backend.py"]
    assert [hook.kind for hook in sdist_hooks(paths, {}, "setuptools.build_meta", ())] == ["setup-py"]


def test_a_pth_inside_an_sdist_is_told_since_its_wheel_would_carry_it():
    found = sdist_hooks({"src/a.pth": None}, {"src/a.pth": b"import os\n"}, "", ())
    assert found == (InstallHook("pth", "src/a.pth", "import os", "src/a.pth"),)


def test_a_start_file_calls_functions():
    data = b"\xef\xbb\xbf# a comment\n\n pkg.mod:run \nnot an entry\npkg:Thing.start\n"
    assert start_entries(data) == ("pkg.mod:run", "not an entry", "pkg:Thing.start")
    assert startup_code("a.start", data) == "import pkg.mod; pkg.mod.run()\nimport pkg; pkg.Thing.start()"
    assert startup_code("a.pth", b"x\nimport os\n") == "\nimport os"
    assert [hook.command for hook in wheel_hooks({"a.start": data, "pkg/b.start": data}, {})] == list(
        start_entries(data)
    )


def test_where_members_of_the_data_folder_land():
    assert installed_path("a-1.data/data/lib/python3.12/site-packages/b.pth") == "b.pth"
    assert installed_path("a-1.data/data/Lib/site-packages/b.pth") == "b.pth"
    assert installed_path("a-1.data/data/share/b.pth") == "a-1.data/data/share/b.pth"
    assert outside_path("a-1.data/data/etc/cron.d/a") == "etc/cron.d/a"
    assert outside_path("a-1.data/scripts/git") == "bin/git"
    assert outside_path("a-1.data/headers/a.h") == "include/a.h"
    assert outside_path("a-1.data/purelib/a.py") == ""
    assert outside_path("pkg/a.py") == ""
