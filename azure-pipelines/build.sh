#!/usr/bin/env bash
# Puts together what is deployed, once for all environments: build.sh FOLDER
set -euo pipefail
out=$1
# One deployment serves one project, and every environment the same.
project=$(node -p "require('./environments/prod.json').project")
mkdir -p "$out/templates" "$out/spark/dist"

# One version for the app and for its jobs: the operator takes no report of a wheel of another build.
stamp() { sed --regexp-extended "s/^( *\"?version\"?( =|:) \"[^\"]*)/\1+g$(git rev-parse --short=12 HEAD)/" "$1"; }

# The app as it runs, with the packages it needs and no others.
npm install --no-save --ignore-scripts
node node_modules/typescript/bin/tsc -p tsconfig.app.json
# The emulators are a workspace: they are left out by name, and from an empty folder, since npm prunes no workspace's packages.
rm -rf node_modules
npm install --no-save --ignore-scripts --omit=dev --workspaces=false
mkdir "$out/stamped"
stamp package.json > "$out/stamped/package.json"
zip --quiet --recurse-paths "$out/app.zip" dist node_modules contracts projects dashboard environments spark/source-hashes.json host.json \
  --exclude "projects/*/samples/*"
(cd "$out/stamped" && zip --quiet ../app.zip package.json)
rm -r "$out/stamped"

# What the pipeline itself runs: the deployment, and the catalog from the contracts.
cp --recursive cli cloud operations medallion environments contracts projects databricks azure-pipelines node_modules "$out/"
mkdir "$out/bicep"
cp bicep/app-roles.json "$out/bicep/"
stamp package.json > "$out/package.json"

# The jobs, with build tools that are what they were once looked at.
python -m pip install --quiet --disable-pip-version-check --no-deps --require-hashes -r azure-pipelines/wheel-tools.txt
# Serverless compute keeps what it has installed by name and version, so each commit has a version of its own.
cp --recursive spark "$out/source"
cp --recursive "$project" "$out/source/src/medallion_project"
stamp spark/pyproject.toml > "$out/source/pyproject.toml"
python -m pip wheel --quiet --no-deps --no-build-isolation --wheel-dir "$out/spark/dist" "$out/source"
rm -r "$out/source"

# The templates as they are deployed. A deployment gives them the file of its environment.
for template in foundation main grants settings eventing; do
  az bicep build --file "bicep/$template.bicep" --outfile "$out/templates/$template.json"
done
