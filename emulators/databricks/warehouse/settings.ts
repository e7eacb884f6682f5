/** Only Spark's own settings; what the driver adds for a workspace has no meaning here. */
export function selectSettings(configuration: Record<string, string> | undefined): Record<string, string> {
  const pairs = Object.entries(configuration ?? {});
  return Object.fromEntries(pairs.filter(([key]) => key.startsWith('spark.sql.') && key !== 'spark.sql.thriftserver'));
}

/** Seconds after which a statement of the session ends; 0 is never. */
export function selectTimeout(configuration: Record<string, string> | undefined): number {
  const pair = Object.entries(configuration ?? {}).find(([key]) => key.toUpperCase() === 'STATEMENT_TIMEOUT');
  return Number(pair?.[1] ?? 0);
}
