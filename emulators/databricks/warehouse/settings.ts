/** Only Spark's own settings; what the driver adds for a workspace has no meaning here. */
export function selectSettings(configuration: Record<string, string> | undefined): Record<string, string> {
  const pairs = Object.entries(configuration ?? {});
  return Object.fromEntries(pairs.filter(([key]) => key.startsWith('spark.sql.') && key !== 'spark.sql.thriftserver'));
}
