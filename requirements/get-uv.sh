#!/bin/sh
# Installs the pinned uv into the environment of the given Python.
#
# An older pip trusts only the certificates that it brings. Behind a network that has its own, that fails, so the
# second try trusts the system's instead. uv itself always uses the system's (pyproject.toml, [tool.uv]).
set -eu
python=$1
here=$(dirname "$0")

get() {
    "$python" -m pip install --quiet --disable-pip-version-check --require-hashes --requirement "$here/uv.txt"
}

if get 2> /dev/null; then
    exit 0
fi
PIP_CERT=${PIP_CERT:-$("$python" -c 'import ssl; print(ssl.get_default_verify_paths().cafile or "")')}
if [ -z "$PIP_CERT" ]; then
    unset PIP_CERT
else
    export PIP_CERT
fi
get
