#!/usr/bin/env bash
# Puts the CLI of Databricks into a folder, as it was checked once: install-databricks.sh FOLDER
set -euo pipefail
databricks_version=1.12.1
databricks_sha256=60833feee22caa98f575c4948ccbbc9473fda0dd80c9b79544dc7b079f6a9815

mkdir -p "$1"
curl --fail --silent --show-error --location --output "$1/databricks.zip" \
  "https://github.com/databricks/cli/releases/download/v$databricks_version/databricks_cli_${databricks_version}_linux_amd64.zip"
echo "$databricks_sha256  $1/databricks.zip" | sha256sum --check --quiet
unzip -q -o "$1/databricks.zip" databricks -d "$1"
