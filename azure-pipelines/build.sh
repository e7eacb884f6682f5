#!/usr/bin/env bash
# Puts together what is deployed, once for all environments: build.sh FOLDER
set -euo pipefail
out=$1
mkdir -p "$out/templates" "$out/spark/dist"

# The app as it runs, with the packages it needs and no others.
npm install --no-save --ignore-scripts
node node_modules/typescript/bin/tsc -p tsconfig.app.json
npm install --no-save --ignore-scripts --omit=dev
zip --quiet --recurse-paths "$out/app.zip" dist node_modules contracts dashboard environments host.json package.json \
  spark/source-hashes.json

# What the pipeline itself runs: the catalog from the contracts, and the look at what Azure decided.
cp --recursive cloud medallion environments contracts databricks node_modules package.json "$out/"

# The jobs, with the build tools that are pinned for everybody.
python -m pip install --quiet --disable-pip-version-check $(grep -E '^(setuptools|wheel)==' local/setup/requirements.txt)
python -m pip wheel --quiet --no-deps --no-build-isolation --wheel-dir "$out/spark/dist" ./spark

# The templates as they are deployed.
for template in main eventing; do
  az bicep build --file "bicep/$template.bicep" --outfile "$out/templates/$template.json"
  for environment in dev test prod; do
    az bicep build-params --file "bicep/$template.$environment.bicepparam" --outfile "$out/templates/$template.$environment.parameters.json"
  done
done
