from repository.workflows.reading import installs, workflows


def test_shell_scripts_but_not_what_else_calls_itself_so():
    assert installs("a/setup.sh", "#!/usr/bin/env bash\nset -e\nnpm install # x\n") == [(3, "npm install")]
    assert workflows({"a.sh": "#!/usr/bin/python3\nos.system('npm install')"}).installs == ()
    assert workflows({"a.sh": b"\xff npm install\nnpm ci"}).installs[0].line == 2


def test_recipes_of_a_makefile():
    text = """\
NPM ?= npm
PIP := $(VENV)/bin/pip
all: a
\t@$(NPM) install
\t-$(PIP) install x
\tcd web && \\
\t  yarn
\techo $$(pnpm install)
NOT_A_RECIPE = npm install
"""
    assert installs("Makefile", text) == [(4, "npm install"), (7, "yarn install"), (8, "pnpm install")]
    assert workflows({"sub/Makefile": text}).installs[1].folder == "sub/web"


def test_scripts_of_a_project():
    text = (
        '{\n  "name": "install",\n  "scripts": {\n    "postinstall": "cd web && npm install",\n    "a": "tsc"\n  }\n}'
    )
    assert installs("package.json", text) == [(4, "npm install")]
    assert workflows({"x/package.json": text}).installs[0].folder == "x/web"
    assert workflows({"package.json": "{ npm"}).gaps == ()
