metadata name = 'Budget'
metadata description = 'What the environment may cost in a month, and who is told before it does. It counts the machines of clusters too.'

targetScope = 'subscription'

import { nameOf } from '../shared/naming.bicep'

@description('Required. End of every name: the prefix, and the name of the environment.')
param suffix string

@description('Required. Amount per month in the currency of the subscription.')
param monthly int

@description('Required. First day of the first month. Azure lets nobody change it, and takes none that is past.')
param from string

@description('Required. Address of the people on duty.')
param email string

var notices = [
  { name: 'spent80', thresholdType: 'Actual', threshold: 80 }
  { name: 'spent100', thresholdType: 'Actual', threshold: 100 }
  { name: 'expected100', thresholdType: 'Forecasted', threshold: 100 }
]

resource budget 'Microsoft.Consumption/budgets@2024-08-01' = {
  name: nameOf('budget', suffix)
  properties: {
    category: 'Cost'
    amount: monthly
    timeGrain: 'Monthly'
    timePeriod: { startDate: from }
    // Databricks puts the machines of clusters into a group of its own.
    filter: {
      dimensions: {
        name: 'ResourceGroupName'
        operator: 'In'
        values: [nameOf('rg', suffix), nameOf('rg-databricks', suffix)]
      }
    }
    notifications: toObject(notices, notice => notice.name, notice => {
      enabled: true
      operator: 'GreaterThanOrEqualTo'
      threshold: notice.threshold
      thresholdType: notice.thresholdType
      contactEmails: [email]
    })
  }
}
