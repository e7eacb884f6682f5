metadata name = 'Conditions'
metadata description = 'Where in an account a role holds. Azure asks for them with each request.'

var blobs = 'Microsoft.Storage/storageAccounts/blobServices/containers/blobs'

@description('What changes a file.')
var changes = [
  'write'
  'add/action'
  'delete'
  'deleteBlobVersion/action'
  'permanentDelete/action'
  'move/action'
  'tags/write'
  'manageOwnership/action'
  'modifyPermissions/action'
  'runAsSuperUser/action'
  'immutableStorage/runAsSuperUser/action'
]

@export()
@description('What the role that lands files may do. Whoever could move a file could take it to another folder.')
var landing = map(['read', 'write', 'add/action'], action => '${blobs}/${action}')

func unlessOf(actions string[], rule string) string =>
  '((${join(map(actions, action => '!(ActionMatches{\'${action}\'})'), ' AND ')}) OR (${rule}))'

@export()
@description('Everywhere but in one container.')
func outside(container string) string =>
  unlessOf(
    map(changes, action => '${blobs}/${action}'),
    '@Resource[Microsoft.Storage/storageAccounts/blobServices/containers:name] StringNotEquals \'${container}\''
  )

@export()
@description('In some folders alone. A list of files belongs to no folder, so nobody lists any.')
func inside(folders string[]) string =>
  unlessOf(landing, join(map(folders, folder => '@Resource[${blobs}:path] StringStartsWith \'${folder}/\''), ' OR '))
