# To be sourced with the environment's file: signs in to its workspace with the identity that Azure CLI has, and knows how to
# make what a bundle cannot.
environment_file=$1

databricks_version=1.12.1
databricks_sha256=60833feee22caa98f575c4948ccbbc9473fda0dd80c9b79544dc7b079f6a9815

of() { jq --exit-status --raw-output "$1" "$environment_file"; }

name=$(of .name)
group=rg-medallion-$name
DATABRICKS_HOST=$(of .databricks.workspaceUrl)
# By this id the workspace makes an admin of whoever may change it in Azure, so nobody has to be invited first.
DATABRICKS_AZURE_RESOURCE_ID=$(az resource show --resource-group "$group" --name "dbw-medallion-$name" \
  --resource-type Microsoft.Databricks/workspaces --query id --output tsv)
DATABRICKS_AUTH_TYPE=azure-cli
export DATABRICKS_HOST DATABRICKS_AZURE_RESOURCE_ID DATABRICKS_AUTH_TYPE

tools=$(mktemp --directory)
curl --fail --silent --show-error --location --output "$tools/databricks.zip" \
  "https://github.com/databricks/cli/releases/download/v$databricks_version/databricks_cli_${databricks_version}_linux_amd64.zip"
echo "$databricks_sha256  $tools/databricks.zip" | sha256sum --check --quiet
unzip -q "$tools/databricks.zip" databricks -d "$tools"
PATH=$tools:$PATH

# Application id, and the name that people see.
principal() {
  databricks service-principals list --filter "applicationId eq '$1'" --output json | jq --exit-status 'length > 0' > /dev/null ||
    databricks service-principals create --json "{\"applicationId\": \"$1\", \"displayName\": \"$2\"}"
}

before_the_bundle() {
  principal "$(of .identity.clientId)" "medallion-operator-$name"
  principal "$(of .deployment.runAs.jobs)" "medallion-jobs-$name"
  [ "$(of .deployment.verify)" = smoke ] || principal "$(of .deployment.runAs.tester)" "medallion-tester-$name"
  local connector
  connector=$(az resource show --resource-group "$group" --name "dbac-medallion-$name" \
    --resource-type Microsoft.Databricks/accessConnectors --query id --output tsv)
  databricks storage-credentials list --output json | jq --exit-status "any(.[]; .name == \"medallion-$name\")" > /dev/null ||
    databricks storage-credentials create --json \
      "{\"name\": \"medallion-$name\", \"azure_managed_identity\": {\"access_connector_id\": \"$connector\"}}"
}

# Serverless compute keeps what it has installed by the wheel's name: other code under the same name would never run.
wheel_has_a_name_of_its_own() {
  local wheel deployed
  wheel=$(echo spark/dist/*.whl)
  deployed=/Workspace/medallion/$name/artifacts/.internal/$(basename "$wheel")
  if ! databricks workspace get-status "$deployed" > /dev/null 2> "$tools/status"; then
    grep --quiet --extended-regexp "doesn't exist|does not exist|RESOURCE_DOES_NOT_EXIST" "$tools/status" && return
    cat "$tools/status" >&2
    return 1
  fi
  databricks workspace export "$deployed" --format AUTO --file "$tools/deployed.whl"
  # The list of files and their hashes: an archive that is packed again has other bytes.
  cmp --quiet <(unzip -p "$wheel" '*.dist-info/RECORD') <(unzip -p "$tools/deployed.whl" '*.dist-info/RECORD') && return
  echo "The wheel '$(basename "$wheel")' is deployed already, with other code. Jobs would go on with the old code." >&2
  echo "Commit what has changed and build again: the version of a wheel names its commit." >&2
  return 1
}

# A deployment takes the wheel away from a run that is queued. The operator holds its own runs, but not maintenance.
no_job_runs() {
  local names running deadline=$((SECONDS + ${patience_seconds:-1800}))
  names=$(jq --compact-output '[.databricks.jobs[], "medallion-maintenance", "medallion-integration"]' "$environment_file")
  while true; do
    running=$(databricks jobs list-runs --active-only --output json | jq --raw-output --argjson names "$names" \
      '[(. // [])[] | select(.run_name | IN($names[])) | "\(.run_name) \(.run_id)"] | join(", ")')
    [ -z "$running" ] && return
    [ "$SECONDS" -lt "$deadline" ] || break
    sleep "${pause_seconds:-15}"
  done
  echo "No table and no job was deployed, since these runs are still active: $running." >&2
  echo "Wait for their end or cancel them, and run the stage again." >&2
  return 1
}

tables_are_as_the_contracts_say() { node cli/catalog/main.ts apply --environment "$environment_file"; }

# Jobs of a new release find its tables, and those of the old one find what they had: nothing is dropped. The bundle makes the
# catalog and the warehouse, so at a first deployment it comes first.
tables_before_jobs() {
  if is_there catalogs "$(of .databricks.catalog)" && is_there warehouses "$(of .databricks.warehouseId)"; then
    tables_are_as_the_contracts_say
  fi
}

is_there() {
  databricks "$1" get "$2" > /dev/null 2> "$tools/status" && return
  grep --quiet --extended-regexp "doesn't exist|does not exist|NOT_FOUND|DOES_NOT_EXIST|not a valid endpoint" "$tools/status" && return 1
  cat "$tools/status" >&2
  exit 1
}

# What belongs to one environment is not seen from the workspace of another. Without the mode a binding has no effect.
after_the_bundle() {
  local workspace each catalog
  catalog=$(of .databricks.catalog)
  workspace=$(of .databricks.workspaceUrl | sed --regexp-extended 's#https://adb-([0-9]+)\..*#\1#')
  databricks catalogs update "$catalog" --isolation-mode ISOLATED
  databricks storage-credentials update "medallion-$name" --isolation-mode ISOLATION_MODE_ISOLATED
  for each in tables landing control records; do
    databricks external-locations update "medallion-$name-$each" --isolation-mode ISOLATION_MODE_ISOLATED
  done
  for each in "catalog/$catalog" "storage_credential/medallion-$name" "external_location/medallion-$name-tables" \
    "external_location/medallion-$name-landing" "external_location/medallion-$name-control" \
    "external_location/medallion-$name-records"; do
    databricks api patch "/api/2.1/unity-catalog/bindings/$each" --json \
      "{\"add\": [{\"workspace_id\": $workspace, \"binding_type\": \"BINDING_TYPE_READ_WRITE\"}]}"
    is_bound_to_alone "$each" "$workspace"
  done
  is_isolated "catalog '$catalog'" catalogs "$catalog"
  is_isolated "storage credential 'medallion-$name'" storage-credentials "medallion-$name"
  for each in tables landing control records; do
    is_isolated "external location 'medallion-$name-$each'" external-locations "medallion-$name-$each"
  done
}

is_isolated() {
  local mode
  mode=$(databricks "$2" get "$3" --output json | jq --raw-output .isolation_mode)
  [[ $mode =~ ^(ISOLATION_MODE_)?ISOLATED$ ]] && return
  echo "The $1 has the isolation mode '$mode': other workspaces of the metastore see it." >&2
  echo "Ask its owner for the right MANAGE, and run the stage again." >&2
  return 1
}

is_bound_to_alone() {
  local bound
  bound=$(databricks api get "/api/2.1/unity-catalog/bindings/$1" | jq --compact-output '[.bindings[].workspace_id] | sort')
  [ "$bound" = "[$2]" ] && return
  echo "'$1' is bound to the workspaces $bound, and is to be bound to '$2' alone. Remove the other bindings." >&2
  return 1
}

# The catalog and the gates ask the warehouse that the environment names; the bundle made one, and Databricks chose its id.
warehouse_is_the_one_of_the_environment() {
  local found
  found=$(databricks warehouses list --output json | jq --raw-output '.[] | select(.name == "medallion-gates") | .id')
  [ "$found" = "$(of .databricks.warehouseId)" ] && return
  echo "'$environment_file' names the warehouse '$(of .databricks.warehouseId)', but the bundle made '$found'." >&2
  echo "Run environments/record-deployment-outputs.ts with --warehouse-id $found, then 'npm run generate', and commit." >&2
  return 1
}
