metadata name = 'Budget'
metadata description = 'What the environment may cost in a month, and who is told before it does.'

import { nameOf } from '../shared/naming.bicep'

@description('Required. Name of the environment.')
param environmentName string

@description('Required. Amount per month in the currency of the subscription.')
param monthly int

@description('Required. First day of the first month. A computed one would show as a change each day.')
param from string

@description('Required. Resource id of the group that is told.')
param actionGroupResourceId string

var notices = [
  { name: 'spent80', thresholdType: 'Actual', threshold: 80 }
  { name: 'spent100', thresholdType: 'Actual', threshold: 100 }
  { name: 'expected100', thresholdType: 'Forecasted', threshold: 100 }
]

resource budget 'Microsoft.Consumption/budgets@2024-08-01' = {
  name: nameOf('budget', environmentName)
  properties: {
    category: 'Cost'
    amount: monthly
    timeGrain: 'Monthly'
    timePeriod: { startDate: from }
    notifications: toObject(notices, notice => notice.name, notice => {
      enabled: true
      operator: 'GreaterThanOrEqualTo'
      threshold: notice.threshold
      thresholdType: notice.thresholdType
      contactEmails: []
      contactGroups: [actionGroupResourceId]
    })
  }
}

@description('Name of the budget.')
output name string = budget.name
