/** An alert on what somebody has done in Azure. It is told once for each act, and has no state that could close. */
export interface ActivityAlert {
  readonly name: string;
  readonly severity: 1 | 2;
  readonly description: string;
  /** Names by which Azure records the act. */
  readonly operations: readonly string[];
  /** The page of `docs/runbook/` with a section of the alert's name. */
  readonly page: string;
}

/** A deployment does these too, so they are for the same day and wake nobody. */
export const activityAlerts: readonly ActivityAlert[] = [
  {
    name: 'sign-in-changed',
    severity: 2,
    description:
      'Somebody has changed how people sign in to the app, or another of its settings. A deployment does so.',
    operations: ['Microsoft.Web/sites/config/write', 'Microsoft.Web/sites/config/delete'],
    page: 'platform',
  },
];
