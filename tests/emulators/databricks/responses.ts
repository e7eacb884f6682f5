export type RunResponse = {
  run_id: number;
  number_in_job: number;
  status: {
    state: string;
    termination_details?: { code: string; type: string; message: string };
    queue_details?: { code: string };
  };
  state: { life_cycle_state: string; result_state?: string };
  tasks: {
    run_id: number;
    task_key: string;
    attempt_number: number;
    status: RunResponse['status'];
    state: RunResponse['state'];
  }[];
  job_parameters: { name: string; value: string }[];
  repair_history?: { type: string; id?: number }[];
  start_time: number;
  end_time: number;
};
export type TestResponse<T> = { status: number; body: T };

export const getCode = (run: RunResponse) => run.status.termination_details?.code;

/** How a statement failed, in the driver's words. */
export function getFailure(attempt: Promise<unknown>): Promise<{ message: string; state: string }> {
  return attempt.then(
    () => ({ message: 'nothing failed', state: '' }),
    (error: { message: string; response?: { sqlState?: string } }) => ({
      message: error.message,
      state: error.response?.sqlState ?? '',
    }),
  );
}
