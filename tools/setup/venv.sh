#!/usr/bin/env bash
# venv.sh FOLDER REQUIREMENTS: a virtual environment with the locked packages, and this project in it, editable.
# FOLDER/.installed is written last: it says that all went well.
set -euo pipefail
folder=$1 requirements=$2
python=${PYTHON:-python3.11}

if ! "$python" -c 'import sys; sys.exit(sys.version_info < (3, 11))' 2>/dev/null; then
  echo "$python is not there, or not Python 3.11 or later. Install Python 3.11, or name another: make setup PYTHON=python3.12" >&2
  exit 1
fi
rm -f "$folder/.installed"
if ! "$folder/bin/python" -m pip --version >/dev/null 2>&1; then
  "$python" -m venv --clear "$folder"
  echo '*' >"$folder/.gitignore"
fi
echo "Installing the packages of $requirements into $folder: about a minute the first time."
pip=("$folder/bin/python" -m pip --disable-pip-version-check install --quiet --no-input)
# The lock is whole, so nothing is left to resolve: pip would look at newer versions than those locked, and fail.
"${pip[@]}" --no-deps --require-hashes --requirement "$requirements"
"${pip[@]}" --no-deps --no-build-isolation --editable .
touch "$folder/.installed"
