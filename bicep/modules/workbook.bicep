metadata name = 'Workbook'
metadata description = 'What the log says of the operator, on one page: health, objectives, runs, files and decisions.'

import { nameOf } from '../shared/naming.bicep'
import { tagsType } from '../shared/environment.bicep'

@description('Required. End of every name: the prefix, and the name of the environment.')
param suffix string

@description('Required. Tags of the environment.')
param tags tagsType

@description('Required. Resource id of the log workspace.')
param logsResourceId string

@description('Optional. Azure region.')
param location string = resourceGroup().location

resource workbook 'Microsoft.Insights/workbooks@2023-06-01' = {
  name: guid(resourceGroup().id, 'workbook')
  location: location
  tags: tags
  kind: 'shared'
  properties: {
    displayName: 'Medallion Operator ${suffix}'
    category: 'workbook'
    sourceId: logsResourceId
    serializedData: replace(string(loadJsonContent('../shared/workbook.json')), '{{app}}', nameOf('func', suffix))
  }
}
