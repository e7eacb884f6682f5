metadata name = 'Peerings'
metadata description = 'Networks that are joined with the one of the environment.'

@export()
@description('A network that is joined with the one of the environment.')
type peeringType = {
  @description('Required. Resource id of the network.')
  networkId: string

  @description('Required. Whether the way out of the company, such as its VPN, ends in that network.')
  usesGateway: bool
}
