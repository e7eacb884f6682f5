metadata name = 'Environment file'
metadata description = 'What the templates read of an environment file. The file may hold more, which the app and the bundle read.'

import { peeringType } from 'peerings.bicep'
import { receiverType } from 'receivers.bicep'

@export()
@description('A container of a storage account, by the address of the account.')
type containerType = {
  @description('Required. Address of the account, with the service in its name.')
  account: string

  @description('Required. Name of the container.')
  container: string
}

@export()
@description('How an environment is made.')
type deploymentType = {
  @description('Required. Azure region.')
  location: string

  @description('Required. How often storage keeps a byte, and where.')
  redundancy: 'Standard_LRS' | 'Standard_ZRS'

  @description('Required. Whether app and workspace answer to everybody who is known, to ranges of addresses, or only inside the network. Storage is closed but in the first case.')
  reach: 'public' | 'ranges' | 'private'

  @description('Optional. The ranges of addresses.')
  ranges: string[]?

  @description('Optional. Networks that are joined with the one of the environment.')
  peerings: peeringType[]?

  @description('Required. Whether the accounts are locked against deletion.')
  isLocked: bool

  @description('Required. The /22 of the virtual network.')
  addressSpace: string

  @description('Required. Size and number of the instances of the app.')
  app: {
    @description('Required. Memory of an instance.')
    instanceMemoryMB: 512 | 2048 | 4096

    @description('Required. How many instances there may be.')
    @minValue(40)
    @maxValue(1000)
    maxInstances: int

    @description('Required. Whether two instances of each kind are always on, in zones of their own. Some regions only.')
    isZoneRedundant: bool
  }

  @description('Optional. A workspace that somebody else owns. Without it one is made.')
  workspace: {
    @description('Required. Resource id of the workspace.')
    resourceId: string
  }?

  @description('Optional. Private zones that a hub has already.')
  hubZones: {
    @description('Required. Resource id of their group.')
    groupId: string
  }?

  @description('Required. Object ids of the groups of people. Who is on duty reads logs and metrics.')
  people: {
    @description('Optional. Group of those who read logs and metrics.')
    onDuty: string?
  }

  @description('Required. Who may land files, besides the jobs.')
  producers: {
    @description('Required. Name, for people.')
    name: string

    @description('Required. Object id in the directory.')
    principalId: string

    @description('Required. What it is.')
    kind: 'User' | 'Group' | 'ServicePrincipal'

    @description('Required. The datasets whose files it lands.')
    datasets: string[]
  }[]

  @description('Required. How a deployment is verified. With smoke there is no identity that lands files.')
  verify: 'integration' | 'smoke'

  @description('Required. How often things happen.')
  schedule: {
    @description('Required. Minutes between two sweeps of the landing zone.')
    @minValue(1)
    @maxValue(30)
    sweepIntervalMinutes: int
  }

  @description('Required. How much is logged, and for how long.')
  logs: {
    @description('Required. Days that logs are kept.')
    @minValue(30)
    @maxValue(730)
    retentionDays: int

    @description('Optional. Gigabytes of logs that a day may bring.')
    dailyGigabytes: int?

    @description('Optional. Address of a collector of OpenTelemetry, which gets the numbers of each sweep.')
    otlpEndpoint: string?
  }

  @description('Required. Who is told when something is wrong.')
  alerts: {
    @description('Required. Address of the people on duty.')
    email: string

    @description('Optional. Who else is told, and of which severities.')
    receivers: receiverType[]?

    @description('Required. Hours without a registered file after which somebody is told.')
    noDataHours: 1 | 2 | 3 | 4 | 5 | 6 | 24 | 48
  }

  @description('Required. What may be spent.')
  budget: {
    @description('Required. Amount per month in the currency of the subscription.')
    monthly: int
  }

  @description('Required. Tags that every resource carries.')
  tags: {
    @description('Required. Team that answers for the resource.')
    owner: string

    @description('Required. Where its cost is booked.')
    costCenter: string
  }
}

@export()
@description('An environment, as its file describes it.')
type environmentType = {
  @description('Required. Name of the environment.')
  @minLength(2)
  @maxLength(12)
  name: string

  @description('Optional. Beginning of every name, medallion without it.')
  prefix: string?

  @description('Required. Where files land.')
  landing: containerType

  @description('Required. Where the operator writes manifests, plans and verdicts.')
  control: containerType

  @description('Required. Where jobs write reports, progress and checkpoints: in the account of the operator\'s texts.')
  records: containerType

  @description('Required. Where files and runs are remembered.')
  stateTable: {
    @description('Required. Address of the account.')
    account: string
  }

  @description('Required. How it is made.')
  deployment: deploymentType
}

@export()
@description('Tags that every resource carries.')
type tagsType = {
  @description('Required. What the resource is part of.')
  workload: string

  @description('Required. Name of the environment.')
  environment: string

  @description('Required. Team that answers for it.')
  owner: string

  @description('Required. Where its cost is booked.')
  costCenter: string

  @description('Required. The strictest class of data that it may hold.')
  dataClassification: string

  @description('Required. What changes it.')
  managedBy: string
}
