import type { OrchestrationContext } from 'durable-functions';

/** A moment in the orchestration's own time, which is the same in every replay. */
export function after(context: OrchestrationContext, { seconds }: { readonly seconds: number }): Date {
  return new Date(context.df.currentUtcDateTime.getTime() + seconds * 1000);
}

export const now = (context: OrchestrationContext): string => context.df.currentUtcDateTime.toISOString();
