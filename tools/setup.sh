#!/bin/sh
# Makes a virtual environment that holds exactly requirements.lock, every file checked against its hash, and this
# checkout as an editable install. Usage: tools/setup.sh FOLDER. PYTHON names an interpreter of your choice.
set -eu

venv=$1

works() {
    "$@" >/dev/null 2>&1
}

find_python() {
    for name in "${PYTHON:-}" python3.11 python3 python3.12 python3.13 python3.14 python; do
        if [ -n "$name" ] && works "$name" -c 'import sys; sys.exit(sys.version_info < (3, 11))'; then
            echo "$name"
            return
        fi
    done
    echo "tools/setup.sh: Python 3.11 or newer is needed; set PYTHON to one" >&2
    return 1
}

with_uv() {
    works "$venv/bin/python" -V || uv venv --quiet --clear --python "$python" "$venv"
    VIRTUAL_ENV=$venv uv pip install --quiet --require-hashes -r requirements.lock
    VIRTUAL_ENV=$venv uv pip install --quiet --no-deps --no-build-isolation -e .
}

# Two steps, because pip accepts no editable install in a list with hashes.
with_pip() {
    works "$venv/bin/python" -V || "$python" -m venv --clear "$venv"
    works "$venv/bin/python" -m pip --version || "$venv/bin/python" -m ensurepip
    "$venv/bin/python" -m pip install --quiet --require-hashes -r requirements.lock
    "$venv/bin/python" -m pip install --quiet --no-deps --no-build-isolation -e .
}

python=$(find_python)
if works uv --version; then
    with_uv
else
    with_pip
fi
