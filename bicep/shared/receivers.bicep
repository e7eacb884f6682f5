metadata name = 'Receivers'
metadata description = 'Who is told of alerts.'

@export()
@description('An address that is told of alerts.')
type receiverType = {
  @description('Required. Name of the person, team or channel.')
  name: string

  @description('Required. Its address.')
  email: string

  @description('Required. The severities that it is told of.')
  severities: (1 | 2 | 3)[]
}
