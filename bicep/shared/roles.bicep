metadata name = 'Roles'
metadata description = 'The roles that the templates assign, built in or made here, and who gets them.'

@export()
@description('Role ids by name.')
var roles = {
  contributor: 'b24988ac-6180-42a0-ab88-20f7382dd24c'
  logAnalyticsReader: '73c42c96-874c-492b-b04d-ab87d138a893'
  monitoringMetricsPublisher: '3913510d-42f4-4e42-8a64-420c390055eb'
  monitoringReader: '43d0d8ad-25c7-4714-9337-8ba259a9fe05'
  storageBlobDataContributor: 'ba92f5b4-2d11-453d-a403-e96b0029c9fe'
  storageBlobDataOwner: 'b7e6dc6d-f1e8-4753-8033-0f276bb0955b'
  storageBlobDataReader: '2a2b9908-6ea1-4ae2-8e65-a410df84e7d1'
  storageQueueDataContributor: '974c5e8b-45b9-4653-ba55-5f855dd0fb88'
  storageTableDataContributor: '0a9a7e1f-b9d0-4cc4-a60d-0319b160aaa3'
}

@export()
@description('Name of a role that is made for a resource group, by what it does.')
func ownRoleOf(groupId string, does string) string => guid(groupId, does)

@export()
@description('Object ids of those who get a role. A deployment asks for them each time.')
type principalsType = {
  @description('Required. Identity of the operator.')
  operator: string

  @description('Required. Identity that packages are deployed and read with.')
  packages: string

  @description('Required. Access connector of the workspace.')
  connector: string

  @description('Required. Topic of the landing zone.')
  topic: string

  @description('Required. Identity that deploys.')
  pipeline: string

  @description('Required. Identity that plans.')
  plan: string
}
