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
  principal "$(of .deployment.runAs.tester)" "medallion-tester-$name"
  local connector
  connector=$(az resource show --resource-group "$group" --name "dbac-medallion-$name" \
    --resource-type Microsoft.Databricks/accessConnectors --query id --output tsv)
  databricks storage-credentials list --output json | jq --exit-status "any(.[]; .name == \"medallion-$name\")" > /dev/null ||
    databricks storage-credentials create --json \
      "{\"name\": \"medallion-$name\", \"azure_managed_identity\": {\"access_connector_id\": \"$connector\"}}"
}

# What belongs to one environment is not seen from the workspace of another.
after_the_bundle() {
  local workspace each
  workspace=$(of .databricks.workspaceUrl | sed --regexp-extended 's#https://adb-([0-9]+)\..*#\1#')
  for each in "catalog/$(of .databricks.catalog)" "storage_credential/medallion-$name" \
    "external_location/medallion-$name-tables" "external_location/medallion-$name-landing" \
    "external_location/medallion-$name-control" "external_location/medallion-$name-records"; do
    databricks api patch "/api/2.1/unity-catalog/bindings/$each" --json \
      "{\"add\": [{\"workspace_id\": $workspace, \"binding_type\": \"BINDING_TYPE_READ_WRITE\"}]}"
  done
  databricks catalogs update "$(of .databricks.catalog)" --isolation-mode ISOLATED
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
