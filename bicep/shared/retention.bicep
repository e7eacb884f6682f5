metadata name = 'Retention'
metadata description = 'How long landed files are kept: the days that the contract of each dataset promises.'

var promise = '$.slaProperties[?(@.property == \'retention\' && @.unit == \'d\')].value'

@export()
@description('Days by dataset.')
var landingRetentionDays = {
  bpm_export: loadYamlContent('../../contracts/landing/bpm_export.yaml', promise)
  date_lookup: loadYamlContent('../../contracts/landing/date_lookup.yaml', promise)
  gym_logins: loadYamlContent('../../contracts/landing/gym_logins.yaml', promise)
  kafka_multiplex: loadYamlContent('../../contracts/landing/kafka_multiplex.yaml', promise)
  registered_users: loadYamlContent('../../contracts/landing/registered_users.yaml', promise)
  user_info_export: loadYamlContent('../../contracts/landing/user_info_export.yaml', promise)
  workout_export: loadYamlContent('../../contracts/landing/workout_export.yaml', promise)
}
