# To be sourced with the environment's file: speaks with the app of the environment, over HTTP as everybody does.
operator_file=$1

setting() { jq --exit-status --raw-output "$1" "$operator_file"; }

operator_group=rg-medallion-$(setting .name)

# By the outputs of the deployment: what Azure CLI prints of an app differs from plan to plan.
operator_host() {
  az deployment group show --resource-group "$operator_group" --name infra --query properties.outputs.appHostName.value --output tsv
}

# Asks again every ten seconds, so many times as is said.
operator_answers() {
  local host
  host=$(operator_host)
  curl --fail --silent --show-error --retry "${1:-30}" --retry-delay 10 --retry-all-errors "https://$host/api/health"
}

# Events come last of a first deployment: before that there is no operator that could be at work.
operator_was_deployed() {
  local said
  if said=$(az deployment group show --resource-group "$operator_group" --name eventing --output none 2>&1); then return 0; fi
  grep --quiet DeploymentNotFound <<< "$said" && return 1
  echo "$said" >&2
  exit 1
}

# Starts no new work, and waits until what runs has ended. The reason in the audit log names the run of the pipeline. An app
# that does not answer starts nothing, and a deployment may be its cure; the jobs that it left behind are waited for later.
hold_operator() {
  if ! operator_was_deployed; then
    echo "There is no operator yet, so there is nothing to hold."
  elif operator_answers 12; then
    tell_operator hold
  else
    echo "##vso[task.logissue type=warning]The operator does not answer, so it is not held."
  fi
}

resume_operator() { tell_operator resume; }

tell_operator() {
  local host
  host=$(operator_host)
  OPERATOR_TOKEN=$(az account get-access-token --resource "api://$(setting .deployment.api.applicationId)" \
    --query accessToken --output tsv)
  export OPERATOR_TOKEN
  node cli/deployment/main.ts "$1" --app "https://$host" --release "$BUILD_BUILDNUMBER"
}
