from repository.workflows.reading import actions, installs, workflows

RECIPE = r"""# syntax=docker/dockerfile:1
ARG VERSION=20
FROM --platform=linux/amd64 node:${VERSION} AS build
ENV CI=1 B="two words"
RUN npm install
RUN --mount=type=cache,target=/root/.npm \
    # a comment between
    npm ci \

    && pip install x
RUN ["npm", "i", "-g", "tool"]
RUN ["sh", "-c", "yarn && true"]
RUN <<EOF
set -e
pnpm install
EOF
RUN bash <<'END'
bun install
END
RUN cat <<END > /x
npm install never
END
RUN python3 <<END
pip install never
END
FROM build AS next
RUN uv sync
FROM scratch
COPY --from=build /a /a
COPY --from=busybox:1.36 /b /b
FROM ghcr.example:5000/a/b@sha256:cd
ONBUILD RUN npm up
"""


def test_every_form_of_run():
    assert installs("Dockerfile", RECIPE) == [
        (5, "npm install"),
        (8, "npm ci"),
        (10, "pip install x"),
        (11, "npm i -g tool"),
        (12, "yarn install"),
        (15, "pnpm install"),
        (18, "bun install"),
        (27, "uv sync"),
        (32, "npm up"),
    ]


def test_images_but_not_stages():
    assert actions("docker/app.dockerfile", RECIPE) == [
        (3, "image", "node", "20"),
        (30, "image", "busybox", "1.36"),
        (31, "image", "ghcr.example:5000/a/b", "sha256:cd"),
    ]


def test_variables_are_the_stages_own_and_those_it_builds_upon():
    found = workflows({"web/Dockerfile.prod": RECIPE}).installs
    variables = {one.line: dict(one.environment) for one in found}
    assert variables[5] == {"CI": "1", "B": "two words"}
    assert variables[27] == variables[5]
    assert variables[32] == {}
    assert {one.folder for one in found} == {"web"}


def test_the_escape_directive_and_windows_shells():
    text = '# escape=`\nFROM a\nRUN npm `\n  install\nSHELL ["cmd", "/S", "/C"]\nRUN C:\\n\\npm.cmd install'
    assert installs("Dockerfile", text) == [(3, "npm install"), (6, "npm install")]


def test_neither_docker_ignores_nor_other_files():
    assert workflows({"Dockerfile.dockerignore": "x", ".dockerignore": "x", "Dockerfile.md": "x"}).files == ()
