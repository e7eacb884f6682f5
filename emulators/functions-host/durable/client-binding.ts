/** Where the durable API of this host is, as seen by the SDK's client. */
export interface ApiPlace {
  /** `http://127.0.0.1:<port>` */
  readonly address: string;
  readonly hubName: string;
  /** The key that the public webhooks ask for. */
  readonly key: string;
  /** The path of the private copy that needs no key, with a slash at the end. */
  readonly privatePath: string;
}

export const publicPath = '/runtime/webhooks/durabletask/';

/** The value of a `durableClient` binding. */
export function createClientBinding(place: ApiPlace): string {
  const base = `${place.address}${publicPath}`.slice(0, -1);
  return JSON.stringify({
    taskHubName: place.hubName,
    creationUrls: {
      createNewInstancePostUri: `${base}/orchestrators/{functionName}[/{instanceId}]?code=${place.key}`,
      createAndWaitOnNewInstancePostUri: `${base}/orchestrators/{functionName}[/{instanceId}]?timeout={timeoutInSeconds}&pollingInterval={intervalInSeconds}&code=${place.key}`,
    },
    managementUrls: createManagementUrls(place, 'INSTANCEID'),
    baseUrl: base,
    requiredQueryStringParameters: `code=${place.key}`,
    rpcBaseUrl: `${place.address}${place.privatePath}`,
  });
}

export function createManagementUrls({ address, hubName, key }: ApiPlace, id: string): Record<string, string> {
  const instance = `${address}${publicPath}instances/${id}`;
  const query = `taskHub=${hubName}&connection=Storage&code=${key}`;
  return {
    id,
    statusQueryGetUri: `${instance}?${query}`,
    sendEventPostUri: `${instance}/raiseEvent/{eventName}?${query}`,
    terminatePostUri: `${instance}/terminate?reason={text}&${query}`,
    rewindPostUri: `${instance}/rewind?reason={text}&${query}`,
    purgeHistoryDeleteUri: `${instance}?${query}`,
    restartPostUri: `${instance}/restart?${query}`,
    suspendPostUri: `${instance}/suspend?reason={text}&${query}`,
    resumePostUri: `${instance}/resume?reason={text}&${query}`,
  };
}
