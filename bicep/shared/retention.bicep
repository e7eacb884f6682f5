metadata name = 'Retention'
metadata description = 'How long landed files are kept: the days that the contract of each dataset promises.'

@export()
@description('Days by dataset.')
var landingRetentionDays = loadJsonContent('retention.json')
